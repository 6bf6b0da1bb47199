"""What a language model would answer: a believable document for any strict schema of the writing, whoever asks.

Everything is taken from the schema: its enumerations say how many episodes there are, who is in them and where they
play. The same question gives the same answer. What is mostly Chinese is answered in Chinese.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

SCENES = 5
_WIDE = re.compile(r"[㐀-鿿]")
_DATA = re.compile(r"<<<(?:PREMISE|PASSAGE|DRAMA|BIBLE)[^\n]*\n(.*?)\n\w+ [A-Z ]+\d*>>>", re.DOTALL)

_PEOPLE = {
    "en": [
        (
            "mara-voss",
            "Mara Voss",
            "female",
            "29, wiry, short black hair, a scar through one eyebrow, a grey duffle coat",
        ),
        ("teo-brandt", "Teo Brandt", "male", "34, tall, trimmed beard, round glasses, a dark green suit"),
        ("old-ines", "Ines", "female", "66, silver bun, a burgundy shawl, ink on two fingers"),
    ],
    "zh": [
        ("lin-wan", "林晚", "female", "二十九岁，黑色短发，左眉一道细疤，灰色大衣"),
        ("gu-chen", "顾沉", "male", "三十四岁，高个，圆框眼镜，深绿色西装"),
        ("chen-yi", "陈姨", "female", "六十六岁，银白色盘发，酒红色披肩"),
    ],
}
_PLACES = {
    "en": [("The stairwell", "Bare concrete, one flickering tube, wet footprints"), ("The archive", "Steel shelves")],
    "zh": [("楼梯间", "裸露的混凝土，一根闪烁的灯管"), ("档案室", "一排排铁架，一盏绿色台灯")],
}
_LINES = {
    "en": [
        "You said the door was locked.",
        "It was. From the inside.",
        "Then who is holding the key?",
        "Give it to me.",
    ],
    "zh": ["你说过门是锁着的。", "是锁着，从里面。", "那钥匙在谁手里？", "把它给我。"],
}
_TEXTS = {
    "en": {
        "title": "The Locked Floor",
        "logline": "A night guard finds her own name on a door that nobody built, and someone behind it answers.",
        "tone": "tense, dry",
        "voice": "Low and controlled, speeds up when cornered",
        "description": "She stops on the landing; the lamp goes out, and a hand closes over the rail beside hers.",
        "hook": "A key turns in a door that has no lock.",
        "cliffhanger": "The voice behind the door is her own.",
        "change": "She lies instead of telling the truth, and he notices.",
        "notes": "Scene 3 explains what we have already seen; cut the line.",
        "summary": "The first episode becomes darker; the rest stays as it is.",
        "knows": "Mara knows about the key, Teo does not.",
        "wears": "Mara in the grey duffle coat, Teo in the green suit.",
        "place": "On the stairs of the seventh floor",
        "time": "DAY 1, NIGHT",
        "sound": "a tube hums",
        "beats": "She tries the door and it gives.",
    },
    "zh": {
        "title": "上锁的楼层",
        "logline": "值夜的女人在一扇没人造过的门上看见自己的名字，门后有人回答。",
        "tone": "紧张，克制",
        "voice": "低而克制，急了会变快",
        "description": "她停在平台上，灯灭了，一只手按住她身边的栏杆。",
        "hook": "没有锁的门里，钥匙在转。",
        "cliffhanger": "门后的声音是她自己的。",
        "change": "她没有说实话，而他看出来了。",
        "notes": "第三场解释了我们已经看到的，删掉那句台词。",
        "summary": "第一集更暗，其余不变。",
        "knows": "林晚知道钥匙的事，顾沉不知道。",
        "wears": "林晚穿灰色大衣，顾沉穿深绿色西装。",
        "place": "七楼楼梯间",
        "time": "第一天夜里",
        "sound": "灯管嗡嗡响",
        "beats": "她推门，门开了。",
    },
}
_ENGLISH = {
    "visual_style": "photographic, low key, one practical light, 35 mm, fine grain",
    "style": "photographic, low key, one practical light, 35 mm, fine grain",
    "wardrobe": "grey duffle coat, wet at the shoulders",
    "image_prompt": "Mara at the left, hand on the rail, looking up; wet concrete behind her, a tube light above",
    "video_prompt": "She turns her head slowly; the light dies; her hand tightens on the rail. The camera pushes in.",
}


def answer_for(schema_name: str, schema: Mapping[str, Any], prompt: str, scenes: int = SCENES) -> str:
    """The JSON text of a whole valid answer. An episode has that many scenes, shorter ones if it is not the usual."""
    del schema_name
    return json.dumps(_Answer(_language_of(prompt), scenes).of(schema, "", 0), ensure_ascii=False)


def believable(scenes: int = SCENES) -> Callable[[str, Any, str], object]:
    """A hook of a fake vendor that writes as a language model might."""
    return lambda name, schema, prompt: json.loads(answer_for(name, schema, prompt, scenes))


class _Answer:
    def __init__(self, language: str, scenes: int) -> None:
        self._language = language
        self._scenes = scenes

    def of(self, schema: Mapping[str, Any], name: str, position: int) -> Any:
        kind: object = schema["type"]
        if isinstance(kind, list):
            return None
        if "enum" in schema:
            return schema["enum"][0 if name == "action" else position % len(schema["enum"])]
        match kind:
            case "object":
                made = {key: self.of(one, key, position) for key, one in schema["properties"].items()}
                return {**made, **self._named(made, name, position)}
            case "array":
                return [self.of(schema["items"], name, number) for number in self._positions(name, schema)]
            case "boolean":
                return position == 0 and name == "main"
            case "number":
                return 7.0
            case _:
                return self._text(name, position)

    def _named(self, made: Mapping[str, Any], name: str, position: int) -> dict[str, Any]:
        """What hangs together: a person's parts, a place's parts, a scene that an order speaks of."""
        if name == "characters" and "look" in made:
            words, people = ("id", "name", "gender", "look"), _PEOPLE[self._language]
            return dict(zip(words, people[position % len(people)], strict=True))
        if name == "locations":
            return dict(zip(("name", "look"), _PLACES[self._language][position], strict=True))
        return {}

    def _positions(self, name: str, schema: Mapping[str, Any]) -> Sequence[int]:
        items: Mapping[str, Any] = schema["items"]
        parts: Mapping[str, Any] = items.get("properties", {})
        if name == "episodes":
            there = len(parts["number"]["enum"])
            return _touched(there, schema["description"]) if "action" in parts else range(there)
        if name == "characters":
            return range(3 if parts else min(2, len(items.get("enum", ()))))
        if name == "dialogue":
            return range((2 if self._scenes == SCENES else 1) if parts["character"].get("enum") else 0)
        return range({"locations": 2, "beats": 3, "scenes": self._scenes, "order": self._scenes}.get(name, 0))

    def _text(self, name: str, position: int) -> str:
        if name == "language":
            return "zh-Hans" if self._language == "zh" else "en"
        if name in {"order", "id"}:
            return f"new-{position + 1}"
        if name == "location":
            return _PLACES[self._language][0][0]
        if name == "time_of_day":
            return "NIGHT"
        if name == "line":
            return _LINES[self._language][position % 4]
        numbered = f" {position + 1}" if name == "title" and position else ""
        return (_ENGLISH | _TEXTS[self._language]).get(name, name) + numbered


def _touched(there: int, described: str) -> Sequence[int]:
    """The first episode, and all that are yet to be written: as many as there must be at least."""
    fewest = re.search(r"(\d+) to \d+\.$", described)
    added = int(fewest.group(1)) if fewest else there
    return sorted({0, *range(there - added, there)})


def _language_of(prompt: str) -> str:
    said = re.findall(r"^Language[^\n]*?(?:tag “|: )(zh|en)\b", prompt, re.MULTILINE)
    if said:
        return said[-1]
    data = " ".join(_DATA.findall(prompt)) or prompt
    return "zh" if len(_WIDE.findall(data)) * 2 > sum(one.isalpha() for one in data) else "en"
