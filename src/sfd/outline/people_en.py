"""The people an English premise mentions besides its hero."""

import re
from collections.abc import Sequence

from sfd.outline import english as en
from sfd.outline.clause import FEMALE, MALE
from sfd.outline.grammar_en import (
    NounPhrase,
    Sentence,
    clip,
    gender_of_name,
    is_person,
    noun_phrases,
    pair_of,
    singular,
)
from sfd.outline.reading import Person
from sfd.outline.wordlist import listed

_GONE = frozenset(listed("dead late deceased murdered buried"))


def people_in(words: Sequence[str], hero: str, text: str, sentence: Sentence) -> tuple[Person, ...]:
    """Who is mentioned, first come first (bucket V for the dead); then who is only named."""
    own = {
        hero.rsplit(" ", maxsplit=1)[-1] if hero else "",
        pair_of(sentence),
        "people",
        "family",
        "villager",
        "crew",
        "kid",
    }
    seen: dict[str, Person] = {}
    for phrase in (*noun_phrases(words), *_owners(words)):
        noun = singular(phrase.head)
        if is_person(phrase.head) and noun not in own and noun not in seen:
            seen[noun] = _person(phrase, noun, words)
    names = [name for name in _names_inside(text) if name not in " ".join(sentence.subject)]
    return (*seen.values(), *(Person("", name, gender_of_name(name)) for name in names[:3]))[:5]


def _owners(words: Sequence[str]) -> list[NounPhrase]:
    return [
        NounPhrase(words[i - 1].lower() if i else "", (word[:-2],), i)
        for i, word in enumerate(words)
        if word.endswith("'s") and is_person(word[:-2])
    ]


def _person(phrase: NounPhrase, noun: str, words: Sequence[str]) -> Person:
    gender = FEMALE if noun in en.FEMALE else MALE if noun in en.MALE else ""
    bucket = _bucket(phrase, noun, words)
    before = [_small(word) for word in phrase.words[-2:-1] if not is_person(word)]
    told = _who(words[phrase.at + 1 : phrase.at + 9]) if noun in {"man", "woman", "stranger", "person"} else ()
    owned = phrase.determiner in {"her", "his", "my", "their", "our"}
    return Person(" ".join([*before, _small(noun), *told]), "", gender, bucket, owned)


def _bucket(phrase: NounPhrase, noun: str, words: Sequence[str]) -> str:
    haunts = [word.lower() for word in words[max(0, phrase.at - 4) : phrase.at]]
    if any(word in _GONE for word in haunts[-2:]) or "ghost" in haunts:
        return "V"
    if noun in {"ghost", "robot", "android"}:
        return "-"
    return "F" if noun in en.RIVALS else "A" if noun in en.ALLIES else "E"


def _who(words: Sequence[str]) -> tuple[str, ...]:
    if not words or words[0].lower() != "who":
        return ()
    end = words.index("to") if "to" in words else len(words)
    return clip(words[:end], 7)


def _small(word: str) -> str:
    return word.upper() if word.lower() in {"ceo", "ai"} else word if word.isupper() else word.lower()


def _names_inside(text: str) -> list[str]:
    names: list[str] = []
    for match in re.finditer(r"(?<=[a-z,] )([A-Z][a-zé]{2,15})\b", text):
        before = text[: match.start()].split()[-1:]
        place = before and before[0].lower() in {"in", "at", "near", "from", "of", "to", "the", "a", "an"}
        name = match.group(1)
        if gender_of_name(name) and not place and name not in names:
            names.append(name)
    return names
