"""The words, English and Chinese, that descriptions and stage directions use, and what they mean in a picture.

A table is a row per value, in order of preference, each with the words that mean it. English words are
regular expressions matched whole; Chinese ones are found anywhere.
"""

import re
from functools import lru_cache

Table = tuple[tuple[str, tuple[str, ...]], ...]

FEMALE_WORDS = ("f", "female", "woman", "girl", "lady", "she", "her", "mother", "sister", "wife", "daughter",
                "actress", "grandmother", "aunt", "heiress", "queen", "女", "她", "母亲", "妈", "姐", "妹", "奶奶",
                    "妻", "太太", "小姐")  # fmt: skip
MALE_WORDS = ("m", "male", "man", "boy", "gentleman", "he", "his", "him", "father", "brother", "husband", "son",
              "grandfather", "uncle", "king", "男", "他", "父亲", "爸", "哥", "弟", "爷爷", "丈夫", "先生")  # fmt: skip
GLASSES_WORDS = ("glasses", "spectacles", "eyeglasses", "眼镜")
SHAVEN_WORDS = ("clean[- ]shaven", "no beard", "beardless", "without a beard", "无须", "没有胡子")

AGE_WORDS: Table = (
    ("elder", ("elderly", "grand(?:mother|father|ma|pa)", "granny", "aged", "aging",
        "ageing", "old", "senior", "matriarch", "patriarch", "老(?![板师公婆])", "奶奶", "爷爷", "祖母",
        "祖父", "外婆", "外公")),
    ("teen", ("teen", "teenager", "teenage", "adolescent", "high[- ]school(?:er)?", "少年", "少女", "高中", "青少年")),
    ("child", ("child", "kid", "toddler", "little (?:boy|girl)", "small (?:boy|girl)", "young (?:boy|girl)",
        "schoolboy", "schoolgirl", "儿童", "小孩", "孩子", "小男孩", "小女孩", "幼")),
)  # fmt: skip
SKIN_WORDS: Table = (
    ("#7d5238", ("dark[- ]skin(?:ned)?", "ebony", "deep brown skin", "dark complexion", "深色皮肤", "黑皮肤")),
    ("#b98560", ("tan(?:ned)?", "olive[- ]skin(?:ned)?", "olive complexion", "brown[- ]skin(?:ned)?", "bronzed",
        "sun-?burnt", "古铜", "小麦色", "黝黑")),
    ("#f5dccb", ("pale", "fair[- ]skin(?:ned)?", "fair complexion", "porcelain", "白皙", "苍白", "皮肤白")),
)  # fmt: skip
HAIR_WORDS: Table = (
    ("bald", ("bald", "balding", "shaved head", "hairless", "光头", "秃")),
    ("bun", ("bun", "chignon", "updo", "topknot", "hair up", "盘发", "发髻", "丸子头", "挽发")),
    ("ponytail", ("pony-?tail", "hair tied", "tied[- ]back", "马尾")),
    ("braids", ("braids?", "braided", "plaits?", "pigtails", "辫")),
    ("buzz", ("buzz(?:[- ]?cut)?", "crew ?cut", "cropped", "shaven", "寸头", "平头", "板寸")),
    ("slick", ("slick(?:ed)?(?:[- ]back)?", "combed back", "pomade", "背头", "油头")),
    ("parted", ("side[- ]part(?:ed)?", "undercut", "swept", "floppy", "tousled", "messy", "分头", "中分", "凌乱")),
    ("curly", ("curly", "curls", "afro", "frizzy", "卷发", "卷毛", "爆炸头")),
    ("wavy", ("wavy", "waves", "loose hair", "hair worn loose", "波浪", "披肩")),
    ("fringe", ("fringe", "bangs", "刘海")),
    (
        "bob",
        (
            "bob",
            "shoulder[- ]length",
            "chin[- ]length",
            "to (?:the|her|his|their) (?:jaw|chin)",
            "pageboy",
            "短发女",
            "齐肩",
            "波波头",
            "齐耳",
        ),
    ),
    ("long", (r"long[\w -]{0,24}hair", r"long,? (?:black|dark|blonde|brown|red|silver|white|straight)",
        "hair down", "flowing hair", "长发", "长髪",
        "长直发")),
    ("short", (r"short[\w -]{0,24}hair", "pixie", "short-haired", "短发")),
)  # fmt: skip
OUTFIT_WORDS: Table = (
    ("doctor", ("lab ?coat", "(?:white|doctor'?s?) coat", "scrubs", "surgical gown", "白大褂", "手术服", "护士服")),
    ("uniform", ("uniform(?:ed)?", "fatigues", "armou?r", "制服", "军装", "警服", "校服")),
    ("suit", ("suit(?:ed)?", "three-?piece", "tuxedo", "tux", "blazer", "pinstripes?", "西装", "西服", "燕尾服",
        "正装")),
    ("dress", ("dress", "gown", "qipao", "cheongsam", "skirt", "silk", "sundress", "裙", "旗袍", "礼服", "婚纱",
        "汉服")),
    ("coat", ("overcoat", "coat", "trench ?coat", "trench", "parka", "cape", "cloak", "jacket", "leather", "大衣",
        "风衣", "外套", "夹克", "皮衣", "斗篷")),
    ("hoodie", ("hoodie", "sweatshirt", "tracksuit", "sportswear", "卫衣", "运动服", "连帽衫")),
    ("tee", ("t-?shirt", "tee", "tank top", "vest", "T恤", "t恤", "背心")),
    ("shirt", ("shirt", "blouse", "cardigan", "sweater", "jumper", "turtleneck", "polo", "knit", "apron", "衬衫",
        "衬衣", "毛衣", "针织", "围裙", "马甲")),
)  # fmt: skip
PROFESSION_WORDS: Table = (
    ("doctor", ("doctor", "nurse", "surgeon", "physician", "scientist", "medic", "dr", "医生", "护士", "大夫",
        "科学家")),
    ("uniform", ("police(?:man|woman)?", "officer", "cop", "soldier", "guard", "pilot", "captain", "sergeant",
        "firefighter", "stewardess", "警察", "警官", "军人", "士兵", "保安", "飞行员", "机长")),
    ("suit", ("ceo", "lawyer", "attorney", "banker", "business(?:man|woman)", "executive", "tycoon", "chairman",
        "president", "boss", "agent", "butler", "groom", "总裁", "律师", "董事", "老板", "经理", "管家", "新郎")),
    ("dress", ("bride", "princess", "socialite", "singer", "dancer", "新娘", "公主", "名媛", "歌手")),
    ("hoodie", ("hacker", "student", "gamer", "courier", "athlete", "学生", "黑客", "快递", "外卖")),
    ("shirt", ("teacher", "writer", "waiter", "waitress", "chef", "barista", "artist", "老师", "作家", "服务员",
        "厨师", "画家")),
)  # fmt: skip
BEARD_WORDS: Table = (
    ("moustache", ("moustache", "mustache", "八字胡", "小胡子")),
    ("stubble", ("stubble", "unshaven", "five o'clock shadow", "胡茬")),
    ("full", ("beard", "bearded", "goatee", "胡须", "胡子", "络腮")),
)
COLOUR_WORDS: Table = (
    ("#232c4d", ("navy", "midnight blue", "藏青", "深蓝")),
    ("#a3213a", ("crimson", "scarlet", "burgundy", "maroon", "wine", "酒红", "深红")),
    ("#3a3d45", ("charcoal", "graphite", "炭灰", "深灰")),
    ("#a9742f", ("auburn", "copper", "ginger", "红棕")),
    ("#6f7f3d", ("olive", "khaki green", "army green", "橄榄", "军绿")),
    ("#000000", ("black", "jet", "raven", "dark", "ebony", "黑", "乌")),
    ("#ffffff", ("white", "snow", "ivory white", "白")),
    ("#8b8f98", ("grey", "gray", "silver", "silvery", "salt[- ]and[- ]pepper", "灰", "银")),
    ("#d8404f", ("red", "ruby", "红")),
    ("#3f7fd0", ("blue", "sapphire", "azure", "蓝")),
    ("#3f9b63", ("green", "emerald", "绿")),
    ("#4fa88a", ("jade", "teal", "turquoise", "翠", "青")),
    ("#e3b93f", ("yellow", "golden", "gold", "mustard", "黄", "金")),
    (
        "#e7d3a1",
        ("blonde?", "fair", "platinum", "cream", "beige", "ivory", "champagne", "米色", "米白", "香槟", "杏色"),
    ),
    ("#e58aa8", ("pink", "rose", "coral", "粉")),
    ("#7b52ab", ("purple", "violet", "lilac", "lavender", "plum", "紫")),
    ("#dd7b33", ("orange", "rust", "橙", "橘")),
    ("#8a5f3f", ("brown", "tan", "camel", "chestnut", "chocolate", "brunette", "棕", "褐", "咖啡色", "驼")),
)
HAIR_COLOURS = {
    "#000000": "#1b191d", "#ffffff": "#dfe0e4", "#8b8f98": "#a3a6ae", "#3a3d45": "#4b4e57", "#d8404f": "#9c3a2a",
    "#a3213a": "#7a2430", "#a9742f": "#9a5328", "#e3b93f": "#d9b566", "#e7d3a1": "#dcbf82", "#8a5f3f": "#5e3e2a",
    "#e58aa8": "#d98aa6", "#7b52ab": "#6a4a94", "#3f7fd0": "#3c5f9c", "#3f9b63": "#3c7d55", "#4fa88a": "#3f8a78",
    "#dd7b33": "#b5602c", "#232c4d": "#232a45", "#6f7f3d": "#5f6a3a",
}  # fmt: skip
OTHER_NOUNS: Table = (
    ("", ("eyes?", "eyed", "skin(?:ned)?", "glasses", "tie", "watch", "scarf", "hat", "bag", "shoes", "boots", "gloves",
        "pin", "earrings?", "necklace", "lips", "lipstick", "beard", "眼", "皮肤", "领带", "手表", "围巾", "帽",
        "包", "鞋", "手套", "唇", "胡")),
)  # fmt: skip

