# ruff: noqa: E501  word lists and patterns
"""Which language a premise is in, and what can be read of one the outline does not speak."""

import re

from sfd.outline.reading import Reading
from sfd.outline.wordlist import listed

LONGEST_NOUN = 24
_HAN = re.compile(r"[㐀-鿿豈-﫿]")
_OTHER_CJK = re.compile(r"[぀-ヿ가-힯]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_RUN = re.compile(r"[一-鿿]{2,6}|[ァ-ヿ]{2,12}|[가-힯]{2,8}")
_OWNED = re.compile(
    r"\b(?:su|sus|mi|mis|son|sa|ses|mon|ma|mes|seu|sua|meu|minha|suo|mio|mia|ihre?n?|ihrem|seine?n?|meine?n?)\s+([^\W\d_]{3,})",
    re.IGNORECASE,
)
_ENGLISH = frozenset(
    listed("the a an of and to in is that her his their she he who with for on it by from has was when my i at as")
)
_FOREIGN = frozenset(
    listed(
        "el la los las una un que su con por para del se lo y en le les une des et est dans qui son sa avec sur pour der "
        "die das ein eine und ist ihr sein mit von dem den nicht il lo gli di che con per o os da do uma um é não com seu "
        "sua het een en van zijn haar och att en på med"
    )
)
_HINTS = {
    "awakening": "ia conscien bewuss intelig 人工知能 意識 인공지능 robot сознан",
    "revenge": "veng rache rach vendett 復讐 복수 месть",
    "romance": "amor amour liebe amore casa- 恋 結婚 사랑 결혼 люб",
    "medical": "médic medic hospital hôpital arzt ärztin 医者 医師 病院 의사 병원 врач",
    "crime": "detectiv asesin meurtr mord crime 殺人 刑事 형사 살인 убий",
    "family": "madre padre herman mère père sœur mutter vater 母 父 姉妹 엄마 мать",
    "nature": "mar mer meer pueblo village dorf 海 村 바다 море",
}


def language_of(text: str) -> str:
    """`zh`, `en`, or an empty string for anything else."""
    letters = sum(c.isalpha() for c in text)
    if _OTHER_CJK.search(text):
        return ""
    if len(_HAN.findall(text)) * 3 >= letters:
        return "zh"
    words = [word.lower() for word in _WORD.findall(text)]
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _FOREIGN for word in words)
    plain = sum(word.isascii() for word in words) * 2 >= len(words)
    return "en" if plain and english >= other else ""


def read_foreign(story: str) -> Reading:
    """What can be taken from any premise: its first sentence, its weightiest word, a hint of its kind."""
    core = next((part.strip() for part in re.split(r"[.!?。！？]\s*|\n+", story) if _WORD.search(part)), story.strip())
    low = core.lower()
    engine = next(
        (name for name, stems in _HINTS.items() if any(_hints(stem, low) for stem in stems.split())), "secret"
    )
    word = _weightiest(core)
    return Reading(story=story, engine=engine, core=core, thing=f"“{word}”" if word else "", title=_title(core))


def _hints(stem: str, text: str) -> bool:
    return (
        stem in text
        if not stem.isascii()
        else bool(re.search(rf"\b{re.escape(stem)}" + (r"\b" if len(stem) <= len("mar") else ""), text))
    )


def _weightiest(core: str) -> str:
    runs = _RUN.findall(core)
    words = runs or [word for word in _WORD.findall(core) if word.lower() not in _FOREIGN and len(word) <= LONGEST_NOUN]
    owned = _OWNED.findall(core)
    if owned and not runs:
        return owned[-1][:LONGEST_NOUN]
    plain = [word for word in words[1:] if not word[0].isupper()] or words
    return max(plain[-4:], key=len, default="")


def _title(core: str) -> str:
    words = core.split()
    return " ".join(words[:10])[:70].rstrip(" ,;:，、")
