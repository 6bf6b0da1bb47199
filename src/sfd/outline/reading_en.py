"""Reading an English premise: who, what, which thing, which claim. Rules of thumb, no model."""

import re
from collections.abc import Sequence

from sfd.outline import english as en
from sfd.outline.clause import FEMALE, MALE, Clause, base, clause_of, deed_of, past, render
from sfd.outline.grammar_en import (
    FINITE,
    PHRASE_WORDS,
    RELATIVE,
    NounPhrase,
    Sentence,
    clip,
    core_of,
    gender_of_name,
    is_person,
    is_plural,
    is_verb,
    lower_words,
    noun_phrases,
    pair_of,
    parse,
    plain_subject,
    proper_subject,
    singular,
    without_opener,
    words_of,
)
from sfd.outline.people_en import people_in
from sfd.outline.reading import Person, Reading
from sfd.outline.title_en import title_of
from sfd.outline.wordlist import listed

READ_CHARACTERS = 4_000
LONGEST_FACT = 10
LONGEST_SUBJECT = 5
_SHORTEST_NOUN = 3
_MEETING = frozenset(listed("hears hear sees see meets meet ghost talks speaks plays calls visits dances answers"))
_THEMES = frozenset(
    listed("revenge love grief betrayal justice silence truth fear hope hate freedom loyalty honor guilt")
)


def read_english(story: str) -> Reading:
    """The facts of an English premise (its directions already removed)."""
    text = story[:READ_CHARACTERS].replace("’", "'")
    core = core_of(text)
    sentence = parse(without_opener(words_of(core)))
    phrases = noun_phrases(words_of(text))
    voices, gender, first = _voices(text, sentence)
    hero = _hero(sentence, first=first)
    fact = _fact(sentence, voices, hero is None or first)
    deed = _deed(sentence, voices) if hero is not None else None
    people = people_in(words_of(text), hero or "", text, sentence)
    thing, owned = _thing(phrases, sentence, fact, voices)
    props = _props(phrases, thing)
    return Reading(
        story=story,
        engine="haunting" if _haunted(core, people) else _engine(core, text, hero or ""),
        core=core,
        role=_role(hero, sentence, first),
        hero_name=_name(sentence, text),
        hero_gender=gender or gender_of_name(_name(sentence, text)),
        first_person=first,
        pair=pair_of(sentence),
        thing=thing,
        owned=owned,
        props=props,
        theme=next((word for word in lower_words(text) if word in _THEMES), ""),
        fact=fact,
        deed=deed,
        people=people,
        place=next((p.text.lower() for p in phrases if p.head in en.PLACES), ""),
        time=next((time for word, time in en.TIMES if word in lower_words(core)), ""),
        title=title_of(story, core, sentence, fact, deed, first),
    )


def _voices(text: str, sentence: Sentence) -> tuple[frozenset[str], str, bool]:
    words = lower_words(text)
    first = "i" in words[:60] or "my" in words[:40]
    head = singular(sentence.subject[-1]) if sentence.subject else ""
    counts = {
        FEMALE: sum(word in {"she", "her", "herself", "hers"} for word in words),
        MALE: sum(word in {"he", "his", "him", "himself"} for word in words),
    }
    gender = FEMALE if head in en.FEMALE else MALE if head in en.MALE else ""
    if first:
        partner = set(words[:120])
        gender = FEMALE if partner & {"husband", "ex-husband", "boyfriend", "fiancé"} else ""
        gender = gender or (MALE if partner & {"wife", "ex-wife", "girlfriend", "fiancée"} else "")
        return frozenset({"first", "we"}), gender, True
    if not gender and max(counts.values()):
        gender = FEMALE if counts[FEMALE] >= counts[MALE] else MALE
    if pair_of(sentence):
        return frozenset({"they"}), gender, False
    if not max(counts.values()) and sentence.subject and is_person(sentence.subject[-1]):
        return frozenset({"they"}), gender, False
    return frozenset({gender} if gender else ()), gender, False


def _hero(sentence: Sentence, *, first: bool) -> str | None:
    if not sentence.subject:
        return None
    if first:
        return "" if sentence.subject[0].lower() == "i" else None
    words = plain_subject(sentence)
    if proper_subject(sentence):
        role = next((word for word in words[1:] if is_person(word)), "")
        return role.lower()
    if not words or not is_person(words[-1]):
        return None
    return " ".join(word.lower() for word in (*words[-3:-1], singular(words[-1])))


def _name(sentence: Sentence, text: str) -> str:
    named = proper_subject(sentence)
    if named:
        return named
    called = re.search(r"\b(?:named|called)\s+([A-Z][^\W\d_]{1,20})", text)
    return called.group(1) if called and _hero(sentence, first=False) else ""


def _role(hero: str | None, sentence: Sentence, first: bool) -> str:
    if first:
        words = [word.lower() for word in sentence.words]
        named = next(
            (words[i + 2] for i in range(len(words) - 2) if words[i] == "as" and words[i + 1] in {"a", "an"}), ""
        )
        return named if is_person(named) else ""
    return hero or ""


def _deed(sentence: Sentence, voices: frozenset[str]) -> Clause | None:
    if not sentence.verb:
        return None
    cut = clip(sentence.predicate, LONGEST_FACT)
    return deed_of(cut, voices) if len(cut) >= PHRASE_WORDS else None


