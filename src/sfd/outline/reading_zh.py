# ruff: noqa: E501  word lists and patterns
"""Reading a Chinese premise, by words that stories turn on. It reads Simplified; Traditional is converted before."""

import re
from collections.abc import Sequence

from sfd.outline.clause import FEMALE, MALE, Clause, Kind, Token
from sfd.outline.reading import Person, Reading
from sfd.outline.wordlist import listed

READ_CHARACTERS = 2_000
SHORTEST_FACT, LONGEST_FACT = 4, 20
LONGEST_TITLE = 24
_SEPARATOR = re.compile(r"[。！？!?\n；;]+")
_ROLES = listed(
    "软件工程师 工程师 程序员 外科医生 实习医生 女医生 医生 护士 法医 律师 女警 警察 刑警 侦探 记者 老师 学生 作家 画家 "
    "钢琴家 歌手 演员 替身 女明星 厨师 外卖员 快递员 出租车司机 司机 保安 保姆 秘书 实习生 助理 女总裁 总裁 老板 富豪 首富 "
    "千金 真千金 假千金 豪门少奶奶 少爷 继承人 王妃 皇后 太后 贵妃 公主 丫鬟 宫女 绣娘 太监 将军 皇帝 太子 王爷 书生 捕快 "
    "侠客 杀手 间谍 卧底 士兵 渔民 守塔人 入殓师 修表匠 调香师 古董商 设计师 模特 网红 主播 科学家 女孩 男孩 少女 少年 "
    "女人 男人 寡妇 孤儿 新娘 新郎 单亲妈妈 全职太太 家庭主妇 大学生 女工 店主 面包师 裁缝"
)
_RELATIVES = listed(
    "前夫 丈夫 老公 前妻 妻子 未婚夫 未婚妻 男友 女友 初恋 闺蜜 朋友 母亲 妈妈 父亲 爸爸 奶奶 爷爷 婆婆 公公 继母 后妈 女儿 "
    "儿子 孩子 哥哥 弟弟 姐姐 妹妹 姐妹 兄弟 双胞胎 老板 上司 同事 仇人 凶手 邻居 陌生人 病人"
)
_FOES = frozenset(
    listed(
        "前夫 丈夫 老公 前妻 妻子 未婚夫 未婚妻 男友 女友 初恋 老板 上司 仇人 凶手 陌生人 总裁 女总裁 皇帝 王爷 将军 太子"
    )
)
_ALLIES = frozenset(listed("闺蜜 朋友 女儿 儿子 孩子 哥哥 弟弟 姐姐 妹妹 同事 邻居 护士 助理"))
_PAIR = re.compile(r"\W*(?:一对|两个?|俩|孪生|双胞胎)*(姐妹|兄弟)")
_PAIRS = {"姐妹": ("姐姐", "妹妹", FEMALE), "兄弟": ("哥哥", "弟弟", MALE)}
_GENRES = {
    "awakening": "代码 意识 人工智能 机器人 算法 AI 觉醒 幽灵 鬼 闹鬼 附身 会说话 程序",
    "revenge": "复仇 报复 背叛 陷害 重生 出狱 夺回 虐 仇 真千金 归来",
    "hidden": "皇帝 皇后 王妃 宫 朝 民国 唐 宋 明朝 清朝 古代 穿越 将军 太后 公主 绣娘 战争 抗战",
    "romance": "爱 结婚 闪婚 契约 离婚 前夫 婚 总裁 恋 未婚 情",
    "medical": "医生 手术 医院 病人 护士 急诊 病",
    "secret": "灯塔 老宅 信 日记 秘密 继承 遗产 失踪 照片 钥匙",
}
_THINGS = listed(
    "代码 灯塔 戒指 日记 情书 信 照片 合同 遗嘱 手机 钥匙 镜子 玉佩 名单 名册 账本 密信 录音 画像 画 琴 钢琴 手表 怀表 "
    "项链 老宅 房子 旅馆 书店 面馆 餐馆 药方 香水 地图 船 井 剧本 机器人 人工智能 算法 游戏 相机 邮件 电话 嫁衣 圣旨 剑 孩子 公司 秘方"
)
_FACT = re.compile(r"(?:发现|得知|知道|意识到|听说|察觉|才明白)了?([^，。！？；,!?;\n]{3,24})")
_STATEMENT = re.compile(r"是|会|有|在|被|了|没|能|想|要|开始|活|已|着|藏|娶|嫁|害|杀|竟|居然")
_RELATIVE = re.compile(
    r"(?:一|这|那)?[座本封张把个枚间栋条只部台幅家件份块口艘]((?:从未|从不|永远|永不|没有|会|能|已经)[^，。的]{1,10})的([一-鿿]{1,4})"
)
_COUNTED = re.compile(r"(?:一|两|这|那)[座本封张把枚间栋条部台幅件份块口艘]([一-鿿]{2,4})")
_REFERENCE = re.compile(r"她自己的|他自己的|自己的|我的|她的|他的|我们的|自己|她们|他们|我们|她|他|我")


