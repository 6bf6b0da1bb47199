"""Pure: scenes in answers. They are checked and put right where only one thing can be meant, and become scenes."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sfd.domain.models import COMPOSED, Asset, AssetKind, DialogueLine, Scene, Shot
from sfd.domain.timing import dialogue_seconds
from sfd.generation.writing.documents import LONGEST_SCENE

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WIDE = re.compile(r"[぀-ヿ㐀-鿿가-힯豈-﫿]")
_WIDE_LANGUAGES = frozenset({"zh", "cmn", "yue", "ja", "ko"})
_FEW_LETTERS = 12


def check_scenes(scenes: Sequence[dict[str, Any]], language: str, path: str, problems: list[str]) -> None:
    """Check what a schema cannot say, and settle slips.

    Who speaks and is not off screen is in the picture; a clip is at least as long as its lines.
    """
    for number, scene in enumerate(scenes):
        where = f"{path}[{number}]"
        seen = [line["character"] for line in scene["dialogue"] if not line["off_screen"]]
        scene["characters"] = list(dict.fromkeys([*scene["characters"], *seen]))
        needed = dialogue_seconds(lines_of(scene))
        if needed > LONGEST_SCENE:
            problems.append(
                f"{where}.dialogue takes {needed:.1f} seconds to say; a shot lasts at most {LONGEST_SCENE:g}. "
                "Shorten the lines, or give some of them to another scene."
            )
        scene["seconds"] = max(math.ceil(scene["seconds"] * 2), math.ceil(needed * 2)) / 2
    spoken = " ".join(line["line"] for scene in scenes for line in scene["dialogue"])
    check_script(spoken, language, f"{path}: the dialogue", problems)


def check_language(document: dict[str, Any], path: str, problems: list[str]) -> None:
    """A language is named by a tag."""
    if not _TAG.fullmatch(document["language"]):
        problems.append(f"{path} is {document['language']!r}; it must be a BCP 47 tag such as en or zh-Hans.")


def check_script(text: str, language: str, what: str, problems: list[str]) -> None:
    """A text in Chinese, Japanese or Korean has their characters; one in English is not made of them."""
    wide = len(_WIDE.findall(text))
    letters = sum(one.isalpha() for one in text)
    spoken = language.lower().split("-")[0]
    lacks = spoken in _WIDE_LANGUAGES and not wide and letters >= _FEW_LETTERS
    if lacks or (spoken == "en" and wide * 2 > letters):
        problems.append(f"{what} must be written in the language {language}.")


def lines_of(scene: Mapping[str, Any]) -> list[DialogueLine]:
    """What is said, as scenes keep it. Who is heard only is marked as a screenplay does it."""
    return [
        DialogueLine(character_id=one["character"], line=one["line"], tone=_tone(one) or None)
        for one in scene["dialogue"]
    ]


def scene_of(scene: Mapping[str, Any], scene_id: str, assets: Sequence[Asset]) -> Scene:
    """The scene that an answer describes."""
    return Scene(
        id=scene_id,
        description=scene["description"],
        setting=scene["setting"],
        location=scene["location"],
        time_of_day=scene["time_of_day"],
        continues=scene["continues"],
        characters=scene["characters"],
        dialogue=lines_of(scene),
        shot=Shot.model_validate(scene["shot"]),
        sound=scene["sound"],
        assets=list(assets),
        metadata={"wardrobe": scene["wardrobe"]} if scene["wardrobe"] else {},
    )


def planned(scene: Mapping[str, Any], storyboard: Asset, clip: Asset) -> list[Asset]:
    """A storyboard and its clip with the answer's prompts; what they have besides stays."""
    return [
        _asked(storyboard, {"prompt": scene["image_prompt"]}),
        _asked(clip, {"prompt": scene["video_prompt"], "duration": scene["seconds"]}),
    ]


def _asked(asset: Asset, update: Mapping[str, Any]) -> Asset:
    return asset.model_copy(update={**update, "metadata": {**asset.metadata, COMPOSED: True}})


def blank_assets(storyboard_id: str, clip_id: str) -> tuple[Asset, Asset]:
    """A storyboard and the clip that is filmed from it."""
    return (
        Asset(id=storyboard_id, kind=AssetKind.IMAGE),
        Asset(id=clip_id, kind=AssetKind.VIDEO, depends_on=[storyboard_id]),
    )


def _tone(line: Mapping[str, Any]) -> str:
    heard = "O.S." if line["off_screen"] else ""
    return ", ".join(one for one in (heard, line["tone"]) if one)
