"""What a text may not say when an attribute has a certain value, as data.

A `Contradiction` names an attribute, the values it speaks about, and patterns that cannot stand
beside them. The grounding screen applies them; the retail population's are below, and another
population declares its own in the configuration.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, field_validator

PARTNER = r"(?<!ex-)\b(?:husband|wife|spouse|fianc[eé]e?|hubby|partner)\b(?!s? in crime)"
_OWNER = r"(?:\b(?:my|her|his|their|our)\b (?:\w+ ){0,2}?)"
_NEGATED = re.compile(
    r"(?:\b(?:no|not|never|without|avoid\w*|skip\w*|free of|instead of|rather than|don't|doesn't|"
    r"isn't|aren't|won't|can't|cannot|cut(?:s|ting)? out|gave up|gives up|stay\w* away from|"
    r"steer\w* clear of|allergic to|replac\w+|substitut\w+ for|swap\w*|refus\w+|hate\w*|dislike\w*|"
    r"used to|miss\w*|anything but|nothing with|stopped|quit|nor|other than|late|former|ex|n't)\b"
    r"|n't\b|\w+-free\b)[^.;!?]{0,28}$",
    re.IGNORECASE,
)


class Contradiction(BaseModel):
    """Patterns that cannot stand beside certain values of an attribute."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    attribute: str
    """The attribute it speaks about; without it in the row nothing is checked."""
    values: tuple[str | bool | int, ...] = ()
    """Values with which the patterns clash; empty: all but those in `except_values`."""
    except_values: tuple[str | bool | int, ...] = ()
    """Values with which the patterns do not clash."""
    patterns: tuple[str, ...]
    """Regular expressions, ignoring case, matched inside one sentence."""
    unless: tuple[str, ...] = ()
    """Regular expressions that make a sentence harmless: 'oat milk' beside 'milk'."""
    ignore_negated: bool = True
    """Whether 'never', 'without' and the like shortly before a match make it harmless."""
    reason: str = ""
    """Name in the ledger; empty: `<attribute>_differs`."""

    @field_validator("patterns", "unless")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(
                    f"{pattern!r} is no regular expression ({error}); correct the pattern"
                ) from error
        return patterns

    def applies(self, value: object) -> bool:
        """Return whether the patterns clash with this value of the attribute."""
        if self.values:
            return value in self.values
        return value not in self.except_values

    def clashes(self, sentence: str) -> bool:
        """Return whether the sentence says what the value rules out."""
        for pattern in self.patterns:
            for match in _compiled(pattern).finditer(sentence):
                if self.ignore_negated and _NEGATED.search(sentence[: match.start()]):
                    continue
                if any(_covers(unless, match, sentence) for unless in self.unless):
                    continue
                return True
        return False


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _covers(unless: str, match: re.Match[str], sentence: str) -> bool:
    """Return whether an exception overlaps the match."""
    return any(
        other.start() < match.end() and match.start() < other.end()
        for other in _compiled(unless).finditer(sentence)
    )


def _words(text: str) -> str:
    return r"\b(?:" + "|".join(text.split(",")) + r")\b"


