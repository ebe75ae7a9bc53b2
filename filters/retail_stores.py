"""Stores, ways to get there and ways to pay that clash with a retail persona.

Naming another kind of store as the place of the shopping clashes; comparing with it does not.
"""

from __future__ import annotations

from .contradictions import Contradiction
from .vocabulary import (
    CLUB,
    DISCOUNT,
    ELSEWHERE,
    IN_STORE,
    NATURAL,
    ONLINE,
    SUPERCENTER,
    SUPERMARKET,
)

_GO = (
    r"(?:\b(?:at|to|from|into|in|of|inside|through|around|hit|hits|down|call|visit"
    r"|visits|love|loves|prefers?|haunts?|every|each|our|my|her|his|by|over|is|the"
    r" nearest|trusty|membership|regular|local|neighborhood|big|closest|nearby)\s(?:"
    r"(?:the|a|an|my|her|his|our|this|that|local|nearest|neighborhood|little|big|giant"
    r"|huge|small|fancy|same|nearby|old|corner|closest|\w+)\s){0,3}?)"
)

_NOT_THERE = (
    (
        r"\b(?:than|unlike|beats|instead of|rather than|compared (?:to|with)|used to|tried"
        r"|versus|not like|even|or) (?:\w+ ){0,3}?(?:SHOP)"
    ),
    r"\b(?:next to|near|across from|beside|behind|past|opposite) (?:\w+ ){0,2}?(?:SHOP)",
    (
        r"\b(?:target|price) (?:price|date|audience|practice)\b|\bsprouts\b(?! farmers)|\bon"
        r" target\b|\bmy target\b"
    ),
)


def _other_store(own: tuple[str, ...], shops: str) -> Contradiction:
    without = tuple(part.replace("(?:SHOP)", shops) for part in _NOT_THERE)
    return Contradiction(
        attribute="channel",
        except_values=own,
        patterns=(
            _GO + shops,
            (
                rf"{shops} (?:run|trip|haul|shopper|regular|parking lot|membership|card|aisle"
                rf"|customer|member)\b"
            ),
        ),
        unless=(*without, r"\b(?:farmers|stock) market share\b", r"\bfood co-op board\b"),
    )


