"""Attitudes to prices, coupons, brands and cards that clash with a retail persona.

They are put together: an object (prices, coupons, store brands) and a way to deal with it,
sought or shunned.
"""

from __future__ import annotations

from .contradictions import Contradiction
from .vocabulary import COUPON, LOYALTY, NAME_BRAND, PRICE, STORE_BRAND, SUBJECT

_W3 = r"(?: (?!but\b|and\b)[\w'-]+){0,3}? "

_W5 = r"(?: (?!but\b)[\w'-]+){0,5}? "

_CARE = (
    r"(?:look|check|glance|notice|worr(?:y|ies)|care|mind|compar\w*|bother|think|thinks"
    r"|sweat|read|see|register|fuss|stress|fret|flinch|blink|budge|ask|count|keep "
    r"(?:track|tabs)|pay (?:\w+ )?attention|know|remember|concern|matter|add up|weigh"
    r"|peek|second-guess|dwell|consider|track|obsess|agonize|watch)(?:s|es|ing|ed)?"
)

_NEG = (
    r"(?:never|don't|doesn't|do not|does not|didn't|did not|rarely|hardly|barely|not"
    r"|seldom|won't|without|couldn't|could not|can't|isn't|hardly ever|no need to|no"
    r" longer|nor do i|nor does s?he|nobody here)"
)

_PRICE_SHUNNED = (
    (
        rf"\b{_NEG}(?: (?:\w+ly|even|ever|really|once|much|one|bother\w*|need|have|want|stop"
        rf"|to|a|give|gave|be|taken?|think|thought|twice)){{0,4}} ?\b{_CARE}\b{_W5}?"
    )
    + PRICE,
    (
        r"\b(?:money|price|prices|cost|costs|the (?:bill|total|tag|receipt|budget|register"
        r"|damage))(?: \w+)? (?:is|are|was|isn't|aren't|has|have|doesn't|does not|never"
        r"|don't|rarely|won't|hardly) (?:\w+ ){0,3}?(?:object|issue|concern|problem"
        r"|matter\w*|worry|question|factor|something (?:i|she|he|we) (?:think|thinks|worry"
        r"|worries|notice|consider)\w*|consideration|bother\w*|scare\w*|important|slow\w*"
        r"|crosses|cross(?:ed)?|register\w*|faze\w*|stop\w*|decide\w*|deter\w*|come into"
        r"|enter\w*|thought about|on my mind|last thing)\b(?! to (?:me|him|her) more)"
    ),
    (
        r"\b(?:regardless of|no matter) (?:the|what the|how (?:much|high)|what) ?(?:price"
        r"|cost|it costs|prices|tag|bill|\w+ costs?)\b|\b(?:whatever|no matter what|however"
        r" much) (?:it|they|things?|something|the (?:register|tag|screen|receipt|cashier"
        r"|total|bill)|that) ?(?:all )?(?:costs?|says|reads|shows|runs|charges?|asks?|comes"
        r" to|adds up to|is)\b"
    ),
    (
        r"\bno (?:idea|clue)(?: of| about)? (?:what|how much|which)(?: \w+){0,4}? (?:costs?"
        r"|cost|paid|pay|spent|spend|bill|price\w*|goes for|runs?|total)\b|\b(?:couldn't"
        r"|can't|could not|cannot|hard-pressed to) (?:even )?(?:tell|say|name|guess)(?:"
        r" \w+){0,3}? (?:what|how much|the price)(?: \w+){0,6}"
    ),
    (
        r"\b(?:happy|happily|glad|gladly|willing|willingly|fine|don't mind|doesn't mind"
        r"|content|prefer|quick|ready|will|i'll|she'll|he'll|would rather)(?: to| with)? "
        r"(?:pay|paying|spend|spending|shell\w* out|fork\w* over|hand\w* over)(?: \w+){0,2}?"
        r" (?:more|extra|a premium|double|top dollar|twice|whatever|anything|full price|up"
        r"|the most)\b"
    ),
    (
        r"\b(?:splurg\w+|money to burn|sky'?s the limit|price tags? (?:are|is) for other"
        r"|without (?:\w+ )?(?:a (?:thought|glance|second thought)|a second (?:thought"
        r"|glance|look)|thinking|looking|blinking|flinching|batting an eye|checking)\b[^,"
        r".;]{0,20}|not (?:price|cost)[- ](?:sensitive|conscious)|buys? (?:whatever"
        r"|anything) (?:i|she|he) (?:want|wants|like|likes|fancies|feel|feels)|top-shelf"
        r" only|most expensive|priciest|only the best|best of the best|cost what it may|at"
        r" any (?:price|cost)|hang the (?:cost|expense)|treat myself freely|(?:just )?taps? "
        r"(?:\w+ )?and (?:go(?:es)?|leaves?)|toss(?:es)? (?:it|them|things|whatever|anything"
        r"|everything) in(?:to)? the cart without)\b"
    ),
)