_MEAT = _words(
    "meats?,beef,pork,bacon,ham,steaks?,chicken,turkey,lamb,sausages?,salami,pepperoni,ribs,brisket,meatballs?,"
    "hamburgers?,burgers?,hot dogs?,fish,salmon,tuna,shrimp,cod,tilapia,seafood,prosciutto,jerky,wings,deli meats?,"
    "cold cuts,carnivore"
)
_MEAT_UNLESS = (
    r"\b(?:veggie|vegetable|vegan|vegetarian|plant[- ]based|meatless|bean|black[- ]bean|tofu|soy|seitan|tempeh|mock|"
    r"faux|meat[- ]free|impossible|beyond|lentil|mushroom|fake)[- ](?:\w+ ){0,2}\w+",
    r"\b(?:fish|meat|burger|steak|chicken|turkey) (?:sauce|alternatives?|substitutes?|replacements?)\b",
    r"\b(?:alternatives?|substitutes?|replacements?) (?:to|for) \w+",
    r"\b(?:cat|dog|pet|her cat's|his dog's)\b.{0,30}",
    r"\bthe meat of\b",
    r"\bfishing\b",
)
_DAIRY = _words(
    "milk,cheese,cheddar,mozzarella,parmesan,feta,brie,yogh?urt,butter,cream,ice cream,half-and-half,lattes?,"
    "whey,buttermilk,sour cream,cream cheese,cottage cheese,kefir"
)
_PLANT = (
    r"\b(?:oat|almond|soy|coconut|rice|cashew|hemp|pea|plant|nut|peanut|vegan|dairy[- ]free|plant[- ]based|"
    r"non-?dairy|almond[- ]based|oat[- ]based|soy[- ]based|cocoa|shea|body|apple|sunflower|pumpkin|cookie)[- ]"
    r"(?:\w+[- ]){0,2}(?:milk|cheese|cheddar|mozzarella|parmesan|feta|yogh?urt|butter|cream|ice cream|lattes?)",
    r"\b(?:milk|cheese|dairy|butter|cream) (?:alternatives?|substitutes?|replacements?)\b",
    r"\bcream of (?:tartar|wheat)\b",
    r"\b(?:shaving|hand|face|moisturi[sz]ing) cream\b",
)
_LACTOSE_FREE = (*_PLANT, r"\blactose[- ]free (?:\w+[- ]){0,2}\w+")