EMOTION_WORDS: Table = (
    ("afraid", ("afraid", "scared", "terrified", "fear(?:ful(?:ly)?)?", "frightened", "panic(?:ked|king)?",
        "trembling", "nervous(?:ly)?", "anxious(?:ly)?", "help me", "worried", "害怕", "恐惧", "惊恐", "颤抖",
        "紧张", "慌", "救命", "发抖", "担心")),
    ("angry", ("angry", "angrily", "furious(?:ly)?", "rag(?:e|ing)", "shout(?:s|ing)?", "yell(?:s|ing)?",
        "scream(?:s|ing)?", "snarl(?:s|ing)?", "outraged", "bitter(?:ly)?", "get out", "how dare", "hate",
        "fuming", "愤怒", "生气", "怒", "吼", "咆哮", "大喊", "滚", "混蛋", "给我出去", "压低声音", "咬牙")),
    ("sad", ("sad(?:ly)?", "cry(?:ing)?", "tears?", "tearful(?:ly)?", "sob(?:s|bing)?", "voice breaking",
        "breaking", "broken", "weep(?:s|ing)?", "grief", "heartbroken", "sorry", "goodbye", "choked", "难过",
        "伤心", "哭", "泪", "哽咽", "悲", "对不起", "抱歉", "再见")),
    ("happy", ("happy", "happily", "smil(?:e|es|ing)", "laugh(?:s|ing)?", "cheerful(?:ly)?", "joy(?:ful(?:ly)?)?",
        "grin(?:s|ning)?", "delighted", "warm(?:ly)?", "playful(?:ly)?", "teasing", "excited(?:ly)?", "love you",
        "thank you", "高兴", "开心", "笑", "喜", "温柔", "兴奋", "谢谢", "太好了", "我爱你")),
    ("surprised", ("surprised?", "shock(?:ed)?", "stunned", "gasp(?:s|ing)?", "astonished", "disbelief",
        "startled", "amazed", "what\\?!", "impossible", "惊讶", "震惊", "吃惊", "惊", "不可能", "什么？！",
        "怎么会", "难以置信")),
    ("cold", ("cold(?:ly)?", "icy", "flat(?:ly)?", "indifferent(?:ly)?", "detached", "contempt(?:uous(?:ly)?)?",
        "mocking(?:ly)?", "sneer(?:s|ing)?", "dry(?:ly)?", "stern(?:ly)?", "calm(?:ly)?", "menacing(?:ly)?", "冷",
        "淡漠", "讽刺", "嘲", "不屑", "平静")),
)  # fmt: skip


def matches(text: str, words: tuple[str, ...]) -> bool:
    """Whether `text`, in lower case, has any of the words."""
    return _pattern(words).search(text) is not None


def first_match(text: str, table: Table) -> str | None:
    """The value of the first row with a word in `text`."""
    return next((value for value, words in table if matches(text, words)), None)


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{word})\b" if word.isascii() else word for word in words))
