"""Foods and diets that clash with what a retail persona eats.

A food bought for somebody else, or one made of plants, clashes with nothing.
"""

from __future__ import annotations

from .contradictions import Contradiction
from .vocabulary import DAIRY, GLUTEN, MEAT, SUGAR

_PLANT = (
    r"\b(?:oat|almond|soy|coconut|rice|cashew|hemp|pea|plant|nut|peanut|vegan|dairy[-"
    r" ]free|plant[- ]based|almond[- ]based|oat[- ]based|"
    r"soy[- ]based|non-?dairy|cocoa|shea|body|apple|sunflower|pumpkin|cookie|tofu|veggie"
    r"|fake|faux)[- ](?:\w+[- ]){0,2}?(?:milk|cheese|cheddar|"
    r"mozzarella|parmesan|feta|yogh?urt|butter|cream|ice cream|lattes?|pizza|ricotta|lasagna)",
    (
        r"\b(?:milk|cheese|dairy|butter|cream|egg|meat) (?:alternatives?|substitutes?"
        r"|replacements?|replacers?)\b"
    ),
    (
        r"\bcream of (?:tartar|wheat)\b|\b(?:shaving|hand|face|night|eye|rash"
        r"|moisturi[sz]ing) cream\b|\bswiss (?:chard|army)\b|\bcream(?:y|-colored)\b|\bcocoa"
        r" butter\b|\bmilk (?:crate|money|of magnesia)\b|\bpeanut butter\b|\bbutter "
        r"(?:beans?|lettuce|squash)\b|\bbutternut\b"
    ),
)

_MEATLESS = (
    r"\b(?:veggie|vegetable|vegan|vegetarian|plant[- ]based|meatless|bean|black[- ]bean"
    r"|tofu|soy|seitan|tempeh|mock|faux|meat[- ]free|"
    r"impossible|beyond|lentil|mushroom|fake|jackfruit|cauliflower|portobello)[- ]"
    r"(?:[\w-]+ ){0,2}?\w+",
    (
        r"\b(?:fish|meat|burger|steak|chicken|turkey|bacon) (?:sauce|alternatives?"
        r"|substitutes?|replacements?|shredder|thermometer|bits)\b|\b(?:alternatives?"
        r"|substitutes?|replacements?) (?:to|for) \w+"
    ),
    (
        r"\b(?:cat|dog|pet|puppy|kitten)'?s?\b.{0,30}|\bthe meat of\b|\bfishing\b|\bmeat "
        r"(?:counter|aisle|department|eaters?)\b|\bgold ?fish\b|\bswedish fish\b|\bchicken "
        r"(?:out|wire|coop|scratch)\b|\bduck (?:in|into|out|under|tape)\b|\bbig fish\b"
        r"|\bwild goose\b|\bcold turkey\b|\bbring\w* home the bacon\b"
    ),
)

_OTHERS_EAT = (
    (
        r"\bfor (?:my|her|his|our|the) (?:husband|wife|partner|boyfriend|girlfriend|son"
        r"|daughter|kids?|boys|girls|roommates?|dog|cat|guests?|neighbou?rs?|brother|sister"
        r"|mother|father|mom|dad|parents)\b"
    ),
    r"\b(?:smell|sight|thought|talk|aisle|section|counter|case|shelf) of \w+",
)

_ATE_MEATLESS = (
    (
        r"\b(?:vegetarian|veggie-only|meatless|meat-free)\b(?! (?:options?|chili|friend|dish"
        r"|aisle|section|monday|burgers?|meals?|sausages?))"
    ),
    (
        r"\b(?:(?:no|never|not|\w+n't|without|gave up|quit|stopped|swore off|cut out|avoids?"
        r"|skips?|hasn't|haven't)\b[^,.;]{0,22}\b(?:meat|red meat and chicken|animals)\b)(?!"
        r" (?:sauce|counter|without|on fridays|prices?|aisle|that|this week|today|is cheap"
        r"|was))"
    ),
    (
        r"\bmeat (?:hasn't|has not|hasn't ever|never|doesn't|does not|is off|has never)\b|\b"
        r"(?:i|she|he) (?:do|does)(?:\w+n't| not) (?:touch|do|eat|cook|buy) (?:meat|animals"
        r"|flesh)\b|\banything with (?:a face|eyes)\b|\bplant-based (?:diet|eater"
        r"|household)\b"
    ),
)

