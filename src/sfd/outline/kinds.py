"""What each kind of story brings along where the premise is silent: people, a thing, a claim, places."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A location: its heading, and how prose speaks of it."""

    setting: str
    name: str


@dataclass(frozen=True)
class Kind:
    """Defaults of an engine. `relations` are what F, A and E are to the hero; `claim` speaks as the hero, "I"."""

    role: str
    relations: tuple[str, str, str]
    thing: str
    prop: str
    theme: str
    claim: str
    places: tuple[Place, Place, Place]
    period: bool = False


def _places(*names: str) -> tuple[Place, Place, Place]:
    a, b, c = (Place("EXT" if name.startswith("*") else "INT", name.lstrip("*")) for name in names)
    return a, b, c


KINDS = {
    "awakening": Kind(
        "programmer",
        ("boss", "colleague", "investor"),
        "machine",
        "phone",
        "freedom",
        "{the_thing} answers me",
        _places("Night office", "Glass meeting room", "*Office rooftop"),
    ),
    "haunting": Kind(
        "night porter",
        ("brother-in-law", "neighbour", "priest"),
        "knocking",
        "key",
        "grief",
        "somebody is still here with me",
        _places("Old house at night", "Kitchen", "*Garden gate"),
    ),
    "office": Kind(
        "intern",
        ("deputy director", "assistant", "chairwoman"),
        "report",
        "badge",
        "truth",
        "I am not who they think I am",
        _places("Corner office", "Boardroom", "*Office rooftop"),
    ),
    "revenge": Kind(
        "heiress",
        ("former partner", "driver", "family lawyer"),
        "ring",
        "contract",
        "revenge",
        "I was sold by my own people",
        _places("Penthouse study", "Hotel ballroom", "*Rainy street"),
    ),
    "romance": Kind(
        "translator",
        ("ex", "best friend", "rival"),
        "contract",
        "ring",
        "love",
        "I said yes to the wrong person",
        _places("Top-floor office", "Hotel ballroom", "*Rainy street"),
    ),
    "secret": Kind(
        "schoolteacher",
        ("cousin", "oldest friend", "notary"),
        "letter",
        "key",
        "silence",
        "{the_thing} was meant for me",
        _places("Old house", "*Gravel drive", "*Cliff path"),
    ),
    "medical": Kind(
        "surgeon",
        ("chief", "night nurse", "patient"),
        "file",
        "wristband",
        "guilt",
        "my patient knows me",
        _places("Intensive care ward", "Hospital corridor", "Operating theatre"),
    ),
    "crime": Kind(
        "detective",
        ("suspect", "partner", "captain"),
        "photograph",
        "phone",
        "truth",
        "I was there that night",
        _places("Crime scene apartment", "Police interview room", "*Riverside warehouse"),
    ),
    "family": Kind(
        "daughter",
        ("mother", "lost twin", "aunt"),
        "family picture",
        "suitcase",
        "forgiveness",
        "I was never told who I am",
        _places("Family dining room", "Kitchen", "*Garden gate"),
    ),
    "curse": Kind(
        "student",
        ("stranger", "best friend", "grandmother"),
        "mirror",
        "candle",
        "fate",
        "{the_thing} knows my name",
        _places("Old house at the end of the lane", "Candle-lit library", "*Hilltop"),
        period=True,
    ),
    "nature": Kind(
        "schoolteacher",
        ("mayor", "brother", "harbour keeper"),
        "sea",
        "map",
        "fear",
        "{the_thing} is coming for us",
        _places("House by the water", "Village hall", "*Village shore"),
        period=True,
    ),
    "work": Kind(
        "apprentice",
        ("rival", "assistant", "owner"),
        "recipe",
        "notebook",
        "honor",
        "my work was stolen",
        _places("Competition hall", "Storeroom", "*Back street"),
    ),
    "hidden": Kind(
        "seamstress",
        ("inspector", "courier", "housekeeper"),
        "list",
        "letter",
        "silence",
        "I carry a list of names",
        _places("Workshop", "*Market street", "*Empty square"),
        period=True,
    ),
}
GENDER_OF_RELATION = {
    "mother": "female",
    "aunt": "female",
    "grandmother": "female",
    "brother": "male",
    "housekeeper": "female",
    "brother-in-law": "male",
    "chairwoman": "female",
}
HOMES = {
    "lighthouse": ("Lighthouse lamp room", "*Lighthouse door", "*Lighthouse gallery"),
    "hospital": ("Hospital ward", "Hospital corridor", "*Hospital rooftop"),
    "hotel": ("Hotel room", "Hotel lobby", "*Hotel rooftop"),
    "palace": ("Palace chamber", "Palace hall", "*Palace courtyard"),
    "restaurant": ("Restaurant kitchen", "Restaurant dining room", "*Street behind the restaurant"),
    "bakery": ("Bakery", "Bakery storeroom", "*Street outside the bakery"),
    "school": ("Classroom", "School corridor", "*School rooftop"),
    "island": ("Island house", "Harbour office", "*Island cliff"),
    "village": ("House by the water", "Village hall", "*Village shore"),
    "house": ("Old house", "*Front steps of the house", "*Garden behind the house"),
    "prison": ("Prison visiting room", "Hotel ballroom", "*Prison gate"),
    "train": ("Train compartment", "Dining car", "*Station platform"),
    "ship": ("Ship's cabin", "Engine room", "*Open deck"),
    "theater": ("Dressing room", "Empty stage", "*Stage door"),
    "theatre": ("Dressing room", "Empty stage", "*Stage door"),
    "museum": ("Museum gallery", "Museum archive", "*Museum steps"),
    "library": ("Library reading room", "Library archive", "*Library steps"),
    "farm": ("Farmhouse kitchen", "Barn", "*Field"),
    "office": ("Office at night", "Meeting room", "*Office rooftop"),
}
