"""Chinese stories of revenge, love and the hospital.

How a story is written down is told in `sfd.outline.stories`.
"""

SHEET = """
== revenge opening | {H}回来了 | 人人都以为{H}完了。{F}庆功那天，{he}推门进来。没人知道，{fact3}。
# hook B mcu in low | H F | 弦乐戛然而止
{F}正在举杯，门开了。{H}走进来，像走进自己的家。
F (僵住): 他们说你死了。
H (笑): 你给的钱，他们当然这么说。
# complication B ms right | E H | 酒杯一只只放下
{E}挽住{H}的手臂，在客人眼里像是寒暄。
E (咬牙): 你没钱，没名，什么都没有。
H (平静): 我有记性。
# discovery A cu static | A H | 抽屉拉开
灯下，{A}倒出信封里的照片、账号，还有{thing}的照片。
A (低声): 比你想的更糟。{fact2}。
H (一动不动): 那“{theme}”两个字，太轻了。
# reversal A mcu in os=H | F H | 钥匙转动
越过{H}的肩膀：{F}一个人来了，关上门，靠在门上。
F (轻): {your_thing}我留着，什么都留着。
H (冷): 像留战利品一样。
# confrontation A cu hand | H F | 骤雨
太近了，谁也不退。{H}拿过{F}手里的酒，倒掉。
F (低): 你毁不了我，你还爱我。
H (贴近耳边): 我就赌你会这么想。
# cliffhanger C ecu in | A H | 黑暗里，引擎空转
{A}替{H}拉开车门，自己却不上车，手里是三年前那份文件的签名。
A (羞愧): 签字的不是{F}，是我。

== revenge finale | 清算 | {H}握着毁掉{F}的一切。当着所有人的面，{he}才知道“{theme}”要多少代价。
# hook B ws in | H F | 闪光灯，然后寂静
镜头，话筒，舞台。没人拦得住，{H}站到了{F}的位置上。
H (清晰): 我来告诉各位，{fact1}。
# complication B mcu right | E F | 一部手机响，接着二十部
手机一排排亮起来。{E}看了一眼，慢慢坐下。
E (灰白): 账户空了，全空了。
F (低声): {H}，你做了什么？
# discovery B cu in | A H | 话筒啸叫
{A}摊开双手，沿着过道走来，停在{H}面前。
A (沙哑): 把剩下的也说了，说我。
H (痛): 我不想连你也失去。
# confrontation A ms static os=F | H F | 远处的掌声，门关上
越过{F}的肩膀：{H}把{thing}放在两人中间。
F (垮了): 拿去，都拿去。你还剩什么？
H (发抖): 一夜好觉。
# reversal A cu in | F H | 戒指滚落在地
{F}跪下，不是求饶，是推过来一份签好字的自白。
F (轻): 一年前我就签了，我在等你。
H (低声): 你就这样让我恨你。
# sting C ecu out | H | 车门声，电话响了两声
门外，天刚亮。{H}放手，风把最后一页吹走。电话响了，是一个不可能的号码。
H (怔住): 妈？我亲手葬的你。

== romance opening | 第一条规则 | {fact3}。{H}和{F}立了规则，不到一小时，{F}就犯了第一条。
# hook A@evening mcu in | H F | 笔尖划过，停住
{H}看都不看就签了字。对面，{F}只看着{him}。
F (淡): 最后一页你没看。
H (淡): 你也没好好求我。
# complication A cu static os=F | H F | 笔帽扣上
越过{F}的肩膀：{H}翻到最后一页，脸上没了血色。
H (念): “双方不得相爱。”
F (轻): 第一条，我加的。
# discovery B@night ms right | A H | 邻桌的笑声
{A}隔着桌子抓住{H}的手腕。
A (急): {fact2}，你忘了{fhe}怎么对你的？
H (倔强): 没忘，所以我才答应。
# reversal B mcu in low | E F H | 四周的谈话停了
{E}穿过大厅，挽住{F}，举起{F}的左手，亮出戒指。
E (甜): 没人告诉你吗？我们订婚了。
# confrontation C ms hand | H F | 雨，车流
大雨。{F}追上来，把外套撑在{H}头上，自己淋透了。
H (愤怒): 有哪一句是真的？
F (喘): 不该动心的那一句。
# cliffhanger C ecu in | H F | 雨声骤停，一声心跳
一息之间，{H}看见{F}钥匙上挂着的，是自己十年前丢的那块玉。
H (低声): 十年前，是你？

== romance finale | 最后一页 | 婚礼在即，{H}终于读到{F}从一开始就写给{him}的话。
# hook B@day ws in | F E | 琴声停在一个音上
满堂白花。{E}一身盛装，{F}望着空空的门。
E (笑着): {H}不会来了，我安排好了。
# complication A@day cu hand | H A | 砸门声
{H}拍打着反锁的门。门外，{A}塞进来一枚发夹。
A (喘): 二十分钟，你跑得动吗？
H (咬牙): 看着吧。
# discovery A@day mcu in | H | 纸张展开
地上是那份合同。最后一页后面，还有一页，是{F}的字。
H (念): “若{he}犯了第一条，我陪{him}。”
# confrontation B@day ms static low | H F E | 大门撞开，一片惊呼
湿发，赤脚，{H}站在红毯尽头。
H (喘着): 最后一页，我看了。
F (终于笑了): 我等很久了。
# reversal B@day cu right | E H | 花瓣落地
{E}扯下胸前的花，笑得发疼。
E (苦): 拿去吧。问问{thing}的代价。
H (稳): 我知道，我付过两次了。
# sting C@day ecu out | H F | 钟声，一声提示音
台阶，阳光，花瓣，一个吻。{F}的手机亮了：“恭喜。孩子的事，{he}知道吗？”
H (很轻): {F}，谁的孩子？

== medical opening | 抢救 | 两次心跳之间，{H}知道了一个{role}不该知道的事：{fact3}。
# hook A cu in overhead | H | 监护仪拉成直线，又跳了
{H}数着按压，停住，盯着病人的嘴唇，它在动。
H (沙哑): 你刚才叫我什么？
# complication A ms right | A H | 帘环滑动
{A}把帘子在身后拉上。
A (低): {fact2}，病历里可没有。
H (平): 那就是有人删了。
# discovery A cu static | H | 键盘声，一下一下
屏幕的蓝光。{H}点开{thing}的记录，空白，九分钟前被清除。
H (自语): 九分钟。有人很急。
# reversal B ms in os=H | F H | 电梯门开
越过{H}的肩膀：{F}走出电梯，已经在笑，手里已经拿着病历。
F (和蔼): 你累了，回家吧，这是命令。
H (平稳): 我的病人知道我的名字。
# confrontation B cu hand | H F | 推车呼啸而过
{H}的手按在病历上，{F}不松手。
F (轻): 打开它，你再也上不了台。
H (更轻): 合上它，有人要死第二次。
# cliffhanger A ecu in | E H | 监护仪越跳越快
{E}睁开眼，抓住{H}，目光越过{him}，落在{F}身上。
E (嘶哑): 别让那个人靠近，就是{fhe}杀的我。

== medical finale | 第二次心跳 | 一台手术，一个证人。{H}必须救回唯一能证明{fact3}的人。
# hook B ws in low | H A | 轮子，奔跑
推床飞过走廊，{H}一路扶着床栏不放。
H (果断): 二号手术室，谁都别叫主任。
# complication C ms static | F H | 手套啪的一声
无影灯下，{F}已经洗好手在等。
F (微笑): 你被停职了，这台是我的。
# discovery C mcu right | A F H | 录音笔咔哒一声
{A}把录音笔放上器械台，红灯亮着。
A (稳): 本台手术，全程录音。
F (紧): 谁批准的？
# confrontation C cu hand os=F | H F | 心跳乱了
越过{F}的肩膀：{H}摊开一只手。
H (冰冷): 刀。为什么{fact1}？
F (咬牙): 你会失去一切。
# reversal C ecu in | F H | 一声长音，寂静
{F}看着那条线，又看{H}，退离了手术台。
F (崩溃): 是我的错，就那一次。
H (不停手): 那就帮我，按住这里。
# sting A ms out | E H | 平稳的心跳
天亮。{E}在呼吸。{H}坐下来，从口袋摸出一条腕带：自己的名字，明天的日期。
E (笑): 我说过，这一天，我活过了。
"""