_VEGAN = (
    (
        r"(?:'m|\bam|\bis|'s|\bas|\bbeing|\bwent|\bgone|\bstrict|\blifelong|\bcommitted"
        r"|\bfellow|\bturned|, a|\bus) (?:a |an )?(?:\w+ )?vegan\b(?! (?:options?|cheese"
        r"|burger|chili|brownies))|\bveganism\b|\bmy vegan (?:diet|kitchen|lifestyle|heart"
        r"|household)\b|\bno animal products\b|\bplant-based (?:only|diet|eater)\b"
    ),
)

_NO_GLUTEN = (
    (
        r"\b(?:celiac|coeliac|gluten[- ](?:intoleran\w+|sensitiv\w+|allergy)|gluten-free "
        r"(?:diet|household|kitchen|since|for years|by necessity|eater)|(?:can't|cannot"
        r"|don't|doesn't|couldn't|no|without|avoids?|avoiding|off|gave up|cut(?:s|ting)?"
        r" out) (?:\w+ )?(?:gluten|wheat)|allergic to (?:wheat|gluten)|(?:eats?|eating|go"
        r"|goes|going|went|gone|am|'m|is|live|stay|stays) (?:strictly )?gluten[- ]free"
        r"|gluten (?:makes|wrecks|and i|is off))\b"
    ),
)

_NO_DAIRY = (
    (
        r"\blactose[- ](?:intoleran\w+|free (?:diet|household|since))\b|\b(?:can't|cannot"
        r"|don't|doesn't|couldn't|no|without|avoids?|avoiding|off|gave up|quit|cut(?:s"
        r"|ting)? out|allergic to) (?:\w+ ){0,2}?(?:dairy|lactose|milk products)\b|\b"
        r"(?:dairy|lactose) (?:and (?:i|her|his|my)|makes me|upsets|disagrees|doesn't|hates"
        r"|is off|wrecks)\b|\b(?:eat|eats|eating|go|goes|went|stay|stays|am|'m|is)"
        r" dairy-free\b|\bmilk (?:upsets|hates|doesn't agree|gives)\b"
    ),
)

_NO_SUGAR = (
    (
        r"\b(?:keeps? (?:my |her |his |the )?sugar (?:low|down)|low-sugar (?:diet|eater|foo"
        r"ds?)|low-sugar diet|sugar-free (?:household|diet|life)|diabet\w+|watch(?:es|ing)?"
        r" "
        r"(?:my|her|his) (?:blood )?sugar|blood sugar|cut(?:s|ting)? (?:out|back on|down on)"
        r" (?:added )?sugar|(?:avoid|skip|skips|avoids|gave up|quit|off|no) (?:added "
        r"|refined |all )?(?:sugar|sweets)|keto)\b"
    ),
)