_SOUGHT_VERB = (
    r"(?:watch|check|compar|study|studies|scan|count|stretch|squeez|pinch|weigh|track"
    r"|eye|mind|guard|hunt|stare|squint|look|read|inspect|memoriz|know|knows|keep"
    r"|calculat|scrutiniz|add|adds|tally|tallies|obsess|calculator|do the math|figure"
    r"|hunting)(?:s|es|ing|ed|e)?"
)

_PRICE_SOUGHT = (
    (
        r"\b(?:every|each|last|single) (?:\w+ )?(?:penny|dollar|cent|dime|nickel|buck)\b(?! "
        r"(?:of it|was|is)? ?worth)(?! of it)"
    ),
    (
        r"\b(?:(?:tight|strict|shoestring|fixed|small|limited|lean|weekly|modest|grocery"
        r"|food|monthly|shrinking|firm|hard|rigid|careful) budget|(?:on|within|stick\w*(?:"
        r" \w+)? to|stay\w* (?:in|within|under|on)|stretch\w*|over|under|keep to|blow\w*"
        r"|bust\w*|make|my|her|our|his|the) (?:a |my |her |his |our |the |that )?budget"
        r"|budget(?:s|ing)? (?:carefully|every|down|tightly|for|shopper|is (?:tight|thin)"
        r"|allows)|fixed income)\b"
    ),
    (
        r"\b(?:pinch\w*|penny[- ]pinch\w*|penny-?wise|tightwad|cheapskate|skinflint"
        r"|frugal\w*|thrift(?:y|ily|iness)?|cheapest|bargain-bin|cost-conscious"
        r"|budget-conscious|price-conscious|price-sensitive|scrimp\w*|scrap\w* by|make ends"
        r" meet|making ends meet|stretch\w* (?:a|every|the|each|my|her|his|our|that) "
        r"(?:dollar|paycheck|buck|budget|cart)|paycheck to paycheck|every little bit|lowest"
        r" price|living on (?:ramen|beans)|money is (?:tight|short)|money's tight|low on"
        r" cash|strapped|short on (?:cash|money)|watch(?:es|ing)? (?:my|her|his|our|the) "
        r"(?:spending|wallet|money|pennies|pocketbook))\b"
    ),
    (
        rf"\b(?:always|carefully|constantly|closely|first|every time|really|obsessively|aisle"
        rf" by aisle|religiously|twice|{SUBJECT})(?: (?!never|rarely|seldom|hardly|barely|n"
        rf"ot)\w+){{0,2}}? {_SOUGHT_VERB}{_W3}?(?:unit"
        rf" prices?|prices?|price tags?|price per \w+|tags?|pennies|cents|dollars|total"
        rf"|costs?|calculator)\b"
    ),
    (
        r"\b(?:can't|cannot|couldn't|could not|can barely|can hardly|unable to|not able to) "
        r"(?:\w+ )?(?:afford|spare|stretch|swing|spend|justify)\b|\b(?:too|so) (?:expensive"
        r"|pricey|costly|rich|dear|steep) for (?:me|us|her|him|my|our|his)\b|\bput(?:s"
        r"|ting)? (?:\w+ ){1,5}back\b[^.;]{0,40}\b(?:price|cost|afford|budget|expensive"
        r"|dollar|cheaper|much|total|too)\b|\b(?:if|when|because|since|unless) (?:it|they"
        r"|that|the \w+)(?:'s| is| are|'re| were| was) (?:too expensive|not cheap|a "
        r"(?:dollar|quarter|dime) (?:more|cheaper))\b|\bprice (?:decides|comes first|is"
        r" everything|rules|matters (?:most|more|a lot)|is (?:the first|what|king|number"
        r" one))\b|\b(?:calculator|running total|adds? (?:it|things) up|add(?:s|ing)? up the"
        r" (?:cart|total|cost))\b|\b(?:a|ten|twenty|fifty|thirty|five) cents? (?:more"
        r"|difference|cheaper|higher|too much)\b|\bcheaper (?:one|option|brand|version|store"
        r"|is|at|wins)\b|\bpennies (?:add up|count|matter)\b|\bcome payday\b|\bdrive(?:s)?"
        r" across town to save\b"
    ),
)

