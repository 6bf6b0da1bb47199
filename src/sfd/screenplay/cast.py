"""Who is in a screenplay: everyone who speaks, everyone introduced, and how to find their names in the action."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from sfd.domain.models import Character, Drama
from sfd.screenplay.inline import CJK, one_line
from sfd.screenplay.notes import fields_of

MOST_MAIN = 3
MAIN_SHARE = 0.6

_TOKEN = re.compile(rf"[{CJK}]|[^\W{CJK}]+(?:['’][^\W{CJK}]+)?")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_DETERMINERS = frozenset({"the", "a", "an", "our", "his", "her", "their"})
_INTRODUCTION = re.compile(r"\b([A-Z][A-Z'’.\-]{0,30}(?: [A-Z0-9#][A-Z0-9'’.\-]{0,30}){0,4}),? ?\(([^()\n]{1,400})\)")
_CHINESE_INTRODUCTION = re.compile(rf"(?P<before>[\w·]{{0,8}}[{CJK}]) ?[（(](?P<look>[^（）()\n]{{2,400}})[）)]")
_CAMERA_WORDS = re.compile(
    r"^(?:(?:EXTREME |MEDIUM )?(?:CLOSE|ANGLE|WIDE|INSERT|REVEAL|INTRODUCING)(?: UP)?(?: ON)? |ON )"
)
_ARTICLE = re.compile(r"^(?:THE|AN|A) ")
_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 60
_WOMEN = re.compile(
    r"\b(?:woman|women|girl|female|lady|mother|grandmother|wife|daughter|sister|aunt|widow|schoolgirl|actress)\b|女",
    re.IGNORECASE,
)
_MEN = re.compile(
    r"\b(?:man|men|boy|male|gentleman|guy|father|grandfather|husband|son|brother|uncle|widower|schoolboy)\b|男",
    re.IGNORECASE,
)


def name_key(name: str) -> str:
    """What makes two names the same person's."""
    return one_line(name).casefold()


def unique_names(drama: Drama) -> dict[str, str]:
    """The name of every character by id, each different from the others in more than its case.

    A screenplay knows people by name alone: a second Ben becomes "Ben 2", and whoever has no name, or speaks
    without being among the drama's characters, is called by the id.
    """
    ids = [character.id for character in drama.characters]
    names = {character.id: one_line(character.name) or character.id for character in reversed(drama.characters)}
    speakers = (line.character_id for episode in drama.episodes for scene in episode.scenes for line in scene.dialogue)
    taken: set[str] = set()
    unique: dict[str, str] = {}
    for character_id in dict.fromkeys([*ids, *speakers]):
        unique[character_id] = _unlike(names.get(character_id, character_id), taken)
    return unique


def _unlike(name: str, taken: set[str]) -> str:
    candidate, number = name, 1
    while name_key(candidate) in taken:
        number += 1
        candidate = f"{name[:290]} {number}"
    taken.add(name_key(candidate))
    return candidate


