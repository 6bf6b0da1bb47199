"""From a character's description to how the person looks, the same in every frame.

What the description does not say is chosen by a hash of the character's id and name.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from random import Random

from sfd.domain.briefs import CharacterBrief
from sfd.media.drawing.colour import dark, identity_colour, mix, seeded
from sfd.media.drawing.vocabulary import (
    AGE_WORDS,
    BEARD_WORDS,
    COLOUR_WORDS,
    FEMALE_WORDS,
    GLASSES_WORDS,
    HAIR_COLOURS,
    HAIR_WORDS,
    MALE_WORDS,
    OTHER_NOUNS,
    OUTFIT_WORDS,
    PROFESSION_WORDS,
    SHAVEN_WORDS,
    SKIN_WORDS,
    first_match,
    matches,
)


class Age(StrEnum):
    """How old a person is drawn."""

    CHILD = "child"
    TEEN = "teen"
    ADULT = "adult"
    ELDER = "elder"


@dataclass(frozen=True)
class Look:
    """How a person is drawn. Colours are `#rrggbb`; `stature` 1 is a grown man."""

    identity: str
    female: bool
    age: Age
    skin: str
    hair: str
    hair_colour: str
    outfit: str
    cloth: str
    eyes: str
    glasses: bool
    beard: str
    stature: float


_SKINS = ("#f3d6c0", "#ecc9ae", "#dcb28f", "#c99a75", "#a8744f", "#7d5238")
_EAST_ASIAN_SKINS = 3
_HAIRS = ("#1c181b", "#2a1f1e", "#3b2a22", "#54382a", "#6e4a30", "#23202c")
_GREYS = ("#9b9ea6", "#b9bcc4", "#7f838c")
_EYES = ("#4a2f25", "#3a2a22", "#5a4a2c", "#3d5a6b", "#4a5c3c")
_MALE_HAIR = ("short", "slick", "parted", "buzz", "curly", "short", "parted")
_FEMALE_HAIR = ("long", "bob", "bun", "ponytail", "wavy", "curly", "long", "fringe")
_MALE_OUTFITS = ("suit", "coat", "hoodie", "shirt", "suit")
_FEMALE_OUTFITS = ("dress", "coat", "shirt", "dress", "hoodie")
_YOUNG_OUTFITS = ("hoodie", "shirt", "tee")
_STATURES = {Age.CHILD: 0.72, Age.TEEN: 0.93, Age.ADULT: 1.0, Age.ELDER: 0.96}
_CHILD_YEARS, _TEEN_YEARS, _ELDER_YEARS = 12, 19, 60
_YEARS = re.compile(
    r"(?:\baged?\s+|\bage:?\s*)(\d{1,3})|\b(\d{1,3})(?:\s*-?\s*years?\b|s\b|\s*yo\b|\s*[,;.]|$)|(\d{1,3})\s*[多几]?岁"
)
_REACH = 26
_EVEN_ODDS = 0.5
_BEARDED, _UNSHAVEN = 0.14, 0.3


def look_of(brief: CharacterBrief) -> Look:
    """The look of a character."""
    return _look(brief.id, brief.name, brief.description.lower(), brief.gender.lower(), brief.position)


@lru_cache(maxsize=256)
def _look(identifier: str, name: str, words: str, gender: str, position: int) -> Look:
    chance = seeded("look", identifier, name)
    female = _is_female(gender, words, chance)
    age = _age(words)
    east = any("\u4e00" <= character <= "\u9fff" for character in name)
    skin = first_match(words, SKIN_WORDS) or chance.choice(_SKINS[:_EAST_ASIAN_SKINS] if east else _SKINS)
    hair = first_match(words, HAIR_WORDS) or _default_hair(chance, female=female, age=age)
    outfit = first_match(words, OUTFIT_WORDS) or first_match(words, PROFESSION_WORDS)
    outfit = outfit or _default_outfit(chance, female=female, age=age)
    identity = identity_colour(position)
    colours = described_colours(words)
    hair_colour = HAIR_COLOURS.get(colours.get("hair", ""), "") or chance.choice(_GREYS if age is Age.ELDER else _HAIRS)
    return Look(
        identity=identity,
        female=female,
        age=age,
        skin=skin,
        hair=_for_short_hair(hair, female=female),
        hair_colour=hair_colour,
        outfit=outfit,
        cloth=_cloth(outfit, colours.get("outfit", ""), identity),
        eyes=chance.choice(_EYES),
        glasses=matches(words, GLASSES_WORDS),
        beard=_beard(words, chance, female=female, age=age),
        stature=_STATURES[age] * (0.96 if female and age is not Age.CHILD else 1.0),
    )


def _is_female(gender: str, description: str, chance: Random) -> bool:
    guess = chance.random() < _EVEN_ODDS
    for words in (gender, description):
        female, male = matches(words, FEMALE_WORDS), matches(words, MALE_WORDS)
        if female != male:
            return female
    return guess


def _age(words: str) -> Age:
    found = _YEARS.search(words)
    years = int(next(group for group in found.groups() if group)) if found else 0
    if not years:
        return Age(first_match(words, AGE_WORDS) or Age.ADULT)
    if years <= _CHILD_YEARS:
        return Age.CHILD
    if years <= _TEEN_YEARS:
        return Age.TEEN
    return Age.ELDER if years >= _ELDER_YEARS else Age.ADULT


def _default_hair(chance: Random, *, female: bool, age: Age) -> str:
    if age is Age.ELDER:
        return chance.choice(("bun", "bob", "curly") if female else ("short", "slick", "bald"))
    if age is Age.CHILD:
        return chance.choice(("braids", "bob", "ponytail") if female else ("short", "parted", "curly"))
    return chance.choice(_FEMALE_HAIR if female else _MALE_HAIR)


def _for_short_hair(hair: str, *, female: bool) -> str:
    """Short hair on a woman keeps some length at the sides."""
    return "pixie" if female and hair == "short" else hair


def _default_outfit(chance: Random, *, female: bool, age: Age) -> str:
    if age in {Age.CHILD, Age.TEEN}:
        return chance.choice(_YOUNG_OUTFITS)
    return chance.choice(_FEMALE_OUTFITS if female else _MALE_OUTFITS)


def _beard(words: str, chance: Random, *, female: bool, age: Age) -> str:
    if matches(words, SHAVEN_WORDS):
        return ""
    said = first_match(words, BEARD_WORDS)
    by_chance = chance.random()
    if said or female or age in {Age.CHILD, Age.TEEN}:
        return said or ""
    if by_chance < _BEARDED:
        return "full"
    return "stubble" if by_chance < _UNSHAVEN else ""


def _cloth(outfit: str, said: str, identity: str) -> str:
    """The cloth's colour; black and white are softened so that folds still show."""
    if said:
        return {"#000000": "#2b2d36", "#ffffff": "#e9ebee"}.get(said, said)
    return mix(dark(identity, 0.35), "#2f3a55", 0.35) if outfit == "uniform" else identity


