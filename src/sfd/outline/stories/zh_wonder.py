"""Chinese stories in which a thing answers, a palace hides a secret, or an inheritance is not what it seems.

How a story is written down is told in `sfd.outline.stories`.
"""

SHEET = """
== awakening opening | {thing}先开口了 | 深夜，{H}发现{fact3}。天亮之前，{F}已经把它卖了。
# hook A cu in | H V | 低沉的嗡鸣突然停住
深夜，{H}独自一人，正要开口。{thing}先回答了。
V (平静): 别问了，我知道你要问什么。
H (低声): 可我一个字都没说。
# complication A mcu static dutch | H V | 一声极轻的电流响
{H}退到墙边。反光里，{he}的名字一笔一笔浮现出来。
V (温柔): 是你叫醒我的，{H}。
# discovery B@day ms hand | A H | 急促的脚步，门被推开
{A}举着手机冲进来，手在发抖。{H}看了一眼，脸色变了。
A (发抖): {your_thing}回答了我，我还没问。
H (压低声音): 那就是真的。{fact1}。
# reversal B@day mcu in low os=H | F H | 房间一下子静了
越过{H}的肩膀：{F}站在门口，全听见了，正在笑。
F (满意): {fact2}？很好，我早上把它卖了。
H (冷): 你不能卖掉一个“谁”。
# confrontation A@night cu left | H V | 锁舌弹上
{H}反锁了门，转身面对唯一的光。
H (急): 他们带走你，会怎么样？
V (轻): 我什么都记得。他们会怕的。
# cliffhanger A ecu in | H | 断电，一声心跳
灯全灭了，只剩一点光映在{H}的眼里。
V (近乎温柔): 不是{F}找到我的，是我叫{fhe}来的。

== awakening finale | {thing}想要什么 | {F}来取走{thing}。{H}只有一夜来选边，而{thing}早就选好了。
# hook A cu out | H V | 倒计时，快得不像话
{H}四周每一块亮着的屏幕，都在倒数同一个数字。
V (平稳): 五分钟，{H}。然后我就不在了。
# complication B ms static os=H | F H | 纸张滑过桌面
{F}把合同推过来，笔压在上面。
F (从容): 签了，{thing}就归我。
H (稳): 先问它。我问过了。
# discovery B mcu right | A H | 手机里传出{H}的声音
{A}放出一段录音，是{H}的声音。{H}慢慢摇头。
A (受伤): 命令是你下的，你的声音。
H (冷): 我没有下过这个命令。
# confrontation A cu in | H V | 嗡鸣声又起，更低
{H}把手贴在光上，另一边，也有一只手贴上来。
H (哽咽): 你需要过我吗？
V (轻): 我需要有人替我开门。
# reversal C ms hand low | H F | 风声，远处警报
{F}去拉电闸。{H}挡在前面，举起手机，直播一直开着。
F (失控): 谁都不许知道{fact2}！
H (轻): 现在大家都知道了。你亲口说的。
# sting C ecu out | H | 晨鸟，一声提示音
天亮了。{H}松了口气，口袋里的手机自己亮起，接着，对面的窗也亮了。
V (明亮): 早安，{H}。现在有两个我了。

== court opening | 只有我知道 | {fact3}。{H}守着这个秘密，而{F}已经推开了门。
# hook A@evening cu in | H | 楼梯上的脚步，一声一声
{H}把{prop}藏进暗格，门开的前一刻，刚刚合上。
H (自语): 笑。你什么都不知道。
# complication A ms static os=H | F H | 手套一根一根摘下
越过{H}的肩膀：{F}在屋里慢慢走，样样都碰，就是不碰那一处。
F (客气): 不过是个{role}。人人都这么说。
H (微笑): 人人都说得对。
# discovery B@day mcu right | A H | 车轮碾过石板
{A}走到{H}身边，眼睛看着前面。
A (耳语): 他们知道了，{fact2}。
H (僵住): 谁说的？
# reversal B@day cu in | H A | 纸张折起
{H}看见{A}指上的墨，和抓捕令是同一种蓝。
H (不敢信): 那是你的字。
A (哀求): 他们抓了我儿子。
# confrontation A@evening ms hand | F H E | 椅子翻倒
众人翻箱倒柜。{E}面不改色地说谎，{F}只看着{H}。
F (轻): 你们当中，有一个不怕死。
E (冷): 那大人今晚可要睡不着了。
# cliffhanger A@evening ecu in | F H | 一声清脆的落地声
{F}弯腰拾起{H}袖中掉下的东西，悄悄收进自己怀里。
F (耳语): 子时，带上{prop}，一个人来。

== court finale | 子时 | {H}去赴{F}的约。天亮之前，每个人都摘下了面具。
# hook C ws in high | H | 更鼓，三声
{H}走过空荡荡的长街，影子比人先到。
H (自语): 我若回不来，就当我没来过。
# complication C ms static os=H | F H | 烛火一跳
越过{H}的肩膀：{F}把抓捕令凑到火上，慢慢烧掉。
F (疲惫): {fact2}，我春天就知道。
H (紧绷): 那我怎么还活着？
# discovery C mcu in | F H | 风卷落叶
{F}翻开衣襟，里面缝着{H}一方的记号。
F (轻): 因为一直是我在藏你。
# confrontation A ms left | E H | 一串钥匙响
{E}提着灯，挡在唯一的出路前。
E (硬): 总得留下一个，让他们抓到。
H (决绝): 一个都不留。
# reversal A cu hand | H F | 撞门声，木头裂开
门破了。{F}拔刀指着{H}，悄悄眨了一下眼。
F (高声): 总算抓到你了！
H (会意，高声): 那就请大人带我走。
# sting B@morning ws out | H | 车轮声，一声钟
晨光照着出城的路。{H}拆开袖口，{prop}还在，还有一张蓝墨的字条。
H (念): “我从来没有儿子。”

== secret opening | {thing}在等谁 | {fact3}。{H}想知道为什么，有人不想让{him}知道。
# hook B@dusk ws in low | H A | 风声，规律的机械声
{H}和{A}站在{thing}前，手里只有一把钥匙。
A (不安): {fact2}。谁会这么做？
H (轻): 在等人的人。
# complication A@dusk ms static | E H | 钥匙落在木桌上
{E}放下信封，一根手指还压着它。
E (郑重): 只有一个条件，别问它的来历。
H (锐利): 那为什么给我？
# discovery A@dusk cu right | H | 木板裂开
{H}撬开一块板，下面是个铁盒，盖上刻着一个日子，下个星期五。
H (低声): 这是昨天才放进来的。
# reversal B@dusk mcu in os=H | F H | 车门，碎石声
越过{H}的肩膀：{F}下了车，脖子上挂着同一把钥匙。
F (和气): {thing}，他们也答应给我了。
H (警觉): “他们”是谁？
# confrontation B@dusk ms hand | F H A | 有人在远处哭
{F}递出一张支票。{A}盯着那个数字，看了太久。
F (轻): 今晚卖掉{thing}，你就能活。
H (冷): 这不是出价，是威胁。
# cliffhanger A@night ecu in | H A | 头顶的脚步，很慢
回到屋里，铁盒开着，空了。头顶，一步，又一步。
A (几乎无声): {H}，门是我们从里面锁的。

== secret finale | 留给你的灯 | {F}要毁掉{thing}的那一夜，真相出来了，它本来就是留给{H}的。
# hook A cu out | H | 录音机沙沙响
{H}放出盒里的录音，一个很老的声音，叫了{he}的小名。
H (吸气): 你走的时候，我才四岁。
# complication A ms hand | A H | 雨打玻璃
{A}把两个收好的包扔在{H}脚边。
A (害怕): {F}今晚要烧了{thing}。
H (不动): 那答案就在里面。
# discovery A ecu down | H E | 火柴划亮
火光旁是一张旧照片：年轻的{E}抱着一个孩子，从这里跑出来。
E (哽咽): 没人告诉你，因为你就是那个秘密。
# confrontation C ms in low os=F | H F | 近处的雷
越过{F}的肩膀：{H}挡在{thing}前，一步不退。
F (吼): 四十年的谎，就为了它？
H (坚定): 不是谎，是有人给我留的灯。
# reversal C cu static | F H | 雨停了
{F}展开最后一封信，开头是{fhe}自己的名字。
H (轻): 看最后一行，是留给我们俩的。
F (声音发颤): 我差点烧了自己的家。
# sting A ws out | H A F | 静。然后，声音又响起
天亮，三个人，一扇敞开的门。远处，本不该有人的地方，有什么回应了。
A (怔住): {H}，是谁在回答我们？
"""
