"""Pure: long prose and its chapters, and any number of passages that it can be read in."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

LONG_PROSE = 6_000
LONGEST_HEADING = 80
SHORTEST_CHAPTER = 120
_WIDE = re.compile(r"[぀-ヿ㐀-鿿가-힯豈-﫿]")
_WIDE_WEIGHT = 3
_NUMERAL = (
    r"(?:\d{1,4}|[IVXLC]{1,7}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|"
    r"(?:twenty|thirty|forty|fifty)(?:[ -]\w+)?|the\s+\w+)"
)
_CJK_NUMERAL = r"[0-9０-９零〇一二两兩三四五六七八九十百千]{1,8}"
_NAMED = re.compile(
    rf"^[ \t#*]*(?:chapter|part|book|cap[ií]tulo|chapitre|kapitel|capitolo|глава)\s+{_NUMERAL}\b[^\n]*$"
    rf"|^[ \t　#*]*第\s*{_CJK_NUMERAL}\s*[章回节節卷話话][^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_EPISODE = re.compile(
    rf"^[ \t#*]*(?:episode|ep\.?)\s+\d{{1,3}}\b[^\n]*$|^[ \t　#*]*第\s*{_CJK_NUMERAL}\s*集[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_MARKDOWN = re.compile(r"^#{1,3}[ \t]+[^\n]+$", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*(\d{1,3})[.)、]?(?:[ \t]+[^\n]*)?$", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？…])\s*|\n+")


def weight(text: str) -> int:
    """How long a text is to read: a character of Chinese, Japanese or Korean says as much as three others."""
    return len(text) + (_WIDE_WEIGHT - 1) * len(_WIDE.findall(text))


def is_long_prose(text: str) -> bool:
    """Whether a premise is a story told at length rather than an idea for one."""
    return weight(text) >= LONG_PROSE


def episodes_listed(text: str) -> list[str]:
    """The parts under "Episode 1", "第1集" … of a premise that goes through its episodes; else none."""
    return _cut(text, list(_EPISODE.finditer(text)), 1)


def chapters_of(text: str) -> list[str]:
    """The chapters of a text by their headings, what stands before the first one with it; empty if it has fewer than 2.

    A heading is a short line: "Chapter 1", "第一章", a Markdown heading, or a number that counts up from one. Lines
    with hardly any text until the next, as in a table of contents, begin no chapter.
    """
    named = (list(pattern.finditer(text)) for pattern in (_NAMED, _EPISODE, _MARKDOWN))
    kinds = chain(named, [_counting_up(text)])
    return next((found for headings in kinds if (found := _cut(text, headings, SHORTEST_CHAPTER))), list[str]())


def passages(text: str, count: int) -> list[str]:
    """A text in exactly `count` consecutive passages of about the same length, none of them empty if it is long enough.

    They begin at chapters if there are as many; else at paragraphs, sentences, anywhere.
    """
    units = next((units for units in _units(text) if len(units) >= count), [text])
    return _grouped(units, count)


def _counting_up(text: str) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    for match in _NUMBERED.finditer(text):
        if int(match.group(1)) == len(found) + 1:
            found.append(match)
    return found


def _cut(text: str, headings: Sequence[re.Match[str]], shortest: int) -> list[str]:
    short = [one.start() for one in headings if len(one.group().strip()) <= LONGEST_HEADING or shortest == 1]
    starts = [start for start, end in pairwise([*short, len(text)]) if weight(text[start:end]) >= shortest]
    if len(starts) < 2:  # noqa: PLR2004 - one heading divides nothing
        return []
    bounds = [0, *starts[1:], len(text)]
    return [text[a:b].strip() for a, b in pairwise(bounds)]


def _units(text: str) -> Iterator[list[str]]:
    yield chapters_of(text)
    yield [one for one in re.split(r"\n\s*\n", text) if one.strip()]
    yield [one for one in text.split("\n") if one.strip()]
    yield [one for one in _SENTENCE_END.split(text) if one.strip()]
    yield list(text.strip())


def _grouped(units: Sequence[str], count: int) -> list[str]:
    """Consecutive units in `count` groups: each ends where its share of the whole is reached, none is left empty."""
    joint = "" if all(len(one) == 1 for one in units) else "\n\n"
    weights = [weight(one) for one in units]
    total = sum(weights)
    groups: list[list[str]] = [[]]
    done = 0
    for number, unit in enumerate(units):
        left_units, left_groups = len(units) - number, count - len(groups)
        full = done + weights[number] / 2 > total * len(groups) / count
        if groups[-1] and left_groups and (full or left_units <= left_groups):
            groups.append([])
        groups[-1].append(unit)
        done += weights[number]
    return [joint.join(group).strip() for group in groups] + [""] * (count - len(groups))
