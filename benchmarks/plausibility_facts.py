"""Public facts against which the plausibility rules judge a person.

Typed for the benchmark or read from third-party packages, never from the tables of our own sampler:
three-digit ZIP prefixes by state from memory of the Postal Service's labelling list L002, area
codes from the `phonenumbers` package, given names from Faker's lists of US names.
"""

from __future__ import annotations

import functools
import re

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia",
    "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois",
    "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
    "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon",
    "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    "PR": "Puerto Rico", "VI": "U.S. Virgin Islands", "GU": "Guam", "AS": "American Samoa",
    "MP": "Northern Mariana Islands", "PW": "Palau", "FM": "Micronesia", "MH": "Marshall Islands",
}  # fmt: skip

_ZIP3 = {
    "AL": "350-369", "AK": "995-999", "AZ": "850-865", "AR": "716-729", "CA": "900-961",
    "CO": "800-816", "CT": "060-069", "DE": "197-199", "DC": "200-205", "FL": "320-349",
    "GA": "300-319 398-399", "HI": "967-968", "ID": "832-838", "IL": "600-629", "IN": "460-479",
    "IA": "500-528", "KS": "660-679", "KY": "400-427", "LA": "700-714", "ME": "039-049",
    "MD": "206-219", "MA": "010-027 055", "MI": "480-499", "MN": "550-567", "MS": "386-397",
    "MO": "630-658", "MT": "590-599", "NE": "680-693", "NV": "889-898", "NH": "030-038",
    "NJ": "070-089", "NM": "870-884", "NY": "005 063 100-149", "NC": "270-289", "ND": "580-588",
    "OH": "430-459", "OK": "730-749", "OR": "970-979", "PA": "150-196", "RI": "028-029",
    "SC": "290-299", "SD": "570-577", "TN": "370-385", "TX": "733 750-799 885", "UT": "840-847",
    "VT": "050-059", "VA": "201 220-246", "WA": "980-994", "WV": "247-268", "WI": "530-549",
    "WY": "820-831", "PR": "006-007 009", "VI": "008", "GU": "969", "AS": "967", "MP": "969",
    "PW": "969", "FM": "969", "MH": "969",
}  # fmt: skip

_REGIONS = {
    "Northeast": "CT ME MA NH RI VT NJ NY PA",
    "Midwest": "IL IN MI OH WI IA KS MN MO NE ND SD",
    "South": "DE DC FL GA MD NC SC VA WV AL KY MS TN AR LA OK TX",
    "West": "AZ CO ID MT NV NM UT WY AK CA HI OR WA",
}
REGION_OF = {code: region for region, codes in _REGIONS.items() for code in codes.split()}
"""Census region of each state's code. Source: Census Bureau, Regions and Divisions."""

GRADUATE_JOB = re.compile(
    r"\b(surgeon|physician|family doctor|doctor, (?:general|hospital)|dentist|orthodontist|lawyer|"
    r"attorney|solicitor|barrister|pharmacist|(?:clinical|educational|occupational|forensic) "
    r"psychologist|psychologist(?:, (?:clinical|educational|forensic|counselling))?|veterinarian|"
    r"veterinary surgeon|college professor|psychiatrist|psychotherapist|speech therapist|"
    r"physical therapist|nurse practitioner|optometrist|school counselor|lecturer, higher "
    r"education|ophthalmologist|pathologist|oncologist|radiologist)\b",
    re.IGNORECASE,
)
"""Jobs that need a graduate or professional degree in the United States."""

BACHELOR_JOB = re.compile(
    r"\b((?:chemical|civil|mechanical|structural|electrical|biomedical|petroleum) engineer|"
    r"engineer, (?:chemical|civil|mechanical|structural|electrical|biomedical|petroleum)|"
    r"(?:elementary|middle|high|primary|secondary|special educational needs) school teacher|"
    r"teacher, (?:primary|secondary|special educational needs|early years/pre) ?(?:school)?|"
    r"substitute teacher|(?:chartered |certified )?accountant|architect|social worker|chemist|"
    r"biochemist|physicist|geologist|actuary|librarian|data scientist|financial analyst|"
    r"school principal|registered nurse)\b(?!.*technician)",
    re.IGNORECASE,
)
"""Jobs that need a bachelor's degree, as a rule, in the United States."""

LEADING_JOB = re.compile(
    r"\b(manager|director|executive officer|principal|administrator)\b", re.IGNORECASE
)
"""Jobs that lead others or an organisation."""

YOUNG_BODY_JOB = re.compile(
    r"\b(firefighter|police officer|roofer|construction|landscaper|lawn care|house painter|"
    r"handyman|truck driver|bus driver|pilot|air cabin crew|paramedic|armed forces|army|"
    r"lifeguard|dancer|warehouse|forklift|welder|miner|merchant navy|scaffolder|farm worker|"
    r"meat packer|hotel housekeeper|stevedore|carpenter|plumber|electrician|line cook)\b",
    re.IGNORECASE,
)
"""Jobs that hardly anybody holds past 75: heavy work, or an upper age limit."""

HANDS_ON_JOB = re.compile(
    r"\b(cashier|driver|nurse|cook|roofer|cleaner|janitor|server|firefighter|police|plumber|"
    r"electrician|mechanic|welder|carpenter|hairdresser|barber|dentist|dental|lifeguard|barista|"
    r"warehouse|forklift|butcher|landscaper|stock clerk|home health|hotel|florist|carrier)\b",
    re.IGNORECASE,
)
"""Jobs that cannot be done from home."""


def state_code(state: str) -> str | None:
    """Return the two-letter code of a state given by name or code; None for anything else."""
    if state in STATES:
        return state
    return next((code for code, name in STATES.items() if name == state), None)


def postcode_fits(postcode: str, code: str) -> bool:
    """Whether the first three digits of a ZIP code belong to the state with that code."""
    prefix = int(postcode[:3])
    for span in _ZIP3[code].split():
        first, _, last = span.partition("-")
        if int(first) <= prefix <= int(last or first):
            return True
    return False


def ten_digits(phone: str) -> str | None:
    """Return the ten digits of a North American number without country code and extension."""
    digits = re.sub(r"\D", "", re.split(r"[xX]", phone)[0])
    digits = re.sub(r"^(?:00)?1(?=\d{10}$)", "", digits)
    return digits if re.fullmatch(r"[2-9]\d{2}[2-9]\d{6}", digits) else None


_PLACE_NAMES = {"Washington State": "WA", "Washington D.C.": "DC"}
"""Names that `phonenumbers` gives where a name would be ambiguous."""


@functools.cache
def state_of_area_code(area_code: str) -> str | None:
    """Return the code of the state with this area code, None when no state has it."""
    import phonenumbers
    from phonenumbers import geocoder

    number = phonenumbers.parse(f"+1{area_code}5550143")
    place = geocoder.description_for_number(number, "en")
    return _PLACE_NAMES.get(place) or state_code(place.rpartition(", ")[2])


@functools.cache
def only_of_sex(name: str) -> str | None:
    """Return the sex whose list alone holds the given name; None for both or neither."""
    from faker.providers.person.en_US import Provider

    female, male = name in Provider.first_names_female, name in Provider.first_names_male
    if female == male:
        return None
    return "female" if female else "male"
