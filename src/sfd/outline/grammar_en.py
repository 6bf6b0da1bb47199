"""English sentences by rules of thumb: subject, verb, noun phrases. No model, no dictionary of the language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sfd.outline import english as en
from sfd.outline.clause import FEMALE, MALE, base
from sfd.outline.names import FIRST_NAMES_FEMALE, FIRST_NAMES_MALE
from sfd.outline.wordlist import listed

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[,;:—–()\"“”]")
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+|\n+")
RELATIVE = frozenset({"who", "that", "which", "whose"})
_CUTS = frozenset(listed("to two three four five six seven eight nine ten every for"))
_SUBJECTS = frozenset(listed("i he she they we you"))
FINITE = frozenset(listed("is are was were am has had will would can could must should may might do does did"))
PHRASE_WORDS = 2
_SENTENCE_WORDS = 3
_LONGEST_WORD = 40
_LONGEST_NOUN = 24
_SUBJECT_WORDS = 8
_PARTICLES = frozenset(listed("back up down out away off him her them it again"))
_NAMES = frozenset((*FIRST_NAMES_FEMALE, *FIRST_NAMES_MALE))
_NOT_PEOPLE = frozenset(listed("german roman norman human ottoman talisman"))
_SINGULAR_ENDS = ("ss", "us", "is", "'s", "’s")


@dataclass(frozen=True)
class NounPhrase:
    """A noun with its modifiers; `at` is the index of its head in the words."""

    determiner: str
    words: tuple[str, ...]
    at: int

    @property
    def head(self) -> str:
        """The noun itself, lower case."""
        return self.words[-1].lower()

    @property
    def text(self) -> str:
        """At most the last two words: "wedding ring"."""
        return " ".join(self.words[-2:])


@dataclass(frozen=True)
class Sentence:
    """A sentence taken apart: `verb` is the index of the main verb (0: none found), `aside` what "who …" says."""

    words: tuple[str, ...]
    subject: tuple[str, ...]
    verb: int
    aside: tuple[str, ...] = ()

    @property
    def predicate(self) -> tuple[str, ...]:
        """From the main verb on."""
        return self.words[self.verb :] if self.verb else ()


def words_of(text: str) -> tuple[str, ...]:
    """Words and the punctuation that parts them."""
    return tuple(word for word in _WORD.findall(text) if len(word) <= _LONGEST_WORD)


def lower_words(text: str) -> list[str]:
    """The words in lower case."""
    return [word.lower() for word in words_of(text)]


def core_of(text: str) -> str:
    """The first sentence that is one, without its full stop."""
    sentences = [part.strip() for part in _SENTENCE.split(text) if any(c.isalpha() for c in part)]
    long = [part for part in sentences if len(words_of(part)) >= _SENTENCE_WORDS]
    return (long or sentences or [text])[0].rstrip(".!?… ")


def without_opener(words: tuple[str, ...]) -> tuple[str, ...]:
    """The sentence without "In 1943 Paris,"."""
    if words and words[0].lower() in en.OPENERS and "," in words[1:14]:
        rest = words[words.index(",") + 1 :]
        return rest if len(rest) >= PHRASE_WORDS else words
    return words


def parse(words: tuple[str, ...]) -> Sentence:
    """Where the subject ends and the main verb stands."""
    relative, main, index = 0, 0, 1
    while index < min(len(words), 30):
        low = words[index].lower()
        if words[index] == "," and not relative:
            index = _after_aside(words, index)
            continue
        if low in RELATIVE and not relative and index < _SUBJECT_WORDS:
            relative = index
        elif is_verb(words, index, bool(relative)):
            main = index
            if not relative or index > relative + 2:
                break
        index += 1
    participle = 0 if relative or main else _participle(words)
    main = main or _after_participle(words, participle)
    end = relative or participle or main or len(words)
    aside = words[relative + 1 : main] if relative and words[relative].lower() == "who" and main > relative + 1 else ()
    return Sentence(words, words[:end], main, aside)


def _participle(words: Sequence[str]) -> int:
    return next((i for i in range(1, len(words)) if words[i].endswith("ed") and words[i - 1].lower() not in en.STOP), 0)


def _after_participle(words: Sequence[str], participle: int) -> int:
    later = range(participle + 1, len(words)) if participle else ()
    known = (i for i in later if words[i].lower() in en.VERBS and words[i - 1].lower() not in en.STOP)
    return next(known, 0)


def _after_aside(words: tuple[str, ...], comma: int) -> int:
    rest = words[comma + 1 : comma + 12]
    return comma + 2 + rest.index(",") if "," in rest else comma + 1


def is_verb(words: Sequence[str], index: int, strict: bool = False) -> bool:
    """Whether the word at `index` (not the first) looks like a finite verb; `strict` inside a relative clause."""
    low, before = words[index].lower(), words[index - 1].lower()
    after = words[index + 1].lower() if index + 1 < len(words) else ""
    if before in en.DETERMINERS or before in en.PREPOSITIONS or not low[0].isalpha() or before.endswith("'s"):
        return False
    if low in FINITE or before == "i":
        return low not in en.STOP
    free = not after or after in en.STOP or after[0] == "," or after.endswith("ly") or not strict
    if low.endswith("s") and not low.endswith(_SINGULAR_ENDS):
        known = base(low) in en.VERBS
        opens = after in en.STOP and after not in en.BOUNDARIES
        return (known and free) or (words[0].lower() in {"a", "an"} and opens and index > 1 and not strict)
    if low in en.IRREGULAR or (low.endswith("ed") and len(low) > len("need")):
        return (index > 1 and not before.endswith("ly") and after not in {"", "to"}) or (
            index == 1 and words[0][0].isupper() and low in en.IRREGULAR
        )
    return low in en.VERBS and _looks_plural(words, index)


def _looks_plural(words: Sequence[str], index: int) -> bool:
    before = words[index - 1].lower()
    return is_plural(before) or "and" in [word.lower() for word in words[:index]]


def is_plural(noun: str) -> bool:
    """Whether an English noun looks plural."""
    low = noun.lower()
    if low in {"people", "men", "women", "children", "mice", "feet", "teeth", "they", "we", "wolves"}:
        return True
    return low.endswith("s") and not low.endswith(("ss", "us", "is", "news", "'s"))


def singular(noun: str) -> str:
    """A noun in the singular, lower case."""
    low = noun.lower()
    odd = {"women": "woman", "men": "man", "children": "child", "wives": "wife", "thieves": "thief"}
    if low in odd:
        return odd[low]
    return base(low) if is_plural(low) else low


def is_person(noun: str) -> bool:
    """Whether an English noun is somebody rather than something."""
    low = singular(noun)
    return low in en.PEOPLE or (low.endswith(en.PERSON_ENDINGS) and low not in _NOT_PEOPLE)


def noun_phrases(words: Sequence[str]) -> list[NounPhrase]:
    """The noun phrases that an article, a possessive or a preposition announces, in order."""
    found: list[NounPhrase] = []
    index = 0
    while index < len(words):
        low = words[index].lower()
        if low in en.DETERMINERS or low in en.PREPOSITIONS or low.endswith("'s"):
            phrase = _gather(words, index + 1, low)
            if phrase and not _is_infinitive(words, low, phrase):
                found.append(phrase)
                index = phrase.at
        index += 1
    return found


def _is_infinitive(words: Sequence[str], before: str, phrase: NounPhrase) -> bool:
    """Whether `to` and one word are a verb with its object behind it: "to ship the release"."""
    after = words[phrase.at + 1].lower() if phrase.at + 1 < len(words) else ""
    return before == "to" and len(phrase.words) == 1 and after in en.DETERMINERS


def _gather(words: Sequence[str], start: int, determiner: str) -> NounPhrase | None:
    taken: list[str] = []
    for index in range(start, min(start + 4, len(words))):
        if words[index].lower().endswith("'s") and not (taken and is_person(taken[-1])):
            return None
        if _ends_phrase(words, index, taken, determiner):
            break
        taken.append(words[index])
    if not taken or any(len(word) > _LONGEST_NOUN for word in taken):
        return None
    if len(taken) == 1 and taken[0].lower().endswith("ing"):
        return None
    return NounPhrase(determiner, tuple(taken), start + len(taken) - 1)


def _ends_phrase(words: Sequence[str], index: int, taken: Sequence[str], determiner: str) -> bool:
    low = words[index].lower()
    if low in en.STOP or not low[0].isalpha() or low in FINITE:
        return True
    if not taken:
        told = determiner == "that" and (low.endswith(("ed", "s")) or low in en.IRREGULAR)
        return told or (low in en.VERBS and _acts(words, index, taken))
    if low.endswith(("ed", "ly")) or low in en.IRREGULAR:
        return True
    if low.endswith("s") and not low.endswith(_SINGULAR_ENDS):
        return is_person(taken[-1]) or (base(low) in en.VERBS and not _ends(words, index))
    return low in en.VERBS and _acts(words, index, taken)


def _acts(words: Sequence[str], index: int, taken: Sequence[str]) -> bool:
    after = words[index + 1].lower() if index + 1 < len(words) else ""
    if not taken:
        return words[index - 1].lower() == "to"
    return is_plural(taken[-1]) or is_person(taken[-1]) or after in en.DETERMINERS or after in en.PREPOSITIONS


def _ends(words: Sequence[str], index: int) -> bool:
    after = words[index + 1].lower() if index + 1 < len(words) else ","
    return not after[0].isalpha() or after in en.BOUNDARIES


def clip(words: Sequence[str], limit: int) -> tuple[str, ...]:
    """The longest beginning of at most `limit` words that ends where a phrase ends."""
    cut: list[str] = []
    for word in words:
        if not (word[0].isalnum()) or (word.lower() in en.BOUNDARIES and cut):
            break
        cut.append(word)
    if len(cut) > limit:
        cut = _before_preposition(cut, limit)
    while cut and cut[-1].lower() in en.STOP - _PARTICLES:
        cut.pop()
    return tuple(cut)


def _before_preposition(words: list[str], limit: int) -> list[str]:
    for index in range(limit, 2, -1):
        if words[index].lower() in en.PREPOSITIONS or words[index].lower() in RELATIVE | _SUBJECTS | _CUTS:
            return words[:index]
    return []


def plain_subject(sentence: Sentence) -> list[str]:
    """The words of the subject up to its noun, without article."""
    words: list[str] = []
    for word in sentence.subject:
        low = word.lower()
        if words and (low in en.PREPOSITIONS or low in {"and", "or"} or (word == "," and not proper_subject(sentence))):
            break
        if low not in en.DETERMINERS and low[0].isalpha() and low not in {"who", "another"}:
            words.append(word)
    return words


def proper_subject(sentence: Sentence) -> str:
    """The name that the sentence begins with, if it does."""
    words = sentence.words
    if not words or not words[0][0].isupper() or words[0].lower() in en.STOP or is_person(words[0]):
        return ""
    known = words[0] in _NAMES
    if is_plural(words[0]) and not known:
        return ""
    second, third = (*words[1:3], "", "")[:2]
    surname = second[:1].isupper() and second.isalpha()
    if surname and (known or (third and sentence.verb == PHRASE_WORDS)):
        return f"{words[0]} {second}"
    aside = second == "," and third.lower() in {"a", "an", "the", "who"}
    return words[0] if known or aside else ""


def pair_of(sentence: Sentence) -> str:
    """What several heroes are, in the singular ("sister" for "two sisters"); empty for one hero."""
    if not sentence.subject or not is_plural(sentence.subject[-1]):
        return ""
    noun = singular(sentence.subject[-1])
    return noun if is_person(noun) and noun not in {"people", "family"} else ""


def gender_of_name(name: str) -> str:
    """The gender a first name suggests, if it is a known one."""
    given = name.split(" ", maxsplit=1)[0]
    return FEMALE if given in FIRST_NAMES_FEMALE else MALE if given in FIRST_NAMES_MALE else ""
