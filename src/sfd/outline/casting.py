"""Who plays: two to six people for a reading, with names, looks and voices."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sfd.domain.models import Character
from sfd.outline import cast_data as data
from sfd.outline import cast_data_zh as data_zh
from sfd.outline import names
from sfd.outline.clause import FEMALE, MALE
from sfd.outline.kinds import GENDER_OF_RELATION, KINDS
from sfd.outline.reading import Person, Reading
from sfd.outline.wordlist import listed

OTHERS = ("F", "A", "E")
_COUPLES = frozenset({"revenge", "romance"})
_SENIOR = frozenset(listed("chief director boss surgeon professor 主任 院长"))
_PARENTS = frozenset(listed("mother father parent stepmother stepfather grandmother 母亲 父亲 妈妈 爸爸 继母"))


@dataclass(frozen=True)
class Player:
    """One of the cast: `role` is H, F, A, E or V, `relation` what they are to the hero."""

    role: str
    id: str
    name: str
    gender: str
    relation: str


Cast = dict[str, Player]


def cast_for(reading: Reading, chinese: bool, voice: bool, rng: Random) -> Cast:
    """The players, with the thing's own voice or without; people the premise names or mentions come first."""
    kind = KINDS[reading.engine]
    people = _assigned(reading)
    gender = reading.hero_gender or _hero_gender(reading, people) or rng.choice((FEMALE, MALE))
    taken: set[str] = set()
    hero_name = reading.hero_name or _name(gender, chinese, kind.period, taken, rng)
    taken.add(hero_name.split(" ")[0])
    cast = {"H": Player("H", "hero", hero_name, gender, reading.role or _role(reading, chinese))}
    for index, role in enumerate(OTHERS):
        person = people.get(role) or Person("")
        relation = person.noun or _relation(reading, chinese, index)
        fallback = _by_kind(role, gender) if reading.engine in _COUPLES else ""
        known = person.gender or GENDER_OF_RELATION.get(relation, "") or data_zh.GENDERS.get(relation, "")
        theirs = known or fallback or rng.choice((FEMALE, MALE))
        name = person.name or _name(theirs, chinese, kind.period, taken, rng)
        taken.add(name.split(" ")[0])
        cast[role] = Player(role, {"F": "foe", "A": "ally", "E": "elder"}[role], name, theirs, relation)
    if voice:
        cast["V"] = _voice(reading, chinese, taken, rng)
    return cast


def characters(cast: Cast, roles: Sequence[str], reading: Reading, chinese: bool, rng: Random) -> list[Character]:
    """The players of the given roles as characters of the drama: ids, looks, voices."""
    marks = rng.sample((data_zh if chinese else data).MARKS, len(cast))
    players = zip(cast.values(), marks, strict=True)
    made = [_character(player, mark, reading, chinese, rng) for player, mark in players]
    return [character for character, player in zip(made, cast.values(), strict=True) if player.role in roles]


def _character(player: Player, mark: str, reading: Reading, chinese: bool, rng: Random) -> Character:
    look = data_zh if chinese else data
    if player.role == "V":
        screen = bool(set((reading.thing or KINDS[reading.engine].thing).split()) & data.SCREEN_THINGS)
        screen = screen and reading.engine == "awakening"
        description, voice = data_zh.voice_look(screen) if chinese else _voice_look(screen, player.name)
    else:
        period = KINDS[reading.engine].period
        description = (data_zh.look if chinese else _look)(
            player.role, player.gender, player.relation, mark, period, rng
        )
        voice = rng.choice(look.VOICES[player.role])
    return Character(
        id=player.id,
        name=player.name,
        description=description,
        gender=player.gender,
        voice_description=voice,
        main=player.role in {"H", "F"},
        metadata={"role": player.relation} if player.relation else {},
    )


def _voice(reading: Reading, chinese: bool, taken: set[str], rng: Random) -> Player:
    dead = next((person for person in reading.people if person.bucket == "V"), None)
    if dead is None or reading.engine != "haunting":
        return Player("V", "voice", _voice_name(reading, chinese), "nonbinary", "")
    gender = dead.gender or rng.choice((FEMALE, MALE))
    name = dead.name or _name(gender, chinese, KINDS[reading.engine].period, taken, rng)
    return Player("V", "voice", name, gender, dead.noun)