CHANNELS = (
    _other_store(
        ("supermarket", "discount grocer", "natural foods store", "supercenter"), SUPERMARKET
    ),
    Contradiction(
        attribute="channel",
        except_values=("supermarket",),
        patterns=(r"\bat (?:a|the|my|her|his|our) (?:\w+ )?supermarkets?\b",),
        unless=tuple(part.replace("(?:SHOP)", SUPERMARKET) for part in _NOT_THERE),
    ),
    _other_store(("supercenter",), SUPERCENTER),
    _other_store(("warehouse club",), CLUB),
    _other_store(("discount grocer",), DISCOUNT),
    _other_store(("natural foods store",), NATURAL),
    Contradiction(
        attribute="channel",
        except_values=(),
        patterns=(
            (
                r"\b(?:most|all|main|nearly everything|almost everything|everything|weekly shop\w*"
                r"|bulk|usually|always|whole|majority|only|groceries|shops?|does? (?:my|her|his)"
                r" shopping)\b[^,.;]{0,50}?\b(?:at|from|to|in) (?:\w+ ){0,3}?"
            )
            + ELSEWHERE,
        ),
        unless=tuple(part.replace("(?:SHOP)", ELSEWHERE) for part in _NOT_THERE),
    ),
    Contradiction(
        attribute="channel",
        except_values=("online delivery",),
        patterns=(
            (
                rf"\b(?:order\w*|shop\w*|buy\w*|bought|get\w*|click\w*|groceries|everything|food|do"
                rf"(?:es)? (?:my|her|his) shopping|bags?|boxes|orders?|leaves?"
                rf"|drops?)\b[^.;]{{0,45}}?{ONLINE}"
            ),
            rf"\b(?:i|we|she|he)\b[^.;]{{0,30}}(?!\b(?:my|her|his|our|the) (?:door|porch|do"
            rf"orstep|doormat|front step|stoop|front door)){ONLINE}",
            (
                r"\b(?:never|rarely|seldom|\w+n't|hardly ever|no longer|hardly|haven't)\b[^.;,"
                r"]{0,18}?\b(?:set\w* foot|stepp?\w*|been|walk\w*|go|goes|gone|go(?:es)? inside"
                r"|inside)\b[^.;,]{0,14}?\b(?:in|inside|into|to) (?:a|an|the|any|one|that)?\s?"
                r"(?:\w+"
                r" )?(?:store|supermarket|grocery|groceries|shop|market|one)\b"
            ),
            (
                r"\b(?:delivery (?:guy|driver|man|person|window|slot|app|fee)s?|(?:grocery|home)"
                r" delivery|grocery app|instacart|online (?:order|cart|grocery|shopping)|add(?:s|ed"
                r"|ing)? (?:it |them |things |\w+ )?to (?:my|her|his|the) (?:online|virtual) "
                r"(?:cart"
                r"|basket))\b"
            ),
        ),
        denied="either",
        unless=(
            (
                r"\b(?:never|not|\w+n't|no|without|refus\w+|hates?|won't|rather than"
                r"|instead of|than"
                r"|trust\w*|don't trust|avoid\w*|skip\w*)\b[^.;,]{0,28}?\b(?:online|deliver\w*|app"
                r"|website|instacart|order\w*|clicks?)\b(?! (?:fee|window))"
            ),
            r"\b(?:pizza|mail|newspaper|package|baby|food) (?:delivery|deliver\w+)\b",
            r"\bdeliver (?:a|the|my|her|his) (?:mail|baby|babies|packages|papers)\b",
            (
                r"\b(?:deliver(?:s|ed|ing)?|delivery) (?:mail|packages|papers|pizza|babies|driver"
                r"|truck|route|job|for (?:a living|work))\b"
            ),
            (
                r"\bby the (?:front )?door\b|\bout the door\b|\bdoor of\b|\bat the door\b(?= for)"
                r"|\breceipt (?:check\w*|by)\b.{0,20}"
            ),
            (
                r"\b(?:books?|clothes|shoes|class(?:es)?|games?|banking|dating|reviews?|articles?"
                r"|recipes?) online\b"
            ),
            r"\bthe app\b(?= (?:crash|for my bank))",
            r"\bout of the (?:store|shop|market)\b",
        ),
    ),
    Contradiction(
        attribute="channel",
        except_values=("online delivery",),
        of_anyone=True,
        patterns=(
            (
                r"\b(?:leave|leaves|left|drop|drops|dropped|bring|brings|deliver\w*|arriv\w+|comes?"
                r"|shows? up|lands?)\b[^.;]{0,40}\b(?:my|her|his|our|the) (?:front )?(?:door|porch"
                r"|doorstep|stoop|doormat|front step)\b"
            ),
        ),
        unless=(
            r"\b(?:mail|paper|newspaper|package|pizza|kids?|cat|flyers?|circular)\b.{0,40}",
            r"\bbring\w* (?:me|her|him) the paper\b",
        ),
    ),
    Contradiction(
        attribute="channel",
        values=("online delivery",),
        patterns=(IN_STORE,),
        unless=(
            (
                r"\b(?:never|not|no|\w+n't|without|instead of|rather than|rarely|seldom|hate\w*"
                r"|avoid\w*|skip\w*|beats|than|spared?|saves?|miss\w*|more|years since)\b.{0,60}"
            ),
            r"\bno (?:aisles?|lines?|checkout|cart|parking)\b",
            r"\bbaby aisle\b",
            r"\b(?:starts?|heads?|stops?|first|looks?|goes|go)\b[^.;]{0,18}\baisle\b",
        ),
    ),
)

