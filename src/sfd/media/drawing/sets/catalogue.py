"""Which set a location is, and its picture."""

import re
from collections.abc import Callable
from functools import lru_cache
from random import Random

from PIL import Image, ImageFilter

from sfd.media.drawing.colour import seeded
from sfd.media.drawing.light import Hour, Light, light_of
from sfd.media.drawing.sets import outdoors, public, rooms
from sfd.media.drawing.sketch import Sketch

SetFamily = Callable[[Sketch, Light, Random], None]

_FAMILIES: dict[str, SetFamily] = {
    "rooftop": outdoors.rooftop,
    "vehicle": rooms.vehicle,
    "ward": rooms.ward,
    "classroom": public.classroom,
    "laboratory": public.laboratory,
    "warehouse": public.warehouse,
    "corridor": public.corridor,
    "kitchen": rooms.kitchen,
    "restaurant": rooms.restaurant,
    "market": public.market,
    "hall": public.hall,
    "waterside": outdoors.waterside,
    "park": outdoors.park,
    "bedroom": rooms.bedroom,
    "living_room": rooms.living_room,
    "office": public.office,
    "street": outdoors.street,
}
_OUTDOORS = ("rooftop", "waterside", "park", "street")
_INDOORS = tuple(family for family in _FAMILIES if family not in (*_OUTDOORS, "vehicle", "ward"))

_HIDES_IN_OTHERS = 5

# The first family with a word in the location wins, so narrow words stand before wide ones.
_WORDS: dict[str, tuple[str, ...]] = {
    "rooftop": ("roof", "rooftop", "terrace", "balcony", "天台", "屋顶", "楼顶", "阳台", "露台", "顶楼"),
    "corridor": ("corridor", "hallway", "hospital hall", "school hall", "lobby", "elevator", "lift", "stair",
        "subway", "走廊", "过道", "电梯", "楼梯", "大堂"),
    "vehicle": ("car park", "car", "taxi", "limousine", "limo", "vehicle", "truck", "van", "bus", "train", "plane",
        "jet", "车内", "车里", "车上", "轿车", "出租车", "汽车", "飞机", "火车", "机舱"),
    "ward": ("ward", "hospital room", "patient", "icu", "clinic", "病房", "病床", "诊室", "手术"),
    "classroom": ("classroom", "school", "lecture", "教室", "学校", "课堂"),
    "laboratory": ("server", "lab", "laboratory", "control", "data cent", "spaceship", "bridge of", "机房",
        "实验室", "控制室", "数据中心", "飞船"),
    "warehouse": ("warehouse", "factory", "garage", "parking", "basement", "cellar", "prison", "cell", "仓库",
        "工厂", "车库", "停车场", "地下室", "监狱"),
    "kitchen": ("kitchen", "厨房"),
    "restaurant": ("cafe", "café", "coffee", "restaurant", "bar", "pub", "diner", "club", "teahouse", "bistro",
        "餐厅", "咖啡", "酒吧", "饭店", "茶馆", "茶楼", "酒馆", "会所"),
    "market": ("shop", "store", "market", "mall", "boutique", "bakery", "商店", "市场", "超市", "店", "集市", "商场"),
    "hall": ("church", "ballroom", "banquet", "grand hall", "chapel", "temple", "cathedral", "palace", "museum",
        "theatre", "theater", "hall", "wedding", "court", "教堂", "宴会", "舞厅", "大厅", "礼堂", "宫", "庙", "寺",
        "法庭", "婚礼", "殿"),
    "waterside": ("beach", "dock", "pier", "bridge", "river", "lake", "sea", "ocean", "harbour", "harbor", "port",
        "island", "boat", "ship", "deck", "pool", "海", "河", "江", "湖", "码头", "桥", "沙滩", "港", "泳池"),
    "park": ("park", "forest", "garden", "wood", "woods", "field", "meadow", "mountain", "hill", "cemetery",
        "graveyard", "yard", "cliff", "trail", "footpath",
        "公园", "森林", "花园", "树林", "山", "墓", "院", "田", "草地", "林", "崖", "小路"),
    "bedroom": ("bedroom", "hotel", "suite", "dorm", "motel", "卧室", "酒店", "宾馆", "房间", "宿舍", "寝"),
    "living_room": ("living", "apartment", "flat", "home", "house", "villa", "mansion", "lounge", "penthouse",
        "loft", "客厅", "公寓", "家", "别墅", "豪宅", "府", "宅", "屋"),
    "office": ("office", "boardroom", "meeting", "conference", "studio", "bank", "police", "library", "desk",
        "study", "办公", "会议", "董事", "公司", "书房", "图书馆", "警察", "银行", "工作室"),
    "street": ("street", "alley", "road", "lane", "sidewalk", "avenue", "square", "plaza", "gate", "city",
        "downtown", "village", "crossroad", "街", "巷", "路", "广场", "门口", "城", "村", "胡同"),
}  # fmt: skip


def family_of(location: str, *, outside: bool = False) -> str:
    """The set a location is drawn as, by its words; a name that says nothing gets one by its hash."""
    words = location.lower()
    found = next((family for family, names in _WORDS.items() if any(_says(words, name) for name in names)), None)
    return found or seeded("set", words).choice(_OUTDOORS if outside else _INDOORS)


def _says(words: str, name: str) -> bool:
    """Whether a location has the word; short Latin words must stand alone (`car` is not in `carpet`)."""
    if name.isascii() and len(name) <= _HIDES_IN_OTHERS:
        return re.search(rf"\b{name}s?\b", words) is not None
    return name in words


@lru_cache(maxsize=24)
def set_picture(
    location: str, hour: Hour, outside: bool, width: int, zoom: float, lift: float, blur: float
) -> Image.Image:
    """The set as RGB pixels; do not change the picture, it is shared.

    Args:
        location: Its name: chooses the family and every detail.
        hour: The light.
        outside: Whether a nameless place is outdoors.
        width: Pixels; the height is 16:9 of it.
        zoom: 1 for the whole set, more for closer.
        lift: How far the horizon moves down, in frame units (negative: up).
        blur: Depth of field, in frame units.
    """
    pen = Sketch()
    family = _FAMILIES[family_of(location, outside=outside)]
    family(pen, light_of(hour), seeded("details", location.lower()))
    box_width, box_height = 720 / zoom, 1280 / zoom
    box = (360 - box_width / 2, 600 - lift / zoom - box_height * 600 / 1280, box_width, box_height)
    drawn = width // 2 if blur > 1 else width
    picture = pen.render(drawn, box).convert("RGB")
    if blur:
        picture = picture.filter(ImageFilter.GaussianBlur(blur * drawn / 720))
    return picture.resize((width, width * 16 // 9), Image.Resampling.BICUBIC)