def _fact(sentence: Sentence, voices: frozenset[str], impersonal: bool) -> Clause | None:
    words = sentence.predicate
    if not words:
        return None
    if base(words[0].lower()) in en.KNOWING or en.IRREGULAR.get(words[0].lower(), "") in en.KNOWING:
        claim = _claim(words[1:])
        if claim:
            return clause_of(_lowered(claim), voices)
    told = clip(sentence.aside, LONGEST_FACT)
    if len(told) >= PHRASE_WORDS and not impersonal:
        return past(deed_of(told, voices))
    if impersonal:
        start = sentence.words[: sentence.verb]
        cut = clip(words, LONGEST_FACT + 1 - min(len(start), LONGEST_SUBJECT))
        short = len(start) <= LONGEST_SUBJECT and len(cut) >= PHRASE_WORDS and sentence.words[0].lower() != "i"
        return clause_of(_lowered((*start, *cut)), voices) if short else None
    return _relative_fact(words, voices)


def _claim(words: Sequence[str]) -> tuple[str, ...]:
    lead = next((i for i, word in enumerate(words[:4]) if word.lower() in {"that", "out"}), -1)
    if lead >= 0 and words[lead].lower() == "out" and words[lead + 1 : lead + 2] == ("that",):
        lead += 1
    rest = tuple(words[lead + 1 :])
    cut = clip(rest, LONGEST_FACT)
    verb = next((i for i in range(1, len(cut)) if is_verb(cut, i)), 0)
    relative = any(word.lower() in RELATIVE for word in cut[:verb])
    return cut if verb and verb < len(cut) - 1 and not relative else ()


def _relative_fact(words: Sequence[str], voices: frozenset[str]) -> Clause | None:
    for index in range(2, min(len(words) - 2, 8)):
        if words[index].lower() in {"that", "which"} and words[index - 1].lower() not in en.STOP:
            phrase = [w for w in words[max(1, index - 3) : index] if w.lower() not in en.STOP]
            tail = clip(words[index + 1 :], LONGEST_FACT - 3)
            starts = tail and (tail[0].lower() in FINITE or base(tail[0].lower()) in en.VERBS or tail[0].endswith("ed"))
            if phrase and starts and not is_person(phrase[-1]):
                return clause_of(("the", *(w.lower() for w in phrase[-2:]), *tail), voices)
            return None
    return None


def _lowered(words: Sequence[str]) -> tuple[str, ...]:
    if words and (words[0].lower() in en.STOP or not gender_of_name(words[0])) and words[0] != "I":
        return (words[0] if words[0][1:].isupper() else words[0].lower(), *words[1:])
    return tuple(words)


def _thing(
    phrases: Sequence[NounPhrase], sentence: Sentence, fact: Clause | None, voices: frozenset[str]
) -> tuple[str, bool]:
    subject = plain_subject(sentence)
    if len(sentence.words) == 1 and sentence.words[0].lower() not in en.ABSTRACT and not is_person(sentence.words[0]):
        return sentence.words[0].lower(), False
    impersonal = subject and not is_person(subject[-1]) and not proper_subject(sentence)
    if impersonal and sentence.verb and _is_thing(subject[-1]):
        return " ".join(word.lower() for word in subject[-2:]), False
    told = noun_phrases(render(fact, 3, FEMALE).split()) if fact else []
    later = noun_phrases(("the", *sentence.predicate[1:])) if _bare_object(sentence) else []
    later += noun_phrases(sentence.predicate)
    for phrase in (*told, *later, *phrases):
        where = phrase.determiner in en.PREPOSITIONS and phrase.head in en.PLACES
        if not (where or is_person(phrase.head) or phrase.words[-1][0].isupper()) and _is_thing(phrase.head):
            return phrase.text.lower(), _owned(phrase.determiner, voices)
    return "", False


def _bare_object(sentence: Sentence) -> bool:
    after = [word.lower() for word in sentence.predicate[1:4]]
    stop = next((i for i, word in enumerate(after) if word in en.STOP), len(after))
    return stop > 0 and is_plural(after[stop - 1])


def _owned(determiner: str, voices: frozenset[str]) -> bool:
    families = {"her": FEMALE, "his": MALE, "my": "first", "our": "we", "their": "they"}
    return families.get(determiner, "") in voices


def _is_thing(noun: str) -> bool:
    low = noun.lower()
    times = {word for word, _ in en.TIMES}
    return (
        low not in en.ABSTRACT
        and singular(low) not in en.ABSTRACT | times
        and len(low) >= _SHORTEST_NOUN
        and not low.isdigit()
    )


def _props(phrases: Sequence[NounPhrase], thing: str) -> tuple[str, ...]:
    props: list[str] = []
    for phrase in phrases:
        plain = not is_person(phrase.head) and _is_thing(phrase.head) and not phrase.words[-1][0].isupper()
        if plain and phrase.text.lower() not in (thing, *props) and phrase.head not in thing.split():
            props.append(phrase.text.lower())
    return tuple(props[:12])


def _haunted(core: str, people: Sequence[Person]) -> bool:
    """Whether somebody dead is met as if alive."""
    meets = set(lower_words(core)) & _MEETING
    return bool(meets) and any(person.bucket == "V" for person in people)


def _engine(core: str, text: str, role: str) -> str:
    near, far = lower_words(core), lower_words(text)

    def score(engine: str) -> int:
        known = frozenset(en.GENRES[engine].split()) - (set(role.split()) if engine == "awakening" else set())
        return 3 * sum(word in known for word in near) + sum(word in known for word in far)

    year = re.search(r"\b1[0-9]{3}s?\b", text)
    scores = {engine: score(engine) + (8 if engine == "hidden" and year else 0) for engine in en.GENRES}
    best = max(scores, key=lambda engine: scores[engine])
    return best if scores[best] else "secret"
