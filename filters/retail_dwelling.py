"""Claims about owning, renting, the dwelling and vehicles that clash with a retail persona.

Each entry says what cannot stand beside which values; whose claim it is decides `claim_context`.
"""

from __future__ import annotations

from .contradictions import Contradiction
from .vocabulary import SUBJECT, VEHICLE

_RENT_FOOD = (
    r"\brent(?:s|ed|ing)? (?:a |an |the |some |out )?(?:car|truck|u-haul|van|movie"
    r"|movies|video|carpet|tool|tools|tux|bike|chairs|tent|books|textbooks|skis|cabin"
    r"|kayak|boat|space in)\w*"
)

HOME = (
    Contradiction(
        attribute="tenure",
        values=("rents",),
        patterns=(
            (
                r"\b(?:owns?|owning|owned|bought|buying|closed on|closing on|purchased|paid off"
                r"|paid"
                r" for|inherited|built|remodel\w*|refinanc\w*) (?:(?!car|truck|of|for|from|with"
                r"|and)[\w'-]+ ){0,4}?(?:home|house|condo|place|townhouse|apartment|trailer"
                r"|property"
                r"|duplex|bungalow|fixer-upper)\b(?! (?:a |an |the |some |\w+ )?(?:plants?|depot"
                r"|goods|improvement|cook|made|brew))"
            ),
            (
                r"\b(?:home-?owners?(?:hip)?|mortgages?|property tax(?:es)?|hoa|home equity"
                r"|first-time (?:home ?)?buyers?|escrow|house is paid|deed to|down payment on)\b"
                r"|\bhouse poor\b|\bpaid[- ]off (?:house|home)\b"
            ),
            (
                r"\b(?:house|home|condo|place) (?:i|we|she|he) (?:own|owns|bought|built|paid off)\b"
                r"|\bfree and clear\b"
            ),
        ),
        unless=(
            r"\bparents' .{0,20}",
            r"\b(?:own|owns) (?:the|a|my) (?:place|house) (?:in line)\b",
            r"\bhome depot\b",
            r"\bat home\b",
        ),
        of_anyone=False,
    ),
    Contradiction(
        attribute="tenure",
        values=("owns",),
        of_anyone=True,
        patterns=(
            (
                r"\b(?:my|her|his|the|our|a) (?:\w+ )?(?:landlord|landlady|lease|security deposit"
                r"|leasing office|sublet|building super|property manager|rental (?:unit|apartment"
                r"|house))\b"
            ),
            rf"{SUBJECT} (?:\w+ )?(?:rents?|sublets?|leas(?:e|es))\b(?! (?:out|a car|movies|a"
            rf" movie|a truck|it out|a carpet|a tux|a room to|to))|\brenting (?:a|an|the|my|our"
            rf"|her|his|this|here|instead|for|since)\b|"
            r"\b(?:rents?|renting|rented) (?:a|an|the|their|his|her|my|our) (?:\w+ ){0,3}(?"
            r":apartment|house|home|place|condo|room"
            r"|unit|studio|flat|townhouse|duplex|trailer)\b|\b(?:my|her|his|our|the|on|for|make"
            r"|makes|pay|pays|paying|behind on|after|month's) (?:\w+ )?rent\b(?!s? (?:a|out))"
            r"|\brenters?\b|\brent(?:'s| is| goes| went| check| day| hike| money)\b"
            r"|\bmonth-to-month\b|\btenants?\b(?! of (?:mine|ours))",
        ),
        unless=(
            _RENT_FOOD,
            (
                r"\b(?:son|daughter|sister|brother|friend|neighbou?r|tenant|roommate)s?\b.{0,30}"
                r"(?:rent\w*|landlord|lease)"
            ),
            (
                r"\b(?:never|\w+n't|no|without a|no more|stopped) (?:\w+ ){0,3}(?:rent\w*|landlord"
                r"|lease)\b"
            ),
            r"\b(?:used to|years of|before (?:i|we) bought|after years|first) .{0,20}rent\w*",
            r"\b(?:we|i|she|he) (?:are|am|is|'m|was) (?:a |the )?landlord\b",
            r"\bcar lease\b|\blease on (?:the|my|a) (?:car|truck)\b",
            r"\bparents rented\b",
        ),
    ),
    Contradiction(
        attribute="dwelling",
        except_values=("apartment",),
        patterns=(
            (
                r"\b(?:my|her|his|our|a|an|the|tiny|small|little|this|one-bedroom|two-bedroom"
                r"|studio) (?:\w+ ){0,2}?(?:apartment|studio apartment|walk-?up|high-?rise|loft)\b"
                r"(?! (?:complex down|building across|next|over there|store|hunting))|\b"
                r"(?:flights? "
                r"(?:up|of stairs)|(?:third|fourth|fifth|sixth|tenth|top|second)[- ]floor "
                r"(?:apartment|unit|walk|flat|place)|(?:elevator|upstairs neighbors?|downstairs"
                r" neighbors?|doorman|apartment (?:building|living|kitchen|complex)))\b|\b(?:live"
                r"|lives|living) in (?:an|the|my|her|his) apartment\b|\bapartment\b"
            ),
        ),
        unless=(
            (
                r"\b(?:son|daughter|sister|brother|friend|mother|neighbou?r|first|old)(?:'s)? "
                r"(?:\w+"
                r" )?apartment\b"
            ),
            r"\b(?:apartment|apartments) (?:complex|building)s? (?:next door|down|across|nearby)\b",
        ),
    ),
    Contradiction(
        attribute="dwelling",
        values=("apartment",),
        patterns=(
            r"\b(?:my|her|his|our|the|own|a|big|old|little|whole|front|back)[- ]?(?:back ?yard"
            r"|front yard|yard|lawn|driveway|attic|basement|garage|(?:two|three|one)-car garage"
            r"|picket fence|white fence|porch swing|vegetable garden out back|mudroom|front"
            r" lawn)\b|\b(?:backyard|driveway|(?:two|three)-car garage|front lawn|picket"
            r" fence)\b|\bmow(?:s|ing)? (?:the|my|her|his|our) lawn\b|"
            r"\b(?:live|lives|living|settled|moved|bought|rents?|renting|owns?|owning) (?:\w+"
            r" ){0,3}(?:in|into|a|our|my|her|his) (?:[\w-]+ ){0,3}(?:house|farmhouse|bungalow"
            r"|cottage|ranch|colonial|townhouse|townhome|row ?house|duplex|mobile home|trailer"
            r"|double-wide|cabin|farm)\b|\b(?:three|four|five|two|3|4|5|2)-(?:bedroom|story) "
            r"(?:house|home|ranch|colonial|bungalow|place)\b|\b(?:our|my|her|his) (?:\w+ )?"
            r"(?:house|home) (?:has|with|sits on|needs a new roof)\b|\b(?:farmhouse"
            r"|single-family|bungalow|townhouse|townhome|row house|mobile home|trailer (?:park"
            r"|home)|double-wide|split-level|cul-de-sac|ranch house)\b|\bmy (?:townhouse|trailer"
            r"|cottage|cabin)\b",
        ),
        unless=(
            r"\bgarage (?:sale|band)s?\b",
            (
                r"\b(?:parents|mother|father|mom|dad|sister|brother|friend|neighbou?r|grandma)\S* "
                r"(?:\w+ )?(?:house|yard|garage|basement|porch|lawn)\b"
            ),
            r"\bhouse (?:salad|blend|plants?|brand)s?\b",
            r"\bparking garage\b",
            r"\bbuilding's \w+",
        ),
    ),
    Contradiction(
        attribute="dwelling",
        values=("house",),
        patterns=(
            (
                r"\b(?:my|our|her|his|a|the|this) (?:\w+ )?(?:trailer|mobile home|double-wide"
                r"|single-wide|townhouse|townhome|row ?house|condo|loft|studio|duplex|manufactured"
                r" home)\b|\b(?:trailer park|mobile home park|lot rent|shared walls?|neighbors?"
                r" through the wall)\b"
            ),
        ),
        unless=(
            r"\b(?:travel|boat|horse|utility|camping) trailer\b",
            r"\bmovie trailer\b",
            (
                r"\b(?:son|daughter|sister|brother|friend|mother|art|yoga|dance|recording)(?:'s)? "
                r"(?:\w+ )?(?:condo|townhouse|trailer|studio|loft)\b"
            ),
            r"\bstudio (?:class|time)\b",
        ),
    ),
    Contradiction(
        attribute="dwelling",
        values=("mobile home",),
        patterns=(
            (
                r"\b(?:our|my|her|his|a|the) (?:\w+ )?(?:townhouse|townhome|row ?house|condo|loft"
                r"|studio|duplex|farmhouse|bungalow|colonial|brownstone|two-story house|brick"
                r" house)\b|\b(?:three|four|five|two|3|4|5|2)-(?:bedroom|story) (?:house|colonial"
                r"|bungalow)\b|\b(?:our|my|her|his) (?:\w+ )?house (?:has|with|sits)\b|\b(?:back"
                r" stairs|upstairs|second floor|attic|basement|two-car garage)\b|\b(?:live|lives"
                r"|living|bought|rents?|owns?) (?:in )?(?:a|our|my|her|his|the) (?:[\w-]+"
                r" ){0,2}house\b"
            ),
        ),
        unless=(
            (
                r"\b(?:son|daughter|sister|brother|friend|mother|parents|neighbou?r)\S* (?:\w+ )?"
                r"(?:condo|townhouse|house|studio|loft)\b"
            ),
        ),
    ),
    Contradiction(
        attribute="dwelling",
        values=("townhouse",),
        patterns=(
            (
                r"\b(?:our|my|her|his|a|the) (?:\w+ )?(?:trailer|mobile home|double-wide|farmhouse"
                r"|bungalow|ranch house|cabin|studio apartment|loft|farm)\b|\b(?:trailer park"
                r"|mobile"
                r" home park|acres|acre lot|detached house|single-family)\b|\b(?:live|lives"
                r"|living) "
                r"(?:on|in) (?:a|our|my|her|his|the) (?:[\w-]+ ){0,2}(?:farm|ranch|detached"
                r" house)\b"
            ),
        ),
    ),
    # ---------------------------------------------------------------------------------- vehicles
    Contradiction(
        attribute="vehicles",
        values=(0,),
        patterns=(
            (
                r"\b(?:my|our|her|his)\b (?:(?!shopping|dream|toy|first|old car|cable|cart"
                r"|neighbou?r|friend|mother|father|mom|dad|sister|brother|son|daughter|husband's"
                r"|wife's)[\w-]+ ){0,3}?"
            )
            + VEHICLE,
            (
                r"\b(?:load|loads|loaded|loading|pack|packs|packed|stuff|stuffs|toss|tosses) (?:\w+"
                r" ){0,5}(?:trunk|back ?seat|car|truck|hatch|minivan|suv)\b|\b(?:fill|fills|filled)"
                r" up the (?:tank|car)\b|\b(?:i|she|he|we) (?:park|parks|parked)\b|\b(?:parking"
                r" space|parking spot) (?:by|near|close)\b|\b(?:owns?|bought|drives?|has|have) (?:a"
                r"|an|two|three|the) (?:[\w-]+ ){0,3}?"
            )
            + VEHICLE,
        ),
        unless=(
            r"\b(?:rental|zip|toy|cable|street|dining|train|police)[- ]?(?:car|truck|van)s?\b",
            r"\bdelivery (?:van|truck|car)\b",
            r"\bbus\b.{0,12}",
        ),
    ),
    Contradiction(
        attribute="vehicles",
        values=(0,),
        unless_row_has=(),
        patterns=(
            (
                r"\b(?:i|she|he|we|who) (?:\w+ )?(?:drive|drives|drove)\b(?! (?:me|her|him|us|a"
                r" hard"
                r"|a bus|a school|a truck for|a cab|people|them)\b)"
            ),
        ),
        when={
            "transport": (
                "takes the bus or train",
                "walks",
                "rides a bike",
                "rides along with a relative",
            )
        },
        unless=(r"\b(?:used to|learned to|never|\w+n't)\b.{0,10}driv\w+",),
    ),
    Contradiction(
        attribute="vehicles",
        above=0,
        denied="either",
        patterns=(
            (
                r"\b(?:no|without a|without wheels|sold (?:my|the|her|his|our)|gave up (?:my|the"
                r"|her"
                r"|his|our)|gave away (?:my|the)|(?:do|does|did)(?:\w+n't| not) (?:even )?"
                r"(?:own|have"
                r"|drive|keep) (?:a|any)?) ?(?:car|truck|vehicle|wheels|cars)\b|\bcar-?(?:free"
                r"|less)\b|\b(?:never|not|\w+n't) (?:\w+ )?(?:learned (?:how )?to drive"
                r"|own(?:ed)? a "
                r"(?:car|vehicle|truck)|had a (?:car|driver's license|license)|get a license|got "
                r"(?:a|my|her|his) license)\b|\bno (?:driver's )?license\b|\b(?:\w+n't|not"
                r"|no longer"
                r"|never) drive\b(?! (?:me|us|far|to work|at night|on|in|there|across|a))|\bgave up"
                r" driving\b|\b(?:haven't|hasn't) owned a car\b"
            ),
        ),
        unless=(
            r"\bno car (?:payments?|trouble|seats?|wash)\b",
            r"\bno (?:truck|cars?) (?:beside|in sight|in the lot|parked)\b",
        ),
        of_any_time=True,
    ),
)
