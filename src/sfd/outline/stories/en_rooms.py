# ruff: noqa: E501  a story sheet keeps one shot line to one line
"""English stories behind closed doors: a haunting, and a company with one chair too few.

How a story is written down is told in `sfd.outline.stories`.
"""

SHEET = """
== haunting opening | Someone is still here | {fact3}. {H} wants it to stop, until {he} understands what it is asking for.
# hook A cu in | H V | Three slow knocks, from inside the wall.
{H} lights one lamp. In the dark pane a second figure is standing exactly behind {him}.
H (frozen): Don't turn round. Don't turn round.
# complication A mcu static os=V | V H | The lamp hums, almost goes out.
Over a pale shoulder: {H} turns round after all. Breath shows in the cold air, and it is not {hispl}.
V (gentle): You left the light on. You always do.
H (breaking): You can't be here.
# discovery B ms right | A H | A chair pulled close.
{A} takes {H}'s cold hands and does not laugh.
A (careful): {fact2}. Since when?
H (ashamed): Since the night I stopped crying.
# reversal B mcu in low | F H | A cup set down too hard.
{F} has listened at the door. {fhe} is paler than either of them.
F (hoarse): Then it speaks to you, too.
H (stunned): Too? You told me I was mad.
# confrontation C ms hand | H F | Wind, a gate that will not close.
{H} catches {F} at the gate and holds on to {fhis} sleeve.
H (angry): What did you do that night?
F (desperate): What you asked me to. You begged me.
# cliffhanger A ecu in | H V | Every door in the place opens at once.
All the doors stand open. On the wet floor, footprints stop in front of {H}.
V (whispering): I'm not haunting you. I'm guarding you. From {F}.

== haunting finale | The last knock | {H} stays for one more night and asks the only question that matters.
# hook A ws in high | H V | The clock strikes once too often.
One chair, one lamp, {H} waiting. The second chair moves back by itself.
H (calm): Sit down. Tonight you tell me everything.
# complication B ms static | F A | A car door, keys, hurried steps.
{F} shoves {A} aside on the stairs, a can of oil in one hand.
A (shouting): {H} is in there!
F (wild): So is that thing!
# discovery A cu right | V H | Paper slides over wood, pushed by nobody.
An old page comes out from under the boards and stops at {H}'s fingers.
H (reading): "If I don't come home, ask {F} about the key."
# confrontation A mcu hand os=F | H F | A match that will not catch.
Over {F}'s shoulder: {H} stands in the doorway, and behind {him}, very faint, someone else.
H (steady): You locked that door. You had the key.
F (broken): I heard the knocking. I did nothing.
# reversal C ms out | F H V | Wind drops. A gate falls shut.
{F} sinks down in the grass. The pale figure kneels and lays a hand on {fhis} head.
V (soft): I only knocked so that someone would open.
H (in tears): I'm opening now. You can go.
# sting A ecu in | H | Silence. Birds. Then three slow knocks.
Morning. {H} blows out the lamp and smiles. Three knocks. They come from under {his} own chair.
H (very quiet): Who else is here?

== office opening | The wrong chair | {fact3}. By noon {H} has a title, an enemy, and one lie too many.
# hook B@day mcu in low | H | A boardroom falls silent.
The doors open on twelve faces. {H} walks in with two coffees, and everybody stands up.
H (to self): Don't spill it. Don't spill it.
# complication B@day ms right | E H | Leather creaks.
{E} pulls out the chair at the head of the table and waits.
E (warm): At last. We had nearly given up on you.
H (dry mouth): I had nearly given up on me too.
# discovery A@day cu static | A H | A copier jams.
{A} drags {H} behind the copier by the badge.
A (whispering): {fact2}. They shoot people for less.
H (whispering): Then help me sign it quickly.
# reversal A@day mcu in os=H | F H | A lift arrives with a polite bell.
Over {H}'s shoulder: {F} steps out of the lift, reads the name on the door, and starts to laugh.
F (delighted): Stay. You're the only one here they believe.
H (suspicious): Why would you help me?
# confrontation A@day cu hand | F H | Rain on tall glass.
{F} locks the door and lays a single page on the desk, upside down.
F (soft): One signature. Two thousand people go home.
H (cold): And you stay. How convenient.
# cliffhanger B@day ecu in | E H | A phone on speaker, a stranger's breath.
{E} turns the phone on the table toward {H}. The voice on it is very tired.
E (slow): Then who have I got on the line?

== office finale | The vote | Twelve hands, one chair. {H} has to win the room with nothing but the truth.
# hook B@day ws in high | H F | Twelve pens click.
The whole board is seated. {F} sits in {H}'s chair and turns it, slowly, from side to side.
F (friendly): Shall we start with your real name?
# complication B@day mcu right | A H | A folder slaps on glass.
{A} pushes through the door with a folder and no breath.
A (panting): Page nine. {H}, read page nine.
# discovery B@day cu down | H | A page turned, then turned back.
{H} reads. {his} own first report, dated three years ago, with {F}'s name on it.
H (slow): You didn't find me by chance. You hired me.
# confrontation B@day ms hand os=F | H F | A murmur runs round the table.
Over {F}'s shoulder: {H} stays on {his} feet.
H (clear): It's true: {fact1}. Now tell them about page nine.
F (tight): Nobody in this room reads page nine.
# reversal B@day mcu static low | E F H | One chair scrapes, then eleven.
{E} raises a hand. Then the others, one by one, all the way round to {F}.
E (dry): I read it on Monday. I wanted to see who'd say it aloud.
# sting C@day ecu out | H A | City air. A phone, silent, lights up.
On the roof, laughing, shoes off. {H}'s phone lights up: a photograph of {him}, today, taken from inside the boardroom wall.
H (slowly): {A}... how many of us did {F} hire?
"""