_DEAL_USE = (
    r"(?:clip|cut|use|collect|hunt|lov|stack|chas|plan|browse|scan|brows|check|study"
    r"|studie|hoard|sav|redeem|match|print|download|load|track|follow|search|scour|circl"
    r"|highlight|tap|comb|read|watch|swear|liv|rely|relies|organiz|sort|build|work|wait"
    r"|shop|buy|com|hand|present|flash|bring|got|carr|keep|kept|ha|hav|pull|go|start"
    r"|star|devour|pore|flip|look|scroll|snip|compare|trade|obsess|root|tear|pull|fold"
    r"|stash|file|map|order|base|line|pounce|jump|spread|pin|tape|snag|score)(?:s|es|ing"
    r"|ed|d|e|ped|ping|ies|ts|ting|gs|ging)?"
)

_DEALS_SOUGHT = (
    (
        rf"(?:{SUBJECT}|\band|\bto|\bwho|\balways|\bnever without|\bby|'s"
        rf"|\bspends?[^.;]{{0,20}}|^\W*)(?: (?:\w+ly|even|still|always|will|just|also|can|all"
        rf"|sunday|every \w+)){{0,3}} ?\b{_DEAL_USE}\b(?: (?!but\b|without\b"
        rf"|no\b)[\w'-]+){{0,6}}? "
    )
    + COUPON,
    (
        r"\b(?:envelope|binder|stack|drawer|folder|wallet|shoebox|fistful|pile|accordion"
        r" file|purse|handful|notebook|jar)(?: \w+)? (?:of|full of|stuffed with|for|crammed"
        r" with) (?:\w+ ){0,2}?"
    )
    + COUPON,
    (
        r"\b(?:coupons?|circular|flyer|weekly ads?|ads?|sales?|deals?) (?:\w+ )?(?:decides?"
        r"|dictates?|tells?|drives?|comes? first|rules?|sets?|runs?|in hand|at the ready"
        r"|binder|envelope|app|queen|king|first)\b|\b(?:bargain|deal|coupon|sale)[- ]"
        r"(?:hunt\w+|seek\w+|shopper|clipp\w+|queen|king|hound|chas\w+|crazy|stack\w+)\b"
        r"|\bextreme couponing\b|\bcouponer\b|\bwhatever(?:'s| is) on (?:sale|special)\b"
        r"|\bnever (?:miss\w*|pay\w*|passe?s? up|skip\w*|shop\w* without|leave\w* (?:home "
        r"|the house )?without|buy\w*) (?:\w+ ){0,4}?(?:deals?|sales?|coupons?|full price"
        r"|retail|ads?|circulars?|flyers?)\b|\bonly (?:buys?|shops?|stocks? up)(?: \w+){0,4}"
        r" (?:on sale|on special|sales?|marked down|with a coupon)\b|\b(?:stock\w* up|buys?"
        r"|waits?)(?: \w+){0,4} (?:when|until|till|for) (?:it's|it is|they're|they are"
        r"|there's|things are|it goes|they go|something is|a|the) (?:on )?(?:sale|special"
        r"|marked down|markdown|discount)\b"
    ),
)

_DEALS_PLANNED = (
    (
        r"\b(?:plan|shop|cook|build|eat|menu|list|week|dinner|meals?)\w*\b[^.;]{0,34}\b"
        r"(?:around|by|according to|from|depends? on|based on|starts? with) (?:\w+ ){0,2}"
        r"(?:what(?:'s| is) (?:on sale|marked down|cheap|on special)|sales?|the (?:weekly"
        r" )?ads?|deals|specials|circular|flyer|coupons)\b"
    ),
)