PAYING = (
    Contradiction(
        attribute="payment_method",
        values=("cash",),
        patterns=(
            (
                r"\b(?:credit|debit|visa|mastercard|amex|american express|plastic)(?: card)?s?\b"
                r"|\bapple pay\b|\bgoogle pay\b|\btaps? (?:my|her|his) (?:phone|card|watch)\b"
                r"|\bdigital wallet\b|\bwrites? (?:a|my|her|his) checks?\b"
            ),
        ),
    ),
    Contradiction(
        attribute="payment_method",
        except_values=("cash",),
        patterns=(
            (
                r"\bpa(?:y|ys|id|ying) (?:\w+ ){0,3}?(?:in|with|by|only) (?:\w+ )?cash\b|\bcash"
                r" only\b|\b(?:counts?|counting|hands?|peel\w*) (?:out |over )?(?:\w+ ){0,3}"
                r"(?:bills"
                r"|coins|cash|dollar bills|exact change)\b|\bcash envelopes?\b|\balways cash\b"
                r"|\bonly (?:uses?|carr\w+|trusts?) cash\b"
            ),
        ),
    ),
    Contradiction(
        attribute="payment_method",
        values=(
            "debit card",
            "mobile wallet",
            "mobile payment",
            "phone",
            "check",
            "EBT",
            "SNAP/EBT",
            "SNAP",
        ),
        patterns=(
            r"\b(?:my|her|his|a|the|by|with) (?:\w+ )?(?:credit card|visa|mastercard|amex)\b",
        ),
    ),
    Contradiction(
        attribute="payment_method",
        values=(
            "credit card",
            "mobile wallet",
            "mobile payment",
            "phone",
            "check",
            "EBT",
            "SNAP/EBT",
            "SNAP",
        ),
        patterns=(r"\b(?:my|her|his|a|the|by|with) (?:\w+ )?debit(?: card)?\b",),
    ),
    Contradiction(
        attribute="payment_method",
        values=("credit card", "debit card", "check", "EBT", "SNAP/EBT", "SNAP"),
        patterns=(
            (
                r"\b(?:apple|google|samsung) (?:pay|wallet)\b|\b(?:pays?|paying|tap\w*)(?:"
                r" \w+){0,4}"
                r" (?:with|by|using) (?:my|her|his) (?:phone|watch|iphone|smartwatch)\b|\btap\w* "
                r"(?:my|her|his) (?:phone|watch)\b|\b(?:mobile|digital|phone) wallet\b"
            ),
        ),
    ),
    Contradiction(
        attribute="payment_method",
        except_values=("check",),
        patterns=(
            (
                r"\b(?:writ(?:e|es|ing)|wrote)(?: out)? (?:a|my|her|his|the) check\b|\bcheckbook\b"
                r"|\bpays? by check\b"
            ),
        ),
    ),
    Contradiction(
        attribute="payment_method",
        except_values=("EBT", "SNAP/EBT", "SNAP"),
        patterns=(r"\b(?:ebt|snap (?:card|benefits)|food stamps?)\b",),
    ),
    Contradiction(
        attribute="smartphone",
        values=(False, "none", "no"),
        patterns=(
            (
                r"\b(?:smart-?phone|iphone|android|galaxy phone|(?:my|her|his|the|store's|an) "
                r"(?:\w+"
                r" )?apps?|app store|on my phone|scroll\w* (?:\w+ ){0,4}phone|facetime)\b"
            ),
        ),
    ),
    Contradiction(
        attribute="smartphone",
        values=(True, "yes"),
        patterns=(
            (
                r"\b(?:flip phone|no (?:smartphone|cell ?phone|smart phone|mobile)|(?:do|does)"
                r"(?:n't"
                r"| not) (?:even )?(?:own|have|carry) (?:a|one of those) (?:smart ?phone|cell"
                r" ?phone"
                r"|smart phones|smart)|only (?:has|have|use|uses) (?:a|the) landline|never owned a "
                r"(?:smart|cell) ?phone|dumb ?phone|without a smart ?phone)\b"
            ),
        ),
        denied="either",
    ),
    Contradiction(
        attribute="works_from_home",
        values=(True,),
        unless=(
            r"\b(?:home|post|box|doctor's|dentist's) office\b",
            (
                r"\b(?:no|without a|never|\w+n't|zero|skip\w*|hate\w*|avoid\w*|gave up|no"
                r" more) (?:\w+"
                r" ){0,3}?(?:commut\w+|office|cubicle|rush hour)\b"
            ),
        ),
        patterns=(
            (
                r"\b(?:my|her|his|the|an) (?:\w+ )?(?:cubicle|office|commute|workplace|job site"
                r"|carpool|desk downtown|corner office)\b|\bcommut(?:e|es|ing)\b|\b(?:drive|drives"
                r"|driving|train|bus|ride|walk|back|go|goes|head|heads|way) (?:\w+ )?(?:in)?to "
                r"(?:work|the office|the plant|the shop|the job)\b|\bon (?:the|my|her|his) way "
                r"(?:home )?from (?:work|the office)\b|\b(?:rush hour|office (?:park|building|tower"
                r"|kitchen))\b|\b(?:home|drive home|ride home) from (?:work|the office)\b|\bpunch"
                r"(?:es)? in at\b"
            ),
        ),
    ),
    Contradiction(
        attribute="works_from_home",
        values=(False,),
        when={"employment": ("full-time", "part-time", "self-employed")},
        patterns=(
            (
                r"\b(?:work(?:s|ing)?|job is|books|do my job|telework\w*|log(?:s|ging)? (?:on|in)) "
                r"(?:\w+ ){0,4}?(?:from|at) (?:my |her |his |the )?(?:home|house|couch|sofa|kitchen"
                r" table|dining table|dining room|bedroom|spare room|living room|bed|back porch)\b"
                r"|\b(?:home|basement|spare-room) office\b|\b(?:work\w* remote(?:ly)?|fully remote"
                r"|remote (?:job|work|worker)|telecommut\w*|wfh|work(?:s|ing)? in (?:my|her|his) "
                r"(?:pajamas|pjs|slippers|sweatpants)|commute is (?:ten|a few|twenty|the) (?:steps"
                r"|stairs|hallway)|my desk is (?:in|at) (?:the|my) (?:kitchen|bedroom|living))\b"
                r"|\bhaven't seen (?:an|the) office\b|\bfrom my kitchen table\b"
            ),
        ),
    ),
    Contradiction(
        attribute="newsletter",
        values=(False,),
        patterns=(
            (
                r"\b(?:my|her|his|the|store's|weekly) (?:\w+ )?(?:e-?mail )?newsletter\b"
                r"|\bsubscrib\w+ to\b|\b(?:signed up for|on) (?:the|their|every) (?:\w+ )?"
                r"(?:mailing"
                r"|e-?mail) list\b"
            ),
        ),
        unless=(r"\bmagazine\b",),
    ),
    Contradiction(
        attribute="newsletter",
        values=(True,),
        patterns=(
            (
                r"\b(?:unsubscrib\w*|no newsletters?|(?:do|does)(?:\w+n't| not) (?:get|want|read"
                r"|subscribe to) (?:the|their|any|a) (?:\w+ )?(?:newsletter|e-?mails?|mailing list)"
                r"|never signed up for (?:the|their|any|a) (?:\w+ )?(?:newsletter|mailing list"
                r"|e-?mails))\b"
            ),
        ),
        denied="either",
    ),
)

