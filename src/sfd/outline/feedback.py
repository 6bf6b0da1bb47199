"""What feedback asks of a drama, as far as a writer without a language model can tell: all of it, or nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sfd.domain.errors import Fault, InvalidInput

LONGEST_SENTENCE = 300
LAST = -1
UNDERSTOOD = (
    "rename a character (call Ada Eve), shorter, longer, more or less dialogue, a different ending, rewrite episode 2, "
    "remove scene 3 of episode 1, a time (at night), a weather (in the rain), a place (move it to the harbour), a "
    "style (make it noir), a tone (darker), a title (call it “One Floor”); most of them for one episode too (make "
    "episode 2 shorter), and all of them in Chinese (把艾达改名为小雨, 更短, 换个结局, 第2集改在晚上)"
)


@dataclass(frozen=True)
class Wish:
    """One thing that is asked for. `episode` counts from 1; LAST is the last one, None the whole drama."""

    kind: str
    said: str
    value: str = ""
    other: str = ""
    episode: int | None = None


_IT = (
    r"(?:it|this|that|them|everything|(?:all|every)(?: of it| the scenes?| scenes?)?|"
    r"the (?:whole )?(?:drama|story|series|film|thing|scenes?|episodes?|action|plot))"
)
_MAKE = (
    r"(?:(?:make|set|keep|tell|let|have|give|add|use|write|put|change|turn|move|with|play|film|shoot)\s+)?"
    rf"(?:{_IT}\s+)?(?:(?:should|must)\s+(?:be\s+|have\s+)?)?"
)
_ZH = (
    r"(?:(?:整部|全)?剧情?|故事|全部|整体|所有场景|场景|时间|天气|"
    r"都|请|给|把|将|让|它|在|里|中|改|换|变|设|定|发生|要|更|得|写|成|为|到)*"
)
_BIT = r"(?:(?:be|in|a bit|a little|much|more|slightly|into|a)\s+)*"
_ZH_BIT = r"(?:一?点儿?|一?些)?"

TIMES = {
    "NIGHT": ("night", r"night(?:time)?|nights|midnight", r"夜里|夜晚|夜间|晚上|深夜|午夜|夜"),
    "DAY": ("day", r"day(?:time|light)?|noon|midday|afternoon", r"白天|中午|下午|日间"),
    "DAWN": ("dawn", r"dawn|sunrise|daybreak", r"黎明|拂晓|日出"),
    "MORNING": ("morning", r"morning", r"清晨|早上|早晨|上午"),
    "DUSK": ("dusk", r"dusk|sunset|twilight", r"黄昏|日落"),
    "EVENING": ("evening", r"evening", r"傍晚"),
}
WEATHERS = {
    "rain": (r"(?:heavy |pouring )?rain(?:ing|y)?", r"下?着?[大小]?雨[中天里]?"),
    "snow": (r"(?:heavy )?snow(?:ing|y|fall)?", r"下?着?大?雪[中天里]?"),
    "fog": (r"(?:thick )?(?:fog(?:gy)?|mist(?:y)?)", r"起?大?雾[中天里]?"),
    "storm": (r"(?:thunder)?storm(?:y)?", r"暴风雨[中天里]?|雷雨[中天里]?"),
    "wind": (r"(?:strong )?wind(?:y)?", r"刮?着?大风[中天里]?"),
    "sun": (r"(?:bright )?sun(?:ny|shine)?", r"晴天|阳光[下]?"),
}
TONES = {
    "dark": ("darkly", r"dark(?:er)?|gloomi(?:er)|bleak(?:er)?|grim(?:mer)?", r"黑暗|阴暗|暗黑"),
    "funny": ("playfully", r"funn(?:y|ier)|comic(?:al)?|humorous|light-?hearted|lighter", r"搞笑|幽默|轻松|好笑"),
    "sad": ("sadly", r"sad(?:der)?|melanchol(?:y|ic)", r"悲伤|伤感|忧伤"),
    "happy": ("happily", r"happ(?:y|ier)|cheerful|brighter", r"快乐|欢快|开心"),
    "romantic": ("tenderly", r"romantic|tender(?:er)?|sweet(?:er)?", r"浪漫|温柔|甜"),
    "tense": ("tensely", r"tense(?:r)?|suspenseful|scar(?:y|ier)|thrilling|dramatic", r"紧张|悬疑|刺激|吓人|可怕"),
    "angry": ("angrily", r"angr(?:y|ier)|fierce(?:r)?", r"愤怒|激烈"),
    "calm": ("calmly", r"calm(?:er)?|quiet(?:er)?|gentle(?:r)?|soft(?:er)?", r"平静|安静|克制|冷静"),
}
ZH_TONES = {
    "dark": "阴沉地",
    "funny": "调皮地",
    "sad": "难过地",
    "happy": "高兴地",
    "romantic": "温柔地",
    "tense": "紧张地",
    "angry": "愤怒地",
    "calm": "平静地",
}
_STYLES = (
    r"(?:film )?noir|anime|manga|cartoon|comic book|cyberpunk|steampunk|claymation|pixel art|black[- ]and[- ]white|"
    r"photo-?realistic|realistic|documentary|cinematic|water-?colou?r|oil painting|pencil sketch|vintage|retro|gothic|"
    r"黑色电影|动漫|动画|漫画|卡通|赛博朋克|蒸汽朋克|黑白|写实|纪录片|水彩|水墨画?|油画|复古|哥特"
)


def _either(table: dict[str, tuple[str, str]]) -> tuple[str, str]:
    english, chinese = ("|".join(words[side] for words in table.values()) for side in (0, 1))
    return english, chinese


_TIME_EN, _TIME_ZH = _either({one: words[1:] for one, words in TIMES.items()})
_WEATHER_EN, _WEATHER_ZH = _either(WEATHERS)
_TONE_EN, _TONE_ZH = _either({one: words[1:] for one, words in TONES.items()})
_LINES = r"(?:dialogues?|talk(?:ing)?|lines|speech|conversation)"
_ZH_LINES = r"(?:对白|台词|对话)"
_ANY_ENDING = r"(?:an?|the)?\s*(?:different|other|another|new|better|alternative)"

# One row for each kind: what is said in English, then in Chinese. The first row that fits a whole clause is it.
_KINDS: tuple[tuple[str, str], ...] = (
    ("shorter", rf"{_MAKE}{_BIT}(?:shorter|tighter|fewer scenes)|(?:shorten|tighten|trim)(?:\s+{_IT})?"),
    ("shorter", rf"{_ZH}(?:短|缩短|精简|紧凑){_ZH_BIT}|{_ZH}少(?:几|一些)(?:场|个场景)"),
    ("longer", rf"{_MAKE}{_BIT}(?:longer|(?:more|extra) scenes|scenes)|(?:lengthen|extend)(?:\s+{_IT})?"),
    ("longer", rf"{_ZH}(?:长|加长|延长){_ZH_BIT}|{_ZH}(?:多|加)(?:几|一些)(?:场|个场景)"),
    ("more", rf"{_MAKE}(?:some\s+)?(?:more|extra) {_LINES}|let them talk more"),
    ("more", rf"{_ZH}(?:多加|增加|更多|多|加){_ZH_BIT}的?{_ZH_LINES}|{_ZH_LINES}{_ZH}多{_ZH_BIT}"),
    ("less", rf"{_MAKE}(?:less|fewer) {_LINES}|(?:reduce|cut down)(?: on)?(?: the)? {_LINES}|let them talk less"),
    ("less", rf"{_ZH}(?:少|减少|更少|删减){_ZH_BIT}的?{_ZH_LINES}|{_ZH_LINES}{_ZH}少{_ZH_BIT}"),
    ("ending", rf"{_MAKE}{_ANY_ENDING} ending|(?:change|rewrite|redo|replace) the ending|end(?: it)? differently"),
    (
        "ending",
        rf"{_ZH}(?:另?一?个?|另外一?个?|不同的?|新的?)结局|(?:重写|修改|改变)结局|结局(?:改|换|重写)(?:一下|掉)?",
    ),
    ("rewrite", rf"(?:rewrite|redo|re-?outline|rework|replace|change)(?:\s+{_IT})?|write {_IT} (?:again|differently)"),
    ("rewrite", r"(?:请|把|将)?(?:重写|改写|重新写|重做|换掉)(?:一下|一遍)?"),
    ("scene", r"(?:remove|delete|drop|cut|skip|leave out) (?:the )?scene (?:number )?#?(?P<v>[\w-]{1,12})"),
    ("scene", r"(?:请|把|将)?(?:删掉?|删除|去掉|剪掉)第?(?P<v>[\d一二两三四五六七八九十]{1,4})(?:场|个?场景)"),
    ("time", rf"{_MAKE}(?:(?:at|in|by|during|to|into|late|all|the|happen|take place|a)\s+)*(?P<v>{_TIME_EN})"),
    ("time", rf"{_ZH}(?P<v>{_TIME_ZH})"),
    ("weather", rf"{_MAKE}(?:(?:in|to|into|during|be|some|while|it is|is|the|a)\s+)*(?P<v>{_WEATHER_EN})"),
    ("weather", rf"{_ZH}(?P<v>{_WEATHER_ZH})"),
    ("tone", rf"{_MAKE}{_BIT}(?:(?:the )?(?:tone|mood)(?: should be|:)? )?{_BIT}(?P<v>{_TONE_EN})(?: (?:tone|mood))?"),
    ("tone", rf"(?:基调|语气|气氛)?{_ZH}(?P<v>{_TONE_ZH}){_ZH_BIT}"),
    ("style", rf"{_MAKE}(?:(?:in|into|like|look|the|a|an|as|to)\s+)*(?P<v>{_STYLES})(?: (?:style|look|film|movie))?"),
    ("style", rf"(?:风格)?{_ZH}(?:用|以)?(?P<v>{_STYLES})(?:的?风格|风)?"),
    (
        "style",
        r"(?:(?:change|set) the )?style(?: (?:should be|to|is)|:) (?P<v>.+)|(?:in|use) (?:an? |the )?(?P<w>.+) style",
    ),
    ("style", r"(?:把|将)?风格(?:改成|换成|改为|设为|用|[:：])(?P<v>.+)|(?:改成|换成|用)(?P<w>[^的]+?)的?风格"),
    ("title", r"(?:(?:change|set) )?(?:the )?(?:new )?title(?: should be| to| is|:) (?P<v>.+)"),
    ("title", rf"(?:call|name|(?:re)?title|entitle|rename) (?:it|{_IT})(?: to| as)? (?P<v>.+)"),
    ("title", r"(?:把|将)?(?:剧名|标题|片名|题目)(?:改成|换成|改为|改叫|叫做?|设为|是|为|[:：])(?P<v>.+)"),
    (
        "place",
        rf"(?:set|move|place|relocate|stage|film|shoot|put) {_IT} (?:in|at|to|into|on|onto|inside) (?P<v>[^\d]+)",
    ),
    (
        "place",
        r"(?:把|将)?(?:故事|地点|场景|全剧|剧情|它)?(?:设定在|设在|改在|改到|搬到|移到|放在|换到|发生在)(?P<v>[^\d年]+)",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_FOR_THE_WHOLE = frozenset({"style", "rename", "ending"})
_CARRIED = frozenset({"shorter", "longer", "more", "less", "time", "weather", "tone", "place", "scene"})
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|《[^》\n]*》|「[^」\n]*」")
_SENTENCE = re.compile(rf"(?:{_QUOTED.pattern}|[^.;!?\n。；！？]|\.(?=\w))+")
_SEPARATOR = re.compile(
    r"\s*(?:[,，、]|\b(?:and|but|then|also|plus)\b|并且|而且|同时|然后|并)"
    r"(?:\s*(?:[,，、]|\b(?:and|then|also)\b|并且|然后|也|再))*\s*",
    re.IGNORECASE,
)
_RUN_ON = re.compile(r"[,，、]|\b(?i:and|but|then|also|plus)\s+(?![A-Z0-9])|并且|而且|同时|然后")
_POLITE = re.compile(
    r"^(?:please|pls|also|then|and|now|just|can you|could you|(?:i want|i would like|i'd like)(?: you)? to|"
    r"i want|let's|maybe|请|麻烦|再|也|我想|我要|希望)\b[\s,，]*|\s*(?:please|instead|吧|。)$",
    re.IGNORECASE,
)
_NUMBERED = r"\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten"
_SCOPE = re.compile(
    rf"(?P<of>\b(?:in|of|for|from) )?\b(?:the )?(?:episode|ep\.?) #?(?P<n>{_NUMBERED})\b|"
    r"(?P<of2>\b(?:in|of|for|from) )?\bthe (?P<o>first|second|third|fourth|last|final) episode\b|"
    r"(?:把|将|在)?第(?P<zh>[\d一二两三四五六七八九十]{1,4})集(?:里|中|的)?|(?:把|将|在)?(?P<last>最后一集)(?:里|中|的)?",
    re.IGNORECASE,
)
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DIGITS = "零一二三四五六七八九"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": LAST, "final": LAST}


def read_feedback(feedback: str, names: Sequence[str]) -> list[Wish]:
    """Everything that `feedback` asks for, in order. `names` are those that the characters go by.

    Raises:
        InvalidInput: a part of it is not understood; names the part, and what is understood.
    """
    wishes: list[Wish] = []
    rename = _rename_patterns(names)
    for match in _SENTENCE.finditer(feedback):
        if not any(c.isalnum() for c in match[0]):
            continue
        understood = _Reader(rename).read(match[0])
        if understood is None:
            raise not_understood(match[0].strip())
        wishes += _scoped(understood)
    if not wishes:
        raise not_understood(feedback.strip())
    return wishes


def not_understood(said: str) -> InvalidInput:
    """The error for what cannot be done, with a list of what can."""
    quoted = said if len(said) <= LONGEST_SENTENCE else said[:LONGEST_SENTENCE] + "…"
    detail = f"The local writer has no language model and does not understand “{quoted}”. It understands: {UNDERSTOOD}."
    return InvalidInput(detail, [Fault("/feedback", "is not understood by the local writer")])


class _Reader:
    """Reads one sentence: the shortest clauses that are all understood, else the sentence as one."""

    def __init__(self, rename: Sequence[re.Pattern[str]]) -> None:
        self._rename = rename
        self._known: dict[str, list[Wish] | None] = {}

    def read(self, text: str) -> list[Wish] | None:
        if len(text) > LONGEST_SENTENCE:
            return None
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> list[Wish] | None:
        masked = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
        for cut in _SEPARATOR.finditer(masked):
            first, rest = text[: cut.start()], text[cut.end() :]
            if first.strip() and rest.strip() and (head := self._clause(first)) and (tail := self.read(rest)):
                return [head, *tail]
        whole = self._clause(text)
        return [whole] if whole else None

    def _clause(self, text: str) -> Wish | None:
        said = _without_politeness(text)
        scope = _SCOPE.search(said)
        if scope is None:
            return self._wish(said, None)
        short = bool(scope["of"] or scope["of2"] or scope["zh"] or scope["last"])
        rest = f"{said[: scope.start()]}{'' if short else 'it'}{said[scope.end() :]}"
        rest = _without_politeness(re.sub(r"\s+", " ", rest)).strip(" :：")
        episode = _episode(scope)
        return self._wish(rest, episode) if rest else Wish("scope", said, episode=episode)

    def _wish(self, said: str, episode: int | None) -> Wish | None:
        for pattern in self._rename:
            match = pattern.fullmatch(said) if episode is None else None
            if match is not None and not _SEPARATOR.search(match["new"]):
                return Wish("rename", said, unquoted(match["old"]), unquoted(match["new"]))
        for kind, pattern in _PATTERNS:
            match = pattern.fullmatch(said)
            if match is None or (episode is not None and kind in _FOR_THE_WHOLE):
                continue
            groups = match.groupdict()
            value = groups.get("v") or groups.get("w") or ""
            if (kind == "rewrite" and episode is None) or _runs_on(value):
                continue
            return Wish(kind, said, unquoted(value), episode=episode)
        return None


def meaning(value: str, table: dict[str, tuple[str, str, str]] | dict[str, tuple[str, str]]) -> str:
    """The row of a table of words that a value belongs to."""
    for name, words in table.items():
        if any(re.fullmatch(one, value, re.IGNORECASE) for one in words[-2:]):
            return name
    raise not_understood(value)


def number(said: str) -> int:
    """A number in digits, in an English word up to ten, or in Chinese up to 99.

    Raises:
        InvalidInput: it is none of these.
    """
    word = said.strip().lower().replace("两", "二")
    if word.isdecimal():
        return int(word)
    if word in _WORDS:
        return _WORDS.index(word)
    tens, ten, units = word.rpartition("十")
    digits = [_DIGITS.find(one or default) for one, default in ((tens, "一" if ten else "零"), (units, "零"))]
    if -1 in digits or word == "零":
        raise not_understood(said)
    return digits[0] * 10 + digits[1]


def unquoted(text: str) -> str:
    """A value without the quotes and spaces around it."""
    return text.strip().strip("\"“”《》「」'‘’").strip()


def _rename_patterns(names: Sequence[str]) -> list[re.Pattern[str]]:
    known = "|".join(sorted({re.escape(one) for one in names if one}, key=len, reverse=True)) or r"(?!)"
    anyone = r".{1,60}?"
    rows = (
        rf"(?:call|name|rename) (?P<old>{known})(?: to| into| as)? (?P<new>.+)",
        rf"(?P<old>{known}) (?:to|should be (?:called|named)|is now(?: called| named)?|becomes) (?P<new>.+)",
        rf"(?:change|rename) (?P<old>{known})(?:['’]s name)? (?:to|into) (?P<new>.+)",
        rf"(?:把|将|给)?(?P<old>{known})的?(?:名字)?(?:改名|更名|改|换)(?:为|成|叫做?)(?P<new>.+)",
        rf"rename (?P<old>(?!it\b|this\b|the\b){anyone}) (?:to|into|as) (?P<new>.+)",
        rf"(?:把|将|给)(?P<old>{anyone})(?:改名|更名)(?:为|成|叫做?)(?P<new>.+)",
    )
    return [re.compile(row, re.IGNORECASE) for row in rows]


def _runs_on(value: str) -> bool:
    """Whether a free value seems to hold another wish: only in quotes, or before a capital, does it say "and"."""
    return bool(_RUN_ON.search(_QUOTED.sub("", value))) and not re.fullmatch(_STYLES, value, re.IGNORECASE)


def _without_politeness(text: str) -> str:
    text = text.strip(" ,，、\t\r")
    while (shorter := _POLITE.sub("", text).strip(" ,，、")) != text:
        text = shorter
    return text


def _episode(scope: re.Match[str]) -> int:
    if scope["last"]:
        return LAST
    if scope["o"]:
        return _ORDINALS[scope["o"].lower()]
    return number(scope["n"] or scope["zh"])


def _scoped(wishes: Sequence[Wish]) -> Iterator[Wish]:
    """An episode that a sentence names holds for what it asks for after that."""
    episode: int | None = None
    for wish in wishes:
        episode = wish.episode if wish.episode is not None else episode
        if wish.kind != "scope":
            yield replace(wish, episode=episode) if wish.kind in _CARRIED else wish