_DEALS_SHUNNED = (
    (
        rf"\b(?:{_NEG})(?: (?:\w+ly|even|ever|once|one|a|been|be|have|has|had|bother\w*|the "
        rf"(?:time|patience|energy)|want|wanted|see\w*|to|with|time|for|patience|any|use|used"
        rf"|interested|into|in|who|type|kind|person|big|much|of|got|touch\w*|open\w*|need"
        rf"|going|about|one|my)){{0,7}} ?\b(?:{_DEAL_USE}|{_CARE}|bother\w*|touch\w*|hassle"
        rf"|fuss|mess\w*|open\w*|clip\w*|plan\w*|interest\w*|for|with|any|a|about"
        rf"|the)\b{_W3}?"
    )
    + COUPON,
    (
        r"\b(?:ignor\w+|skip\w*|toss\w*|trash\w*|recycl\w*|hates?|loathes?|despises?|throws?"
        r"|threw|pitch\w*|bin|bins|dump\w*|chuck\w*|shred\w*|forgets?|delet\w*|avoid\w*|past"
        r"|dread\w*|refus\w*|pass(?:es)? on|scoff\w* at|roll\w* (?:my|her|his) eyes at"
        r"|unsubscrib\w*|wast\w+|lin\w+)(?: (?!but\b)[\w'-]+){0,4}? "
    )
    + COUPON,
    COUPON
    + (
        r"(?: (?:in the (?:mail|paper|mailbox)|\w+))? (?:go(?:es)?|end(?:s)? up|land(?:s)?"
        r"|head(?:s)?|pile(?:s)? up|expire(?:s)?|is|are|get(?:s)? (?:tossed|recycled)|bore"
        r"(?:s)?|annoy(?:s)?|drive(?:s)?|just|never|aren't|isn't|don't|doesn't|hold|confuse"
        r"|mean|do nothing|seem)(?: \w+){0,2}?(?: (?:straight|right|directly|unread|unopened"
        r"|unused|in the|into the|to the|too much|not worth|more (?:trouble|bother|hassle)|a"
        r" (?:waste|hassle|chore|bother|pain|nuisance)|for (?:other people|somebody else"
        r"|someone else|people with)|not (?:for me|my thing|her thing|his thing)|me|her|him"
        r"|interest|worth|crazy|no (?:use|interest)|pointless|clutter|nothing|beneath|trash"
        r"|recycling|bin|garbage|my thing|her thing|his thing|boring|silly))+\b"
    ),
    (
        r"\bcan't be (?:bothered|troubled)(?: \w+){0,3} (?:with|about|by|to (?:clip|cut|use"
        r"|read|check|look))\b|\b(?:no|zero|little) (?:patience|time|use|interest|tolerance"
        r"|love|need) (?:for|in|of) (?:\w+ ){0,3}?"
    )
    + COUPON,
)

_BRAND_LIKE = (
    r"(?:prefer|love|like|buy|pick|grab|choos|choose|go(?:es)? (?:with|for|straight "
    r"(?:to|for))|get|stick(?:s)?(?: \w+)? (?:to|with)|swear(?:s)? by|happy with|reach"
    r"(?:es)? for|fill\w*|load\w*|take|opt(?:s)? for|trust|favor|stock\w*|always|default"
    r"|champion|head(?:s)? for|rely on|relies on|switched to|sold on|fan of|partial to"
    r"|recommend)(?:s|es|ing|ed)?"
)

_BRAND_SHUN = (
    r"(?:avoid|distrust|refus|skip|hat|loath|dislik|shun|pass(?:es)?(?: right)? (?:over"
    r"|on|by)|turn(?:s)?(?: up)? (?:my|her|his) nose up at|turns? down|walk(?:s)? "
    r"(?:right )?past|steer(?:s)? clear of|stay(?:s)? away from|detest|despis|reject"
    r"|snub|suspicious of|wary of|skeptical of|ignor|burned by|allergic to|above|leave"
    r"(?:s)?)(?:s|es|ing|ed|e)?"
)

_STORE_SOUGHT = (
    rf"\b{_BRAND_LIKE}\b(?: (?!but\b|over\b)[\w'-]+){{0,5}}? {STORE_BRAND}",
    (
        rf"(?:{STORE_BRAND})(?: \w+){{0,2}}? (?:is|are|'s|tastes?|works?|does|do|suits?|wins?"
        rf"|for (?:me|her|him)|fills?|beats?|will do|has never|have never|every time|all the"
        rf" way|whenever|goes?|go)\b(?! (?:\w+ ){{0,2}}(?:worse|cardboard|awful|terrible|bad"
        rf"|garbage|not|\w+n't|junk|horrible|inferior|nasty|gross|bland|sad|off|wrong|watery))"
        rf"|\b(?:cart|pantry|shelves|cupboard|fridge|basket|kitchen)(?: \w+){{0,3}} (?:full"
        rf" of|is|are|of|stocked with|mostly|all) (?:\w+ ){{0,3}}?{STORE_BRAND}"
    ),
    (
        rf"\b(?:\w+n't|never|not|no) (?:\w+ ){{0,3}}?(?:pay\w*|buy\w*|see|worth|spend\w*"
        rf"|touch\w*|waste\w*|need|fall for)(?: [\w']+){{0,5}}? {NAME_BRAND}"
    ),
)

