"""Where a text says the persona lives, against its city, state and region.

Places are read by a list of US towns with their states, names of regions, nicknames and demonyms.
Where somebody else lives, where the persona went or what is shipped from where claims nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from .claim_context import read_claim
from .wording import common_words, word_list

_STATES = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
    "DC": "Washington",
}
_REGION_STATES = {
    "Northeast": "CT ME MA NH NJ NY PA RI VT",
    "Midwest": "IL IN IA KS MI MN MO NE ND OH SD WI",
    "South": "AL AR DE DC FL GA KY LA MD MS NC OK SC TN TX VA WV",
    "West": "AK AZ CA CO HI ID MT NV NM OR UT WA WY",
}
# What is called so, and the states that it may lie in.
_AREAS = {
    r"New England(?:ers?)?": "CT ME MA NH RI VT",
    r"(?:the )?Northeast(?:ern(?:er)?)?": _REGION_STATES["Northeast"],
    (
        r"(?:the )?Midwest(?:ern(?:ers?)?)?|(?:the|America's) heartland|(?:the )?Corn"
        r" Belt"
    ): _REGION_STATES["Midwest"],
    r"(?:the )?Deep South": "AL GA LA MS SC FL TX",
    (
        r"(?:down|here in the|in the|the) South|Southerners?|Southern (?:girl|boy|gal"
        r"|gentleman|lady|belle|woman|man)|Dixie|(?:the )?Bible Belt"
    ): _REGION_STATES["South"] + " MO",
    r"(?:the )?West Coast": "CA OR WA",
    r"[Oo]ut [Ww]est|in the West": _REGION_STATES["West"],
    (
        r"(?:the )?East Coast"
        r"|[Bb]ack [Ee]ast|(?:the )?Eastern [Ss]eaboard"
    ): "CT ME MA NH NJ NY PA RI VT DE DC FL GA MD NC SC VA",
    r"(?:the )?(?:Pacific )?Northwest|PNW": "WA OR ID",
    r"(?:the )?(?:desert )?Southwest": "AZ NM NV TX OK UT CO CA",
    r"(?:the )?Southeast": "AL FL GA KY LA MS NC SC TN VA",
    r"[Uu]p [Nn]orth": _REGION_STATES["Northeast"] + " " + _REGION_STATES["Midwest"],
    r"[Dd]own [Ss]outh": _REGION_STATES["South"],
    r"(?:the )?Mid-?[Aa]tlantic": "NY NJ PA DE MD DC VA WV",
    r"(?:the )?Gulf(?: Coast)?": "TX LA MS AL FL",
    r"(?:the )?Great Lakes": "MI OH WI IL IN MN NY PA",
    r"(?:the )?Great Plains": "KS NE ND SD OK TX MT WY CO",
    r"(?:the )?Rock(?:y Mountains|ies)": "CO UT WY MT ID NM",
    r"(?:the )?Rust Belt": "OH PA MI IN IL WI NY",
    r"(?:the )?Sun ?[Bb]elt": "AL AZ AR CA FL GA LA MS NV NM NC OK SC TN TX",
    r"Appalachia|(?:the )?Appalachians": "WV KY TN NC VA PA OH GA AL MD NY SC",
    r"(?:the )?Ozarks": "MO AR OK",
    (
        r"(?:the )?Bay Area|SoCal|NorCal|Silicon Valley|(?:the )?Golden State|Hollywood"
        r"|L\.?A\.?|San Fran|Frisco|[Ss]outhern California|Orange County"
    ): "CA",
    r"(?:the )?Windy City|Chicagoland|Chi-?[Tt]own|(?:the )?Land of Lincoln": "IL",
    (
        r"(?:the )?Big Apple|NYC|Brooklyn|Manhattan|Queens|(?:the )?Bronx|Long Island|Staten"
        r" Island|[Uu]pstate|Harlem|(?:the )?Empire State|Hudson Valley"
    ): "NY",
    r"(?:the )?Twin Cities|(?:the )?North Star State|Land of 10,000 Lakes": "MN",
    (
        r"(?:the )?Motor City|Motown|(?:the )?U\.P\.|(?:the )?Upper Peninsula|(?:the )?Great"
        r" Lakes State"
    ): "MI",
    r"(?:the )?Lone Star State|(?:the )?Hill Country|(?:the )?Rio Grande Valley|DFW": "TX",
    r"(?:the )?Sunshine State|(?:the )?Florida Keys|(?:the )?Everglades|South Beach": "FL",
    r"(?:the )?Peach State|Hotlanta": "GA",
    r"(?:the )?Volunteer State|Music City|(?:the )?Smok(?:y Mountains|ies)": "TN NC",
    r"(?:the )?Emerald City|Puget Sound|(?:the )?Evergreen State": "WA",
    r"(?:the )?Mile[- ]High City|(?:the )?Front Range": "CO",
    r"Sin City|Vegas|(?:the )?Silver State": "NV",
    r"Beantown|Cape Cod|(?:the )?Bay State|Back Bay": "MA",
    r"Philly|(?:the )?Steel City|(?:the )?Keystone State|(?:the )?Poconos": "PA",
    r"NOLA|(?:the )?Big Easy|(?:the )?[Bb]ayou|(?:the )?French Quarter|Cajun [Cc]ountry": "LA",
    r"(?:the )?Garden State|(?:the )?Jersey Shore|Jersey(?! (?:City|cow|sheets))": "NJ",
    r"(?:the )?Buckeye State": "OH",
    r"(?:the )?Hoosier State": "IN",
    r"(?:the )?Bluegrass State|(?:the )?Bluegrass": "KY",
    (
        r"(?:the )?Outer Banks|(?:the )?Tar ?[Hh]eel State|(?:the )?Research Triangle|(?:the"
        r" )?Blue Ridge"
    ): "NC VA GA",
    r"(?:the )?Grand Canyon State|(?:the )?Sonoran [Dd]esert|(?:the )?Valley of the Sun": "AZ",
    r"(?:the )?Land of Enchantment": "NM",
    r"(?:the )?Beaver State|(?:the )?Willamette Valley": "OR",
    r"(?:the )?Badger State": "WI",
    r"(?:the )?Show-Me State": "MO",
    r"(?:the )?Beehive State|Wasatch": "UT",
    r"(?:the )?Pine Tree State|Down East": "ME",
    r"(?:the )?Sooner State": "OK",
    r"(?:the )?Chesapeake|Charm City|(?:the )?Old Line State": "MD VA",
    r"Hampton Roads|NoVA|Tidewater": "VA",
}
_DEMONYMS = {
    "Texan": "TX",
    "Californian": "CA",
    "New Yorker": "NY",
    "Bostonian": "MA",
    "Chicagoan": "IL",
    "Floridian": "FL",
    "Ohioan": "OH",
    "Hoosier": "IN",
    "Buckeye": "OH",
    "Michigander": "MI",
    "Michiganian": "MI",
    "Minnesotan": "MN",
    "Wisconsinite": "WI",
    "Cheesehead": "WI",
    "Virginian": "VA",
    "Philadelphian": "PA",
    "Seattleite": "WA",
    "Angeleno": "CA",
    "Arizonan": "AZ",
    "Coloradan": "CO",
    "Oregonian": "OR",
    "Washingtonian": "WA DC",
    "Nevadan": "NV",
    "Pennsylvanian": "PA",
    "Jersey (?:girl|boy|native)": "NJ",
    "New Jerseyan": "NJ",
    "Marylander": "MD",
    "Kentuckian": "KY",
    "Tennessean": "TN",
    "Alabamian": "AL",
    "Alabaman": "AL",
    "Louisianan": "LA",
    "Okie": "OK",
    "Oklahoman": "OK",
    "Utahn": "UT",
    "Idahoan": "ID",
    "New Mexican": "NM",
    "Mainer": "ME",
    "Iowan": "IA",
    "Missourian": "MO",
    "Illinoisan": "IL",
    "Hawaiian": "HI",
    "Alaskan": "AK",
    "Houstonian": "TX",
    "Dallasite": "TX",
    "Atlantan": "GA",
    "Denverite": "CO",
    "Milwaukeean": "WI",
    "Clevelander": "OH",
    "Detroiter": "MI",
    "Pittsburgher": "PA",
    "Baltimorean": "MD",
    "Nashvillian": "TN",
    "Miamian": "FL",
    "San Franciscan": "CA",
    "San Diegan": "CA",
    "Tucsonan": "AZ",
    "Kansan": "KS",
    "Nebraskan": "NE",
    "Vermonter": "VT",
    "Carolinian": "NC SC",
    "Georgian": "GA",
    "Montanan": "MT",
    "Cincinnatian": "OH",
    "Buffalonian": "NY",
    "Portlander": "OR ME",
    "Brooklynite": "NY",
    "Austinite": "TX",
    "New Englander": "CT ME MA NH RI VT",
    "Connecticuter": "CT",
    "Nutmegger": "CT",
    "Arkansan": "AR",
    "Mississippian": "MS",
}
_AREA = re.compile(
    r"(?<![A-Za-z])(?:"
    + "|".join(f"(?P<a{number}>{name})" for number, name in enumerate(_AREAS))
    + r")(?![A-Za-z]| (?:fried|style|cooking|comfort|accent|hospitality))"
)
_DEMONYM = re.compile(
    r"\b(?:"
    + "|".join(f"(?P<d{number}>{name}s?)" for number, name in enumerate(_DEMONYMS))
    + r")\b(?! (?:toast|potatoes|pizza|roll|bread|punch|ham|chicken|cheese))"
)
_ABROAD = (
    "London|Paris|Toronto|Sydney|Tokyo|Canada|Mexico|Ontario|England|Vancouver|Montreal"
    "|Puerto Rico|Ireland|Germany"
)
_PLACED = re.compile(
    r"(?P<how>\b(?:[Ii]n|[Ff]rom|[Nn]ear|[Oo]utside|[Aa]round|[Aa]cross|[Tt]o|[Oo]f"
    r"|[Dd]owntown|[Ss]uburban|[Rr]ural|[Nn]orth of|[Ss]outh of|[Oo]utside of|[Mm]etro"
    r"|[Cc]entral|[Nn]orthern|[Ss]outhern|[Ee]astern|[Ww]estern|[Ss]unny|[Rr]ainy"
    r"|[Ss]nowy|[Gg]reater|[Ww]indy|[Hh]ot|[Cc]old|[Oo]ld|[Tt]his|[Oo]ur|[Mm]y"
    r"|[Uu]pstate)\s|(?<=[a-z]), )"
    r"(?P<place>[A-Z][\w.'’-]*[\w](?: (?:of |du |de la )?[A-Z][\w.'’-]*\w){0,2})(?:, "
    r"(?P<state>[A-Z][a-z]+(?: [A-Z][a-z]+)?|[A-Z]{2})\b)?"
)
_HOME = re.compile(
    r"\b(?:live|lives|living|lived|resident|reside|resides|residing|based|home|moved"
    r"|settled|native|apartment|house|neighborhood|suburb\w*|here|hail\w*|come from"
    r"|comes from|i'm from|am from|is from|are from|we're from|place|life|winters?"
    r"|summers?|rent|weather|born and raised|"
    r"down here|up here|out here|around here|townhouse|trailer|condo|street|retired"
    r"|shops?|shopper|snow|heat|rain|husband|wife|family|works?|woman|man|mom|dad|nurse"
    r"|teacher|student|grill\w*)\b",
    re.IGNORECASE,
)
_TRAVEL = re.compile(
    r"\b(?:trips?|vacation\w*|visit\w*|fl(?:y|ew|ight|ights)|holiday|honeymoon|cruise"
    r"|travel\w*|ship(?:s|ped)?|import\w*|grown|made|caught|recipe|team|game|postcard"
    r"|conference|cousins?|grown up|grew up|born|raised|originally|moved (?:here|up|down"
    r"|over)? ?from|"
    r"peach\w*|oranges?|wine|cheese|coffee|beef|salmon|potatoes|apples|syrup|lobsters?"
    r"|crab|movie|show|book|song|road|street|avenue|wedding|reunion|cubs|fans?|football"
    r"|style|honey|sent|sends|mails?|calls|called|package|letters?|used to|back in"
    r"|before (?:i|we|she|he) moved|years in|worked in|stationed|went to (?:school"
    r"|college)|studied|university|college)\b[^.;]{0,24}$",
    re.IGNORECASE,
)
_LIVES_WITH = re.compile(
    r"\b(?:liv(?:e|es|ing)|stay(?:s|ing)?|rais\w+|shar(?:e|es|ing)|rents?|owns?|settled)\b"
    r"[^,;.]*$",
    re.IGNORECASE,
)
"""'lives with his parents in' names the persona's place, 'visits his parents in' does not."""
_LIVES = re.compile(
    r"\b(?:liv(?:e|es|ing)|rais\w+|resid\w+|based|moved|settled|works?|teaches|homeowners?)\b[^,;.]*$",
    re.IGNORECASE,
)
_NATIVE = re.compile(
    r"\b(?:born(?: and raised)?|grew up|raised|originally|native)\b[^.;,]{0,20}$", re.IGNORECASE
)
_NOT_A_PLACE = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "i",
        "i'm",
        "i've",
        "i'd",
        "i'll",
        "christmas",
        "easter",
        "thanksgiving",
        "halloween",
        "lent",
        "hanukkah",
        "ramadan",
        "us",
        "usa",
        "u.s",
        "america",
        "american",
        "united",
        "states",
        "earl",
        "grey",
        "gala",
    ]
)


