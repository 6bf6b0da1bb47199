"""Clauses of the premise that can be said by anybody: "her code is sentient", "your code…", "my code…"."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from sfd.outline.english import DOUBLED, IRREGULAR, ODD_PASTS, PREPOSITIONS, SAME_PASTS, STOP, VERBS
from sfd.outline.wordlist import listed

FEMALE = "female"
FIRST, SECOND, THIRD = 1, 2, 3
MALE = "male"
_FORMS = {
    "subject": {1: "I", 2: "you", FEMALE: "she", MALE: "he"},
    "object": {1: "me", 2: "you", FEMALE: "her", MALE: "him"},
    "possessive": {1: "my", 2: "your", FEMALE: "her", MALE: "his"},
    "reflexive": {1: "myself", 2: "yourself", FEMALE: "herself", MALE: "himself"},
}
_PLURAL_FORMS = {
    "subject": {1: "we", 2: "you", 3: "they"},
    "object": {1: "us", 2: "you", 3: "them"},
    "possessive": {1: "our", 2: "your", 3: "their"},
    "reflexive": {1: "ourselves", 2: "yourselves", 3: "themselves"},
}
_SEEN = {
    "i": ("subject", "first"),
    "me": ("object", "first"),
    "my": ("possessive", "first"),
    "myself": ("reflexive", "first"),
    "she": ("subject", FEMALE),
    "herself": ("reflexive", FEMALE),
    "he": ("subject", MALE),
    "him": ("object", MALE),
    "his": ("possessive", MALE),
    "himself": ("reflexive", MALE),
    "they": ("subject", "they"),
    "them": ("object", "they"),
    "their": ("possessive", "they"),
    "themselves": ("reflexive", "they"),
    "we": ("subject", "we"),
    "us": ("object", "we"),
    "our": ("possessive", "we"),
    "ourselves": ("reflexive", "we"),
}
_FIXED = frozenset(listed("will would can could must should may might had did was were"))
_NOT_OWNED = STOP | PREPOSITIONS


class Kind(Enum):
    """What a word of a clause is to the hero."""

    WORD = "word"
    SUBJECT = "subject"
    OBJECT = "object"
    POSSESSIVE = "possessive"
    REFLEXIVE = "reflexive"
    VERB = "verb"


@dataclass(frozen=True)
class Token:
    """One word; a VERB is one whose subject is the hero."""

    text: str
    kind: Kind = Kind.WORD


Clause = tuple[Token, ...]


def clause_of(words: Sequence[str], voices: frozenset[str]) -> Clause:
    """Words as a clause. `voices` are the pronoun families that mean the hero: first, female, male, they, we."""
    tokens: list[Token] = []
    for index, word in enumerate(words):
        after = words[index + 1].lower() if index + 1 < len(words) else ""
        tokens.append(_token(word, after, voices, tokens))
    return tuple(tokens)


def deed_of(words: Sequence[str], voices: frozenset[str]) -> Clause:
    """A verb phrase whose subject is the hero, as a clause."""
    rest = clause_of(words[1:], voices)
    return (Token("", Kind.SUBJECT), Token(words[0], Kind.VERB), *rest)


def render(clause: Clause, person: int, gender: str, plural: bool = False, name: str = "") -> str:
    """The clause in the first, second or third person. `name` replaces the hero as the first third-person subject."""
    words: list[str] = []
    named = False
    for token in clause:
        if token.kind is Kind.WORD:
            words.append(token.text)
        elif token.kind is Kind.VERB:
            words.append(agree(token.text, person, plural))
        elif person == THIRD and name and not named and token.kind is Kind.SUBJECT:
            words.append(name)
            named = True
        else:
            words.append(_pronoun(token.kind, person, gender, plural))
    return " ".join(words).replace(" ,", ",")


def agree(verb: str, person: int, plural: bool) -> str:
    """A verb (as found) for I, you or she; past forms and modals stay as they are."""
    low = verb.lower()
    if low in {"is", "are", "am"}:
        return "are" if plural or person == SECOND else ("am" if person == FIRST else "is")
    if low in {"was", "were"}:
        return "were" if plural or person == SECOND else "was"
    if low in _FIXED or low.endswith("ed") or _is_past(low):
        return verb
    root = base(low)
    return third(root) if person == THIRD and not plural else root


def past(deed: Clause) -> Clause:
    """A deed as something done ("hides" → "hid"); habits, abilities and states stay as they are."""
    root = base(deed[1].text.lower())
    if root in {"i", "is", "are", "am"} and deed[2:] and deed[2].text.endswith(("ed", "en", "wn")):
        return (deed[0], Token("was", Kind.VERB), *deed[2:])
    habit = any(token.text.lower() in {"every", "each", "always", "only", "never"} for token in deed)
    if habit or root not in VERBS or root in _FIXED or root in {"be", "have", "do", "is", "are", "am"}:
        return deed
    if deed[1].text.lower() in IRREGULAR or deed[1].text.endswith("ed"):
        return deed
    return (deed[0], Token(_past_form(root), Kind.VERB), *deed[2:])


def _past_form(root: str) -> str:
    odd = next((form for form, known in (IRREGULAR | ODD_PASTS).items() if known == root), "")
    if odd:
        return odd
    if root in SAME_PASTS:
        return root
    if root in DOUBLED:
        return f"{root}{root[-1]}ed"
    if root.endswith("e"):
        return root + "d"
    return root[:-1] + "ied" if root.endswith("y") and root[-2] not in "aeiou" else root + "ed"


def _is_past(verb: str) -> bool:
    return verb in ODD_PASTS or (verb in IRREGULAR and verb not in {"have", "has", "does", "goes"})


def base(verb: str) -> str:
    """The base form of a present-tense verb: discovers → discover, has → have."""
    if verb in {"has", "does", "goes"}:
        return {"has": "have", "does": "do", "goes": "go"}[verb]
    if verb.endswith("ies") and len(verb) > len("dies"):
        return verb[:-3] + "y"
    if verb.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


def third(root: str) -> str:
    """The third person singular of a base form: carry → carries, have → has."""
    if root == "have":
        return "has"
    if root.endswith(("s", "sh", "ch", "x", "z", "o")):
        return root + "es"
    if root.endswith("y") and root[-2:-1] not in set("aeiou"):
        return root[:-1] + "ies"
    return root + "s"


def _token(word: str, after: str, voices: frozenset[str], before: Sequence[Token]) -> Token:
    low = word.lower()
    if low == "her" and FEMALE in voices:
        owned = bool(after) and after not in _NOT_OWNED and after.isalpha() | ("-" in after)
        return Token(word, Kind.POSSESSIVE if owned else Kind.OBJECT)
    kind, family = _SEEN.get(low, ("", ""))
    if kind and family in voices:
        return Token(word, Kind(kind))
    if before and before[-1].kind is Kind.SUBJECT and low.isalpha() and not low.endswith("ly"):
        return Token(word, Kind.VERB) if low not in {"never", "always", "also", "still", "just"} else Token(word)
    return Token(word)


def _pronoun(kind: Kind, person: int, gender: str, plural: bool) -> str:
    if plural:
        return _PLURAL_FORMS[kind.value][person]
    return _FORMS[kind.value][gender if person == THIRD else person]