def _look(role: str, gender: str, relation: str, mark: str, period: bool, rng: Random) -> str:
    hair = rng.choice(data.HAIR_FEMALE if gender == FEMALE else data.HAIR_MALE)
    old = bool(set(relation.split()) & data.OLD)
    young = next((data.YOUNG[word] for word in relation.split() if word in data.YOUNG), "")
    age = young or rng.choice(data.AGES["E" if old else "F" if role == "E" else role])
    if old:
        hair = "silver hair in a bun" if gender == FEMALE else "short silver hair and a grey beard"
    known = next((data.PROFESSION_CLOTHES[word] for word in relation.split() if word in data.PROFESSION_CLOTHES), "")
    clothes = known or rng.choice((data.PERIOD_CLOTHES if period else data.CLOTHES)[role])
    clothes = clothes.replace("dress or suit", "dress" if gender == FEMALE else "suit")
    clothes = clothes.replace("dress or coat", "dress" if gender == FEMALE else "coat")
    who = "Woman" if gender == FEMALE else "Man"
    return f"{who}, {age}, {relation}. {hair[0].upper()}{hair[1:]}, {clothes}, {mark}."


def _voice_look(screen: bool, name: str) -> tuple[str, str]:
    if screen:
        body = "a pale blue figure of light on a black screen, short silver hair, a grey coat, eyes like two cursors"
    else:
        body = "a pale, half-transparent figure in a long grey coat, long silver hair, one hand always in shadow"
    return (f"Not a person: {name}, shown as {body}.", "Close to the ear, calm, without breath between sentences")


def _assigned(reading: Reading) -> dict[str, Person]:
    assigned: dict[str, Person] = {}
    if reading.pair:
        assigned["A"] = Person(reading.pair, "", reading.hero_gender)
    for person in reading.people:
        free = next((role for role in _parts(person, reading) if role not in assigned), "")
        if free:
            assigned[free] = person
    return assigned


def _parts(person: Person, reading: Reading) -> tuple[str, ...]:
    """The parts a mentioned person can play, best first: a story sheet has its own demands."""
    noun = person.noun.split(" ")[-1]
    if person.bucket in {"V", "-"} or (noun in {"patient", "病人"} and len(reading.people) > 1):
        return ()
    if reading.engine == "medical":
        return ("F", "A") if noun in _SENIOR else ("A", "E") if noun in {"nurse", "doctor", "intern"} else ("E", "A")
    if reading.engine == "family":
        return ("F", "E", "A") if noun in _PARENTS else ("A", "E")
    return (person.bucket, *OTHERS) if person.bucket else OTHERS


def _name(gender: str, chinese: bool, period: bool, taken: set[str], rng: Random) -> str:
    if chinese:
        given = names.ZH_FEMALE if gender == FEMALE else names.ZH_MALE
        pool = [surname + name for surname in names.ZH_SURNAMES for name in given]
        used = {part for name in taken for part in (name[:1], name[1:])}
        free = [name for name in pool if name[:1] not in used and name[1:] not in used]
        return rng.choice(free)
    modern = names.CAST_FEMALE if gender == FEMALE else names.CAST_MALE
    old = names.PERIOD_FEMALE if gender == FEMALE else names.PERIOD_MALE
    initials = {name[:1] for name in taken}
    pool = [name for name in (old if period else modern) if name not in taken]
    return rng.choice([name for name in pool if name[:1] not in initials] or pool)


def _role(reading: Reading, chinese: bool) -> str:
    return data_zh.KINDS[data_zh.engine(reading.engine)].role if chinese else KINDS[reading.engine].role


def _relation(reading: Reading, chinese: bool, index: int) -> str:
    if chinese:
        return data_zh.KINDS[data_zh.engine(reading.engine)].relations[index]
    return KINDS[reading.engine].relations[index]


def _voice_name(reading: Reading, chinese: bool) -> str:
    if chinese:
        return reading.thing or "那个声音"
    return "The " + " ".join(word.capitalize() for word in (reading.thing or KINDS[reading.engine].thing).split())


def _hero_gender(reading: Reading, people: dict[str, Person]) -> str:
    other = people["F"].gender if "F" in people and reading.engine in _COUPLES else ""
    return _by_kind("F", other) if other else ""


def _by_kind(role: str, gender: str) -> str:
    """In stories about couples: the other one of the other gender, the rival of the same."""
    other = MALE if gender == FEMALE else FEMALE
    return {"F": other, "E": gender}.get(role, "")
