"""The words that fill a story sheet's braces, in Chinese."""

from collections.abc import Mapping

from sfd.outline import cast_data_zh as data_zh
from sfd.outline.casting import Cast
from sfd.outline.clause import FEMALE
from sfd.outline.reading import Reading
from sfd.outline.reading_zh import clause_chinese, render_chinese
from sfd.outline.slots import fill_slots


def chinese_slots(reading: Reading, cast: Cast, prop_index: int) -> dict[str, str]:
    """Every slot a Chinese sheet may use. `prop_index` turns through the premise's smaller things."""
    kind = data_zh.KINDS[data_zh.engine(reading.engine)]
    thing = reading.thing or kind.thing
    slots = {role: player.name for role, player in cast.items()}
    for role, prefix in (("H", ""), ("F", "f"), ("A", "a")):
        slots[f"{prefix}he"] = slots[f"{prefix}him"] = "她" if cast[role].gender == FEMALE else "他"
    props = reading.props or (kind.prop,)
    gender = cast["H"].gender
    fact = reading.fact or clause_chinese(kind.claim)
    slots |= {f"fact{person}": render_chinese(fact, person, gender) for person in (1, 2, 3)}
    return slots | {
        "role": cast["H"].relation,
        "thing": thing,
        "your_thing": f"你的{thing}" if reading.owned else thing,
        "prop": props[prop_index % len(props)],
        "theme": reading.theme or kind.theme,
    }


def fill_chinese(text: str, slots: Mapping[str, str]) -> str:
    """`text` with its slots filled. What a slot holds is never read as a slot."""
    return fill_slots(text, slots).strip()