_STORE_SHUNNED = (
    rf"\b(?:{_BRAND_SHUN})\b(?: (?!but\b)[\w'-]+){{0,3}}? {STORE_BRAND}",
    (
        rf"\b(?:{_NEG}|nothing)(?: [\w'-]+){{0,5}}? {STORE_BRAND}|\bno (?:\w+ )?{STORE_BRAND}"
        rf"|(?:{STORE_BRAND})(?: \w+){{0,2}}? (?:never|don't|doesn't|won't|isn't|aren't|can't"
        rf"|taste\w* (?:like|of|awful|wrong|worse|off|funny|cheap|bad|terrible)|(?:is|are"
        rf"|seems?) (?:\w+ )?(?:awful|garbage|junk|terrible|worse|inferior|bland|not|a no"
        rf"|beneath|for other))\b"
    ),
    (
        rf"\b(?:only|always|strictly|just|stick\w* (?:to|with)|nothing but|insist\w* on"
        rf"|prefer\w*|loyal to|all|pay\w* (?:more|extra|up) for|worth (?:it|the extra|paying)"
        rf"|has to be|must be|got to be|give me|gladly)(?: [\w'-]+){{0,3}}? {NAME_BRAND}|"
        rf"(?:{NAME_BRAND}) (?:only|or nothing|every time|all the way|always)\b"
    ),
)

_SAME_BRAND = (
    (
        r"\b(?:fiercely|very|extremely|highly|always|deeply|stays?|remains?|so|totally"
        r"|completely|utterly|i'm|am|is|blindly|hopelessly) (?:\w+ )?(?:brand[- ])?loyal "
        r"(?:to (?:my|her|his|one|a|the|few|certain|that|those)|customer of one|about"
        r" brands)\b|\bbrand[- ]loyal(?:ist)?\b|\bloyal to (?:a |the |my |her |his |one "
        r"|certain |few |same |favorite )*(?:brands?|labels?|names?|maker)\b"
    ),
    (
        r"\b(?:same|very same|one|single|my|her|his) (?:old |trusted |favorite |usual |exact"
        r" |few )?(?:brands?|label)(?: \w+){0,4}? (?:since|for (?:\w+ )?(?:years|decades)"
        r"|every (?:time|week|trip|single)|forever|always|year after year|my (?:whole"
        r"|entire) life|ever since|or (?:nothing|i|she|he)|and (?:no|nothing|only) (?:other"
        r"|else|that)|or bust|without fail|all (?:my|her|his) life)\b"
    ),
    (
        r"\b(?:only|always)(?: ever)? (?:buys?|gets?|uses?|picks?|drinks?|trusts?|takes?"
        r"|reach\w*(?: for)?|goes (?:for|with)|go (?:for|with)) (?:\w+ ){0,2}?(?:same|one"
        r"|single|my|her|his|that) (?:\w+ ){0,2}?(?:brand|label|kind|maker)s?\b|\b(?:never"
        r"|\w+n't|not|no reason to|refus\w+ to|won't|wouldn't)(?: [\w']+){0,3}? (?:switch\w*"
        r"|chang\w*|stray\w*|swap\w*|try\w*|sway\w*|cheat\w*)(?: \w+){0,4}? (?:brands?"
        r"|labels?|another|to something|it|maker|the competition|a different|other)\b|\b"
        r"(?:would|'d) (?:never|not|\w+n't) (?:dream of|think of|consider) (?:switching"
        r"|changing|trying|another|buying any(?:thing)? (?:else|other))\b|\b(?:drive|drives"
        r"|drove|go|goes|leave|leaves|left)(?: \w+){0,6} (?:for|without|to find|to get|if)"
        r"(?: \w+){0,5} (?:my|her|his|favorite|usual|the right|particular) (?:\w+ )?brand\b"
        r"|\b\b(?:find\w*|found|know\w*|like\w*|pick\w*|trust\w*) (?:a|one|the|my|her|his)"
        r" brand\b[^.;]{0,30}\b(?:stick\w*|stay\w*|keep\w*|never leave)|stick\w* (?:with|to)"
        r" (?:the |my |her |his |a |what )?(?:\w+ ){0,2}?(?:brands?|labels?|names? (?:i|she"
        r"|he) (?:know|trust|grew))\w*|\b(?:my|her|his) brands? (?:is|are) (?:my|her|his|the"
        r" only)\b|\bno (?:other|substitute) (?:brand|label|for my)\w*"
    ),
)