def described_colours(words: str) -> dict[str, str]:
    """Which colour the description gives to the `hair` and to the `outfit`.

    A colour belongs to the thing named next, in the same clause and close by; else to the thing before.
    """
    found: dict[str, str] = {}
    for clause in re.split(r"[,.;:，。；：、\n]", words):
        things = _things(clause)
        for start, end, colour in _occurrences(clause, COLOUR_WORDS):
            after = next((kind for at, _, kind in things if start <= at <= end + _REACH), None)
            before = next((kind for _, stop, kind in reversed(things) if stop <= start), None)
            found.setdefault(after or before or "", colour)
    return found


def _things(clause: str) -> list[tuple[int, int, str]]:
    things = [(start, end, "hair") for start, end, _ in _occurrences(clause, HAIR_WORDS)]
    things += [(start, end, "hair") for start, end, _ in _occurrences(clause, (("hair", ("hair", "发", "髪")),))]
    things += [(start, end, "outfit") for start, end, _ in _occurrences(clause, OUTFIT_WORDS)]
    things += [(start, end, "other") for start, end, _ in _occurrences(clause, OTHER_NOUNS)]
    return sorted(things)


def _occurrences(text: str, table: tuple[tuple[str, tuple[str, ...]], ...]) -> list[tuple[int, int, str]]:
    return sorted(
        (found.start(), found.end(), value)
        for value, names in table
        for name in names
        for found in re.finditer(_pattern(name), text)
    )


def _pattern(name: str) -> str:
    return rf"\b(?:{name})\b" if name.isascii() else name
