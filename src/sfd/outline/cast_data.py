# ruff: noqa: E501  word lists and patterns
"""Looks and voices of an outline's people, in words a drawing module understands."""

from sfd.outline.wordlist import listed

HAIR_FEMALE = (
    "long black hair",
    "a short brown bob",
    "auburn hair in a bun",
    "long wavy dark brown hair",
    "a sharp black bob",
    "short blonde hair",
)
HAIR_MALE = (
    "short black hair",
    "slick dark hair",
    "short brown hair and a trimmed beard",
    "short grey hair",
    "messy dark brown hair",
    "slick black hair and a short beard",
)
MARKS = (
    "a thin scar through the left eyebrow",
    "round glasses",
    "a silver ring worn on the thumb",
    "a small mole under the right eye",
    "ink-stained fingers",
    "an old watch, worn face inward",
    "a burn mark on one wrist",
    "a narrow gold chain",
)
CLOTHES = {
    "H": (
        "a dark green coat over a white shirt",
        "a plain blue coat",
        "a rust-red coat",
        "a cream sweater and dark jeans",
    ),
    "F": ("a perfectly cut black suit", "a charcoal suit with no tie", "a midnight-blue suit"),
    "A": ("a mustard hoodie", "a denim jacket over a grey hoodie", "a faded red hoodie"),
    "E": ("a grey wool coat", "a dark burgundy suit", "a black coat with a brooch"),
}
PERIOD_CLOTHES = {
    "H": ("a plain brown wool coat", "a dark green dress with a worn collar", "a patched blue coat"),
    "F": ("a black uniform coat with silver buttons", "a long grey coat and black gloves"),
    "A": ("a rough linen shirt and a cap", "a faded red shawl over a grey dress"),
    "E": ("a high-collared black dress or coat", "a heavy grey coat"),
}
PROFESSION_CLOTHES = {
    "surgeon": "green scrubs under a white coat",
    "doctor": "a white coat over blue scrubs",
    "nurse": "light blue scrubs",
    "patient": "a pale hospital gown",
    "chief": "a white coat over a black suit",
    "engineer": "a grey hoodie",
    "programmer": "a grey hoodie",
    "heiress": "a red silk dress",
    "actress": "a silver dress",
    "detective": "a dark coat with the collar up",
    "captain": "a navy uniform",
    "officer": "a navy uniform",
    "inspector": "a black coat and leather gloves",
    "soldier": "a field-grey uniform",
    "chef": "a white chef's uniform",
    "cook": "a white chef's uniform",
    "baker": "a white apron over a blue shirt",
    "maid": "a black dress with a white apron",
    "driver": "a black driver's suit",
    "lawyer": "a charcoal suit",
    "intern": "a white shirt under a beige coat",
    "student": "a dark school uniform",
    "bride": "a white dress",
    "keeper": "a yellow oilskin coat",
    "pianist": "a black evening dress or suit",
    "billionaire": "a perfectly cut black suit",
    "ceo": "a perfectly cut black suit",
}
AGES = {"H": ("27", "29", "31", "33"), "F": ("34", "36", "38"), "A": ("25", "28", "30"), "E": ("58", "61", "66")}
VOICES = {
    "H": (
        "Low and controlled, speeds up when cornered",
        "Warm, slightly hoarse, never loud",
        "Clear and quick, dry humour",
    ),
    "F": (
        "Smooth and unhurried, smiles audibly",
        "Deep, quiet, every word placed",
        "Polite, cold, perfectly articulated",
    ),
    "A": ("Bright and fast, breathless", "Soft, a little nervous", "Earthy, blunt, laughs easily"),
    "E": ("Dry and old, long pauses", "Gravelly, amused by little", "Firm, formal, tired underneath"),
}
YOUNG = {"girl": "17", "boy": "16", "teenager": "17", "student": "20", "child": "10", "kid": "11", "pupil": "15"}
OLD = frozenset(
    listed(
        "notary lawyer aunt uncle grandmother grandfather grandma grandpa captain owner chairwoman priest housekeeper keeper investor mother "
        "father stepmother stepfather king emperor queen empress mayor chief"
    )
)
SCREEN_THINGS = frozenset(
    listed(
        "code software program algorithm ai app machine phone computer robot android chatbot simulation system network "
        "game car server hologram 代码 程序 算法 人工智能 机器人 手机 系统 游戏"
    )
)