class NameIndex:
    """Finds people in prose by whole words, longest name first, in time proportional to the prose."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._ids = {_tokens(name): character_id for character_id, name in [*names.items()][::-1] if _tokens(name)}
        self._order = {character_id: position for position, character_id in enumerate(names)}
        lengths: dict[str, set[int]] = {}
        for tokens in self._ids:
            lengths.setdefault(tokens[0], set()).add(len(tokens))
        self._lengths = {first: sorted(sizes, reverse=True) for first, sizes in lengths.items()}

    def named_in(self, text: str) -> set[str]:
        """The ids of everyone whose name stands in `text`."""
        words = _TOKEN.findall(text)
        keys = [_POSSESSIVE.sub("", word).casefold() for word in words]
        found = (self._at(position, words, keys) for position in range(len(keys)))
        return {character_id for character_id in found if character_id}

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """`ids` in the order of the cast, so that people keep their sides from shot to shot."""
        return sorted((one for one in set(ids) if one in self._order), key=self._order.__getitem__)

    def in_picture(self, description: str, speakers: Iterable[str], behind: str | None) -> list[str]:
        """Who is seen: whoever speaks in the picture, is named in the action, or has the camera behind them."""
        return self.in_order({*self.named_in(description), *speakers, *([behind] if behind else [])})

    def _at(self, position: int, words: list[str], keys: list[str]) -> str | None:
        for size in self._lengths.get(keys[position], ()):
            character_id = self._ids.get(tuple(keys[position : position + size]))
            if character_id and (not words[position][0].islower() or _is_role(position, keys)):
                return character_id
        return None


def _is_role(position: int, keys: list[str]) -> bool:
    """Whether a word in small letters stands for a person: "the guard" does, "will" does not."""
    return position > 0 and keys[position - 1] in _DETERMINERS


def _tokens(name: str) -> tuple[str, ...]:
    return tuple(_POSSESSIVE.sub("", word).casefold() for word in _TOKEN.findall(name))


@dataclass(frozen=True)
class Introduction:
    """What a screenplay says of a person. Fields that it leaves open are None."""

    name: str
    description: str | None = None
    gender: str | None = None
    voice: str | None = None
    main: bool | None = None


def read_character_note(value: str) -> Introduction | None:
    """`Name | female | main | look | voice: low`, in any order after the name, each part with its word or without."""
    name, *parts = fields_of(value)
    if not name:
        return None
    said: dict[str, str] = {}
    for part in parts:
        key, text = _labelled(part)
        said[key] = f"{said[key]} | {text}" if key in said else text
    role = said.get("role")
    return Introduction(
        one_line(name),
        description=said.get("description"),
        gender=said.get("gender"),
        voice=said.get("voice"),
        main=None if role is None else role == "main",
    )


def _labelled(part: str) -> tuple[str, str]:
    label, colon, text = part.partition(":")
    key = {"look": "description", "性别": "gender", "声音": "voice"}.get(label.strip().lower(), label.strip().lower())
    if colon and key in {"gender", "description", "voice"}:
        return key, one_line(text)
    word = part.strip().lower()
    if word in {"main", "supporting"}:
        return "role", word
    return (
        "gender" if word in {"male", "female", "non-binary", "nonbinary", "男", "女"} else "description"
    ), part.strip()


def introductions(prose: str, speakers: Container[str]) -> list[Introduction]:
    """Those introduced in the action: `MAYA CHEN (29, red raincoat)`, `李梅（29岁，红色风衣）`.

    A name that begins or ends with a speaker's name introduces that speaker; `speakers` are `name_key`s.
    """
    found = [(match.start(), _latin(match, speakers)) for match in _INTRODUCTION.finditer(prose)]
    found += [(match.start(), _chinese(match, speakers)) for match in _CHINESE_INTRODUCTION.finditer(prose)]
    return [introduced for _, introduced in sorted(found, key=lambda pair: pair[0]) if introduced]


def _latin(match: re.Match[str], speakers: Container[str]) -> Introduction | None:
    look = one_line(match[2])
    if look.upper() == look and not any(character.isdigit() for character in look):
        return None
    name = _ARTICLE.sub("", _CAMERA_WORDS.sub("", match[1], count=1), count=1).strip(" .-")
    words = name.split()
    parts = [" ".join(words[:size]) for size in range(len(words), 0, -1)]
    parts += [" ".join(words[-size:]) for size in range(len(words) - 1, 0, -1)]
    speaker = next((part for part in parts if name_key(part) in speakers), name)
    return Introduction(speaker, description=look) if speaker else None


def _chinese(match: re.Match[str], speakers: Container[str]) -> Introduction | None:
    before = match["before"]
    names = (before[start:] for start in range(len(before)))
    name = next((name for name in names if name_key(name) in speakers), None)
    return Introduction(name, description=one_line(match["look"])) if name else None


def guess_gender(description: str) -> str:
    """The gender that a description states in clear words, or nothing."""
    women, men = bool(_WOMEN.search(description)), bool(_MEN.search(description))
    return "" if women == men else "female" if women else "male"


def most_heard(counts: Counter[str]) -> set[str]:
    """The main characters: those with the most lines and whoever comes near them."""
    top = counts.most_common(MOST_MAIN)
    return {name for name, count in top if count >= MAIN_SHARE * top[0][1]}


class Ids:
    """Gives each name an id: its letters, or a number for a name in other than Latin letters."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbered = 0

    def take(self, name: str) -> str:
        """A new id for `name`."""
        slug = _SLUG.sub("_", name.lower()).strip("_")[:_LONGEST_SLUG] if name.isascii() else ""
        if not slug:
            self._numbered += 1
            slug = f"character_{self._numbered}"
        candidate, number = slug, 1
        while candidate in self._taken:
            number += 1
            candidate = f"{slug}_{number}"
        self._taken.add(candidate)
        return candidate


def make_cast(known: Iterable[Introduction], counts: Counter[str], *, noted: bool) -> list[Character]:
    """Characters in the order of `known`, whose later entries fill what earlier ones of that name left open.

    Args:
        known: everyone, some more than once.
        counts: speeches by `name_key`.
        noted: whether notes state who is who; then nothing is guessed.
    """
    people: dict[str, Introduction] = {}
    for one in known:
        people[name_key(one.name)] = _filled(people.get(name_key(one.name)), one)
    main = set[str]() if noted else most_heard(counts) or set(list(people)[:1])
    ids = Ids()
    return [_character(person, ids, main=key in main) for key, person in people.items()]


def _filled(first: Introduction | None, second: Introduction) -> Introduction:
    if first is None:
        return second
    return Introduction(
        first.name,
        description=second.description if first.description is None else first.description,
        gender=second.gender if first.gender is None else first.gender,
        voice=second.voice if first.voice is None else first.voice,
        main=second.main if first.main is None else first.main,
    )


def _character(person: Introduction, ids: Ids, *, main: bool) -> Character:
    description = person.description or ""
    return Character(
        id=ids.take(person.name),
        name=person.name,
        description=description,
        gender=guess_gender(description) if person.gender is None else person.gender,
        voice_description=person.voice or "",
        main=main if person.main is None else person.main,
    )
