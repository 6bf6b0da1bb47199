"""The words that fill a story sheet's braces, in English."""

import re
from collections.abc import Mapping

from sfd.outline.casting import Cast
from sfd.outline.clause import FEMALE, clause_of, past, render
from sfd.outline.grammar_en import is_plural
from sfd.outline.kinds import KINDS
from sfd.outline.reading import Reading

_SLOT = re.compile(r"\{(\w+)\}")
_START = re.compile(r"(^|(?<!\.)[.!?]\s+[\"“]?|^[\"“])([a-zà-ÿ])")
_PRONOUNS = {
    "female": ("she", "her", "her", "hers", "herself"),
    "male": ("he", "him", "his", "his", "himself"),
}


def english_slots(reading: Reading, cast: Cast, prop_index: int) -> dict[str, str]:
    """Every slot an English sheet may use. `prop_index` turns through the premise's smaller things."""
    kind = KINDS[reading.engine]
    thing = reading.thing or kind.thing
    slots = {role: player.name.split(" ")[0] for role, player in cast.items() if role != "V"}
    slots |= {"V": cast["V"].name if "V" in cast else ""}
    for role, prefix in (("H", ""), ("F", "f"), ("A", "a"), ("E", "e")):
        slots |= _pronouns(prefix, cast[role].gender)
    slots |= _thing(thing, reading, cast["H"].gender)
    props = reading.props or (kind.prop,)
    slots |= {
        "role": cast["H"].relation,
        "f_rel": cast["F"].relation,
        "a_rel": cast["A"].relation,
        "e_rel": cast["E"].relation,
        "prop": props[prop_index % len(props)],
        "theme": reading.theme or kind.theme,
        "car": "carriage" if kind.period else "car",
        "the_place": f"the {reading.place}" if reading.place else "this place",
    }
    return slots | _clauses(reading, cast, slots)


def fill(text: str, slots: Mapping[str, str]) -> str:
    """`text` with its slots filled and its sentences capitalised. What a slot holds is never read as a slot."""
    filled = fill_slots(text, slots)
    filled = re.sub(r"\s+", " ", filled).strip()
    return _START.sub(lambda match: match.group(1) + match.group(2).upper(), filled)


def fill_slots(text: str, slots: Mapping[str, str]) -> str:
    """`text` with its slots filled and nothing else changed."""
    return _SLOT.sub(lambda match: slots[match.group(1)], text)


def _pronouns(prefix: str, gender: str) -> dict[str, str]:
    subject, object_, possessive, own, self_ = _PRONOUNS[gender]
    return {
        f"{prefix}he": subject,
        f"{prefix}him": object_,
        f"{prefix}his": possessive,
        f"{prefix}hispl": own,
        f"{prefix}himself": self_,
    }


def _thing(thing: str, reading: Reading, gender: str) -> dict[str, str]:
    plural = is_plural(thing.rsplit(" ", maxsplit=1)[-1])
    the = f"the {thing}"
    slots = {"thing": thing, "the_thing": the, "s": "" if plural else "s", "it": "they" if plural else "it"}
    slots |= {"it_o": "them" if plural else "it", "is": "are" if plural else "is", "was": "were" if plural else "was"}
    slots |= {"has": "have" if plural else "has"}
    own = "his" if gender != FEMALE else "her"
    slots |= {
        "your_thing": f"your {thing}" if reading.owned else the,
        "his_thing": f"{own} {thing}" if reading.owned else the,
    }
    return slots


def _clauses(reading: Reading, cast: Cast, slots: Mapping[str, str]) -> dict[str, str]:
    gender, plural = cast["H"].gender, bool(reading.pair)
    default = clause_of(fill_slots(KINDS[reading.engine].claim, slots).split(), frozenset({"first"}))
    done = past(reading.deed) if reading.deed else None
    fact = reading.fact or done or default
    told = plural and fact is not default
    clauses = {f"fact{person}": render(fact, person, gender, told) for person in (1, 2, 3)}
    deed = done or fact
    return clauses | {f"deed{person}": render(deed, person, gender, plural) for person in (1, 2, 3)}