@cache
def _towns() -> Mapping[str, frozenset[str]]:
    """Return the states of every town that is known, by name."""
    found: dict[str, frozenset[str]] = {}
    for line in word_list("us_places"):
        name, states = line.split("; ")
        found[name] = frozenset(states.split())
    return found


def place_differs(
    sentence: str, *, city: str, state: str, region: str, birthplace: str, others: str
) -> str:
    """Return which place disagrees: `place`, `region`, `birthplace`, or an empty string.

    Args:
        sentence: One sentence, with its capitals.
        city: Where the persona lives, or empty.
        state: Its state by name, or empty.
        region: Its census region, or empty.
        birthplace: State or country of birth, or empty.
        others: All other string facts in lower case; a place that they name is supported.
    """
    own_states = {code for code, name in _STATES.items() if name == state}
    if not own_states and region in _REGION_STATES:
        own_states = set(_REGION_STATES[region].split())
    if not own_states:
        return ""
    for pattern, table, prefix in ((_AREA, _AREAS, "a"), (_DEMONYM, _DEMONYMS, "d")):
        values = list(table.values())
        for match in pattern.finditer(sentence):
            if match.group().lower() in f"{city} {state}".lower():
                continue
            number = next(int(k[1:]) for k, v in match.groupdict().items() if v)
            wide = len(values[number].split()) > 4
            if not set(values[number].split()) & own_states and _is_home(
                sentence, match.start(), match.end(), everywhere=prefix == "d" or wide
            ):
                return "region" if wide else "place" if prefix == "a" else "state"
    for match in _PLACED.finditer(sentence):
        found = _named(match, city, state, own_states, others)
        if not found:
            continue
        native = _NATIVE.search(sentence[: match.start("place")])
        if native:
            name = match["place"]
            if (
                birthplace
                and birthplace.lower() not in f"{name} {match['state'] or ''}".lower()
                and not (
                    _towns().get(name, frozenset())
                    & {c for c, n in _STATES.items() if n == birthplace}
                )
            ):
                return "birthplace"
            continue
        if _is_home(sentence, match.start("place"), match.end(), everywhere=found == "sure"):
            name = match["place"].removesuffix("'s")
            return "state" if name in _STATES.values() or match["state"] else "place"
    return ""


