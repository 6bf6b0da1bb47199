# ruff: noqa: E501  word lists and patterns
"""Names for the people of an outline."""

from sfd.outline.wordlist import listed

FIRST_NAMES_FEMALE = tuple(
    listed(
        "Mara Elena Nora Iris Ada Lena Sofia Clara June Vera Amara Naomi Leila Tessa Ruth Hana Maya Zoe Anna Emma Olivia "
        "Julia Laura Sarah Maria Lucy Alice Grace Eva Nina Rosa Isabel Diana Helen Kate Jane Emily Chloe Mia Ella Sara "
        "Priya Aisha Fatima Yuki Mei Ling Carmen Ana Camila Valentina Lily Hannah Rachel Rebecca Amelia Charlotte Ivy "
        "Margaret Victoria Catherine"
    )
)
FIRST_NAMES_MALE = tuple(
    listed(
        "Adrian Victor Jonas Theo Marcus Daniel Silas Leo Ravi Felix Gabriel Hugo Elias Owen Kai Tomas Samuel Julian "
        "Dominic Noah Jack Tom John James Peter Paul David Michael Thomas Henry George Luca Marco Diego Carlos Juan Omar "
        "Ali Ahmed Hiro Kenji Wei Chen Max Ben Adam Liam Ethan Ryan Alex Simon Oscar Arthur Robert William Damian "
        "Sebastian"
    )
)
CAST_FEMALE = FIRST_NAMES_FEMALE[:16]
CAST_MALE = FIRST_NAMES_MALE[:19]
SURNAMES = listed(
    "Voss Calder Reyes Ashford Lindqvist Okafor Marlow Sato Delgado Hale Moreau Kessler Amari Thorne Bishop Novak "
    "Castellan Iyer Whitlock Brandt"
)
PERIOD_FEMALE = tuple(listed("Madeleine Josephine Agnes Cecilia Adele Beatrice Marguerite Eleanor Odette Irene"))
PERIOD_MALE = tuple(listed("Anton Lucien Edmund Konrad August Bernard Emil Rupert Walter Stefan"))
ZH_SURNAMES = "沈顾林苏陆傅江秦温叶宋程白许"
ZH_FEMALE = ("知微", "若晴", "清欢", "念安", "语桐", "南枝", "书瑶", "予宁", "映雪", "听澜")
ZH_MALE = ("景深", "言修", "聿怀", "北辰", "衍之", "修远", "奕辰", "承泽", "砚青", "时越")