_ANY_BRAND = (
    (
        r"\b(?:no|zero|not much|little|hardly any|never had|feels? no|without|n't (?:have"
        r"|feel|do|believe in)(?: any)?) (?:\w+ )?(?:brand )?(?:loyalty|allegiance)(?! card|"
        r" program)\b(?: to (?:any|a) brand)?|\b(?:whatever|any|whichever|no particular"
        r"|different|random|some|new|another) (?:\w+ )?brands?\b(?: (?:name )?(?:is|happens"
        r"|will|works|does|every|each|looks?|that|they|of|all|on|i|she|he|comes|costs|has"
        r"|than))|\bnot (?:\w+ )?loyal to\b|\bloyal to (?:no|nothing|nobody|none)\b"
    ),
    (
        r"\b(?:switch\w*|try|tries|trying|swap\w*|rotat\w*|hop\w*|jump\w*|flip\w*|bounce\w*"
        r"|alternat\w*|chang\w*|experiment\w*|mix\w*|sampl\w*|play\w*)(?: [\w'-]+){0,4}? "
        r"(?:brands?|labels?|makers?)\b|\bbrand[- ]?(?:hopp\w+|switch\w+|agnostic|names?"
        r" mean nothing)\b|\bbrands? (?:mean\w*|don't|doesn't|do not|does not|never|aren't"
        r"|is not|isn't) (?:\w+ ){0,2}?(?:nothing|little|matter|important|a thing|interest"
        r"|sway|impress|stick|mean)\w*|\b(?:label|name|brand|logo)(?: on the \w+)? "
        r"(?:doesn't|does not|means nothing|makes no|never|isn't|don't) ?(?:\w+ )?(?:matter"
        r"|difference|impress|mean|important|sway|interest|count)?|\b(?:don't|doesn't|never"
        r"|not|couldn't|hardly|rarely|barely) (?:\w+ )?(?:care|notice|mind|look|remember"
        r"|fussy|picky|fuss|see|know|name|tell)(?: [\w']+){0,5}? (?:brand|label|logo|maker"
        r"|company|the name|whose name|who makes)\w*\b|\b(?:brands?|they|it)(?:'s|'re| are|"
        r" is) all the same\b|\ball the same to (?:me|her|him)\b|\bno favorites?\b(?:"
        r" brands?)?|\bwhatever(?:'s| is) (?:cheapest|closest|there|in front|on the shelf"
        r"|nearest|on sale)\b[^.;]{0,30}\bbrand\w*|\b(?:brands?|label) (?:happens to be|is"
        r" on) (?:there|sale|cheapest)\b"
    ),
)

_CARD_HAS = (
    (
        rf"\b(?:my|her|his|our)\b(?: [\w-]+){{0,2}}? {LOYALTY}|\b(?:scan\w*|swip\w*|us(?:e|es"
        rf"|ing)|carr\w*|ha(?:s|ve)|flash\w*|hand\w*|tap\w*|earn\w*|collect\w*|rack\w* up"
        rf"|redeem\w*|cash\w* in|enter\w*|show\w*|never shops? without|joined|signed up for"
        rf"|belongs? to|present\w*|keep\w*|sav\w+|get|gets|love|loves)(?: [\w'-]+){{0,3}}?"
        rf" {LOYALTY}|\b{LOYALTY}(?: \w+){{0,2}}? (?:on my|on her|on his|hangs|gets|pays"
        rf"|knocked|saves?|saved|earns?|lives|is on|beeps?|comes out|at the ready|first)\b"
    ),
    (
        r"\b(?:type|types|typing|punch\w*|key\w*|enter\w*|give|gives|giving)(?: in)? (?:my"
        r"|her|his) (?:phone|member) number\b|\b(?:loyalty|rewards?) (?:member|card holder"
        r"|cardholder)\b|\bcard-carrying member\b|\b(?:racking|rack|racks) up points\b|\b"
        r"(?:earns?|earning|collects?|collecting|saves?) (?:\w+ )?points\b|\bmember since\b"
    ),
)

_CARD_LACKS = (
    (
        rf"\b(?:no|without an?|without|never|not|\w+n't|refus\w+|declin\w+|turn\w* down|skip\w*"
        rf"|ditch\w*|cancel\w*|cut up|cuts up|lost|threw (?:away|out)|say no to|says no to"
        rf"|hates?)(?: [\w']+){{0,6}}? (?:{LOYALTY}|(?:your|their|the store's|the store"
        rf"|store's|any|a|the|those|these|another|one of those|plastic|shiny|little|their"
        rf" little) (?:\w+ )?(?:cards?|program|membership|points))\b(?! (?:reader|machine"
        rf"|slot|aisle|section|balance|statement))"
    ),
)