RETAIL_CONTRADICTIONS: tuple[Contradiction, ...] = (
    # -------------------------------------------------------------------------------------- diet
    Contradiction(
        attribute="diet", values=("vegetarian", "vegan"), patterns=(_MEAT,), unless=_MEAT_UNLESS
    ),
    Contradiction(
        attribute="diet",
        values=("vegan",),
        patterns=(_DAIRY, r"\beggs?\b", r"\bhoney\b(?!crisp)"),
        unless=(
            *_PLANT,
            r"\begg (?:substitutes?|replacers?)\b",
            r"\begg-?plants?\b",
            r"\bhoney (?:mango|melon)",
            r"\bjust egg\b",
            r"\beggs? carton",
        ),
    ),
    Contradiction(
        attribute="diet", values=("lactose-free",), patterns=(_DAIRY,), unless=_LACTOSE_FREE
    ),
    Contradiction(
        attribute="diet",
        values=("gluten-free",),
        patterns=(
            _words(
                "bread,pasta,bagels?,croissants?,sourdough,baguettes?,cookies,cakes?,muffins?,crackers?,cereal,flour tortillas,"
                "pizzas?,beer,wheat,rye,couscous,donuts?,pastry,pastries,noodles,spaghetti,biscuits?,pretzels?"
            ),
        ),
        unless=(
            r"\bgluten[- ]free (?:\w+[- ]){0,3}\w+",
            r"\b(?:rice|corn|almond|chickpea|lentil|glass)[- ]"
            r"(?:\w+ )?\w+",
            r"\bbuckwheat\b",
        ),
    ),
    Contradiction(
        attribute="diet",
        values=("low-sugar",),
        patterns=(
            _words("cand(?:y|ies),soda,donuts?,milkshakes?,sugary \\w+,frosted \\w+,sweet tooth"),
        ),
        unless=(
            r"\b(?:sugar[- ]free|low[- ]sugar|diet|zero[- ]sugar|unsweetened) (?:\w+ )?\w+",
            r"\bbaking soda\b",
            r"\bclub soda\b",
        ),
    ),
    Contradiction(
        attribute="diet",
        except_values=("vegan",),
        patterns=(
            r"\b(?:i'm|i am|is|as|being|went|strict|lifelong|committed) (?:a |an )?(?:\w+ )?vegan\b",
        ),
    ),
    Contradiction(
        attribute="diet",
        except_values=("vegetarian", "vegan"),
        patterns=(
            r"\b(?:i'm|i am|is|as|being|went|strict|lifelong|committed) (?:a |an )?(?:\w+ )?vegetarian\b",
            r"\b(?:don't|doesn't|never|not) eat meat\b",
        ),
        ignore_negated=False,
        unless=(r"\b(?:not|isn't|n't|never)\b.{0,20}vegetarian",),
    ),
    Contradiction(
        attribute="diet",
        except_values=("gluten-free",),
        patterns=(r"\b(?:celiac|gluten[- ](?:intoleran\w+|sensitiv\w+))\b",),
    ),
    Contradiction(
        attribute="diet",
        except_values=("lactose-free", "vegan"),
        patterns=(r"\blactose[- ]intoleran\w+\b",),
    ),
    # ---------------------------------------------------------------------------------- household
    Contradiction(
        attribute="household",
        values=("lives alone", "single parent", "with parents", "with roommates"),
        patterns=(_OWNER + PARTNER, r"\b(?:is|i'm|i am|happily|been|newly|recently) married\b"),
        unless=(
            r"\b(?:ex|late|former|brother's|sister's|son's|daughter's|friend's|neighbor's)[- ]\w+",
        ),
    ),
    Contradiction(
        attribute="household",
        except_values=("lives alone",),
        patterns=(
            r"\b(?:lives?|living) (?:alone|on (?:my|her|his) own|by (?:myself|herself|himself))\b",
            r"\b(?:shops?|shopping|cook\w*|buy\w*) (?:just |only )?for one\b",
            r"\bhousehold of one\b",
            r"\bjust me at home\b",
        ),
    ),
    Contradiction(
        attribute="household",
        except_values=("single parent",),
        patterns=(r"\bsingle[- ](?:mom|mother|dad|father|parent)\b",),
    ),
    Contradiction(
        attribute="household",
        except_values=("with roommates",),
        patterns=(
            _OWNER + r"(?:room|house|flat)mates?\b",
            r"\blives? with (?:\w+ ){0,2}(?:room|house)mates?\b",
        ),
    ),
    Contradiction(
        attribute="household",
        except_values=("with parents",),
        patterns=(
            r"\b(?:lives?|living) with (?:my|her|his|their) (?:parents|mom|mother|dad|father|folks)\b",
        ),
    ),
    Contradiction(
        attribute="household",
        values=("lives alone",),
        patterns=(
            r"\b(?:my|her|his|our) family of\b",
            r"\blives? with\b(?! (?:\w+ ){0,3}(?:cats?|dogs?|pets?)\b)",
            r"\bthe whole family at home\b",
            r"\bkids at home\b",
        ),
    ),
    # --------------------------------------------------------------------------------- employment
    Contradiction(
        attribute="employment",
        except_values=("retired",),
        patterns=(
            r"\b(?:i'm|i am|is|now|recently|newly|been|a|since) retired\b",
            r"\bretiree\b",
            r"\b(?:since|after) (?:i |she |he |they )?(?:retiring|retired|retirement)\b",
            r"\b(?:my|her|his) retirement\b(?! (?:plan|account|savings|fund))",
            r"^(?:\W*\w+,? )?retired \w+",
            r", a retired\b",
        ),
        unless=(r"\b(?:husband|wife|father|mother|dad|mom|parents?|neighbor) .{0,12}retired",),
    ),
    Contradiction(
        attribute="employment",
        values=("retired", "unemployed", "homemaker"),
        patterns=(
            r"\b(?:after|before|at|from|during|between) (?:my |her |his )?(?:work|shifts?)\b(?!ing|s? out)",
            r"\b(?:my|her|his) (?:boss|coworkers?|co-workers?|colleagues?|shift|lunch break|job as|commute|patients|"
            r"workday|employees)\b",
            r"\bworks? (?:full|part)[- ]time\b",
            r"\b(?:works|working) as an?\b",
            r"\bon (?:my|her|his) way home from work\b",
            r"\bhome from work\b",
            r"\bat the office\b",
        ),
        unless=(
            r"\b(?:used to|formerly|once|years of|after (?:\w+ )?years)\b.{0,40}",
            r"\b(?:husband|wife|partner|spouse|son|daughter)\b.{0,40}",
        ),
    ),
    Contradiction(
        attribute="employment",
        except_values=("student",),
        patterns=(
            r"\b(?:i'm|i am|is|as|a|an|full-time|busy)(?: \w+){0,2} (?:college |graduate |grad |university |nursing )?"
            r"student\b(?! (?:loan|discount|debt|teacher|housing))",
            r"\b(?:my|her|his) (?:dorm|finals|midterms|classmates)\b",
        ),
        unless=(r"\b(?:son|daughter|kid|child|roommate|granddaughter|grandson)\b.{0,30}student",),
    ),
    Contradiction(
        attribute="employment",
        except_values=("homemaker",),
        patterns=(
            r"\bhomemaker\b",
            r"\bstay-at-home (?:mom|mother|dad|father|parent)\b",
            r"\bhousewife\b",
        ),
    ),
    Contradiction(
        attribute="employment",
        except_values=("unemployed",),
        patterns=(
            r"\b(?:unemployed|out of work|between jobs|laid off|lost (?:my|her|his) job|job hunt\w*)\b",
        ),
    ),
    Contradiction(
        attribute="employment",
        except_values=("self-employed",),
        patterns=(r"\bself-employed\b", r"\bfreelanc\w+\b", r"\b(?:my|her|his) own business\b"),
        unless=(r"\b(?:husband|wife|partner)\b.{0,40}",),
    ),
    Contradiction(
        attribute="employment",
        values=("full-time",),
        patterns=(r"\bworks? part[- ]time\b", r"\bpart[- ]time (?:job|work|\w+ who)\b"),
    ),
    Contradiction(
        attribute="employment",
        values=("part-time",),
        patterns=(r"\bworks? full[- ]time\b", r"\bfull[- ]time (?:job|work)\b"),
    ),
    # ------------------------------------------------------------------------------------- tenure
    Contradiction(
        attribute="tenure",
        values=("rents",),
        patterns=(
            r"\b(?:owns?|owning) (?:\w+ ){0,3}(?:home|house|condo)\b",
            r"\bhome-?owners?\b",
            r"\b(?:my|her|his|the|our) mortgage\b",
        ),
    ),
    Contradiction(
        attribute="tenure",
        values=("owns",),
        patterns=(
            r"\b(?:my|her|his|the|our) landlord\b",
            r"\b(?:rents|renting) (?:\w+ ){0,3}(?:apartment|house|home|place|condo|room)\b",
            r"\b(?:my|her|his) rent\b",
            r"\brented (?:apartment|house|room)\b",
            r"\brenter\b",
            r"\b(?:pay|pays|paying) (?:the |my |her |his )?rent\b",
        ),
    ),
    # ------------------------------------------------------------------------------------ channel
    Contradiction(
        attribute="channel",
        except_values=("online delivery",),
        patterns=(
            r"\b(?:orders?|ordering|shops?|buys?) (?:\w+ ){0,4}(?:groceries|everything|food)? ?online\b",
            r"\b(?:never|rarely|seldom) sets? foot in\b",
            r"\bdelivered to (?:my|her|his) (?:door|doorstep|porch)\b",
        ),
        ignore_negated=True,
    ),
    Contradiction(
        attribute="channel",
        values=("online delivery",),
        patterns=(
            r"\b(?:shops?|shopping) (?:\w+ )?in[- ](?:person|store)\b",
            r"\b(?:walks?|drives?|driving) to the (?:\w+ )?"
            r"(?:store|supermarket|warehouse club)\b",
        ),
        unless=(r"\binstead\b",),
    ),
    Contradiction(
        attribute="channel",
        except_values=("warehouse club",),
        patterns=(
            r"\b(?:shops?|goes|go|trips?|drives?|regular|member) (?:\w+ ){0,2}(?:at|to|of) (?:the |a |my |her |his )?"
            r"(?:local )?warehouse club\b",
            r"\b(?:costco|sam's club) (?:member|run|trip|card)",
        ),
    ),
    Contradiction(
        attribute="channel",
        except_values=("discount grocer",),
        patterns=(
            r"\b(?:shops?|goes|go|regular) (?:\w+ ){0,2}(?:at|to) (?:the |a |my |her |his )?(?:local )?discount grocer\w*\b",
        ),
    ),
    Contradiction(
        attribute="channel",
        except_values=("natural foods store",),
        patterns=(
            r"\b(?:shops?|goes|go|regular) (?:\w+ ){0,2}(?:at|to) (?:the |a |my |her |his )?(?:local )?"
            r"(?:natural|health) foods? store\b",
        ),
    ),
    # --------------------------------------------------------------------- price and loyalty levels
    Contradiction(
        attribute="price_sensitivity",
        values=("high",),
        patterns=(
            r"\bmoney is no object\b",
            r"\b(?:price|cost) (?:is|was) no (?:object|issue|concern)\b",
            r"\b(?:never|don't|doesn't|rarely|hardly|barely|not) (?:even )?(?:look|check|glance|notice|worry|care|mind|compare|bother)\w*"
            r" (?:\w+ ){0,3}(?:price|prices|price tags?|cost|costs|bill|pay\w*)\b",
            r"\b(?:price|cost) (?:doesn't|does not|never) matter\b",
            r"\bregardless of (?:the )?(?:price|cost)\b",
            r"\bwhatever it costs\b",
            r"\bsplurg\w+ (?:without|freely|often)\b",
            r"\bnot (?:price|cost)[- ](?:sensitive|conscious)\b",
            r"\bhappy to pay (?:more|extra|a premium)\b",
        ),
        ignore_negated=False,
    ),
    Contradiction(
        attribute="price_sensitivity",
        values=("low",),
        patterns=(
            r"\b(?:every|each) (?:penny|dollar|cent)\b",
            r"\btight budget\b",
            r"\b(?:on|stick\w* to) (?:a|my|her|his|the) (?:\w+ )?budget\b",
            r"\bpinch\w* pennies\b",
            r"\bpenny[- ]pinch\w+\b",
            r"\b(?:very|highly|extremely|quite|is|i'm) (?:price|cost|budget)"
            r"[- ](?:sensitive|conscious)\b",
            r"\balways (?:\w+ )?(?:compar\w+|check\w*) (?:the )?(?:unit )?prices\b",
            r"\bcan't afford\b",
            r"\bcheapest\b",
            r"\bfrugal\b",
        ),
    ),
    Contradiction(
        attribute="deal_seeking",
        values=("ignores coupons",),
        patterns=(
            r"\b(?:clips?|clipping|uses?|using|collects?|hunts?|loves?|stack\w*) (?:\w+ ){0,2}coupons?\b",
            r"\b(?:plans?|planning) (?:\w+ ){0,4}(?:weekly ads?|flyers?|circulars?|sales)\b",
            r"\bweekly ads? (?:before|first|every)\b",
            r"\bbargain[- ]hunt\w+\b",
            r"\bdeal[- ]seek\w+\b",
            r"\bnever miss\w* a (?:deal|sale|coupon)\b",
        ),
        unless=(r"\bnever (?:uses?|clips?) ",),
    ),
    Contradiction(
        attribute="deal_seeking",
        values=("plans around weekly ads",),
        patterns=(
            r"\b(?:never|doesn't|don't|rarely|seldom) (?:\w+ )?(?:use|uses|clip|clips|look|looks|bother|bothers|check|checks|read|reads) "
            r"(?:\w+ ){0,3}(?:coupons?|ads?|flyers?|deals?|sales?)\b",
            r"\bignor\w+ (?:\w+ ){0,2}(?:coupons?|ads?|sales|deals|flyers?)\b",
        ),
        ignore_negated=False,
    ),
    Contradiction(
        attribute="store_brands",
        values=("prefers store brands",),
        patterns=(
            r"\b(?:avoid\w*|never buys?|distrusts?|refus\w+|won't buy|doesn't trust|don't trust|skips?|hates?) (?:\w+ ){0,2}"
            r"(?:store[- ]brands?|generics?|private[- ]labels?)\b",
            r"\b(?:only|always) (?:buys?|name) (?:\w+ )?name[- ]brands?\b",
            r"\bprefers? (?:\w+ )?name[- ]brands?\b",
        ),
        ignore_negated=False,
    ),
    Contradiction(
        attribute="store_brands",
        values=("avoids store brands",),
        patterns=(
            r"\b(?:prefers?|loves?|always (?:buys?|picks?|grabs?|chooses?)|sticks? (?:to|with)|swears? by|happy with|likes?) "
            r"(?:\w+ ){0,2}(?:store[- ]brands?|generics?|private[- ]labels?)\b",
        ),
    ),
    Contradiction(
        attribute="loyalty_card",
        values=(False,),
        patterns=(
            r"\b(?:my|her|his) (?:\w+ )?(?:loyalty|rewards?|club|store) card\b",
            r"\b(?:scans?|swipes?|uses?|carries|has|have) (?:a|the) "
            r"(?:\w+ )?(?:loyalty|rewards?) card\b",
            r"\bloyalty (?:points|member)\b",
            r"\brewards (?:points|member)\b",
        ),
    ),
    Contradiction(
        attribute="loyalty_card",
        values=(True,),
        patterns=(
            r"\b(?:no|without an?|never (?:signed|bothered)|doesn't (?:have|carry|own|use)|don't (?:have|carry|own|use)|refus\w+) "
            r"(?:\w+ ){0,4}(?:loyalty|rewards?) (?:card|program)\b",
        ),
        ignore_negated=False,
    ),
    Contradiction(
        attribute="brand_loyalty",
        values=("high",),
        patterns=(
            r"\b(?:no|not) (?:\w+ )?brand loyalty\b",
            r"\b(?:whatever|any|whichever) brand\b",
            r"\bnot loyal to\b",
            r"\b(?:switch\w*|try\w*) brands (?:often|freely|all the time)\b",
        ),
        ignore_negated=False,
    ),
    Contradiction(
        attribute="brand_loyalty",
        values=("low",),
        patterns=(
            r"\b(?:fiercely|very|extremely|highly|always|deeply|stays?|remains?) (?:brand[- ])?loyal\b",
            r"\bonly (?:ever )?buys? (?:one|the same) brand\b",
            r"\balways (?:buys?|gets?) the same brand\b",
            r"\bbrand[- ]loyal\b",
        ),
    ),
    # ---------------------------------------------------------------------------------- education
    Contradiction(
        attribute="education",
        values=("no diploma", "high school diploma"),
        patterns=(
            r"\b(?:my|her|his|a|an|with a|holds a) (?:\w+ ){0,2}(?:bachelor's|master's|college|graduate|university) degree\b",
            r"\bph\.?d\b",
            r"\bmaster's\b",
            r"\bcollege graduate\b",
            r"\bcollege[- ]educated\b",
        ),
    ),
    Contradiction(
        attribute="education",
        values=("bachelor's degree", "graduate degree"),
        patterns=(
            r"\b(?:dropped out of|didn't finish|never finished|without (?:a|finishing)) (?:\w+ )?(?:high school|college|diploma)\b",
            r"\bno (?:college )?degree\b",
            r"\bnever went to college\b",
        ),
        ignore_negated=False,
    ),
    # ---------------------------------------------------------------------------------------- sex
    Contradiction(
        attribute="sex",
        values=("male",),
        patterns=(
            r"\b(?:as|i'm|i am|is|being) (?:a|an|the) (?:[\w'-]+ ){0,4}(?:woman|lady|mother|mom|grandmother|grandma|housewife|widow|wife|"
            r"girl|daughter)\b",
            r"\b(?:year-old|aged|elderly|busy|young|retired|single|working) (?:\w+ )?(?:woman|lady|mother|mom|"
            r"grandmother|girl)\b",
        ),
    ),
    Contradiction(
        attribute="sex",
        values=("female",),
        patterns=(
            r"\b(?:as|i'm|i am|is|being) (?:a|an|the) (?:[\w'-]+ ){0,4}(?:man|guy|gentleman|father|dad|grandfather|grandpa|widower|husband|"
            r"boy|son)\b",
            r"\b(?:year-old|aged|elderly|busy|young|retired|single|working) (?:\w+ )?(?:man|guy|gentleman|father|dad|"
            r"grandfather|boy)\b",
        ),
    ),
)
"""Contradictions of the shipped retail population, with English wording."""
