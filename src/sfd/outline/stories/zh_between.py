"""Chinese episodes between the first and the last, for any story.

How a story is written down is told in `sfd.outline.stories`.
"""

SHEET = """
== any rise | 第二份 | 关于{thing}，{H}知道的一切，有人也有一份。
# hook A cu down | H | 信封从门缝滑进来
没有署名的信封，里面是{H}的画像，昨夜熟睡的样子。
H (低声): 谁进过我的房间？
# complication A ms right | A H | 门闩扣上
{A}查了窗，查了锁，又看向{H}。
A (紧张): 什么都没坏，他们有钥匙。
H (慢慢): 有钥匙的，只有三个人。
# discovery B mcu in | H | 纸页翻动
一页又一页，全是{H}写下的{thing}，却有别人的批注。
H (愕然): 他们不是在偷，是在替我写完。
# reversal B ms static os=H | F H | 两只杯子放下
越过{H}的肩膀：{F}倒了两杯茶，连{H}的口味都知道。
F (随意): 我也收到了，你那张，是醒着的。
# confrontation B cu hand | H F | 杯盖轻响
两张并排放着，是从同一个地方看过去的，屋里。
H (低): 你，还是我，谁放他们进来的？
F (更低): 那为什么我们都怕？
# cliffhanger A ecu in | A | 地板吱呀
{A}把画笔推进抽屉最里面，无声地合上。
A (自语): {H}怀疑的是{F}。正好。

== any rise | 一句话的价 | {F}给{H}想要的一切，只换一句话。
# hook C ms in low | F H | 车门敞开
{F}扶着车门。座位上，是{H}从小的愿望，系着丝带。
F (笑): 上来，我打听过你做的梦。
# complication C mcu static | H F | 车轮碾过积水
灯影在两张脸上滑过。
F (随意): 只要你当众说一句“都是假的”。
H (淡): 一句话。然后呢？
# discovery B cu right | A H | 水声盖住人声
{H}刚坐下，{A}已经看完了那份文书。
A (惊): 没有期限，一页都没有。
# reversal B ms in | E H | 手杖点地
{E}把文书撕成两半，撕得很痛快。
E (淡): 我签过一样的，看我成了什么。
H (震惊): 你替{F}做过事？
# confrontation C cu hand os=F | H F | 风声
越过{F}的肩膀：{H}把礼物放下，没有拆。
H (稳): 留着吧，我换了个梦。
F (近乎受伤): 没人拒绝过我两次。
# cliffhanger A ecu in | H | 丝带落地
{H}回到家，桌上是同一份礼物，已经拆开，附一张字条：“有过，一次。”
H (冷): 谁在那里？

== any rise | 各站一边 | 最不能猜疑的一夜，{A}和{H}不再相信对方。
# hook B cu in | A | 笔尖折断
{A}在纸上写下{H}的名字，下面一行：“{role}，说谎。”
A (自语): 我多希望不是真的。
# complication B ms right | H A | 雨打屋檐
{H}看见那张纸，{A}看见{H}在看。
H (受伤): 你在记我的账，从什么时候？
A (硬): 从你第一次瞒我。
# discovery A mcu static | H | 信纸展开
{H}翻出一封旧信，自己的字迹，许给{F}一个承诺。
H (茫然): 这不是我写的。是吗？
# reversal A ms in os=A | H A | 窗扇砰地合上
越过{A}的肩膀：{H}把{thing}的一切都推过去。
H (平静): 现在，我知道的你都知道了。
A (卸下防备): 为什么是现在？
# confrontation C cu hand | F A | 远处的车马声
{F}和{A}并肩倚着栏杆，谁也不看谁。
F (温和): {H}会丢下你的，这种眼神我见过。
A (犹豫): 听起来，你被丢下过。
# cliffhanger A ecu in | H | 锁响，又一声
{H}推门，推不开。门外是{A}的声音。
A (哭): 这是为你好。{F}快到了。

== any rise | 有钥匙的陌生人 | 有人带着比{H}更真的证据，来认领{thing}。
# hook A ms in low | E H | 钥匙从外面转动
门从外面开了，{E}提着行李站在那里。
E (惊讶): {H}，你怎么在我的人生里？
# complication A mcu static | H E | 旧箱扣弹开
纸、印章、旧像，件件有{thing}，件件是真的。
H (念): 这上面的日子，我还没出生。
# discovery B cu right | A H | 吹去灰尘
{A}把书页转向{H}，指着一行划掉的字。
A (低): 一直是两个名字，你的被刮掉了。
H (锐利): 也可能是后来添的。
# reversal B ms hand | F H | 掌声
{F}已经站在众人面前，揽着{E}。
F (对众人): {thing}真正的主人，终于来了。
H (高声): 你找得可真快。
# confrontation C cu in os=E | H E | 脚步停住
越过{E}的肩膀：{H}挡住去路。
H (轻): {F}许了你什么？
E (崩溃): 让我当一回“谁”。谁都行。
# cliffhanger C ecu static | E | 衣袖卷起，寂静
{E}卷起袖子，腕上的疤，和{H}的一模一样。
E (耳语): 你的，是怎么来的？

== any turn | 抓错的人 | 给{F}设的局收了网，网里却是另一个人。
# hook B ws in high | H A | 灯火齐亮
灯火通明。网的正中，举着手、眯着眼的，是{E}。
H (震惊): 是你？一直是你？
# complication B ms hand | E H | 止不住的笑
{E}笑得站不住，坐了下去。
E (喘): 你抓住了唯一没骗过你的人。
# discovery B mcu right | E H | 纸页递过去
{E}递来一页纸，是关于{thing}的第一页，人人都说烧了的那页。
H (念): “给{H}，等{he}不再听话的时候。”
# reversal A cu static | A H | 系紧包袱
{A}收拾东西，头也不抬。
A (平): 你盼着是{F}，所以从没看过我。
H (空): 看了，是我不想看见。
# confrontation C ms in os=A | H F | 远处狗吠
越过{A}的肩膀：{H}空着手，走到{F}面前。
H (直说): 我错怪了你，我要你帮我。
F (片刻后): 这话咽下去，很苦吧。
# cliffhanger C ecu in | H F | 四下俱寂
{F}摊开手，同样的纸，同样的字，只是名字不同。
F (脸色发白): 我这张写着，“等{H}死后”。

== any fall | 剩下的人 | 没有人来帮忙。{H}第一次知道，没有{thing}，自己是谁。
# hook A cu out | H | 钟摆声，再无其他
{H}对着一把空椅子说话，像那里坐着人。
H (轻): {role}，以前他们这么叫我。
# complication A ms static | E H | 一勺热汤
{E}把碗放在{H}面前，坐下等着。
E (粗声): 先吃，吃完再难过。
# discovery B mcu in | H | 纸从水里捞起
水盆里，空白的纸上浮出字来，底下还有一层。
H (清醒): 它从来不是空的。
# reversal B ms right os=H | A H | 敲门，两短一长
越过{H}的肩膀：{A}站在雨里，只剩一只鞋，带着{thing}。
A (发抖): 我偷回来了。别谢，快跑。
# confrontation C cu hand | H A | 犬吠，越来越近
两人跑到岔路口，停下，面对面。
H (喘): 你为什么回来？
A (又哭又笑): 换了你，你也会回来。
# cliffhanger C ecu in low | F | 火把，狗忽然不叫了
火光刺眼，后面是{F}，一个人，牵着狗。
F (沙哑): 我放你走到这里，别浪费了。

== any climax | 当众 | {H}在一个收不回话的地方，说了真话。
# hook B ws in low | H | 千人落座
台上一把椅子，一束光。{H}带着{thing}走了进去。
H (清晰): 故事你们都听过，这是结尾。
# complication B mcu right | F H | 幕后一声低语
幕侧，{F}抬手要拦，又放下了。
F (自语): 说吧，说出来。
# discovery B cu in | H | 一声咳嗽，静了
黑暗里，{H}找一张脸，找到了。
H (稳): {fact1}，而且不止我一个人知道。
# reversal B ms static | A H | 有人站起，座椅一响
{A}在第一排站起来，接着第二排，接着所有人。
A (高声): {H}说的是真的，证据是我伪造的。
# confrontation A cu hand | F H | 门来回晃
窄廊里，{F}和{H}肩抵着肩，都在发抖。
F (低): 你把我们俩都埋了。
H (松了口气): 不，我只是不再挖了。
# cliffhanger A ecu in | E H | 火柴划响
走廊尽头，{E}提着油，{thing}就在脚边。
E (甜): 说得真好，现在，按我的来收场。
"""
