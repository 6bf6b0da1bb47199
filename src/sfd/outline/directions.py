"""Directions to the writer inside a premise: how many episodes it asks for, and the premise without them."""

import re

from sfd.domain.errors import Fault, InvalidInput
from sfd.domain.models import MAX_EPISODES
from sfd.outline.wordlist import listed

_UNITS = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_CJK_DIGITS = {
    c: n for n, cs in enumerate(("零〇", "一壹", "二两兩", "三", "四", "五", "六", "七", "八", "九")) for c in cs
}
_NUMBER = (
    r"\d{1,9}|(?:" + "|".join(_TENS) + r")(?:[\s-](?:" + "|".join(_UNITS[1:10]) + r"))?|(?:a\s+|one\s+)?hundred|"
    r"a\s+dozen|a\s+couple\s+of|a\s+single|" + "|".join(sorted(_UNITS, key=len, reverse=True))
)
_ENGLISH = re.compile(
    rf"(?<![\w.-])({_NUMBER})(?:\s*[-‐–]?\s*)(?:short\s+|vertical\s+|mini[- ]?)?(episodes?|eps?|episodic)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(
    rf"\b(?:in|into|over|across|make\s+it|split\s+(?:it\s+)?into)\s+({_NUMBER})\s*[-‐–]?\s*(?:parts?|chapters?|instal?lments?)\b"
    rf"|(?<![\w.-])({_NUMBER})[-‐–\s](?:part|parter)\s+(?:drama|series|story|show|short|film)\b"
    rf"|^[^\w\n]{{0,20}}({_NUMBER})\s+parts?[^\w\n]{{0,20}}$",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL = re.compile(r"\bepisodes?\s*[:=]\s*(\d{1,9})\b", re.IGNORECASE)
_CJK_NUMBER = r"[0-9０-９]{1,9}|[零〇一二两兩三四五六七八九十百壹]{1,7}"
_CJK = re.compile(rf"(?<!第)(?<![0-9０-９零〇一二两兩三四五六七八九十百])({_CJK_NUMBER})\s*[集話话](?![体團团])")
_OTHER = re.compile(
    r"(?<![\w.-])(\d{1,9})\s*(?:episodios|episódios|épisodes|folgen|episoden|puntate|серий|серии|эпизод\w*|에피소드|부작|エピソード)",
    re.IGNORECASE,
)
_FORMAT = re.compile(
    r"\b(?:9\s*:\s*16|vertical(?:\s+(?:short|micro|mini))?\s+(?:drama|video|series)|short\s+drama)\b(?=\s*[.,;!]|\s*$)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\W*(?:(?:please\s+)?(?:write|make|create|give\s+me|generate|i\s+want|we\s+need)\s+(?:me\s+)?)?"
    r"(?:an?\s+|the\s+|some\s+)?(?:[\w'-]+\s+){0,4}?(?:story|drama|series|film|show|movie|tale|saga)\s+"
    r"(?:about|of|in\s+which|where|that\s+follows|following)\s+",
    re.IGNORECASE,
)
_LEFT_OVER = re.compile(
    r"^(?:please\s+)?(?:make\s+it|it\s+should\s+(?:be|have)|tell\s+(?:it|this)|in|over|across|i\s+want|split\s+into|into|with|as|"
    r"a|an|and|please|exactly|only|about|total|of|for|around|just|keep\s+it\s+to|请|请写成|共|全|写成|拍成|做成|分成|分|一共|\s)*$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,，;；:：-]*\b(?:in|over|across|with|into|for|as|and|of|make\s+it|told\s+in|exactly|only|about)?\s*$",
    re.IGNORECASE,
)
_CJK_TAIL = re.compile(r"(?:[，,、\s]*(?:请|請)?(?:一共|总共|總共|共|全|写成|寫成|拍成|做成|分成|分为|分為|分))$")
_REACH = 120
_SENTENCE = re.compile(r"(?<=[.!?。！？])(?:\s+|(?<=[。！？]))|\n+")


def episodes_wanted(premise: str) -> int | None:
    """How many episodes the premise asks for ("make it 2 episodes", "in three parts", "两集"), None if it does not.

    Raises:
        InvalidInput: it asks for fewer than one or more than MAX_EPISODES.
    """
    said = [match for pattern in (_ENGLISH, _PARTS, _LABEL, _CJK, _OTHER) for match in pattern.finditer(premise)]
    if not said:
        return None
    last = max(said, key=lambda match: match.start())
    number = _value(next(group for group in last.groups() if group))
    return check_episodes(number, "/premise")


def check_episodes(number: int, pointer: str) -> int:
    """`number` when a drama can have that many episodes.

    Raises:
        InvalidInput: it is outside 1 to MAX_EPISODES.
    """
    if 1 <= number <= MAX_EPISODES:
        return number
    detail = f"A drama has 1 to {MAX_EPISODES} episodes, {number} were asked for. Ask for a number in that range."
    raise InvalidInput(detail, [Fault(pointer, detail)])


def without_directions(premise: str) -> str:
    """The story alone: no episode counts, no "write a drama about", no format words.

    A premise that is nothing but directions is given back as it is.
    """
    kept = (_strip(sentence) for sentence in _SENTENCE.split(premise))
    story = " ".join(sentence for sentence in kept if any(c.isalpha() for c in sentence))
    return story or premise.strip()


def _strip(sentence: str) -> str:
    for pattern in (_LABEL, _FORMAT, _PARTS, _ENGLISH, _OTHER, _CJK):
        sentence = _without(sentence, pattern)
    return (_OPENING.sub("", sentence[:_REACH]) + sentence[_REACH:]).strip(" ,，")


def _without(sentence: str, pattern: re.Pattern[str]) -> str:
    match = pattern.search(sentence)
    if match is None:
        return sentence
    before, after = sentence[: match.start()], sentence[match.end() :]
    opening = re.match(r"\s*(?:drama|series|story|show)?\s*(?:about|where|in which|of)\s+", after, re.IGNORECASE)
    if opening:
        return after[opening.end() :]
    if _LEFT_OVER.match(before.strip()):
        return after.lstrip(" ,，.。-:：!") if any(c.isalpha() for c in after) else ""
    head, tail = before[:-_REACH], before[-_REACH:]
    return head + _CJK_TAIL.sub("", _TAIL.sub("", tail)) + after


def _value(said: str) -> int:
    word = re.sub(r"[\s-]+", " ", said.strip().lower())
    if word.isdigit():
        return int(word)
    if word[0] in _CJK_DIGITS or word[0] in "十百":
        return _cjk(word)
    if "hundred" in word:
        return 100
    fixed = {"a dozen": 12, "a couple of": 2, "a single": 1}
    if word in fixed:
        return fixed[word]
    tens, _, unit = word.partition(" ")
    if tens in _TENS:
        return _TENS[tens] + (_UNITS.index(unit) if unit else 0)
    return _UNITS.index(word)


def _cjk(word: str) -> int:
    total, digit = 0, 0
    for char in word:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _CJK_DIGITS[char] if total or not digit else digit * 10 + _CJK_DIGITS[char]
    return total + digit
