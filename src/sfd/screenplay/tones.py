"""How a line is said. A speaker who is heard and not seen says so first: `V.O.`, or `O.S., whispering`."""

import re

HEARD_ONLY = ("V.O.", "O.S.", "O.C.")

_ABBREVIATIONS = {"vo": "V.O.", "os": "O.S.", "oc": "O.C.", "画外音": "V.O.", "画外": "V.O.", "旁白": "V.O."}
_CONTINUED = frozenset({"contd", "cont", "continued", "续"})
_ABBREVIATION_MARKS = re.compile(r"[.'’\s]")


def tone_of(extensions: tuple[str, ...], parenthetical: str | None) -> str | None:
    """The tone of a line from what stands beside the name and what stands under it, or None."""
    said = [_extension(extension) for extension in extensions]
    heard = [word for word in said if word in HEARD_ONLY][:1]
    others = [word for word in said if word and word not in HEARD_ONLY]
    return ", ".join([*heard, *others, *([parenthetical] if parenthetical else [])]) or None


def extension_and_parenthetical(tone: str | None) -> tuple[str, str]:
    """A tone as what stands beside the name and what stands under it: the inverse of `tone_of`."""
    for heard in HEARD_ONLY:
        if tone == heard:
            return heard, ""
        if tone and tone.startswith(f"{heard}, "):
            return heard, tone.removeprefix(f"{heard}, ")
    return "", tone or ""


def is_heard_only(tone: str | None) -> bool:
    """Whether the speaker is heard without being in the picture."""
    return bool(extension_and_parenthetical(tone)[0])


def _extension(text: str) -> str:
    letters = _ABBREVIATION_MARKS.sub("", text).lower()
    return "" if letters in _CONTINUED else _ABBREVIATIONS.get(letters, text)