DIET = (
    Contradiction(
        attribute="diet",
        values=("vegetarian", "vegan"),
        patterns=(MEAT,),
        unless=(*_MEATLESS, *_OTHERS_EAT),
    ),
    Contradiction(
        attribute="diet",
        values=("vegan",),
        patterns=(DAIRY, r"\b(?:eggs?|omelet(?:te)?s?|honey|frittata|mayo|mayonnaise|gelatin)\b"),
        unless=(
            *_PLANT,
            *_OTHERS_EAT,
            *_MEATLESS[:1],
            (
                r"\b(?:just|chickpea|tofu|vegan) (?:egg|eggs|mayo|omelet\w*)\b|\begg-?plants?\b"
                r"|\bhoney ?(?:mango|melon|crisp|dew)\w*|\begg (?:cartons?|timer|hunt)\b|\bhoney,"
                r"|\bnest egg\b|\begg(?:s|ed)? (?:me|him|her) on\b"
            ),
        ),
    ),
    Contradiction(
        attribute="diet",
        values=("lactose-free",),
        patterns=(DAIRY,),
        unless=(
            *_PLANT,
            *_OTHERS_EAT,
            r"\blactose[- ]free (?:[\w-]+[- ]){0,2}\w+",
            r"\bpizza\b(?! night)",
            r"\blasagna\b|\bcheeseburgers?\b|\bcustard\b",
        ),
    ),
    Contradiction(
        attribute="diet",
        values=("gluten-free",),
        patterns=(GLUTEN,),
        unless=(
            (
                r"\b(?:gluten[- ]free|rice|corn|almond|chickpea|lentil|glass|oat|coconut|flourless"
                r"|tapioca|cassava|cauliflower|quinoa|buckwheat|potato|root|ginger|GF)[- ](?:[\w-]+"
                r" ){0,3}?\w+"
            ),
            *_OTHERS_EAT,
            r"\bpancake mix\b",
            (
                r"\b(?:roll|rolls) (?:of|in|with|my|her|his|around|up|out|over)\b|\b(?:paper|egg"
                r"|sushi|cabbage|spring|toilet) rolls?\b|\b(?:bread|butter) (?:aisle|winner)\w*"
                r"|\bpiece of cake\b|\beasy as pie\b|\bcake (?:stand|pan|walk)\b|\bpie (?:tin|chart"
                r"|crust shield)\b|\bprofessional toast\b|\b(?:make|made|propose[sd]?) (?:a"
                r" )?toasts?\b|\bgluten\b.{0,20}"
            ),
        ),
    ),
    Contradiction(
        attribute="diet",
        values=("low-sugar",),
        patterns=(SUGAR,),
        unless=(
            (
                r"\b(?:sugar[- ]free|low[- ]sugar|diet|zero[- ]sugar|no[- ]sugar|unsweetened"
                r"|reduced[- ]sugar|less|added|blood|brown) (?:\w+ ){0,2}?\w+"
            ),
            (
                r"\b(?:baking|club) soda\b|\bsoda (?:water|bread)\b|\bsugar (?:snap|content|free"
                r"|count|low|down|levels?)\w*|\bpop (?:in|into|by|over|up|out|music|quiz)\b"
                r"|\bpop-?up\b|\bpie (?:chart|tin)\b|\bcake (?:pan|stand)\b|\bpiece of cake\b"
                r"|\bcough syrup\b|\beye candy\b"
            ),
            *_OTHERS_EAT,
            (
                r"\b(?:keeps?|keeping|watch\w*|count\w*|limit\w*|low|little|less|reduc\w*|cut\w*) "
                r"(?:my |her |his |the |on |in |down |back |of )*(?:sugar|sweets)\b"
            ),
            r"\bsugar (?:does|is bad|low|in check)\b",
        ),
    ),
    Contradiction(attribute="diet", except_values=("vegan",), patterns=_VEGAN),
    Contradiction(
        attribute="diet", except_values=("vegetarian", "vegan"), patterns=_ATE_MEATLESS[:1]
    ),
    Contradiction(
        attribute="diet",
        except_values=("vegetarian", "vegan"),
        patterns=_ATE_MEATLESS[1:],
        denied="either",
        unless=(
            r"\bcan't (?:\w+ )?(?:live|go|do|eat dinner) without\b.{0,10}meat",
            (
                r"\b(?:never|not|\w+n't) (?:\w+ )?(?:without|leave|skip|enough|run out|too"
                r" much|like"
                r"|look|pay|trust|wait|get)\b.{0,20}meat"
            ),
            r"\bno meat (?:in the|left|at the|worth)\b",
            r"\bno more meat than\b",
        ),
    ),
    Contradiction(
        attribute="diet",
        except_values=("gluten-free",),
        patterns=_NO_GLUTEN,
        denied="either",
        unless=(r"\bno (?:need|reason)\b.{0,20}",),
    ),
    Contradiction(
        attribute="diet",
        except_values=("lactose-free", "vegan"),
        patterns=_NO_DAIRY,
        denied="either",
        unless=(
            r"\bno (?:need|reason)\b.{0,20}",
            r"\b(?:don't|doesn't|no) (?:trust|like the|see the|find the|run out of)\b.{0,20}",
        ),
    ),
    Contradiction(
        attribute="diet",
        except_values=("low-sugar",),
        patterns=_NO_SUGAR,
        denied="either",
        unless=(
            r"\bno sugar (?:at|left|in the store|bowl)\b",
            r"\bno sugar,? (?:no|added|please)\b",
        ),
    ),
)
