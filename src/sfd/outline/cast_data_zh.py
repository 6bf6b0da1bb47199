"""What a Chinese outline brings along: people, looks, voices, places."""

from random import Random

from sfd.outline.clause import FEMALE
from sfd.outline.kinds import Kind, Place
from sfd.outline.wordlist import listed


def _places(*names: str) -> tuple[Place, Place, Place]:
    a, b, c = (Place("EXT" if name.startswith("*") else "INT", name.lstrip("*")) for name in names)
    return a, b, c


KINDS = {
    "awakening": Kind(
        "程序员",
        ("老板", "同事", "投资人"),
        "机器",
        "手机",
        "自由",
        "我的机器会回答我",
        _places("深夜办公室", "玻璃会议室", "*公司天台"),
    ),
    "revenge": Kind(
        "千金",
        ("旧爱", "司机", "家族律师"),
        "戒指",
        "合同",
        "复仇",
        "我被自己人卖了",
        _places("顶层书房", "酒店宴会厅", "*雨夜街头"),
    ),
    "romance": Kind(
        "翻译",
        ("前任", "闺蜜", "情敌"),
        "合同",
        "戒指",
        "爱",
        "我答应了不该答应的人",
        _places("总裁办公室", "酒店宴会厅", "*雨夜街头"),
    ),
    "medical": Kind(
        "外科医生",
        ("主任", "值班护士", "病人"),
        "病历",
        "腕带",
        "愧疚",
        "我的病人认识我",
        _places("重症病房", "医院走廊", "手术室"),
    ),
    "court": Kind(
        "绣娘",
        ("都尉", "信使", "管事嬷嬷"),
        "名册",
        "密信",
        "忠义",
        "我手里有那份名单",
        _places("内室", "*集市长街", "*空旷的广场"),
        period=True,
    ),
    "secret": Kind(
        "老师",
        ("堂亲", "老朋友", "公证人"),
        "信",
        "钥匙",
        "真相",
        "这封信是写给我的",
        _places("老宅", "*碎石车道", "*悬崖小路"),
    ),
}
_ENGINES = {"hidden": "court", "curse": "court"}
GENDERS = {
    "管事嬷嬷": "female",
    "丈夫": "male",
    "前夫": "male",
    "妻子": "female",
    "前妻": "female",
    "母亲": "female",
    "妈妈": "female",
    "父亲": "male",
    "爸爸": "male",
    "哥哥": "male",
    "弟弟": "male",
    "姐姐": "female",
    "妹妹": "female",
    "闺蜜": "female",
    "奶奶": "female",
    "爷爷": "male",
    "婆婆": "female",
    "女儿": "female",
    "儿子": "male",
    "后妈": "female",
    "继母": "female",
    "皇帝": "male",
    "皇后": "female",
    "王爷": "male",
    "将军": "male",
    "太后": "female",
    "新娘": "female",
    "新郎": "male",
}
VOICES = {
    "H": ("低而克制，急了会变快", "温暖，略带沙哑", "清亮利落，带点冷幽默"),
    "F": ("从容圆润，听得出在笑", "低沉，字字落定", "客气而冷"),
    "A": ("明快，气喘吁吁", "轻柔，有点紧张", "直爽，爱笑"),
    "E": ("苍老干涩，停顿很长", "沙哑，见惯世事", "端正，藏着疲惫"),
}
_AGES = {"H": ("27", "29", "31"), "F": ("34", "36", "38"), "A": ("25", "28"), "E": ("58", "63")}
_HAIR = {
    True: ("黑色长发", "利落的黑色短发", "棕色盘发", "深棕色长卷发"),
    False: ("黑色短发", "油亮的背头", "凌乱的深棕色短发", "黑色短发，留着短须"),
}
_MODERN = {
    "H": ("米色风衣", "深绿色大衣", "蓝色外套"),
    "F": ("剪裁考究的黑色西装", "深灰色西装", "藏青色西装"),
    "A": ("黄色连帽卫衣", "灰色连帽衫配牛仔外套", "红色卫衣"),
    "E": ("灰色羊毛大衣", "酒红色西装", "黑色大衣，别着胸针"),
}
_PERIOD = {
    "H": ("素青色长衣", "洗旧的蓝布衫", "月白色长裙"),
    "F": ("玄色官服，银色纹饰", "墨黑色长袍"),
    "A": ("粗布短衣", "灰布衫，红色头巾"),
    "E": ("深褐色长袍", "黑色立领长衣"),
}
_WORK = {
    "医生": "绿色手术服外罩白大褂",
    "护士": "浅蓝色护士服",
    "病人": "浅色病号服",
    "主任": "白大褂里是黑色西装",
    "程序员": "灰色连帽卫衣",
    "工程师": "灰色连帽卫衣，眼镜",
    "千金": "红色丝绸长裙",
    "总裁": "剪裁考究的黑色西装",
    "外卖": "黄色外卖制服",
    "警": "藏青色制服",
    "新娘": "白色婚纱",
}
_OLD = tuple(listed("律师 公证人 嬷嬷 投资人 母亲 妈妈 父亲 爸爸 奶奶 爷爷 婆婆 公公 太后"))
MARKS = ("左眉一道细疤", "圆框眼镜", "拇指上一枚银戒", "右眼下一颗小痣", "指尖带墨", "腕上一块旧表")


def engine(name: str) -> str:
    """The Chinese sheet that serves an engine."""
    return _ENGINES.get(name, name if name in KINDS else "secret")


def look(role: str, gender: str, relation: str, mark: str, period: bool, rng: Random) -> str:
    """A character's look as one line of Chinese."""
    hair = rng.choice(_HAIR[gender == FEMALE])
    old = any(word in relation for word in _OLD)
    age = rng.choice(_AGES["E" if old else "F" if role == "E" else role])
    if old:
        hair = "银白色盘发" if gender == FEMALE else "银白色短发，留着灰须"
    work = next((clothes for word, clothes in _WORK.items() if word in relation), "")
    clothes = work or rng.choice((_PERIOD if period else _MODERN)[role])
    who = "女" if gender == FEMALE else "男"
    return f"{who}，{age}岁，{relation}。{hair}，{clothes}，{mark}。"


def voice_look(screen: bool) -> tuple[str, str]:
    """Look and voice of the thing that speaks."""
    body = "黑色屏幕里一个浅蓝色的光影，银色短发，灰色大衣" if screen else "半透明的苍白身影，银色长发，灰色长衣"
    return f"不是人：{body}。", "贴着耳边，平静，句子之间没有呼吸"