def read_chinese(story: str) -> Reading:
    """The facts of a Chinese premise in Simplified characters."""
    text = story[:READ_CHARACTERS]
    core = next((part.strip() for part in _SEPARATOR.split(text) if part.strip()), text)
    pair = _PAIR.match(core)
    elder, younger, together = _PAIRS[pair.group(1)] if pair else ("", "", "")
    role = elder or _first(core, _ROLES)
    first = bool(re.match(r"\W*我", core))
    fact = _fact(core, role, first)
    thing = _thing(core, text, fact)
    return Reading(
        story=story,
        engine=_engine(core, text),
        core=core,
        role=role,
        hero_name=_name(text),
        hero_gender=together or _gender(text, core, role, first=first),
        first_person=first,
        thing=thing,
        owned=bool(fact and any(token.kind is Kind.POSSESSIVE for token in fact)) or f"自己的{thing}" in text,
        props=tuple(word for word in _THINGS if word in text and word not in thing)[:6],
        theme=next((word for word in ("复仇", "真相", "爱", "自由", "背叛") if word in text), ""),
        fact=fact,
        people=(Person(younger, "", together, "A"),) if pair else _people(text, role),
        time="夜" if "夜" in core else "",
        title=_title(core, fact),
    )


def render_chinese(clause: Clause, person: int, gender: str) -> str:
    """The clause said by me, to you, or of her."""
    who = {1: "我", 2: "你", 3: "她" if gender == FEMALE else "他"}[person]
    kinds = {Kind.SUBJECT: who, Kind.POSSESSIVE: f"{who}的"}
    return "".join(kinds.get(token.kind, token.text) for token in clause)


def clause_chinese(text: str) -> Clause:
    """A Chinese clause with its references to the hero marked."""
    tokens: list[Token] = []
    at = 0
    for match in _REFERENCE.finditer(text):
        tokens.append(Token(text[at : match.start()]))
        tokens.append(Token(match.group(), Kind.POSSESSIVE if match.group().endswith("的") else Kind.SUBJECT))
        at = match.end()
    return tuple(token for token in (*tokens, Token(text[at:])) if token.text)


def _first(text: str, words: Sequence[str]) -> str:
    found = [(text.index(word), -len(word), word) for word in words if word in text]
    return min(found)[2] if found else ""


def _fact(core: str, role: str, first: bool) -> Clause | None:
    claim = _FACT.search(core)
    if claim and _STATEMENT.search(claim.group(1)) and len(claim.group(1)) <= LONGEST_FACT:
        return clause_chinese(claim.group(1))
    relative = _RELATIVE.search(core)
    if relative:
        return (Token(f"{relative.group(2)}{relative.group(1)}"),)
    lead = re.split(r"[，,]", core)[0]
    done = lead.partition(role)[2] if role else ""
    if SHORTEST_FACT <= len(done) <= LONGEST_FACT:
        return (Token("", Kind.SUBJECT), *clause_chinese(done))
    return clause_chinese(lead) if first and SHORTEST_FACT <= len(lead) <= LONGEST_FACT else None


def _thing(core: str, text: str, fact: Clause | None) -> str:
    relative = _RELATIVE.search(core)
    if relative:
        return relative.group(2)
    told = "".join(token.text for token in fact) if fact else ""
    for where in (told, core, text):
        found = _first(where, _THINGS)
        if found:
            return found
    counted = _COUNTED.search(core)
    return counted.group(1) if counted else ""


def _name(text: str) -> str:
    called = re.search(r"(?:名叫|叫做|叫|名为)([一-鿿]{2,3})(?=[，。、的]|是)", text)
    return called.group(1) if called else ""


def _gender(text: str, core: str, role: str, *, first: bool) -> str:
    if first:
        her = any(word in core for word in ("前夫", "丈夫", "老公", "男友", "未婚夫"))
        his = any(word in core for word in ("前妻", "妻子", "老婆", "女友", "未婚妻"))
        return FEMALE if her else MALE if his else ""
    if any(mark in role for mark in ("女", "妈", "妃", "后", "公主", "千金", "娘", "太太", "妇")):
        return FEMALE
    if any(mark in role for mark in ("男", "王爷", "皇帝", "太子", "少爷", "少年", "太监")):
        return MALE
    she, he = text.count("她"), text.count("他")
    return "" if she == he == 0 else FEMALE if she >= he else MALE


def _people(text: str, role: str) -> tuple[Person, ...]:
    found = [word for word in (*_RELATIVES, *_ROLES) if word in text and not (role and (word in role or role in word))]
    whole = [word for word in found if not any(word != other and word in other for other in found)]
    whole = sorted(whole, key=text.index)[:3]
    return tuple(
        Person(word, "", _gender("", "", word, first=False), "F" if word in _FOES else "A" if word in _ALLIES else "")
        for word in whole
    )


def _engine(core: str, text: str) -> str:
    def score(engine: str) -> int:
        words = _GENRES[engine].split()
        return 3 * sum(word in core for word in words) + sum(word in text for word in words)

    best = max(_GENRES, key=score)
    return best if score(best) else "secret"


def _title(core: str, fact: Clause | None) -> str:
    told = render_chinese(fact, 1, FEMALE) if fact else ""
    lead = re.split(r"[，,、：:]", core)[0]
    return told if SHORTEST_FACT <= len(told) <= LONGEST_TITLE else lead[:LONGEST_TITLE]
