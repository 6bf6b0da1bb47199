"""What a premise says, in any language: the facts a story sheet is filled with."""

from dataclasses import dataclass

from sfd.outline.clause import Clause


@dataclass(frozen=True)
class Person:
    """Somebody the premise mentions. `noun` is how ("rival chef").

    `bucket` is the role that suits: F, A, E, V for the dead, "-" for a thing that speaks.
    """

    noun: str
    name: str = ""
    gender: str = ""
    bucket: str = ""
    owned: bool = False


@dataclass(frozen=True)
class Reading:
    """A premise, read.

    `thing` is what the drama turns on ("lighthouse"), `owned` whether the hero's own. `fact` is a statement the
    premise makes, `deed` what the hero does. Text in the premise's language; empty where it says nothing.
    """

    story: str
    engine: str
    core: str
    role: str = ""
    hero_name: str = ""
    hero_gender: str = ""
    first_person: bool = False
    pair: str = ""
    thing: str = ""
    owned: bool = False
    props: tuple[str, ...] = ()
    theme: str = ""
    fact: Clause | None = None
    deed: Clause | None = None
    people: tuple[Person, ...] = ()
    place: str = ""
    time: str = ""
    title: str = ""
    foreign: bool = False
