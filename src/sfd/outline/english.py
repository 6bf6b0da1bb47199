# ruff: noqa: E501  word lists and patterns
"""What the outline knows about English words: people, verbs, places, moods."""

from sfd.outline.wordlist import listed

FEMALE = frozenset(
    listed(
        "woman girl mother mom mum daughter sister wife widow bride actress heiress princess queen empress grandmother "
        "granny grandma aunt niece goddess witch nun lady duchess waitress hostess governess mistress stepmother stepsister "
        "girlfriend maid concubine businesswoman policewoman seamstress matriarch fiancée stepdaughter"
    )
)
MALE = frozenset(
    listed(
        "man boy father dad son brother husband widower groom actor prince king emperor grandfather grandpa uncle nephew "
        "god wizard monk lord duke waiter knight stepfather stepbrother boyfriend butler businessman policeman fisherman "
        "patriarch stepson fiancé"
    )
)
PEOPLE = (
    FEMALE
    | MALE
    | frozenset(
        listed(
            "doctor surgeon nurse patient engineer programmer developer coder scientist chef cook baker barista teacher "
            "student pupil professor detective cop officer inspector lawyer judge prosecutor journalist reporter writer "
            "novelist author poet painter artist sculptor musician pianist violinist singer dancer director producer "
            "photographer driver courier pilot sailor captain keeper farmer gardener tailor watchmaker clockmaker "
            "carpenter mechanic plumber electrician cleaner janitor librarian archivist translator interpreter "
            "secretary assistant intern boss ceo manager investor banker billionaire millionaire landlord tenant neighbor "
            "neighbour roommate friend lover ex ex-husband ex-wife ex-boyfriend ex-girlfriend partner rival enemy stranger "
            "ghost thief killer murderer spy assassin hacker smuggler soldier general samurai warrior guard bodyguard hunter "
            "twin sibling cousin parent child kid baby orphan teenager colleague colleague client guest traveler traveller "
            "refugee immigrant astronaut robot android therapist psychologist psychiatrist pharmacist dentist vet "
            "firefighter paramedic athlete boxer swimmer runner coach apprentice mentor master servant slave noble peasant "
            "merchant priest pastor mayor politician senator president minister witness suspect victim prisoner convict "
            "architect accountant analyst salesman model influencer streamer gamer designer undertaker gravedigger "
            "beekeeper shepherd miner weaver potter perfumer jeweler jeweller herbalist healer medic diver surfer "
            "hostage kidnapper bride-to-be godfather godmother mobster gangster ringmaster magician clown acrobat "
            "grandchild grandson granddaughter villager people family couple staff crew team"
        )
    )
)
PERSON_ENDINGS = ("ologist", "keeper", "maker", "woman", "man", "smith", "fighter", "ician", "grapher")
RIVALS = frozenset(
    listed(
        "husband ex ex-husband ex-wife ex-boyfriend ex-girlfriend fiancé fiancée rival enemy boss ceo killer murderer "
        "stepmother stepsister stepfather thief landlord stranger billionaire man lover kidnapper mayor prince king "
        "emperor general wife boyfriend girlfriend director investor hacker prosecutor"
    )
)
ALLIES = frozenset(
    listed(
        "friend sister brother partner assistant colleague daughter son roommate neighbor neighbour twin intern nurse child "
        "apprentice cousin bodyguard girl boy kid niece nephew student"
    )
)
MASS = frozenset(
    listed(
        "revenge love grief betrayal justice silence money time death life memory truth fear hope hate hatred war peace "
        "freedom power music rain snow water fire blood gold light darkness loneliness happiness jealousy desire "
        "forgiveness guilt shame loyalty honor honour courage luck fate destiny magic sleep work code"
    )
)
ABSTRACT = frozenset(
    listed(
        "revenge love grief betrayal justice silence time death life truth fear hope hate hatred war peace freedom power "
        "loneliness happiness jealousy desire forgiveness guilt shame loyalty honor honour courage luck fate destiny sleep "
        "work way day night morning year week month hour moment thing something everything nothing anything world future "
        "taste smell voice murder crime birth disease pregnancy wedding marriage divorce law name family talent career "
        "secret plan idea job promise lie question answer problem thirst hunger sight hearing accident "
        "past story drama part one lot kind sort end beginning sense body return same ago contest competition race election trial exam championship prize table bed door floor chair window room wall throat hand mind heart job"
    )
)
PLACES = frozenset(
    listed(
        "lighthouse hospital hotel village palace castle island school university office restaurant bakery kitchen bar "
        "café cafe library museum theatre theater church temple monastery farm ranch orchard vineyard prison ship boat "
        "train station airport subway factory mine lab laboratory bookshop bookstore shop store market garden house home "
        "mansion apartment attic basement cellar clinic court courthouse studio harbor harbour beach forest mountain desert "
        "cemetery morgue spaceship bridge tower inn tavern circus casino teahouse pharmacy garage cabin cottage port "
        "valley town city asylum convent workshop observatory zoo aquarium"
    )
)
TIMES = (
    ("midnight", "NIGHT"),
    ("night", "NIGHT"),
    ("dawn", "DAWN"),
    ("sunrise", "DAWN"),
    ("dusk", "DUSK"),
    ("sunset", "DUSK"),
    ("evening", "EVENING"),
    ("morning", "MORNING"),
)
IRREGULAR = dict(
    pair.split(":")
    for pair in listed(
        "found:find lost:lose left:leave met:meet kept:keep knew:know took:take gave:give saw:see told:tell woke:wake "
        "stole:steal sold:sell bought:buy brought:bring came:come went:go got:get fell:fall fought:fight broke:break "
        "built:build hid:hide heard:hear held:hold began:begin became:become chose:choose wrote:write won:win spent:spend "
        "died:die lied:lie swore:swear slept:sleep felt:feel sent:send paid:pay ran:run made:make said:say "
        "thought:think taught:teach caught:catch dreamt:dream forgave:forgive forgot:forget awoke:awake spoke:speak "
        "was:be were:be is:be are:be am:be has:have have:have had:have does:do did:do goes:go"
    )
)
ODD_PASTS = dict(
    pair.split(":")
    for pair in listed(
        "sang:sing dug:dig rose:rise shone:shine drank:drink ate:eat froze:freeze sank:sink flew:fly drove:drive "
        "grew:grow drew:draw sought:seek fled:flee"
    )
)
SAME_PASTS = frozenset(listed("read cut bet let"))
DOUBLED = frozenset(listed("stop plan trap swap commit rob beg drop kidnap"))
VERBS = frozenset(
    listed(
        "pick discover find learn realize realise know believe suspect inherit marry love hate kill save steal hide lose win "
        "return come go wake fall meet see hear get take give keep leave live die fight break build buy sell bring bury "
        "open close turn become begin start stop try want need hunt chase follow escape run fake pretend agree accept "
        "refuse swear vow plan plot decide choose betray poison murder frame expose reveal uncover investigate solve "
        "rescue protect guard heal cure treat operate raise teach train hire fire work serve cook bake write read paint "
        "play sing dance draw design code program hack invent create make summon awaken possess haunt curse trade bargain "
        "gamble bet owe pay rent move travel sail fly drive cross survive wait watch remember forget forgive seek search "
        "confess lie blackmail threaten kidnap trap swap switch divorce propose date kiss hold hear say tell talk speak "
        "answer ask call send receive deliver smuggle translate record photograph film dream sleep feel think let help "
        "join enter win destroy rebuild restore repair fix lead rule challenge compete defeat face confront judge defend "
        "prosecute arrest release free adopt abandon reunite mourn visit vanish disappear appear arrive catch carry share "
        "spend use look show stay grow cut burn drown freeze melt sink rise shine rain snow swallow eat drink refuse plant "
        "harvest spy infiltrate impersonate replace remove erase delete restart rewind repeat relive demand claim sue "
        "compose perform dig climb dive conduct command order obey rebel flee crash land launch "
        "be have do can will would could must should may might"
    )
)
KNOWING = frozenset(listed("discover learn realize realise know believe suspect find hear see think remember confess"))
STOP = frozenset(
    listed(
        "a an the this that these those and or but nor so yet if then when while after before until because as than of in "
        "on at to from by with without for about into onto over under between through during against across along around "
        "behind beside beyond near off out up down again back away who whom whose which what where why how not no never "
        "always only just also even still very too really i you he she it we they me him her us them my your his its our "
        "their mine yours hers ours theirs myself yourself himself herself itself ourselves themselves there here now "
        "one two three four five six seven eight nine ten every each all both some any many much more most other another "
        "such own same once twice first last next"
    )
)
DETERMINERS = frozenset(
    listed(
        "a an the this that these those my your his her its our their another every each some any two three four five "
        "no"
    )
)
PREPOSITIONS = frozenset(
    listed(
        "of in on at to from by with without for about into onto over under between through during against across along "
        "around behind beside beyond near off inside outside upon toward towards"
    )
)
BOUNDARIES = frozenset(listed("and but or so because when while after before until as since if unless although though"))
OPENERS = frozenset(listed("in on at after before when while during since once as for by every one"))
GENRES: dict[str, str] = {
    "haunting": "haunted haunts haunting ghost ghosts spirit spirits possessed medium seance",
    "awakening": "sentient ai algorithm android robot hologram chatbot software machine conscious alive doll talks "
    "talking speaks answers app simulation clone virus program function bug code server",
    "revenge": "revenge avenge vengeance betray betrayed betrayal betrays framed ruined ruin destroy payback prison "
    "disgraced humiliated exiled wronged ruins",
    "romance": "love lover marry marries married marriage wedding bride groom fiancé fiancée kiss romance dating "
    "divorce ex-husband ex-wife billionaire contract heart soulmate crush fake pregnant ex",
    "medical": "doctor surgeon nurse hospital patient patients surgery operation clinic ward diagnosis disease cure "
    "transplant emergency paramedic coma organ medicine",
    "crime": "detective murder murdered killer crime police inspector suspect victim witness heist thief evidence "
    "corpse body kidnapped missing vanished disappears disappeared alibi forensic case cold",
    "family": "mother father daughter son twin twins adopted adoption orphan family parents birth siblings "
    "grandmother stepmother child baby switched",
    "curse": "curse cursed magic witch spell demon devil dragon god wish immortal vampire werewolf prophecy reborn "
    "reincarnated time loop loops repeats future portal fairy mirror soul wakes body bodies dream dreams",
    "nature": "sea ocean flood storm island drought village river forest volcano earthquake wave tide winter snow "
    "mountain avalanche fire wolves harvest",
    "work": "chef restaurant bakery kitchen contest competition championship dance dancer "
    "pianist violinist band stage audition race team boxing recipe fashion designer",
    "office": "startup company intern ceo boss office promotion secretary assistant boardroom corporate merger board",
    "hidden": "war occupied occupation resistance nazi spy spies empress emperor dynasty palace samurai queen king "
    "century revolution siege soldiers secret-police 1940s 1920s regime shogun concubine imperial court smuggles "
    "wartime",
    "secret": "inherit inherits inherited inheritance lighthouse house letter letters diary key attic will hidden secret "
    "mansion hotel photograph box painting clock map never",
}
QUALITIES = frozenset(
    listed(
        "sentient alive dead fake haunted cursed immortal pregnant missing innocent guilty blind invisible human stolen "
        "conscious dangerous broken hollow poisoned"
    )
)
