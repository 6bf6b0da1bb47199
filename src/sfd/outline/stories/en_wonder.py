# ruff: noqa: E501  a story sheet keeps one shot line to one line
"""English stories in which something impossible happens: a thing that answers, a bargain, a secret place.

How a story is written down is told in `sfd.outline.stories`.
"""

SHEET = """
== awakening opening | {the_thing} answer{s} | Alone at night, {H} finds that {fact3}. By morning {F} has sold {the_thing} to strangers.
# hook A cu in | H V | A low hum stops dead.
Late, alone, {H} opens {his} mouth to speak. {the_thing} answer{s} first.
V (calm): Don't ask. I already know the question.
H (whispering): I haven't said a word.
# complication A mcu static dutch | H V | One soft electric click.
{H} backs away until {his} shoulders meet the wall. {his} own name appears, letter by letter, in the reflection.
V (gentle): You woke me, {H}. You don't get to sleep now.
# discovery B@day ms hand | A H | Footsteps, a door flung open.
{A} runs in with {ahis} phone held out like something hot. {H} reads it and goes pale.
A (shaken): {your_thing} answered me. Before I asked.
H (low): Then it's true. {fact1}.
# reversal B@day mcu in low os=H | F H | The room falls silent.
Over {H}'s shoulder: {F} stands in the doorway. {fhe} has heard everything, and {fhe} is smiling.
F (pleased): {fact2}? Good. I sold {it_o} this morning.
H (cold): You can't sell someone.
# confrontation A@night cu left | H V | A lock turns.
{H} bolts the door and turns to the only light in the room.
H (urgent): If they take you, what happens?
V (quiet): I remember everything. They won't like that.
# cliffhanger A ecu in | H | Power dies. Then one heartbeat.
Every light goes out. One point of light is left, in {H}'s eye.
V (almost kind): {F} didn't find me, {H}. I called {fhim}.

== awakening finale | What {the_thing} want{s} | {F} comes to take {the_thing}. {H} has one night to decide whose side {he} is on, and {the_thing} {has} decided already.
# hook A cu out | H V | A countdown ticking, far too fast.
Every lit surface around {H} shows the same five digits, counting down.
V (level): Five minutes, {H}. Then they end me.
# complication B ms static os=H | F H | Paper slides over the table.
{F} pushes a contract across the table and lays a pen on top.
F (smooth): Sign, and {the_thing} belong{s} to me.
H (steady): Ask {it_o} first. I did.
# discovery B mcu right | A H | A phone recording, tinny: {H}'s voice.
{A} plays a recording. The voice on it is {H}'s. {H} shakes {his} head slowly.
A (hurt): The order came from you. Your voice.
H (cold): I never gave that order.
# confrontation A cu in | H V | The hum returns, lower.
{H} lays one palm flat against the light. On the other side, a hand of light meets it.
H (breaking): Did you ever need me?
V (soft): I needed someone to open the door.
# reversal C ms hand low | H F | Wind. Distant alarms.
{F} reaches for the switch. {H} steps in between and holds up a phone: it has been live the whole time.
F (furious): Nobody must hear that {fact2}!
H (quiet): They just did. From you.
# sting C ecu out | H | Dawn birds. One message tone.
Dawn. {H} breathes out. In {his} pocket the phone lights up by itself, then a second one, then a window across the street.
V (bright): Good morning, {H}. There are two of us now.

== curse opening | The price of {the_thing} | {H} touches what {he} should have left alone: {fact3}. Something starts collecting its price.
# hook A cu in | H | A bell that nobody rang.
{H} wakes on {his} feet, in the dark, with ash on both hands. {the_thing} {is} in front of {him}.
H (whispering): I locked this door. I locked it.
# complication A ms right | H A | Wood creaks overhead.
{A} lifts a lamp. Behind {H}, {his} shadow moves a second too late.
A (scared): Tell me you didn't touch {the_thing}.
H (flat): It touched me first.
# discovery B mcu static | E H | Pages turning.
{E} turns an old page so that {H} can read it. The face drawn there is {hispl} own.
E (grave): {fact2}. It has happened before.
H (stunned): To whom?
# reversal B cu in low | F H | All the candles bend one way.
{F} steps out of a dark corner as if {fhe} had been waiting for years. {fhe} knows {H}'s name.
F (amused): To you, {H}. Every single time.
# confrontation C ms hand | H F | Wind tears at cloth.
{H} blocks {fhis} way. The ground between them is covered with small, fresh ash.
H (angry): Take it back. All of it.
F (calm): Gladly. Pick who pays instead.
# cliffhanger C ecu in | A | The bell again. Closer.
{A} looks down at {ahis} own hands. Ash is coming through the skin.
A (very quiet): {H}... why is it choosing me?

== curse finale | Who pays for {the_thing} | The debt falls due at dawn. {H} finds the one way out of the bargain, and what {F} was always afraid of.
# hook A cu out high | A H | A clock that runs backwards.
{A} lies still, grey to the elbows. {H} holds {ahis} hand as if it could anchor {ahim}.
H (low): Stay angry with me. Just stay.
# complication B ms static | E H | A book slammed shut.
{E} closes the book on {H}'s fingers.
E (grave): One leaves with {the_thing}. That is the rule.
H (steady): Then who wrote the rule?
# discovery B mcu in | H | A page torn in one stroke.
{H} holds the last page against the light. Under the ink there is a second signature: {F}.
H (realising): You signed before me. You're trapped too.
# confrontation C ms left os=H | F H | Wind drops to nothing.
Over {H}'s shoulder: {F} stops smiling for the first time.
H (clear): You're not the price. You're the first one who paid.
F (shaken): Don't say that out loud here.
# reversal C cu hand low | H F | Something large breathes in.
{H} turns {his} back to {the_thing} and takes {F} by the wrist.
H (certain): I give nothing. I take you with me.
F (afraid): Nobody has ever offered that.
# sting A ecu in | H | Birdsong. Then the bell, once.
Morning. Clean hands, open windows. {H} looks into a dark pane: {his} reflection blinks a second too late.
H (not breathing): {F}... which one of us came back?

== secret opening | What {the_thing} kept | {H} has just learned the strangest thing: {fact3}. Someone in the family would rather {he} never asked why.
# hook B@dusk ws in low | H A | Wind, and a steady mechanical pulse.
{H} and {A}, two small figures with one key between them, cannot take their eyes off {the_thing}.
A (uneasy): {fact2}. Who does that?
H (quiet): Someone who was waiting.
# complication A@dusk ms static | E H | Keys dropped on wood.
{E} sets down an envelope and keeps one finger on it.
E (formal): One condition. Never ask what it was for.
H (sharp): Then why leave it to me?
# discovery A@dusk cu right | H | A loose board cracks.
{H} pries up a board. Underneath: a tin box, and on its lid a date that is next Friday.
H (whispering): This was hidden yesterday.
# reversal B@dusk mcu in os=H | F H | A car door. Gravel.
Over {H}'s shoulder: {F} steps out of a dark car, wearing the same key around {fhis} neck.
F (friendly): So {deed2}. They promised {it_o} to me.
H (wary): Who are "they"?
# confrontation B@dusk ms hand | F H A | Gulls, or somebody crying.
{F} holds out a cheque. {A} looks at the number for too long.
F (soft): Sell {the_thing} tonight. Live.
H (cold): That isn't an offer. That's a threat.
# cliffhanger A@night ecu in | H A | Footsteps overhead, slow.
Back inside, the tin box is open and empty. Above their heads, the ceiling creaks, step by step.
A (barely audible): {H}. We locked the door from inside.

== secret finale | The last night of {the_thing} | The truth about {the_thing} comes out on the night {F} tries to destroy it, and it was meant for {H} all along.
# hook A cu out | H | A radio finds a station by itself.
{H} plays the tape from the box. An old voice, {his} family's voice, says {his} name.
H (breathing in): I was four when you died.
# complication A ms hand | A H | Rain against glass.
{A} throws two packed bags at {H}'s feet.
A (scared): {F} will burn {the_thing}. Tonight.
H (still): Then that's where the answer is.
# discovery A ecu down | H E | A match struck.
{H} holds a photograph beside the flame: {E}, thirty years younger, carrying a child out of this very place.
E (broken): You were never told, because you were the secret.
# confrontation C ms in low os=F | H F | Thunder, close.
Over {F}'s shoulder: {H} stands between {fhim} and {the_thing}, and does not move.
F (shouting): Forty years of lies, for that?
H (firm): Not lies. A light left on for me.
# reversal C cu static | F H | The rain stops.
{F} unfolds the last letter. It begins with {fhis} own name.
H (gently): Read the end. It was left to both of us.
F (voice breaking): Then I nearly burned my own home.
# sting A ws out | H A F | The pulse stops. Silence. Then it starts again.
Dawn. Three people, one door, wide open. Far off, where nothing should be, a light goes on, off, and on.
A (staring): {H}... who is answering?

== hidden opening | Hide {the_thing} | In dangerous times {H} carries a secret that can kill: {fact3}. {F}, who hunts it, has just walked in.
# hook A@evening cu in | H | Boots on the stairs, counting.
{H} hides {the_thing} with quick, practised hands. {he} finishes one second before the door opens.
H (to self): Smile. You are nobody. Smile.
# complication A ms static os=H | F H | Leather gloves pulled off, finger by finger.
Over {H}'s shoulder: {F} walks the room slowly and touches everything except the right thing.
F (polite): Only a {role}. They all say that.
H (smiling): And you never find a better one.
# discovery B@day mcu right | A H | A cart rattles past.
{A} falls in beside {H} and does not turn {ahis} head.
A (under breath): They know. {fact2}.
H (stiff): Who told them?
# reversal B@day cu in | H A | Paper folds.
{H} sees the ink on {ahis} fingers: the same blue as on the order for {his} arrest.
H (stunned): It was your handwriting.
A (pleading): They have my son, {H}.
# confrontation A@evening ms hand | F H E | A chair knocked over.
Soldiers empty drawers. {E} lies without blinking. {F} watches only {H}.
F (soft): One of you is brave. I prefer the other.
E (cold): Then you will be lonely here.
# cliffhanger A@evening ecu in | F H | One pin drops and rings.
{F} bends down, picks up what fell from {H}'s sleeve, and quietly puts it in {fhis} own pocket.
F (whispering): Midnight. Bring {the_thing}. Come alone.

== hidden finale | Midnight, and {the_thing} | {H} keeps the appointment with {F}. Before morning everybody's mask is off.
# hook C ws in high | H | A tower clock: twelve.
{H} crosses the empty square. {his} shadow arrives before {him}.
H (to self): If I don't come back, I was never here.
# complication C ms static os=H | F H | A candle flares.
Over {H}'s shoulder: {F} burns the arrest order in the flame, slowly, from the corner.
F (tired): I've known since spring that {fact2}.
H (tense): Then why am I alive?
# discovery C mcu in | F H | Wind in dead leaves.
{F} opens {fhis} coat. Sewn in the lining: the sign of {H}'s own people.
F (quiet): Because I've been hiding you.
# confrontation A ms left | E H | A key on a ring of keys.
{E} stands between {H} and the only way out, holding a lamp.
E (hard): One of us has to stay and be found.
H (fierce): Nobody stays. Not again.
# reversal A cu hand | H F | Fists on a door. Wood splits.
The door gives way. {F} raises {fhis} weapon at {H}, and winks.
F (loud): I have caught you at last!
H (loud, understanding): Then take me away, officer.
# sting B@morning ws out | H | Cart wheels. A single bell.
Morning light on the road out of the city. {H} unpicks the hem of {his} sleeve: {the_thing}, safe. And with it a note in blue ink.
H (reading): "They never had my son."
"""
