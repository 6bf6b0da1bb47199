# ruff: noqa: E501  a story sheet keeps one shot line to one line
"""English stories of work and danger: hospital, crime, rivalry, and a place under threat.

How a story is written down is told in `sfd.outline.stories`.
"""

SHEET = """
== medical opening | Code blue | Between two heartbeats {H} learns something no {role} is allowed to know: {fact3}. {F} wants it off the record.
# hook A cu in overhead | H | A monitor flatlines, then beats again.
{H} counts compressions aloud, stops, and stares at the patient's lips. They are moving.
H (hoarse): What did you just call me?
# complication A ms right | A H | Curtain rings slide.
{A} pulls the curtain shut behind them both.
A (low): {fact2}. That's not in any chart.
H (flat): Then somebody removed it.
# discovery A mcu static | H | A keyboard, one key at a time.
Blue screen light. {H} opens the record of {the_thing}: a blank page, erased nine minutes ago.
H (to self): Nine minutes. Somebody was in a hurry.
# reversal B ms in os=H | F H | Lift doors open.
Over {H}'s shoulder: {F} comes out of the lift, already smiling, already holding the file.
F (pleasant): You look tired, {H}. Go home. That's an order.
H (level): I have a patient who knows my name.
# confrontation B cu hand | H F | A trolley crashes past.
{H} puts {his} hand flat on the file. {F} does not let go.
F (quiet): Open it, and you never operate again.
H (quieter): Close it, and someone dies twice.
# cliffhanger A ecu in | E H | The monitor speeds up.
{E} opens both eyes, grips {H}'s wrist, and looks past {him} at {F}.
E (rasping): Not that one. That's the one who killed me.

== medical finale | The second heartbeat | One operation, one witness, one chance. {H} has to save the only person who can prove that {fact3}.
# hook B ws in low | H A | Wheels, running feet.
A stretcher flies down the corridor. {H} runs beside it and never lets go of the rail.
H (commanding): Theatre two. Nobody calls the chief.
# complication C ms static | F H | Gloves snap.
{F} is already scrubbed in, waiting under the lamp.
F (smiling): You're suspended, {H}. This one is mine.
# discovery C mcu right | A F H | A recorder clicks.
{A} sets a small recorder on the instrument tray, red light on.
A (steady): Operation recorded by order of the night nurse.
F (tight): On whose authority?
# confrontation C cu hand os=F | H F | The monitor stumbles.
Over {F}'s shoulder: {H} holds out an open hand.
H (icy): Scalpel. Or explain to everyone that {fact1}.
F (hissing): You'd lose everything.
# reversal C ecu in | F H | One long tone. Silence.
{F} looks at the line, then at {H}, and steps away from the table.
F (collapsing): It was my mistake. Only one. At the start.
H (working): Then help me. Hold here.
# sting A ms out | E H | A steady beat.
Dawn. {E} breathes. {H} sits down at last, and finds a wristband in {his} own pocket: {his} name, tomorrow's date.
E (smiling): I told you. I've done this day before.

== crime opening | The first lie | {H} looks for one answer and finds another: {fact3}. The person who knows why is standing right behind {him}.
# hook A ecu down | H | A camera shutter. Rain.
A torch beam stops on {the_thing}. {H} kneels, and recognises {his} own handwriting beside it.
H (under breath): I have never been here.
# complication A ms right | A H | Police radio chatter.
{A} lifts the tape for {H} and blocks the others' view.
A (low): {fact2}. Do I write that down?
H (sharp): Not yet. Give me one night.
# discovery B mcu static os=H | F H | A strip light buzzes.
Over {H}'s shoulder: {F}, relaxed, both hands on the table, one clean and one bandaged.
F (friendly): You're asking the wrong question.
H (cold): I haven't asked one.
# reversal B cu in | F H | A chair creaks.
{F} slides a photograph back across the table. {H} is in it.
F (soft): Ask why you left before the sirens.
# confrontation B ms hand | E H | A door thrown open.
{E} switches off the recorder with {ehis} thumb.
E (hard): You're off this case.
H (furious): Because I'm close, or because you are?
# cliffhanger C cu in | H A | A phone vibrates on stone.
Alone outside, {H} dials the last number the victim ever called. Right behind {him}, {A}'s pocket lights up.
A (sad): I hoped you'd let it ring.

== crime finale | The last lie | {H} sets a trap with {the_thing} as the bait, and the wrong person walks in.
# hook C ws in high | H | Water drips in a big empty space.
One lamp, one chair, {the_thing} in the circle of light. {H} waits where the dark begins.
H (to self): Come on. Come and fetch it.
# complication C ms right | A H | Slow steps.
{A} walks into the light with both hands empty.
A (tired): I made one call. I didn't kill anyone.
H (hard): Then tell me who did.
# discovery C mcu in | A H | A shot. Glass rains.
The lamp bursts. {H} pulls {A} down; above them, a red dot searches the wall.
A (panting): Whoever knows that {fact2}.
# confrontation C cu hand low | E H | A lighter. A face.
A flame comes up in the dark: {E}, with the gun quite steady.
E (calm): I told you to drop it, {H}.
H (steady): You told me too early.
# reversal C ms static os=E | F H | Sirens, suddenly close.
Over {E}'s shoulder: {F} steps out behind {H} and raises a badge.
F (dry): Internal affairs. Thanks for talking so loudly.
H (stunned): You were never the suspect.
# sting A ecu out | H | Rain stops. One drop.
Morning. {H} burns the photograph. In the ashes one corner survives: on the back, in {his} own writing, "Next time."
H (barely): I don't remember this.

== work opening | One night to win | {fact3}, and one evening decides who keeps everything. {F} has already stolen what {H} needs.
# hook A@day cu in | H | A timer: three, two, one.
{H} turns the last card over, and the whole room sees it: {the_thing}, with {F}'s name on it.
H (stunned): That's mine. I made that.
# complication A ms right low | F H | Scattered applause.
{F} takes a bow and does not look away from {H}.
F (warm, false): {H} has been such a help to me.
H (through teeth): I taught you how to hold it.
# discovery B@evening mcu static | A H | A fridge hums.
{A} whispers between two shelves and hands over a torn receipt.
A (fast): {fact2}. {F} knew before you did.
H (bitter): Then {fhe} planned it from my first day.
# reversal A@evening ms in | E H F | A bell on a counter.
{E} pushes both names together with one finger.
E (amused): Tomorrow. Both of you, live. The loser leaves town.
# confrontation B cu hand | H F | Something shatters.
{F} bars {H}'s way and drops the only spare into the bin.
F (soft): Talent is nice. Who's going to believe you?
H (close): The first person who tastes the truth.
# cliffhanger C ecu in | A | A message tone.
{A} reads a message, deletes it, and is one second too slow.
H (cold): Why does {F} call you "my best idea"?

== work finale | Live | The lights are on and there is no second try. {H} has to win with nothing, against someone who has everything of {hispl}.
# hook A ws in | H F | A crowd counts down.
Two places, two lamps. {F}'s is full. {H}'s is empty except for {the_thing}.
F (whispering): Bow now. It's quicker.
# complication A cu down | H | A fuse blows.
{H}'s lamp dies. {he} closes {his} eyes and goes on by touch.
H (calm): I don't need to see it. I know it.
# discovery B ms right | A H | Running steps.
{A} comes back, soaked, and puts the stolen notes into {his} hands.
A (ashamed): Every page. I copied them for {F}. I'm sorry.
H (handing them back): Keep them. They're already old.
# confrontation A mcu hand os=F | H F | The crowd murmurs.
Over {F}'s shoulder: {H} offers {fhim} a taste, a look, a chance.
H (quiet): Tell them how it's done, {F}. Step four.
F (sweating): Step... four?
# reversal A ms in | E H F | Silence. One spoon, set down.
{E} pushes {F}'s plaque aside and puts a key in front of {H}.
E (gruff): I knew whose work it was. From the start.
# sting C cu out | H A | A tram bell. Night air.
Outside, shaking, laughing. {H} turns the key over: an address is engraved on it, the house where {he} was born.
H (slowly): {E} didn't pick me tonight. {ehe} has been waiting.

== nature opening | First warning | {fact3}. {H} is the only one who counts the signs, and {F} is the one who forbids {him} to speak.
# hook C@dusk ews in low | H | Everything goes quiet. No birds.
{H} stands at the edge of everything {he} knows, very small. The ground has moved by a hand's breadth since yesterday.
H (counting): Forty steps. Yesterday it was fifty.
# complication A@evening ms right | A H | Wind worries a shutter.
{A} nails a board over the window and keeps hammering.
A (not turning): {fact2}. So what? We stay.
H (urgent): It took the church bell. In one night.
# discovery B@evening mcu in | E H | Paper crackles.
{E} unrolls a map from {ehis} grandfather's time. Half of it is blue.
E (old, calm): It isn't coming. It's coming back.
H (cold): Then somebody took it first.
# reversal B@evening ms static low | F H | A crowd falls silent.
{F} speaks to the hall with one hand on {H}'s shoulder, pressing {him} down into the seat.
F (loud, warm): Nobody leaves. There is no danger.
H (standing up): You moved your own family out on Monday.
# confrontation C cu hand | H F | The wind rises.
Outside, {F} drops the smile.
F (low): If they run, the land is worth nothing.
H (shaking): And if they stay, what are they worth?
# cliffhanger A ecu down | A H | Water, under the floor.
{H} lifts the lamp. Through the boards comes black water, and in it, slowly turning, {A}'s name on a gravestone.
A (white): That's today's date.

== nature finale | What it came for | The last night. {H} finds out why it came, and what it wants back.
# hook A ws hand | H A | A roar without end.
A chain of people, one rope, one lamp. {H} is the last in line and counts heads.
H (shouting): Who's missing? Say your names!
# complication B ms right | E H | A bell under water.
{E} does not get up from {ehis} chair. The water is at the second step.
E (gentle): It wants what we stole, {H}. Our names are on the paper.
# discovery B mcu in | H | A chest bursts open.
In the chest under the chair: the deed to {the_place}, and a child's shoe.
H (understanding): It was never land. It was a grave.
# confrontation C cu hand low os=F | H F | Thunder without rain.
Over {F}'s shoulder: {H} holds up the deed in the wind.
F (screaming): That paper is all we are!
H (clear): No. We are the people on the rope.
# reversal C ews static | H F | The roar stops. Absolute calm.
{H} lets the deed go. Before it lands, everything stands still.
F (whispering): It... stopped.
H (soft): It was listening.
# sting C ws out | H A | Small waves. A bell, far out.
Sunrise over a place that is half as big and whole. On the wet ground, a line of small footprints leads up to the houses.
A (hardly breathing): {H}. They don't lead back.
"""