PRICES_AND_DEALS = (
    Contradiction(
        attribute="price_sensitivity",
        values=("high",),
        patterns=_PRICE_SHUNNED,
        denied="either",
        unless=(
            r"\bworth (?:it|every|the)\b",
            r"\bnot? afford\b",
            r"\bno idea (?:what|how)(?: \w+){0,4} (?:expects?|think)",
            r"\b(?:can't|cannot|couldn't) (?:splurge|spend|pay|tell myself)\b.{0,20}",
            (
                r"\b(?:never|rarely|\w+n't|not|no) (?:\w+ )?(?:splurg\w+|happy to pay"
                r"|willing to pay"
                r"|pay extra|pay more|money to burn)\b.{0,12}"
            ),
            r"\bnever (?:stop|cease|quit|forget)\w* (?:\w+ )?(?:check|look|watch|count|compar)\w*",
            (
                r"\bwithout (?:checking|looking at|comparing|knowing) (?:\w+ ){0,3}price\w*(?="
                r" first"
                r"| is| never)"
            ),
            r"\b(?:never|\w+n't|not) (?:\w+ ){0,4}without\b.{0,30}",
        ),
    ),
    Contradiction(
        attribute="price_sensitivity",
        values=("low",),
        patterns=_PRICE_SOUGHT,
        unless=(
            r"\b(?:worth|enjoy\w*|love\w*|savor\w*) every (?:penny|cent|dollar|dime)\b",
            r"\bbudget (?:isn't|is not|was never)\b",
            r"\b(?:grocery|weekly|monthly) budget\b(?= of| is \$)",
        ),
    ),
    Contradiction(
        attribute="deal_seeking",
        values=("ignores coupons",),
        patterns=(*_DEALS_SOUGHT, *_DEALS_PLANNED),
        unless=(
            (
                r"\b(?:best|good|great|big|deal with|a deal breaker|dealing|deals with|dealt|no"
                r" big)"
                r" (?:deal|deals|sale)?\b(?= (?:with|of|breaker))"
            ),
            (
                r"\b(?:coupons?|deals?|ads?|flyers?|sales?) (?:that|which|are|is) (?:expire\w*|too"
                r" much|more|a)\b"
            ),
            r"\b(?:go(?:es)?|toss\w*|throw\w*|straight|recycl\w*|trash)\b.{0,40}",
            r"\b(?:garage|yard|bake|estate|book) sales?\b",
            r"\bfor sale\b",
            r"\bsale items? (?:that|gone)\b",
            r"\b(?:great|good|big) deal of\b",
        ),
    ),
    Contradiction(
        attribute="deal_seeking",
        values=("plans around weekly ads",),
        patterns=_DEALS_SHUNNED,
        denied="either",
        unless=(
            (
                r"\b(?:never|don't|doesn't|not) (?:\w+ )?(?:miss\w*|skip\w*|forget\w*|pass\w* up"
                r"|leave\w*|shop\w* without|go\w* without|throw\w*|toss\w*|buy\w*|plan\w* (?:dinner"
                r"|meals|a|the|anything)|start\w*|step\w*|set\w*|pay|head\w*|make\w*)\b.{0,60}"
            ),
            (
                r"\b(?:coupons?|sale items?|deals?)(?: (?:items|that|which)){0,2} (?:expire\w*|that"
                r" expire|gone|are gone)\b.{0,20}"
            ),
            r"\bcan't (?:stand|bear)\b.{0,40}",
            (
                r"\buntil (?:i|she|he)(?:'ve|'s| have| has)? (?:\w+ )?(?:seen|read|checked"
                r"|gone)\b.{0,30}"
            ),
            r"\bwithout (?:\w+ ){0,3}(?:ads?|circular|flyer|coupons?)\b",
            (
                r"\b(?:hates?|dread\w*|despises?) (?:missing|to miss|when|shopping without|it when"
                r"|paying)\b.{0,30}"
            ),
            r"\bnothing (?:beats|like)\b.{0,30}",
        ),
    ),
    Contradiction(
        attribute="deal_seeking",
        values=("uses coupons now and then",),
        denied="either",
        patterns=(
            (
                r"\bnever (?:\w+ )?(?:use[sd]?|clip\w*|cut|touch\w*|bother\w*(?: with)?) (?:\w+"
                r" ){0,2}?coupons?\b|\b(?:don't|doesn't) (?:ever )?(?:use|clip|bother with|believe"
                r" in) (?:\w+ )?coupons\b|\b(?:refus\w+|loath\w+|despis\w+) (?:\w+ ){0,3}coupons?\b"
                r"|\bnever (?:\w+ )?(?:used|clipped|cut) a (?:single )?coupon\b|\bcoupons? (?:go"
                r"(?:es)?|end up) (?:straight|right|directly)? ?(?:in|into|to) the (?:trash"
                r"|recycling|bin|garbage)\b|\bwithout a coupon(?: binder)?\b[^.;]{0,10}never"
                r"|\bnever"
                r" (?:\w+ ){1,4}without (?:a|my|her|his) (?:\w+ )?coupons?\b|\b(?:coupon (?:binder"
                r"|queen|king)|extreme couponing)\b"
            ),
        ),
    ),
    Contradiction(
        attribute="store_brands",
        values=("avoids store brands",),
        patterns=_STORE_SOUGHT[:2],
        unless=(
            r"\b(?:name|national) brands?\b.{0,8}",
            r"\bover (?:the )?(?:store|generic|house|private)[- ]\w+",
        ),
    ),
    Contradiction(
        attribute="store_brands",
        values=("avoids store brands",),
        patterns=_STORE_SOUGHT[2:],
        denied="either",
        unless=(r"\bno (?:store|generic|house)[- ]\w+",),
    ),
    Contradiction(
        attribute="store_brands",
        values=("prefers store brands",),
        patterns=_STORE_SHUNNED[:2],
        denied="either",
        unless=(
            (
                r"\b(?:nothing|not|never|no|\w+n't) (?:\w+ )?(?:wrong with|beats|mind"
                r"|ashamed of|above"
                r"|bad about|too proud for|snob\w*|tell|difference|taste|see|problem with|hesitate"
                r"|regret\w*|shy)\b.{0,40}"
            ),
            (
                r"\b(?:never|\w+n't|not|no) (?:\w+ )?(?:cared? for|paid|pay|buy|need"
                r"|bother with|see"
                r" the point)\b.{0,20}\b(?:fancy|name|national|big)\b.{0,10}"
            ),
            (
                r"\b(?:never|hasn't|has never|haven't|have never) (?:let|failed|steered"
                r"|disappointed)\b.{0,20}"
            ),
            r"\b(?:nothing but|not(?:hing)? (?:other than|without))\b.{0,20}",
        ),
    ),
    Contradiction(
        attribute="store_brands", values=("prefers store brands",), patterns=_STORE_SHUNNED[2:]
    ),
    Contradiction(
        attribute="brand_loyalty",
        values=("high",),
        patterns=_ANY_BRAND,
        denied="either",
        unless=(
            (
                r"\b(?:never|\w+n't|not|no|won't|wouldn't|refus\w+|rarely|no reason to"
                r"|hates?|hate to"
                r"|why) (?:\w+ ){0,3}?(?:switch\w*|swap\w*|chang\w*|try|tries|trying|hop\w*"
                r"|settle\w*|want|buy|substitut\w*|any|touch|consider|need|like|accept"
                r"|take)\b.{0,30}"
            ),
            r"\b(?:any|no) other brand\b",
            r"\bno particular\b(?! brand)",
        ),
    ),
    Contradiction(
        attribute="brand_loyalty",
        values=("low",),
        patterns=_SAME_BRAND,
        denied="either",
        unless=(
            (
                r"\b(?:not|\w+n't|never|no|hardly|nobody is|isn't|far from) (?:\w+ ){0,2}?"
                r"(?:brand[-"
                r" ])?loyal\w*.{0,30}"
            ),
            (
                r"\b(?:never|\w+n't|not|no) (?:\w+ ){0,3}(?:same brand|stick\w*|the brand"
                r"|my brand|a"
                r" favorite)\b.{0,20}"
            ),
            r"\b(?:no|never had a|without a) favorite brand\b",
            r"\b(?:\w+n't|not|never) mind (?:\w+ )?(?:switch|swap|chang|try)\w*.{0,20}",
            r"\bstore brands?\b",
            r"\b(?:never|not|\w+n't) (?:buys?|gets?|picks?) the same\b.{0,20}",
        ),
    ),
    Contradiction(
        attribute="loyalty_card",
        values=(False,),
        patterns=_CARD_HAS,
        unless=(
            (
                r"\b(?:credit|debit|library|gift|id|business|recipe|report|birthday|greeting|index"
                r"|phone) cards?\b"
            ),
            r"\bbook club\b",
            (
                r"\b(?:warehouse|wholesale|buying|night|garden|sam's|country|golf) club\b(?! card|"
                r" member)"
            ),
        ),
    ),
    Contradiction(
        attribute="loyalty_card",
        values=(True,),
        patterns=_CARD_LACKS,
        denied="either",
        unless=(
            (
                r"\b(?:never|\w+n't|not) (?:\w+ ){0,2}?(?:leave|leaves|shop\w*|forget\w*"
                r"|go\w*|check"
                r" out|without|lost|miss\w*|pay\w*|step\w*|skip\w*)\b.{0,40}"
            ),
            r"\b(?:credit|debit|gift|library|greeting|birthday|business|report|phone) cards?\b",
            r"\bnot (?:only|just)\b.{0,40}",
            r"\bno (?:sale|deal|discount)\b.{0,20}without",
        ),
    ),
)