def _named(match: re.Match[str], city: str, state: str, own_states: set[str], others: str) -> str:
    """Return `sure` or `maybe` if the match names a known place elsewhere, else an empty string."""
    name, told_state = match["place"].removesuffix("'s").removesuffix("’s"), match["state"] or ""
    parts = name.split()
    names = [" ".join(parts[:size]) for size in range(len(parts), 0, -1)]
    told = _STATES.get(told_state, told_state)
    if told and told in _STATES.values() and told != state:
        return "sure"
    for candidate in names:
        lowered = candidate.lower()
        if lowered in {city.lower(), state.lower()} or lowered in _NOT_A_PLACE:
            return ""
        if f"{lowered} city" == city.lower() or lowered in {"st. paul", "saint paul"} & {
            city.lower().replace("saint", "st.")
        }:
            return ""
        if re.search(rf"\b{re.escape(lowered)}\b", others):
            return ""
        if candidate in _STATES.values():
            return "" if candidate == "Washington" and state == "Washington" else "maybe"
        if re.fullmatch(_ABROAD, candidate):
            return "maybe"
        if candidate in _towns():
            if (
                match["how"].strip()
                in {"", ",", "My", "Our", "This", "my", "our", "this", "old", "Old", "hot", "cold"}
                and lowered in common_words()
            ):
                return ""
            is_word = lowered in common_words() and not told and len(candidate.split()) == 1
            lives = match["how"].strip().lower() in {"in", "from", "near"} and _LIVES.search(
                match.string[: match.start("place")]
            )
            return "" if is_word and not lives else "maybe"
    return ""


def _is_home(sentence: str, start: int, end: int, *, everywhere: bool) -> bool:
    before = sentence[:start]
    if _TRAVEL.search(before):
        return False
    claim = read_claim(sentence, start, end)
    if not claim.own or not claim.real or claim.denied or not claim.present:
        return False
    if re.search(
        (
            r"\b(?:sister|brother|mother|father|mom|dad|parents|son|daughter|friend|cousin|aunt"
            r"|uncle|niece|nephew|grand\w+|in-laws|folks|family|kids)s? (?:\w+ )?(?:in|from|near"
            r"|down in|up in|out in|over in|back in)\s$"
        ),
        before,
        re.IGNORECASE,
    ) and not _LIVES_WITH.search(before):
        return False
    return (
        everywhere
        or bool(_HOME.search(sentence))
        or bool(
            re.search(
                r"\b(?:[Ii]n|[Nn]ear|[Oo]utside|[Dd]owntown|[Aa]round|[Ff]rom|[Aa]cross)\s$", before
            )
        )
    )