_TRIP = (
    r"(?:store|shop(?:ping)?|market|supermarket|grocer\w*|club|errands?|trip|cart|bags?"
    r"|groceries|there|home|supercenter|aisle)"
)

_BY_CAR = (
    r"\b(?:hops?|gets?|jumps?|climbs?|slides?|hopped|got|jumped|climbed) (?:in|into|behind "
    r"the wheel of) (?:my|her|his|our|the) (?:\w+ )?(?:car|truck|van|suv|pickup|minivan|jee"
    r"p)\b",
    r"\b(?:takes?|took) (?:my|her|his|our|the) (?:\w+ )?(?:car|truck|van|suv|pickup|minivan"
    r") (?:to|for|over|out|down|whenever|when)\b|\bby car\b",
    r"\b(?:drives?|drove) (?:himself|herself|myself|ourselves)\b",
)

TRANSPORT = (
    Contradiction(attribute="transport", except_values=("drives",), patterns=_BY_CAR[2:]),
    Contradiction(
        attribute="transport",
        except_values=("drives", "rides along with a relative"),
        patterns=_BY_CAR[:2],
    ),
    Contradiction(
        attribute="transport",
        values=("rides along with a relative",),
        patterns=(
            r"\b(?:i|she|he) (?:\w+ )?(?:drives?|drove) (?:(?:my|her|his) (?:own )?\w+ )?(?"
            r":to|over to|down to|out to|across) (?:the|a|my|her|his)\b",
        ),
    ),
    Contradiction(
        attribute="transport",
        except_values=("drives", "rides along with a relative"),
        patterns=(
            (
                rf"\b(?:drives?|drove|driving) (?:\w+ ){{0,3}}?(?:to|over|down|across|out|there"
                rf"|back"
                rf"|home|past) ?(?:\w+ ){{0,4}}?{_TRIP}?\b"
            ),
            (
                r"\b(?:park|parks|parked|parking|circl\w+)(?: \w+){0,3} (?:lot|space|spot|garage"
                r"|close|near|by the)\b|\b(?:look\w*|hunt\w*|search\w*) for (?:a )?parking\b|\b"
                r"(?:my"
                r"|her|his|the) (?:trunk|back ?seat|gas tank|parking spot|car keys)\b|\bload\w* "
                r"(?:up )?the car\b|\bbehind the wheel\b|\bfill(?:s|ed)? (?:up )?the tank\b"
            ),
        ),
        unless=(
            r"\b(?:me|him|her|us)\b.{0,12}$",
            (
                r"\b(?:bus|cab|taxi|uber|truck) driv\w+|\bdriv\w+ (?:a |the )?(?:bus|cab|taxi|truck"
                r"|school|me|her crazy|him crazy|forklift)\b(?!(?: \w+){0,2} to (?:the|a|my"
                r"|her|his) (?:\w+ )?(?:store|shop|market|supermarket|supercenter|grocer\w*"
                r"|club)).{0,30}"
            ),
            r"\bparking lots? that\b",
            r"\bcarts left loose in the parking lot\b",
            r"\bjob\b",
        ),
    ),
    Contradiction(
        attribute="transport",
        except_values=("takes the bus or train",),
        patterns=(
            (
                r"\b(?:tak\w+|took|ride|rides|rode|riding|catch\w*|caught|hop\w*(?: on)?"
                r"|board\w*|by"
                r"|on|wait\w* for|miss\w*|get off|gets off) (?:the |a |my |her |his )?(?:\w+ )?"
                r"(?:bus|train|subway|metro|tram|trolley|light rail|streetcar|number \w+ bus)\b"
                r"|\bbus (?:pass|stop|fare|ride|schedule|driver knows)\b|\b(?:public transit|public"
                r" transportation|two transfers)\b|\bthe (?:number )?\w+ bus\b"
            ),
        ),
        unless=(
            (
                r"\b(?:bus driver|school bus|on my bus|(?:on|of) (?:my|her|his) bus|drives?"
                r" (?:a|the|my) (?:\w+ )?bus|bus (?:route|depot"
                r"|company))\b"
            ),
            r"\bto work\b",
            r"\btrain (?:for|my|the|station clerk|new)\b|\bpersonal train\w*|\btrain of\b",
            r"\bmodel trains?\b",
        ),
    ),
    Contradiction(
        attribute="transport",
        except_values=("walks",),
        patterns=(
            (
                rf"\b(?:walks?|walked|walking|stroll\w*|on foot)\b(?: [\w']+){{0,5}}? (?:to|over"
                rf"|from"
                rf"|home|back|down|there)\b(?: (?:the|my|a|with|her|his|our|from))*(?:"
                rf" \w+){{0,3}}? ?"
                rf"(?:{_TRIP}|for (?:milk|groceries|food))\b|\b(?:walks?|goes|go|comes?|gets? there"
                rf"|get around|everywhere|shops?|errands|trips?) (?:\w+ ){{0,3}}on foot\b|\bwalking"
                rf" distance\b|\bcarr(?:y|ies|ied) (?:\w+ ){{0,4}}bags? (?:home )?(?:on foot|by"
                rf" hand"
                rf"|for \w+ blocks|\w+ blocks)\b|\bmy (?:own )?two feet\b|\bgranny cart\b"
            ),
        ),
        unless=(
            r"\bwalk\w* (?:the|my|her|his|our) (?:dog|stroller|baby|dogs|aisles)\b.{0,40}",
            r"\bwalk\w* (?:in|into|out|through|up|around|past|down|the|up and down)\b.{0,30}",
            (
                r"\bwalk\w* (?:\w+ )?to (?:the|my|her|his) (?:car|truck|bus stop|register|bike"
                r"|checkout|back|mailbox|door|couch)\b.{0,10}"
            ),
            r"\bwalks? away\b.{0,20}",
        ),
    ),
    Contradiction(
        attribute="transport",
        except_values=("rides a bike",),
        patterns=(
            (
                rf"\b(?:bikes?|biked|biking|cycles?|cycled|pedals?|pedaled|bicycles?)\b(?:"
                rf" [\w']+){{0,4}}? (?:to|over|home|from|there|back|for)\b(?: (?:the|my|a|her|his"
                rf"|our))*(?: \w+){{0,3}}? ?(?:{_TRIP}|groceries|food|milk)\b|\b(?:panniers?|bike"
                rf" basket|handlebars?|bike rack outside|bike trailer|lock(?:s|ed)? (?:up )?(?:my"
                rf"|her"
                rf"|his) bike|basket of (?:my|her|his) bike|bike bags?)\b|\b(?:on|by|with) (?:my "
                rf"|her"
                rf" |his |a )?(?:bike|bicycle)\b"
            ),
        ),
        unless=(
            (
                r"\bexercise bike\b|\bfor (?:fun|exercise)\b|\bon (?:sundays|weekends|the trail)\b"
                r"|\bbike (?:trails?|rides?|club|shop)\b"
            ),
        ),
    ),
    Contradiction(
        attribute="transport",
        except_values=("rides along with a relative",),
        of_anyone=True,
        patterns=(
            (
                r"\b(?:son|daughter|niece|nephew|sister|brother|grandson|granddaughter|neighbou?r"
                r"|husband|wife|friend|buddy|cousin|son-in-law|daughter-in-law|mom|mother|dad"
                r"|father) (?:\w+ )?(?:drives?|drove|gives|gave|takes|picks|chauffeurs?|hauls?) "
                r"(?:me|her|him|us)\b(?: (?:up|a (?:ride|lift)|to|over|there|and|every|down|around"
                r"|home))|\b(?:gets?|bums?|catch\w*|hitch\w*) a (?:ride|lift) (?:with|from|to)\b"
                r"|\brides? along with\b|\b(?:in|from) (?:my|her|his) (?:son|daughter|niece|nephew"
                r"|neighbor|friend|sister|brother)'s (?:car|truck|van)\b"
            ),
        ),
        unless=(
            r"\b(?:crazy|nuts|mad|insane|batty|wild|up the wall)\b",
            r"\btakes? (?:me|her|him|us) (?:a|an|\w+ minutes|out|forever)\b",
            r"\bpicks (?:me|her|him|us) (?:up )?(?:from|at) (?:work|school|the airport)\b",
        ),
    ),
    Contradiction(
        attribute="transport",
        except_values=("drives",),
        patterns=(r"\b(?:keys to (?:my|the) (?:car|truck)|(?:my|her|his) commute by car)\b",),
    ),
)
