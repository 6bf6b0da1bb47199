"""Pure: characters in answers. Their ids are made here, and pictures find their owners."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sfd.domain.models import Asset, AssetKind, Character
from sfd.generation.requests import WriteReference

MOST_PICTURES = 3
_LONGEST_ID = 40


def with_ids(people: Sequence[dict[str, Any]], taken: Collection[str], path: str, problems: list[str]) -> None:
    """Give each person an id made of the one that was answered, or of a number; two of the same are a problem."""
    used = set(taken)
    for position, person in enumerate(people):
        wanted = slug(person["id"]) or slug(person["name"]) or f"c{position + 1}"
        if wanted in used:
            problems.append(f"{path}[{position}].id is {wanted!r}, which another character has; every id is used once.")
        used.add(wanted)
        person["id"] = wanted


def check_names(
    named: Sequence[Mapping[str, Any]], path: str, problems: list[str], taken: Collection[str] = ()
) -> None:
    """Two things of one name cannot be told apart."""
    used = {one.casefold() for one in taken}
    for position, one in enumerate(named):
        name = str(one["name"]).casefold()
        if name in used:
            problems.append(f"{path}[{position}].name is {one['name']!r}, which stands there twice; give another name.")
        used.add(name)


def slug(text: str) -> str:
    """A text in small Latin letters, numbers and single hyphens; empty if it has none of them."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-")


def check_pictures(
    people: Sequence[Mapping[str, Any]], references: Sequence[WriteReference], path: str, problems: list[str]
) -> None:
    """A picture shows one character, and the one that it was sent for."""
    names = {str(one["name"]).casefold(): position for position, one in enumerate(people)}
    owners: dict[int, int] = {}
    for position, person in enumerate(people):
        number = person.get("reference")
        if number is not None and owners.setdefault(number, position) != position:
            problems.append(f"{path}[{position}].reference: picture {number} shows another character already.")
    for number, reference in enumerate(references, 1):
        wanted = reference.character.strip()
        theirs = names.get(wanted.casefold())
        if wanted and (number in owners if theirs is None else owners.get(number, theirs) == theirs):
            continue
        if wanted:
            problems.append(
                f"{path}: picture {number} was sent for {wanted!r}; that character must be there and have its number."
            )


def pictures_of(person: Mapping[str, Any], references: Sequence[WriteReference]) -> list[str]:
    """Library asset ids of the pictures of a character: those sent under their name, then the one they were given."""
    name = str(person["name"]).casefold()
    mine = [one.library_asset_id for one in references if one.character.strip().casefold() == name]
    number = cast("int | None", person.get("reference"))
    answered = [references[number - 1].library_asset_id] if number else []
    return list(dict.fromkeys([*mine, *answered]))[:MOST_PICTURES]


def character_of(person: Mapping[str, Any], references: Sequence[WriteReference], portrait_id: str) -> Character:
    """A character with its planned portrait, which looks at the reference pictures."""
    portrait = Asset(id=portrait_id, kind=AssetKind.IMAGE, references=pictures_of(person, references))
    return Character(
        id=person["id"],
        name=person["name"],
        description=person["look"],
        gender=gender_of(person),
        voice_description=person["voice"],
        main=person["main"],
        assets=[portrait],
    )


def gender_of(person: Mapping[str, Any]) -> str:
    """A gender as characters have it: empty for a thing that speaks."""
    return "" if person["gender"] == "none" else person["gender"]
