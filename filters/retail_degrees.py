"""Degrees of price sensitivity, coupon use and brand habits, each by what its people say.

The attitudes in `retail_attitudes` clash with the opposite end of a scale. What is listed here
says one degree so plainly that it clashes with both others, the middle one included.
"""

from __future__ import annotations

from .contradictions import Contradiction

_THE = r"(?:the |a |any |every |my |her |his |our )?"

_DEGREES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "price_sensitivity",
        "high",
        (
            r"\b(?:count|compar|check|watch)\w* (?:every|each|all) (?:single )?(?:dollar|pe"
            r"nn(?:y|ies)|cent|price)s?\b",
            r"\bcheck\w* (?:the |every |each )?prices? twice\b|\bknows? what everything costs\b",
            r"\bnothing goes in (?:the|my|her|his) cart until\b|\bmoney is (?:very |so )?tight\b",
            r"\b(?:won't|will not|wouldn't) pay (?:any )?more than that\b",
            r"\ball (?:i|she|he) wanted to spend\b|\bcan(?:'t|not) (?:really )?afford\b",
        ),
    ),
    (
        "price_sensitivity",
        "low",
        (
            r"\b(?:(?:do|does)(?:n't| not)|never|rarely|hardly ever|seldom|barely) (?:even "
            r"|really )?(?:worr(?:y|ies) about|looks?"
            rf" at|checks?|cares? about|notices?|stud(?:y|ies|ied)|compares?) {_THE}(?:pric"
            rf"es?|price tags?|costs?)\b",
            r"\bwhatever (?:it|they|things) costs?\b|\brather save time than money\b",
            r"\bif (?:i|she|he) wants? it, (?:i|she|he) (?:gets?|buys?) it\b",
            r"\b(?:didn't|did not|doesn't|don't) think twice about (?:it|the price)\b",
            r"\b(?:i'd|i would|she'd|he'd) have paid (?:even )?more\b|\bstraight into the cart\b",
            r"\bprices? (?:(?:do|does)(?:n't| not) matter|never matters?)\b|\bmoney is no object\b",
        ),
    ),
    (
        "price_sensitivity",
        "medium",
        (
            r"\blikes? a fair price\b|\b(?:which |it )seemed fair\b|\bnot a bad price\b",
            r"\bseen worse prices\b|\bpay a little more for (?:something good|quality)\b",
            r"\bprices? matters?\b[^.;]{0,12}\bwithin reason\b|\bbut not for long\b",
        ),
    ),
    (
        "deal_seeking",
        "plans around weekly ads",
        (
            r"\b(?:plan|build|organi[sz]|arrang)\w* (?:the|my|her|his|our|every|each) (?:\w"
            r"+ )?(?:week|meals?|menus?|trips?|list|shopping|dinners?)"
            r"\b[^.;]{0,20}\b(?:around|by|from|on) (?:the |what )?(?:\w+ )?(?:ads?|circular"
            r"s?|flyers?|sales?|specials)\b",
            r"\blist (?:\w+ )?(?:starts? with|from|comes from) the (?:weekly |store )?(?:ad"
            r"s?|circular|flyer)\b",
            r"\bread(?:s|ing)? the (?:weekly |store )(?:ads?|circular|flyer) before\b",
            r"\bif it's not on sale, it can wait\b|\b(?:weekly|store) ads? decides?\b",
        ),
    ),
    (
        "deal_seeking",
        "uses coupons now and then",
        (
            r"\b(?:us(?:e|es|ing)|clips?|redeems?|takes?)? ?(?:a )?coupons? (?:every )?(?:n"
            r"ow and then|once in a while|now and again"
            r"|from time to time|sometimes|occasionally|when (?:i|she|he) (?:ha(?:ve|s)|rem"
            r"embers?|finds?) (?:one|them))\b",
            r"\b(?:once in a while|now and then|sometimes|occasionally),? (?:i|she|he)? ?(?"
            r":clips?|uses?) (?:a )?coupons?\b",
            r"\bif (?:i|she|he) remembers? a coupon\b|\bcoupons are fine when\b|\boccasiona"
            r"l coupon\b",
        ),
    ),
    (
        "deal_seeking",
        "ignores coupons",
        (
            r"\b(?:never|(?:do|does)(?:n't| not)|(?:can|could)(?:'t|not) be bothered)\b[^,."
            r";]{0,8} ?(?:uses?|clips?|bothers?|with|touch(?:es)?|cuts?)"
            r"[^,.;]{0,12}? ?\bcoupons?\b(?! (?:that|from|for))",
            r"\bcoupons? (?:are|is) too much (?:trouble|bother|hassle|work)\b|\bno use for "
            r"coupons\b",
            r"\bleaves? (?:the )?coupons to (?:other|somebody|someone)\b|\bignor\w+ (?:the "
            r")?coupons\b",
            r"\bclipping coupons (?:isn't|is not) (?:for|my|her|his)\b|\bskips? (?:the )?coupons\b",
        ),
    ),
    (
        "store_brands",
        "prefers store brands",
        (
            r"\bstore brands? (?:is|are) good enough\b|\b(?:buy|choose|pick|take)s? the sto"
            r"re brand whenever\b",
            r"\b(?:never|(?:do|does)(?:n't| not)) pay extra for (?:a|the) (?:famous|fancy|b"
            r"ig) (?:label|name|brand)\b",
            r"\bstore brands? tastes? the same\b|\bgive me the store brand\b|\bprefers? (?:"
            r"the )?store brands?\b",
        ),
    ),
    (
        "store_brands",
        "avoids store brands",
        (
            r"\b(?:never|(?:do|does|would|will|wo)(?:n't| not)) (?:buy|touch|trust|choose)s"
            r"? (?:the )?store brands?\b",
            r"\b(?:stays? away|steers? clear|keeps? away) from (?:the )?store brands?\b|\ba"
            r"voids? (?:the )?store brands?\b",
            r"\b(?:wants?|has to be|must be|only buys?) (?:the )?name brands?\b|\bstore bra"
            r"nds? (?:aren't|isn't|are not|is not) for\b",
        ),
    ),
    (
        "brand_loyalty",
        "high",
        (
            r"\b(?:bought|used|buys?|buying|been buying|sticks? to|stay\w* with) the same b"
            r"rands?\b|\bsame brands? for years\b",
            r"\bonce (?:i|she|he) likes? a brand\b|\b(?:my|her|his) brands are (?:my|her|hi"
            r"s) brands\b",
            r"\bnew brands (?:do not|don't) tempt\b|\b(?:very |fiercely |highly )?loyal to "
            r"(?:my|her|his|a few|certain) brands\b",
        ),
    ),
    (
        "brand_loyalty",
        "low",
        (
            r"\b(?:try|tries|buys?|takes?) any brand\b|\bswitch(?:es)? brands (?:all the ti"
            r"me|often|constantly|freely)\b",
            r"\b(?:the )?brands? (?:doesn't|does not|don't|do not) matter\b|\bone brand is "
            r"as good as\b",
            r"\blabels mean nothing\b|\bno (?:brand )?loyalty\b",
        ),
    ),
    (
        "brand_loyalty",
        "medium",
        (
            r"\ba few favou?rite brands\b|\bsome store brands and some name brands\b",
            r"\bonly changes? brands for a good reason\b|\ba few brands have earned\b|\bsom"
            r"e brands (?:i'm|she's|he's) picky\b",
        ),
    ),
)

DEGREES = tuple(
    Contradiction(
        attribute=attribute,
        except_values=(value,),
        patterns=patterns,
        denied="either",
        unless=(
            r"\b(?:never|not|\w+n't) (?:count|compar|check|plan)\w*.{0,24}",
            r"\b(?:no longer|used to)\b.{0,40}",
        )
        if value in {"high", "plans around weekly ads"} and attribute != "brand_loyalty"
        else (),
    )
    for attribute, value, patterns in _DEGREES
)
"""Plain statements of one degree, which clash with every other."""
