# ruff: noqa: E501  a story sheet keeps one shot line to one line
"""English episodes between the first and the last, for any story: they lean on the premise's own words.

How a story is written down is told in `sfd.outline.stories`.
"""

SHEET = """
== any rise | The second copy | Someone has a copy of everything {H} knows about {the_thing}.
# hook A cu down | H | An envelope slides under a door.
An envelope without a name. Inside: a drawing of {H}, asleep, as {he} lay last night.
H (whispering): Who was in my room?
# complication A ms right | A H | A chain across a door.
{A} checks the window, then the lock, then {H}.
A (tense): Nothing's broken. They had a key.
H (slowly): Only three people have one.
# discovery B mcu in | H | Pages turning, one by one.
Page after page: {his} own words about {the_thing}, with somebody else's corrections.
H (stunned): They aren't stealing it. They're finishing it.
# reversal B ms static os=H | F H | Two cups set down.
Over {H}'s shoulder: {F} pours two cups, and knows how {H} takes it.
F (easy): I got the same envelope. In mine, you're awake.
# confrontation B cu hand | H F | A spoon rings on china.
They lay both drawings side by side. Both were drawn from the same spot, inside.
H (low): You or me. One of us let them in.
F (lower): Then why are we both afraid?
# cliffhanger A ecu in | A | A floorboard. A drawer.
Alone, {A} pushes a sketchbook to the back of a drawer and closes it without a sound.
A (to someone unseen): {H} suspects {F}. Just as you said.

== any rise | The offer | {F} offers {H} everything {he} ever wanted, and the price is a single sentence.
# hook C ms in low | F H | A door held open.
{F} holds the door of a long black {car}. On the seat lies {H}'s oldest wish, gift-wrapped.
F (smiling): Get in. I looked up what you dream of.
# complication C mcu static | H F | Wheels on a wet road.
Light slides over both faces.
F (casual): Deny in public that {fact2}. That's all.
H (dry): That's all. And then?
# discovery B cu right | A H | A tap runs to cover the voices.
{A} has read the contract by the time {H} has sat down.
A (alarmed): There's no end date, {H}. Not one page.
# reversal B ms in | E H | A cane on marble.
{E} tears the contract across, once, with great pleasure.
E (dry): I signed the same one. Look what I became.
H (shocked): You? You worked for {F}?
# confrontation C cu hand os=F | H F | Wheels, voices, rain.
Over {F}'s shoulder: {H} sets the present on the roof of the {car}, unopened.
H (steady): Keep it. I've started dreaming something else.
F (almost hurt): Nobody says no to me twice.
# cliffhanger A ecu in | H | The ribbon falls on wood.
{H} comes home. On {his} own table, unwrapped, lies the same present. A card: "Yes, they do. Once."
H (cold): Who's there?

== any rise | Three minutes | Three minutes of the night are missing, and {H} was the only one awake.
# hook A ecu in | H | Every clock stops.
All the clocks stop at seven past three. {H} is the only thing in the picture that moves.
H (to self): Not again.
# complication A ms hand | H A | A bell that rings once.
{A} finds {H} on the stairs, soaked, holding a stranger's glove.
A (careful): You've been gone for three minutes.
H (hoarse): It felt like a year.
# discovery B mcu right | E H | A finger runs down a page.
{E} reads from the watchman's book: at seven past three, {H} opened the door to someone, and bowed.
E (uneasy): You let them take {the_thing}.
# reversal A cu static | H | A drawer, opened and opened.
{the_thing} {is} exactly where {it} {was}. In the same dust. Facing the other way.
H (puzzled): They brought {it_o} back. Why?
# confrontation C ms in os=H | F H | Wind in dry grass.
Over {H}'s shoulder: {F} pulls on the other glove. It is the pair.
F (mild): You asked me in. You begged me, actually.
H (white): To do what?
# cliffhanger C cu in | F H | All the clocks start again.
{F} leans close, as if to tell a secret, and looks truly sorry.
F (gentle): To make you forget what you did to {A}.

== any rise | A stranger with the key | Someone arrives who claims {the_thing}, and has better proof than {H}.
# hook A ms in low | E H | A key turns from outside.
The door opens from outside. {E} stands there with luggage.
E (surprised): What are you doing in my life, {H}?
# complication A mcu static | H E | Latches pop on an old case.
Papers, stamps, a photograph with {the_thing}: all genuine, all {E}'s.
H (reading): This is dated before I was born.
# discovery B cu right | A H | Dust blown off a page.
{A} turns the page toward {H} with one finger on a crossed-out line.
A (low): There were always two names. Yours was scraped off.
H (sharp): Or written in later.
# reversal B ms hand | F H | Applause.
{F} already stands before everyone, one arm around {E}.
F (to the crowd): At last, the rightful owner of {the_thing}.
H (loud): You found that one fast.
# confrontation C cu in os=E | H E | Footsteps that stop.
Over {E}'s shoulder: {H} blocks the way out.
H (quiet): What did {F} promise you?
E (breaking): That I would get to be somebody. Anybody.
# cliffhanger C ecu static | E | A sleeve pushed back. Silence.
{E} pulls up a sleeve. On the wrist, the same scar as {H}'s, in the same place.
E (whispering): How did you get yours?

== any rise | Nobody's side | {A} and {H} stop trusting each other on the one night they cannot afford it.
# hook B cu in | A | A pencil snaps.
{A} writes {H}'s name at the top of a list, and under it: "{role}. Lies."
A (to self): I didn't want this to be true.
# complication B ms right | H A | Rain on a tin roof.
{H} finds the list. {A} finds {H} finding it.
H (hurt): You've been counting. Since when?
A (hard): Since the first thing you didn't tell me.
# discovery A mcu static | H | A letter unfolds.
{H} finds an old letter in {his} own handwriting, promising {F} something.
H (confused): I never wrote that. Did I?
# reversal A ms in os=A | H A | A window slams.
Over {A}'s shoulder: {H} hands over everything about {the_thing}, unasked.
H (simply): There. Now I've got nothing you don't have.
A (disarmed): Why now?
# confrontation C cu hand | F A | Traffic, far below.
{F} and {A}, side by side at a railing, looking at nothing.
F (kind): {H} will leave you. People with {theme} in their eyes do.
A (unsure): You talk as if you'd been left.
# cliffhanger A ecu in | H | A lock clicks. Then a second.
{H} tries the door. It is locked from outside. {A}'s voice comes through the wood.
A (crying): It's for your own good. {F} is on the way.

== any rise | Borrowed name | {H} goes into {F}'s world under another name and is recognised at once, by the wrong person.
# hook B ws in | H | A hundred voices, one laugh.
A crowd parts. {H}, in a stranger's clothes, walks straight to the middle.
H (to self): Chin up. You've never been anyone else.
# complication B mcu right | E H | A glass touched with a nail.
{E} studies {H} from the shoes upward.
E (purring): I know every face here. I don't know yours.
H (smooth): Then it's working.
# discovery A cu down | H | A small lid sighs.
In {F}'s strongbox there is no money. There is a drawing of {the_thing}, made by a child, signed {F}.
H (moved): {fhe} was there too. As a child.
# reversal A ms static os=H | F H | A lamp flares.
Over {H}'s shoulder: {F} sits in the dark armchair, and has been sitting there all along.
F (quiet): Wrong name. Right perfume. Hello, {H}.
# confrontation A cu hand | H F | Music through a wall.
{H} holds the drawing over the candle. {F} stops breathing.
H (calm): Tell me who drew you out of the picture.
F (raw): Put it down and I will. Please.
# cliffhanger B ms in | A F H | The music cuts out.
The door swings open. The whole party watches. {A} points at {H}.
A (loud): That's not {his} name. Ask what {he} did.

== modern turn | Upside down | Everything {H} believed about {the_thing} turns out to be half of the truth, and the smaller half.
# hook A cu in dutch | H | A record scratches and repeats.
{H} hears {his} own words, "{fact1}", from a recording twenty years old.
H (dazed): I said that yesterday.
# complication A ms right | A H | Tape hiss.
{A} stops the machine and reads the label twice.
A (slow): The voice isn't yours. It's your mother's.
# discovery B mcu in | E H | Curtains drawn.
{E} closes the curtains one by one before answering.
E (low): She found it first. {F} was the only one who helped her.
H (reeling): {F}? Helped?
# reversal C ms static os=H | F H | Gravel under one shoe.
Over {H}'s shoulder: {F} puts down flowers in front of a stone without a name.
F (tired): I promised her to make you hate me. It kept you away.
H (broken): It worked.
# confrontation C cu hand | H F | Wind takes the petals.
{H} holds {F}'s sleeve and cannot decide between a blow and an embrace.
H (crying): You let me fight the only one on my side.
F (dry-eyed): You fight well. She'd have laughed.
# cliffhanger C ecu in | A | A safety catch.
Behind the trees {A} watches the two of them, and answers the phone.
A (flat): They know. Do we start with {H}, or with {F}?

== any turn | The wrong one | The trap for {F} closes, and the wrong person is standing in it.
# hook B ws in high | H A | Torches catch, all at once.
Torches. In the middle of the trap, hands up and blinking, stands {E}.
H (shocked): You? It was you all along?
# complication B ms hand | E H | A laugh that will not stop.
{E} laughs so hard that {ehe} has to sit down.
E (wheezing): You caught the only one who never lied to you.
# discovery B mcu right | E H | Paper passed from hand to hand.
{E} gives {H} a page. It is the very first page about {the_thing}, the one they all said was burned.
H (reading): "For {H}, when {he} stops being obedient."
# reversal A cu static | A H | A strap pulled tight.
{A} packs and does not look up.
A (even): You wanted it to be {F}. So you never looked at me.
H (hollow): I looked. I didn't want to see.
# confrontation C ms in os=A | H F | A dog, far off.
Over {A}'s shoulder: {H} walks up to {F} with empty hands.
H (plain): I was wrong about you. I need your help.
F (after a moment): That must have tasted awful.
# cliffhanger C ecu in | H F | Everything goes quiet.
{F} opens {fhis} palm: the same page, the same handwriting. Only the name is different.
F (pale): Mine says: "When {H} is gone."

== modern fall | Everything at once | In one day {H} loses the proof, the ally and the good name.
# hook C ms in | H | A crowd shouting one name.
{H} turns a corner and meets {his} own face, on every wall, with one word under it: LIAR.
H (stunned): Who would believe that?
# complication B mcu right | E H | A door chain.
{E} speaks through the gap and does not take off the chain.
E (ashamed): Don't come here again. I have grandchildren.
# discovery A cu down | H | Glass underfoot.
{his} rooms, turned inside out. Where {the_thing} used to be, a clean rectangle in the dust.
H (very small): No. No, no.
# reversal A ms static os=H | A H | A kettle begins to scream.
Over {H}'s shoulder: {A} puts down {ahis} key and takes {ahis} coat.
A (exhausted): {fact2}. I believed it for you. I can't any more.
# confrontation C cu hand | F H | Rain on an umbrella.
{F} keeps the umbrella over {H} without being asked.
F (quiet): I don't enjoy this. I thought I would.
H (empty): Then finish it.
# cliffhanger C ecu in | H | Rain. A phone, deep in a pocket.
{H} sits down on the kerb. A message from {his} own number: "Get up. You win on Thursday."
H (whispering): Today is Wednesday.

== any fall | The quiet one | Nobody comes to help. {H} finds out who {he} is without {the_thing}.
# hook A cu out | H | A clock ticks. Nothing else.
{H} talks to an empty chair as if somebody sat there.
H (lightly): The {role}. That's what they used to call me.
# complication A ms static | E H | Soup ladled into a bowl.
{E} sets a bowl in front of {H} and sits down opposite, and waits.
E (gruff): Eat. You can be ruined afterwards.
# discovery B mcu in | H | A page lifted from water.
In the wash basin, ink swims up from a blank page of {hispl}: a second text, under the first.
H (awake): It was never empty.
# reversal B ms right os=H | A H | A knock: two short, one long.
Over {H}'s shoulder: {A} stands in the rain with one shoe and {the_thing}.
A (shivering): I stole it back. Don't thank me. Run.
# confrontation C cu hand | H A | Dogs, getting closer.
They run, stop, and face each other at a fork in the way.
H (breathless): Why did you come back?
A (crying, laughing): Because you'd have come back for me.
# cliffhanger C ecu in low | F | A torch. The dogs fall silent.
A torch blinds them. Behind it is {F}, alone, holding the dogs.
F (hoarse): I let you get this far. Don't waste it.

== any climax | All the doors | {H} tells the truth in the one place where it cannot be taken back.
# hook B ws in low | H | A thousand people sit down.
A stage, a chair, a single light. {H} steps into it with {the_thing}.
H (clear): You have all heard the story. Here's the end.
# complication B mcu right | F H | A whisper behind a curtain.
In the wings {F} raises a hand to stop it, and lets it sink.
F (to self): Go on, then. Say it.
# discovery B cu in | H | A cough, then nothing.
{H} looks for one face in the dark, and finds it.
H (steady): {fact1}. And I was not alone.
# reversal B ms static | A H | One person stands up. A seat bangs.
{A} stands up in row one. Then row two. Then all of them.
A (loud): {H} is telling the truth. I forged the proof.
# confrontation A cu hand | F H | A corridor door, swinging.
{F} and {H} in a narrow corridor, shoulder to shoulder, both shaking.
F (low): You've just buried us both.
H (relieved): No. I've stopped digging.
# cliffhanger A ecu in | E H | A match.
{E} waits at the end of the corridor with a can of oil and {the_thing} at {ehis} feet.
E (sweet): Wonderful speech. Now we'll end it my way.

== modern climax | The exchange | One bridge, two sides, one life for {the_thing}.
# hook C ews in | H F | Wind under a bridge.
Two figures at two ends of a bridge. Between them, in the middle, {A}, blindfolded.
H (calling): {A}! Count the steps. I'm coming!
# complication C ms right | F H | A cable sings.
{F} lifts one hand. {A} stops walking.
F (calling): First {the_thing}. Then your {a_rel}.
# discovery C cu down | H | Something clicks underfoot.
{H} looks down. A wire. {he} has already stepped on it.
H (calm, to self): So that's the plan.
# reversal C mcu static os=H | F H | Running steps on iron.
Over {H}'s shoulder: {F} sees the wire too, and starts to run, toward {H}.
F (shouting): That's not mine! {H}, don't move!
# confrontation C cu hand | F H | Breath. Nothing but breath.
{F} kneels at {H}'s feet with a pair of pliers and trembling hands.
H (tender, mocking): Do you even know which one?
F (honest): No. Talk to me.
# cliffhanger C ecu in | A | A blindfold drops.
{A} takes the blindfold off {ahimself}, quite calmly, and holds the remote.
A (quiet): I counted the steps, {H}. You were late.
"""
