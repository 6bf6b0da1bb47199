# ruff: noqa: E501  a story sheet keeps one shot line to one line
"""English stories of the heart: revenge, romance, family.

How a story is written down is told in `sfd.outline.stories`.
"""

SHEET = """
== revenge opening | {H} comes back | Everyone believed {H} was finished. {he} walks back in on the day {F} celebrates. What nobody there knows: {fact3}.
# hook B mcu in low | H F | A string quartet breaks off.
The doors open in the middle of {F}'s toast. {H} walks in as if the room were {hispl}.
F (frozen): They told me you were dead.
H (smiling): You paid them to.
# complication B ms right | E H | Glasses set down, one after the other.
{E} takes {H} by the elbow; for the guests it looks like a greeting.
E (hissing): You have nothing. No name, no money.
H (calm): I have a good memory.
# discovery A cu static | A H | A drawer slides open.
{A} empties an envelope under the lamp: photographs, account numbers, and {the_thing}, caught on camera.
A (low): I read it twice. {fact2}.
H (very still): Then {theme} is too small a word.
# reversal A mcu in os=H | F H | A key in the lock.
Over {H}'s shoulder: {F} has come alone. {fhe} closes the door and leans on it.
F (quiet): I kept {your_thing}. I kept everything.
H (cold): You kept it like a trophy.
# confrontation A cu hand | H F | Rain starts, hard.
Too close, neither steps back. {H} takes the wine from {fhis} hand and pours it out.
F (low): You won't ruin me. You still love me.
H (into {fhis} ear): I'm counting on you believing that.
# cliffhanger C ecu in | A H | An engine idles in the dark.
{A} holds the car door open but does not get in. In {ahis} hand: the order from three years ago, with a signature.
A (ashamed): {F} didn't sign it, {H}. I did.

== revenge finale | The bill | {H} has everything needed to destroy {F}. In front of everybody, {he} finds out what {theme} really costs.
# hook B ws in | H F | Flashbulbs, then silence.
Cameras, microphones, a stage. {H} takes {F}'s place at the lectern before anyone can stop {him}.
H (clear): I'm here to tell you that {fact1}.
# complication B mcu right | E F | A phone buzzes, and another, and twenty more.
Phones light up from row to row. {E} reads one and sits down slowly.
E (grey): The accounts are empty. All of them.
F (whispering): What did you do, {H}?
# discovery B cu in | A H | A microphone squeals.
{A} walks up the aisle with both hands open and stops in front of {H}.
A (hoarse): Tell them the rest. Tell them about me.
H (pained): I can't lose you as well.
# confrontation A ms static os=F | H F | Distant applause, a closing door.
Over {F}'s shoulder: {H} lays {the_thing} between them, out in the open.
F (broken): Take it. Take it all. What's left for you?
H (shaking): A night's sleep.
# reversal A cu in | F H | A ring rolls and falls flat.
{F} kneels, not to beg: {fhe} slides a signed confession across the floor.
F (quiet): I signed it a year ago. I was waiting for you.
H (whispering): You let me hate you.
# sting C ecu out | H | A car door. A phone rings twice.
Outside, first light. {H} lets the wind take the last page. {his} phone rings: a number that should not exist.
H (stunned): ...Mother? I buried you.

== romance opening | Rule number one | {fact3}. {H} and {F} agree on rules, and {F} breaks the first one within the hour.
# hook A@evening mcu in | H F | A pen scratches, then stops.
{H} signs without reading. Opposite, {F} looks only at {him}.
F (dry): You didn't read the last page.
H (dry): You didn't ask me nicely.
# complication A cu static os=F | H F | A cap clicks on a pen.
Over {F}'s shoulder: {H} turns to the last page. The colour leaves {his} face.
H (reading): "They shall not fall in love."
F (light): Rule number one. I insisted.
# discovery B@night ms right | A H | Laughter from another table.
{A} grips {H}'s wrist across the table and lowers {ahis} voice.
A (urgent): {fact2}. You know what {fhe} did to you.
H (defiant): That's why I said yes.
# reversal B mcu in low | E F H | Conversations die around them.
{E} crosses the room, kisses {F} on the cheek and lifts {fhis} left hand to show a ring.
E (sweet): Has nobody told you? {fhe} is engaged. To me.
# confrontation C ms hand | H F | Rain, traffic, a taxi door.
Rain. {F} catches up with {H} and holds {fhis} coat over {him}, getting soaked.
H (furious): Was any of it true?
F (breathless): Only the part I wasn't supposed to feel.
# cliffhanger C ecu in | H F | Rain cuts out. A heartbeat.
A breath between them. {H} sees, over {fhis} shoulder, what hangs on {fhis} key ring: {his} own lost locket.
H (whispering): Ten years... It was you?

== romance finale | The last page | The wedding is set, {the_thing} {is} at stake, and {H} finally reads what {F} wrote for {him} from the start.
# hook B@day ws in | F E | An organ holds one note.
White flowers, full rows. {E} shines in white. {F} looks at the empty door.
E (through a smile): {H} is not coming, darling. I saw to that.
# complication A@day cu hand | H A | Fists on wood.
{H} beats on a locked door. From outside, {A} slides a hairpin underneath.
A (panting): Twenty minutes. Can you run in that?
H (grim): Watch me.
# discovery A@day mcu in | H | Paper unfolding.
On the floor lies the contract. Behind the last page there is one more, in {F}'s handwriting.
H (reading): "Rule two: if {he} breaks rule one, so will I."
# confrontation B@day ms static low | H F E | Doors bang open. A gasp.
Wet hair, no shoes, {H} stands at the end of the aisle.
H (out of breath): I read the last page.
F (smiling at last): Took you long enough.
# reversal B@day cu right | E H | A flower torn from its pin.
{E} tears the white flower from {ehis} chest and laughs until it hurts.
E (bitter): Take {fhim}. But ask what {the_thing} cost.
H (steady): I know what it cost. I paid it twice.
# sting C@day ecu out | H F | Bells. Then a message tone.
Steps, sunlight, petals. They kiss. {F}'s phone lights up between them: "Congratulations. Does {he} know about the child?"
H (very quiet): {F}. Whose child?

== family opening | Whose {thing} | At a family dinner one sentence breaks everything: {fact3}. {H} wants the truth from the person who raised {him}.
# hook A mcu in | H F | Cutlery stops.
The whole table sings. {H} does not: {he} has found something under {his} plate.
H (loud): Who is the other child in this picture?
# complication A ms static os=H | F H E | A glass cracks in a hand.
Over {H}'s shoulder: {F} reaches for the picture too fast.
F (bright): An old neighbour. Eat, it's getting cold.
E (into the glass): Thirty years, and still that story.
# discovery B cu right | E H | A tap drips.
{E} washes one clean plate again and again.
E (low): {fact2}. I swore I'd die first.
H (stunned): And you let me grow up blind.
# reversal B mcu in | A H | A suitcase hits the floor.
{A} stands in the back door, rain on {ahis} face. {ahe} and {H} have the same eyes.
A (nervous): I think we have the same birthday.
# confrontation A cu hand | H F | A door slammed upstairs.
{H} puts the two pictures side by side on the table, edge to edge: one picture, torn in half.
H (shaking): You tore us apart. With your own hands.
F (hard): I saved the one I could.
# cliffhanger A ecu in | F | A clock stops.
{F} turns the picture over. On the back there is a price.
F (broken): I didn't give a child away, {H}. I bought one. You.

== family finale | One table | {H} knows what {the_thing} cost. The family sits down together one last time, and somebody has to leave.
# hook A ws in high | H F A | Seven chairs scrape.
The same table, nobody singing. {H} sets one place more than there are people.
H (calm): Nobody gets up until it's said.
# complication A mcu right | A F | A fork laid down.
{A} pushes {ahis} plate away and looks {F} in the eyes.
A (quiet): Say what you did. Just once.
F (turning away): You have no idea what we were running from.
# discovery A cu in | E | Paper, soft from folding.
{E} draws a paper, soft with age, out of {ehis} sleeve.
E (tired): Then I'll say it. Their mother never left. We sent her away.
# confrontation B ms static os=F | H F | Rain slows.
Over {F}'s shoulder: {H} stands in the doorway with {his} coat on.
F (small): Will you still call me what you called me?
H (torn): I don't have another word for you.
# reversal B cu hand | H A F | A suitcase lock snaps open.
{H} takes {A}'s suitcase, puts it down inside the house, and shuts the door.
H (firm): {A} stays. So do I. You tell the truth now.
F (crying): From the beginning?
# sting A ecu out | H A | A doorbell.
Night. Laughter, for the first time. The bell rings. On the step stands a woman with {H}'s eyes.
A (breathless): {H}... somebody has taken the empty chair.
"""
