"""What a text says the persona does for a living, against its occupation.

Jobs come in families: titles that fit each other, and what people of the family do or have around
them ('my patients', 'behind the wheel of my rig'). A claim fits if the row's own occupation is in
one of its families or shares a word with it. A title that no family knows is compared by its words.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .claim_context import read_claim
from .wording import stem, words

# family: titles; then what its people say of their work
_FAMILIES: dict[str, tuple[str, str]] = {
    "teaching": (
        (
            r"teachers?|schoolteacher|educator|substitute|tutor|instructor|teacher's aide"
            r"|teaching assistant|preschool \w+|principal|school counselor|guidance counselor"
            r"|coach|professor|lecturer|camp counselor|daycare \w+|librarian"
        ),
        (
            r"my (?:students|pupils|classroom|homeroom|lesson plans?|class of|third graders"
            r"|second graders|first graders|kindergartners|\w+ graders)|her (?:students|pupils"
            r"|classroom|lesson plans?|\w+ graders)|his (?:students|pupils|classroom|lesson"
            r" plans?|\w+ graders)|front of (?:a|the|my|her|his) (?:\w+ )?class(?:room)?|grad"
            r"(?:e|es|ing) (?:\w+ )?(?:papers|essays|homework|quizzes|tests|exams)|teach(?:es"
            r"|ing)? (?:(?:at|in) (?:a|an|the|my)|\w+ grade|math|english|science|history|art"
            r"|music|spanish|school|kids|children|high|middle|elementary|kindergarten|college"
            r"|piano|biology|algebra|chemistry|classes|fourth|fifth)|taught (?:\w+ grade|school"
            r"|math|english|science|history|kindergarten|for)|lesson plan\w*|faculty (?:meeting"
            r"|lounge)|parent-teacher conferences all|the school bell|chalk (?:dust|on my)"
            r"|report cards to"
        ),
    ),
    "nursing": (
        (
            r"nurses?|registered nurse|rn|lpn|nurse practitioner|nursing assistant|cna|medical"
            r" assistant|midwife|paramedic|emt|health aide|caregiver|orderly|phlebotomist|home"
            r" health aide|licensed practical nurse"
        ),
        (
            r"my (?:scrubs|patients|rounds|night shift at the hospital|unit)|(?:her|his) "
            r"(?:scrubs|patients|rounds)|between patients|in scrubs|hospital (?:shift|ward|floor"
            r"|badge)|the (?:er|icu|ward|nursing station)|tak(?:e|es|ing) (?:\w+ )?(?:blood"
            r" pressure|vitals|temperatures)|giv(?:e|es|ing) shots|on the ward|at the "
            r"(?:hospital|clinic|nursing home)|change bandages|bedpans?"
        ),
    ),
    "medicine": (
        (
            r"doctors?|physicians?|surgeons?|pediatrician|cardiologist|family doctor|radiologist"
            r"|anesthesiologist|psychiatrist|dermatologist|veterinarian|vet|dentist|orthodontist"
            r"|pharmacist|physical therapist|psychologist|therapist|speech therapist"
            r"|chiropractor|optometrist|oncologist|hospital administrator"
        ),
        (
            r"my (?:patients|practice|rounds|stethoscope|operating room)|(?:her|his) (?:patients"
            r"|stethoscope|operating room)|see(?:s|ing)? patients|between patients|prescribes?"
            r"|practices? medicine|white coat|on call at the hospital|at the (?:hospital|clinic)"
            r"|in surgery|perform(?:s|ing)? surger\w+"
        ),
    ),
    "dental": (
        r"dentists?|dental hygienist|dental assistant|orthodontist|hygienist",
        (
            r"(?:clean|cleans|cleaning|drill|drills|pull|pulls) (?:people's )?teeth|flossing"
            r" lectures?|dental (?:chair|office)|root canals? all|my patients|(?:her|his)"
            r" patients|between patients"
        ),
    ),
    "pharmacy": (
        r"pharmacists?|pharmacy technician|druggist|pharmacy tech",
        (
            r"fill(?:s|ing)? (?:\w+ )?prescriptions|count(?:s|ing)? pills|behind the pharmacy"
            r" counter|pharmacy counter all"
        ),
    ),
    "law": (
        (
            r"lawyers?|attorney|paralegal|judge|public defender|prosecutor|legal assistant|law"
            r" clerk|litigator|counselor at law"
        ),
        (
            r"practic(?:e|es|ing) law|my (?:law firm|case load|courtroom|clients in court|law"
            r" practice)|(?:her|his) (?:law firm|courtroom|law practice)|in court|legal briefs?"
            r"|cross-examin\w*|depositions?|law firm|billable hours|objection"
        ),
    ),
    "police": (
        (
            r"police officer|cop|detective|sheriff|deputy|trooper|policeman|policewoman|security"
            r" guard|guard|corrections officer|dispatcher|bailiff"
        ),
        (
            r"my (?:squad car|badge|beat|patrol)|(?:her|his) (?:squad car|badge|patrol)|on"
            r" patrol|writ(?:e|es|ing) (?:speeding )?tickets|the precinct|walk(?:s|ing)? a beat"
        ),
    ),
    "fire": (
        r"firefighters?|fireman|fire chief|paramedic|emt",
        (
            r"fire ?house|the firehouse|fight(?:s|ing)? fires|put(?:s|ting)? out fires|fire"
            r" station|fire engine"
        ),
    ),
    "driving": (
        (
            r"(?:truck|bus|delivery|taxi|cab|uber|school bus|city bus|van|rideshare|tow truck"
            r"|ambulance|semi) drivers?|driver|trucker|chauffeur|courier|cabbie|mail carrier"
            r"|postal worker|mailman|mailwoman|cdl holder|long-haul \w+"
        ),
        (
            r"my (?:rig|semi|big rig|route|eighteen-wheeler|delivery route|mail route"
            r"|passengers)|(?:her|his) (?:rig|semi|big rig|eighteen-wheeler|mail route|delivery"
            r" route|passengers)|driv(?:e|es|ing) (?:a|the|my|her|his) (?:\w+ )?(?:truck for|bus"
            r"|school bus|cab|taxi|semi|rig|delivery \w+|big rig|truck cross-country|truck long)"
            r"|haul(?:s|ing)? (?:freight|loads)|on the road for work|deliver(?:s|ing)? (?:the )?"
            r"(?:mail|packages|letters)|weigh stations?|long[- ]haul|bus route|truck stops?"
            r"|behind the wheel of (?:a|my|her|his|the) (?:bus|rig|truck|cab|semi)"
        ),
    ),
    "software": (
        (
            r"software \w+|programmer|developer|web developer|web designer|coder|data scientist"
            r"|data analyst|it (?:support|technician|specialist|manager|guy|person|consultant"
            r"|analyst|director)(?: technician)?|engineer|systems administrator|sysadmin|network"
            r" \w+|database \w+|devops \w+|product manager|cybersecurity \w+|game designer"
            r"|freelance web designer|it support technician|tech support \w+"
        ),
        (
            r"writ(?:e|es|ing) (?:code|software)|coding (?:all|for|sprint)|debug\w*|stand-?ups?"
            r"|pull requests?|deploy\w*|software (?:company|team)|servers crash|push(?:es|ing)?"
            r" code|programs? computers|codes for a living|build(?:s|ing)? (?:apps|websites)"
            r"|reset(?:s|ting)? passwords|help desk|start-?up"
        ),
    ),
    "engineering": (
        (
            r"(?:civil|mechanical|electrical|chemical|structural|industrial|aerospace) engineer"
            r"|engineer|architect|draftsman|surveyor|chemist|scientist|lab technician|biologist"
            r"|researcher|physicist"
        ),
        (
            r"blueprints?|design(?:s|ing)? (?:bridges|buildings|engines|circuits|roads)|in the"
            r" lab|lab coat|test tubes|building plans"
        ),
    ),
    "accounting": (
        (
            r"accountants?|bookkeepers?|tax preparer|cpa|auditor|financial \w+|payroll \w+"
            r"|financial analyst|loan officer|actuary|controller|budget analyst|bookkeeping"
        ),
        (
            r"balanc(?:e|es|ing) (?:the )?(?:books|ledgers?)|tax season|spreadsheets (?:all|for"
            r" a living)|(?:do|does|doing|kept|keeps?|keep) (?:the |other people's |people's "
            r"|company )*(?:books|taxes|ledgers)|my ledgers|audits?|crunch(?:es|ing)? (?:the"
            r" )?numbers|tax returns"
        ),
    ),
    "banking": (
        (
            r"bank tellers?|banker|teller|loan officer|financial \w+|broker|stockbroker|mortgage"
            r" \w+|financial planner|investment \w+|wealth \w+|credit analyst"
        ),
        (
            r"at the bank (?:all|window|branch)|count(?:s|ing)? other people's money|teller"
            r" window|approv(?:e|es|ing) (?:loans|mortgages)|trading (?:desk|floor)|wall street"
            r"|my portfolio clients|bank branch"
        ),
    ),
    "office": (
        (
            r"administrative assistant|secretary|receptionist|office manager|clerk|executive"
            r" assistant|hotel front desk clerk|data entry \w+|front desk \w+|dispatcher|file"
            r" clerk|office assistant|customer service \w+|call center \w+|human resources \w+"
            r"|hr \w+|purchasing manager|project manager|project coordinator|marketing \w+"
            r"|operations manager|manager|analyst|consultant|recruiter|executive|ceo|vice"
            r" president|director"
        ),
        (
            r"manag(?:e|es|ing) (?:a team|an office|projects|people|accounts)|answer(?:s|ing)?"
            r" phones|front desk|fil(?:e|es|ing) (?:papers|folders)|switchboard|call center"
            r"|corner office|board ?room|conference room|quarterly reports?|my direct reports"
            r"|power ?point decks?|cubicle"
        ),
    ),
    "insurance": (
        r"insurance \w+|claims adjuster|adjuster|underwriter|actuary",
        r"sell(?:s|ing)? (?:insurance|policies)|claims all day|insurance (?:office|agency)",
    ),
    "sales": (
        (
            r"sales\w*(?: \w+)?|cashiers?|retail \w+|store manager|shop assistant|stock clerk"
            r"|clerk|merchandiser|car salesman|stocker|bagger|store clerk|purchasing manager"
            r"|store owner|telemarketer|shopkeeper"
        ),
        (
            r"manag(?:e|es|ing) (?:a|the) (?:\w+ )?(?:store|shop)|sell(?:s|ing)? (?:cars|shoes"
            r"|furniture|phones|clothes|used cars|appliances)|(?:ring|rings|ringing) (?:people"
            r"|customers|them|groceries) up|work(?:s|ing)? (?:the|a) (?:cash )?register|behind"
            r" the (?:register|counter at)|stock(?:s|ing)? shelves|my sales quota|car lot|on"
            r" commission|my register"
        ),
    ),
    "realestate": (
        r"real estate \w+|realtor|property manager|landlord|broker|house flipper",
        (
            r"sell(?:s|ing)? (?:houses|homes|real estate|property)|open houses?|my listings?|"
            r"(?:her|his) listings?|show(?:s|ing)? houses|flip(?:s|ping)? houses|closing(?:s)? "
            r"(?:on houses|all week)"
        ),
    ),
    "food": (
        (
            r"chefs?|cooks?|line cook|sous chef|bakers?|pastry chef|bakery owner|food truck"
            r" owner|caterer|restaurant (?:owner|manager|server)|school cafeteria cook"
            r"|dishwasher|butcher|meat packer|barista|bartender|waiter|waitress|server|hostess"
            r"|host|fry cook|pizza \w+|cafeteria \w+|busboy"
        ),
        (
            r"wait(?:s|ing|ed)? (?:on )?tables|(?:sling|slings|slinging|pour|pours|pouring|pull"
            r"|pulls) (?:hash|burgers|espresso|shots|lattes|drinks|pints|coffee for)|tend(?:s"
            r"|ing)? bar|(?:in|run|runs|behind) (?:a|the) (?:restaurant|line|kitchen at|diner"
            r"|café|cafe|bar)|flip(?:s|ping)? burgers|the dinner rush|work(?:s|ing)? the "
            r"(?:grill|line|fryer)|(?:manag|own|owns|run)(?:e|es|s)? (?:a|the) (?:\w+ )?"
            r"(?:restaurant|diner|café|cafe|bakery|bar|kitchen)|my (?:restaurant|food truck|tips"
            r"|line cooks)|(?:her|his) (?:restaurant|food truck|tips|line cooks)|wash(?:es|ing)?"
            r" dishes (?:at|for a)|cook(?:s|ing)? (?:for a living|professionally|at a)|bak(?:e"
            r"|es|ing) (?:bread|cakes|pies) for a living|restaurant kitchen|espresso machine at"
            r" work"
        ),
    ),
    "construction": (
        (
            r"carpenters?|roofers?|construction \w+|contractor|builder|mason|bricklayer"
            r"|drywaller|plasterer|house painter|painter|handyman|foreman|electricians?"
            r"|plumbers?|welders?|hvac \w+|heating and cooling technician|laborer|framer|crane"
            r" operator|tile setter|steelworker|ironworker|cabinetmaker|glazier|flooring \w+"
            r"|lawn care contractor|landscaper"
        ),
        (
            r"(?:hammer|hammers|swing|swings|swinging) (?:a hammer|nails)|(?:lay|lays|laying) "
            r"(?:bricks?|tile|pipe|concrete|shingles)|job ?sites?|hard hat|(?:on|off) (?:a|the) "
            r"(?:roof|scaffold\w*|ladder all)|tool belt|pour(?:s|ing)? concrete|hang(?:s|ing)?"
            r" drywall|construction (?:site|crew)|build(?:s|ing)? (?:houses|decks|cabinets"
            r"|homes)|roof(?:s|ing)? houses|frames? houses|paint(?:s|ing)? houses|work boots"
        ),
    ),
    "electric": (
        r"electricians?|electrical \w+|lineman|heating and cooling technician|hvac \w+|handyman",
        (
            r"wir(?:e|es|ing) (?:houses|homes|buildings)|breaker boxes|electrical (?:panel"
            r"|business|work)|pull(?:s|ing)? (?:wire|cable)|circuit breakers"
        ),
    ),
    "plumbing": (
        r"plumbers?|pipefitter|handyman|heating and cooling technician",
        (
            r"unclog\w*|(?:fix|fixes|fixing) (?:\w+ )?(?:pipes|toilets|leaks|sinks)|clogged"
            r" drains?|under (?:people's |other people's )?sinks|snak(?:e|es|ing) drains"
        ),
    ),
    "metal": (
        (
            r"welders?|machinist|machine operator|fabricator|steelworker|tool and die \w+"
            r"|ironworker|mechanic|meat packer|assembly \w+|factory \w+|forklift operator"
            r"|warehouse \w+|warehouse picker|packer|plant \w+|line worker|assembler|production"
            r" \w+|stock clerk|picker|material handler|millwright|printer"
        ),
        (
            r"(?:on|at) (?:the|an) (?:assembly|production) line|(?:at|in|from) the (?:plant"
            r"(?!-)|factory|mill|warehouse(?! club| store)|foundry|distribution center)|wel"
            r"d(?:s|ing)? (?:all|steel"
            r"|pipes|for)|run(?:s|ning)? (?:a|the) (?:lathe|press|machine|forklift)|(?:driv\w+"
            r"|operat\w+) a forklift|pick(?:s|ing)? orders|load(?:s|ing)? trucks|loading dock"
            r"|shop floor|factory (?:floor|whistle|job|shift)|pallets? all"
        ),
    ),
    "mechanics": (
        (
            r"(?:auto |car |diesel |aircraft |bike )?mechanics?|auto \w+|body shop \w+|tire \w+"
            r"|machinist|technician"
        ),
        (
            r"(?:fix|fixes|fixing|repair|repairs) (?:\w+ )?(?:cars|trucks|engines|brakes"
            r"|transmissions)|under (?:the hood|a hood|hoods|(?:other )?people's cars|other"
            r" people's cars|cars|a car)|oil changes|grease under|my garage bay|the (?:auto|body"
            r"|repair) shop|transmissions? all|turn(?:s|ing)? wrenches"
        ),
    ),
    "cleaning": (
        (
            r"house ?cleaners?|janitors?|custodian|maid|hotel housekeeper|housekeeper|cleaning"
            r" \w+|cleaner|dishwasher"
        ),
        (
            r"clean(?:s|ing|ed)? (?:\w+ )?(?:houses|offices|hotel rooms|rooms|homes|other"
            r" people's)|mop(?:s|ping)? (?:floors|hallways) (?:for|at)|scrub(?:s|bing)? (?:other"
            r" people's )?toilets|make(?:s)? (?:hotel )?beds for|chang(?:e|es|ing) sheets at"
            r"|push(?:es)? a mop|hotel rooms all"
        ),
    ),
    "land": (
        (
            r"farmers?|ranchers?|farm ?worker|farmhand|landscapers?|gardener|groundskeeper|lawn"
            r" care contractor|florist|arborist|dairy farmer|nursery \w+|fisherman|logger"
        ),
        (
            r"(?:my|her|his|the) (?:tractor|herd|harvest|acreage|combine|back forty|cattle|dairy"
            r" cows)|(?:milk|milks|milking) cows|plow(?:s|ing)? fields|bale(?:s)? hay|work(?:s"
            r"|ing)? the (?:land|fields|farm)|mow(?:s|ing)? (?:other people's )?lawns|plant(?:s"
            r"|ing)? (?:corn|soybeans|crops)|pick(?:s|ing)? (?:fruit|berries|lettuce"
            r"|strawberries) for|run(?:s|ning)? cattle|up at dawn with the cows|prun(?:e|es|ing)"
            r" (?:other people's|clients')"
        ),
    ),
    "flowers": (
        r"florists?|floral \w+",
        r"arrang(?:e|es|ing) (?:flowers|bouquets)|flower shop|bouquets? for",
    ),
    "hair": (
        (
            r"hairdressers?|hair stylist|stylist|barbers?|cosmetologist|beautician|nail \w+"
            r"|manicurist|esthetician|makeup artist|colorist"
        ),
        (
            r"cut(?:s|ting)? (?:\w+ )?hair|(?:her|his|my) salon|at the salon|salon chair|barber"
            r"(?:'s)? (?:chair|shop)|shears|(?:do|does|doing) (?:people's )?(?:nails|hair"
            r"|highlights)|blowouts?|perms?"
        ),
    ),
    "body": (
        (
            r"massage therapist|personal trainer|yoga instructor|fitness \w+|trainer|physical"
            r" therapist|pilates \w+|acupuncturist|lifeguard|coach|dietitian|nutritionist"
        ),
        (
            r"train(?:s|ing)? clients|my (?:yoga students|gym clients|massage table)|(?:her|his)"
            r" (?:yoga students|gym clients|massage table)|lead(?:s|ing)? (?:a )?(?:yoga|spin"
            r"|boot camp|pilates)|teach(?:es|ing)? yoga|rub(?:s|bing)? knots|at the gym all"
            r"|lifeguard (?:chair|stand)|blow(?:s|ing)? (?:my|her|his|the) whistle"
        ),
    ),
    "animals": (
        (
            r"dog walker|dog groomer|groomer|veterinarian|vet|veterinary technician|vet tech"
            r"|zookeeper|animal \w+|pet sitter|dog trainer|kennel \w+"
        ),
        (
            r"walk(?:s|ing)? (?:other people's )?dogs (?:for|all)|groom(?:s|ing)? (?:dogs"
            r"|poodles|pets)|animal (?:clinic|hospital|shelter)|clip(?:s|ping)? (?:poodles|nails"
            r" at)|spay\w*"
        ),
    ),
    "writing": (
        (
            r"writers?|freelance writer|journalists?|reporters?|news reporter|editors?|copy"
            r" editor|author|novelist|blogger|copywriter|translator|poet|columnist|proofreader"
            r"|technical writer|screenwriter"
        ),
        (
            r"writ(?:e|es|ing) (?:for (?:magazines|a living|the paper|newspapers)|articles"
            r"|novels|books|columns|stories for)|my (?:editor|deadlines?|novel|manuscript|byline"
            r"|drafts?)|(?:her|his) (?:editor|manuscript|byline|novel)|the newsroom|press pass"
            r"|copy desk|translat(?:e|es|ing) (?:documents|books|for)|edit(?:s|ing)? (?:copy"
            r"|manuscripts)|on deadline"
        ),
    ),
    "art": (
        (
            r"artists?|graphic designer|interior designer|designer|photographers?|wedding"
            r" photographer|potter|painter|illustrator|musician|music teacher|church music"
            r" director|singer|actor|actress|seamstress|tailor|dancer|sculptor|animator"
            r"|filmmaker|jeweler|art director|museum \w+|curator|dj|drummer|pianist"
            r"|choreographer|freelance web designer"
        ),
        (
            r"(?:shoot|shoots|shooting|photograph|photographs) (?:weddings|portraits)|my "
            r"(?:studio|gallery|kiln|band|gigs|clients' logos|easel)|(?:her|his) (?:gallery|kiln"
            r"|band|gigs)|throw(?:s|ing)? pots|sew(?:s|ing)? (?:dresses|alterations)|perform(?:s"
            r"|ing)? (?:on stage|nightly)|play(?:s|ing)? (?:gigs|in a band)|design(?:s|ing)? "
            r"(?:logos|rooms|interiors|posters)|hem(?:s|ming)? (?:pants|dresses)|on stage|museum"
            r" tours?|lead(?:s|ing)? tours"
        ),
    ),
    "social": (
        (
            r"social workers?|counselors?|psychologist|therapist|pastor|minister|priest|chaplain"
            r"|school counselor|case ?worker|nonprofit \w+|rabbi|deacon|clergy\w*|preacher"
            r"|missionary|probation officer|speech therapist|church music director"
        ),
        (
            r"my (?:case ?load|parishioners|congregation|sermons?|counseling clients)|(?:her"
            r"|his) (?:case ?load|parishioners|congregation|sermons?)|home visits|write(?:s)?"
            r" sermons|the pulpit|foster placements"
        ),
    ),
    "care": (
        (
            r"home health aide|caregiver|nanny|babysitter|daycare \w+|child ?care \w+|au pair"
            r"|day care \w+|preschool \w+|nursing assistant|personal care \w+|teacher's aide"
            r"|camp counselor"
        ),
        (
            r"(?:look|looks|looking) after (?:other people's|elderly|seniors|old folks|toddlers)"
            r"|(?:run|runs|own|owns) a daycare|my daycare|(?:her|his) daycare|nann(?:y|ies|ied)"
            r" for|(?:bathe|bathes|bathing) (?:elderly|patients|clients)|elderly clients"
        ),
    ),
    "library": (
        r"librarians?|library \w+|archivist|museum \w+|school librarian|library assistant",
        (
            r"shelv(?:e|es|ing) books|(?:at|in) the (?:school )?library|reference desk|stamp(?:s"
            r"|ing)? (?:books|due dates)|library (?:desk|patrons)|story hour"
        ),
    ),
    "air": (
        (
            r"pilots?|flight attendant|airline \w+|air traffic controller|baggage handler"
            r"|stewardess|aircraft \w+"
        ),
        (
            r"fl(?:y|ies|ying) (?:planes|jets|a 7\d7|cargo)|cockpit|between flights|my layovers?"
            r"|at thirty thousand feet|boarding announcements|in the tower at"
        ),
    ),
    "military": (
        (
            r"soldiers?|marine|sailor|army \w+|navy \w+|veteran|air force \w+|military \w+"
            r"|sergeant|captain|lieutenant|drill \w+|national guard\w*"
        ),
        (
            r"(?:on|at|my) (?:base|barracks|deployment)|deployed|active duty|my (?:platoon|unit"
            r" in the)|stationed|in uniform"
        ),
    ),
    "travel": (
        (
            r"travel agent|tour guide|museum guide|event planner|wedding planner|hotel manager"
            r"|concierge|hotel front desk clerk|hotel clerk"
        ),
        (
            r"plan(?:s|ning)? (?:weddings|other people's)|book(?:s|ing)? (?:trips|cruises)|check"
            r"(?:s|ing)? (?:guests|people) in(?: at)?|hotel (?:desk|lobby|guests)"
        ),
    ),
    "politics": (
        (
            r"politicians?|mayor|senator|city council\w*|diplomat|government \w+|civil servant"
            r"|postmaster|lobbyist|city planner"
        ),
        r"my constituents|city hall|on the campaign trail",
    ),
}
_SYNONYMS = {
    "teacher": {"educator", "instructor", "tutor"},
    "server": {"waiter", "waitress"},
    "hairdresser": {"stylist", "barber", "cosmetologist", "beautician"},
    "lawyer": {"attorney"},
    "doctor": {"physician", "gp", "pediatrician"},
    "janitor": {"custodian", "cleaner"},
    "professor": {"academic", "teacher", "instructor", "lecturer"},
    "cashier": {"clerk", "checker"},
    "realtor": {"agent"},
    "driver": {"trucker", "courier"},
    "accountant": {"cpa", "auditor", "bookkeeper"},
    "bookkeeper": {"accountant"},
    "developer": {"programmer", "coder", "engineer"},
    "housekeeper": {"maid", "cleaner"},
    "cleaner": {"housekeeper", "maid", "janitor"},
    "aide": {"caregiver", "assistant", "caretaker"},
    "officer": {"cop", "policeman", "policewoman"},
    "carrier": {"mailman", "mailwoman", "worker"},
    "writer": {"author", "journalist", "freelancer"},
    "reporter": {"journalist"},
    "firefighter": {"fireman"},
    "cook": {"chef"},
    "clerk": {"stocker", "cashier"},
    "picker": {"worker"},
    "laborer": {"worker", "builder"},
    "contractor": {"landscaper", "gardener"},
    "mechanic": {"technician"},
    "specialist": {"manager", "coordinator"},
    "designer": {"artist"},
    "nurse": {"rn", "lpn"},
    "dentist": {"doctor"},
    "pharmacist": {"druggist"},
    "therapist": {"counselor"},
    "counselor": {"therapist"},
    "librarian": {"archivist"},
    "owner": {"baker", "entrepreneur"},
    "photographer": {"artist"},
    "potter": {"artist"},
    "instructor": {"teacher", "professor", "coach"},
    "caterer": {"cook", "chef"},
    "technician": {"tech", "repairman", "installer"},
    "manager": {"boss"},
    "attendant": {"stewardess", "steward"},
}
_GENERIC = frozenset(
    [
        "worker",
        "professional",
        "employee",
        "person",
        "retiree",
        "homemaker",
        "student",
        "manager",
        "owner",
        "freelancer",
        "contractor",
        "parent",
        "regular",
        "shopper",
        "customer",
        "member",
        "buyer",
        "fan",
        "lover",
        "mess",
        "man",
        "woman",
        "guy",
        "mother",
        "father",
        "creature",
        "believer",
        "saver",
    ]
)
_SPECIFIC = frozenset(
    f"{kind} {word}"
    for word, kinds in {
        "owner": "daycare,food truck,bakery,salon,restaurant,store,shop,cafe,farm",
        "manager": "restaurant,store,hotel,office,bank,marketing,purchasing,project,property,sales",
        "contractor": "lawn care,roofing,building",
        "worker": "farm,construction,social,factory,warehouse,postal,steel",
    }.items()
    for kind in kinds.split(",")
)
"""Titles that end in a word of many jobs, but are one."""
_TITLE_WORDS = "|".join(titles for titles, _ in _FAMILIES.values())
_BEFORE = (
    r"(?:\b(?:works?|working|worked|job|jobs|employed|career|position|profession|living"
    r"|shifts?|gig|paycheck|years|trained|hired|"
    r"decades|stint|day) (?:\w+ ){0,3}?(?:as|being|is|was) (?:an? |the )?|\b(?:I'm|I am"
    r"|I was|is|was|be|been|as|being|became|become|am|he's|she's|still|once|spent \w+"
    r" \w+),? (?:an? |the |our )?|"
    r", (?:an? |the |now a |once a )|^(?:\W*[\w']+, )?(?:An?|The|Our|This|As an?|Being"
    r" an?|Retired|Former) |\b(?:retired|former|licensed|certified|registered|seasoned"
    r"|freelance|this|busy|\d\d-year-old|year-old) (?=\w))"
    r"(?:[\w'-]+ ){0,3}?"
)
_TITLE = re.compile(
    (
        rf"{_BEFORE}(?P<title>{_TITLE_WORDS})\b(?!'s|s'| (?:in front|at the store|behind|next"
        rf" door))|\b(?P<day>{_TITLE_WORDS}) (?:by (?:day|trade|training|profession)|for a"
        rf" living|for (?:over |nearly |almost )?(?:\w+ )?(?:\w+[ -])?(?:years|decades))\b"
    ),
    re.IGNORECASE,
)
_WORKS_AS = re.compile(
    (
        r"\bwork(?:s|ed|ing)? (?:full-time |part-time |days |nights )?as (?:an? |the )"
        r"(?P<title>(?:[\w'-]+ ){0,3}?[\w'-]+)(?=[,.;!?]| (?:in|at|for|and|who|by|on|but|so"
        r"|from|with|during|while|because|near)\b|$)"
    ),
    re.IGNORECASE,
)
_RUN = (
    r"(?:runs?|running|owns?|operates?|manages?|opened|started) (?:an?|the|my|her|his|our|their)"
    r"(?: (?:own|small|little|busy|local|family|successful))* (?:\w+ )?"
)
# Families of businesses by what they sell, and of work that a plain verb names.
_VERBS: dict[str, str] = {
    "hair": rf"{_RUN}(?:hair|beauty|nail|barber)?[ -]?(?:salon|barber ?shop)|cuts? hair|styles? hai"
    rf"r",
    "food": (
        rf"{_RUN}(?:catering|restaurant|diner|caf[eé]|bakery|food truck|pizzeria|bar)\b"
        r"|(?:serves?|serving|waits?|waiting) (?:on )?tables|(?:tends?|tending) bar|caters?"
        r" (?:weddings|parties|events)|cooks? for a living"
    ),
    "mechanics": rf"{_RUN}(?:auto|repair|body|garage|car)\b(?: shop| business)?|repairs? cars",
    "land": (
        rf"{_RUN}(?:lawn|landscaping|farm|ranch|nursery)\b|mows? (?:\w+ )?lawns|landscapes "
        rf"(?:yards|gardens)"
    ),
    "cleaning": rf"{_RUN}(?:cleaning|housekeeping|janitorial) (?:business|company|service)",
    "flowers": rf"{_RUN}(?:flower|floral) (?:shop|business)",
    "animals": rf"{_RUN}(?:grooming|dog[- ]walking|pet[- ]sitting|kennel)\b|grooms? (?:dogs|pets)",
    "care": rf"{_RUN}(?:daycare|day care|preschool|nursery school)\b",
    "realestate": r"sells? (?:houses|homes|real estate)",
    "insurance": r"sells? insurance|adjusts? claims",
    "law": rf"{_RUN}law (?:firm|office|practice)|practices? law|represents? clients",
    "construction": (
        rf"{_RUN}(?:construction|roofing|painting|contracting|remodeling) (?:business|compa"
        rf"ny|crew|firm)|(?:lays?|laying) (?:bricks?|tiles?|pipe)"
    ),
    "plumbing": rf"{_RUN}plumbing (?:business|company)",
    "electric": rf"{_RUN}electrical (?:business|company)",
    "mail": r"(?:delivers?|delivering|carries|sorts?) (?:the )?(?:mail|letters)",
    "driving": r"drives? (?:a |the |an )?(?:\w+ )?(?:rig|semi|taxi|cab|eighteen-wheeler)"
    r"|drives? a (?:"
    r"school |city )?bus|drives? (?:for a living|a truck (?:for|cross|across|long|all|and\b"
    r"(?! to)))",
    "teaching": r"teach(?:es)?(?= (?:full|part)[- ]time| in [A-Z]| at (?:a|an|the)|,| and"
    r"\b| for a livi"
    r"ng)|taught (?:for|in [A-Z]|at)",
    "sales": rf"{_RUN}(?:gift|clothing|book|shoe|furniture|hardware|thrift|convenience"
    rf") (?:shop|stor"
    rf"e|boutique)|sells? (?:cars|shoes|furniture|phones|clothes)",
    "accounting": rf"{_RUN}(?:accounting|bookkeeping|tax) (?:business|firm|practice)|(?:pre"
    rf"pares?|does) ("
    rf"?:people's |other people's )?taxes",
    "art": rf"{_RUN}(?:photography|design|art|dance|music|pottery) (?:business|studio|school)|phot"
    rf"ographs? weddings",
    "body": rf"{_RUN}(?:yoga|pilates|fitness|massage) (?:studio|business|practice)|{_RUN}gym\b",
}
_VERB_CLAIMS = {name: re.compile(rf"\b(?:{verb})", re.IGNORECASE) for name, verb in _VERBS.items()}
_MAIL = re.compile(r"mail|postal|courier|post office", re.IGNORECASE)
_ONE_DOES = tuple(re.compile(rf"\b(?:{does})\b", re.IGNORECASE) for _, does in _FAMILIES.values())


def occupation_differs(sentence: str, own: str, *, was: bool) -> bool:
    """Return whether the persona claims an occupation that is not its own.

    Args:
        sentence: One sentence of the text.
        own: The row's occupation, or `none`.
        was: Whether it is a former one, so that claims about the past count too.
    """
    own_words, own_families = _own(own)
    for pattern in (_TITLE, _WORKS_AS):
        for match in pattern.finditer(sentence):
            title = next(value for value in match.groupdict().values() if value)
            start, end = match.start(), match.end()
            if not _claimed(sentence, start, end, was=was) or _fits(title, own_words, own):
                continue
            return True
    if _verb_differs(sentence, own, own_families, was=was):
        return True
    for family, pattern in enumerate(_ONE_DOES):
        if family in own_families or not (found := pattern.search(sentence)):
            continue
        shared = {number for number, other in enumerate(_ONE_DOES) if other.search(found.group())}
        if shared & own_families:
            continue
        if _claimed(sentence, found.start(), found.end(), was=was):
            return True
    return False


def _verb_differs(sentence: str, own: str, own_families: frozenset[int], *, was: bool) -> bool:
    numbers = {name: number for number, name in enumerate(_FAMILIES)}
    for name, pattern in _VERB_CLAIMS.items():
        if not (match := pattern.search(sentence)):
            continue
        fits = _MAIL.search(own) if name == "mail" else numbers[name] in own_families
        shared = {
            word for word in words(match.group()) if stem(word) in {stem(w) for w in words(own)}
        }
        if not fits and not shared and _claimed(sentence, match.start(), match.end(), was=was):
            return True
    return False


def still_works(sentence: str, own: str) -> bool:
    """Return whether the persona is said to have its former occupation now."""
    title = re.escape(own).replace("\\ ", "[ -]")
    pattern = (
        rf"\b(?:is|am|'m|'s|still|works? (?:\w+[- ])?(?:\w+ )?as) (?:an? |the )(?!retired|former)"
        rf"(?:(?!retired\b|former\b|onetime\b)[\w-]+ ){{0,2}}?{title}\b"
    )
    return any(
        _claimed(sentence, match.start(), match.end(), was=False)
        for match in re.finditer(pattern, sentence, re.IGNORECASE)
    )


def _claimed(sentence: str, start: int, end: int, *, was: bool) -> bool:
    claim = read_claim(sentence, start, end)
    return claim.own and claim.real and not claim.denied and (claim.present or was)


def _fits(title: str, own_words: frozenset[str], own: str) -> bool:
    claimed = {stem(word) for word in words(title)}
    last = words(title)[-1]
    generic = stem(last) in _GENERIC and title.lower() not in _SPECIFIC
    if last == "it" or generic or (claimed & own_words and own != "none"):
        return True
    return bool(_SYNONYMS.get(stem(last), set()) & own_words)


@lru_cache(maxsize=1024)
def _own(own: str) -> tuple[frozenset[str], frozenset[int]]:
    """Return the stems that a fitting title may share, and the families of an occupation."""
    stems = {stem(word) for word in words(own)} if own != "none" else set()
    for word in list(stems):
        stems |= _SYNONYMS.get(word, set())
    families = {
        number
        for number, (titles, _) in enumerate(_FAMILIES.values())
        if own != "none" and re.search(rf"\b(?:{titles})\b", own, re.IGNORECASE)
    }
    return frozenset(stems), frozenset(families)
