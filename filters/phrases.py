"""Word lists and patterns of the `rules` screen, each with the failure it was read off.

The lists come from reading 20 to 48 outputs each of instruct models between 0.1B and 1.5B
parameters: what they write when they leave the role. They are English; other languages get the
structural checks only.
"""

from __future__ import annotations

import re

REFUSAL = re.compile(
    r"\b(?:i(?:'m| am) (?:unable|not able)|sorry,? (?:but )?i (?:can't|cannot|am unable|'m unable)|i (?:cannot|can't|won't be able to)"
    r" (?:help|assist|provide|fulfil|fulfill|comply|create|generate|write|answer)|as an ai\b|as a (?:large )?"
    r"language model|i do(?:n't| not) have (?:personal|access|enough information|the ability)|"
    r"not able to (?:assist|provide|fulfill)|against my (?:guidelines|programming))",
    re.IGNORECASE,
)
"""The model declines or speaks of itself as a model."""

TEMPLATE_LEFTOVER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\$\{|\[(?:[A-Z][\w ]{0,30}|insert[^\]]*|your [^\]]*|name|city|state|age|item|"
    r"price|product|store[^\]]*)\]|<[^<>\n]{1,40}>|\bXX+\b|\bN/A\b|\blorem ipsum\b|_{2,}|\\n|\\u[0-9a-f]{4}",
    re.IGNORECASE,
)
"""Placeholders and markup that were to be filled in."""

PREAMBLE = re.compile(
    r"^\W*(?:sure\b[,!.]|certainly\b[,!.]|of course\b[,!.]|absolutely\b[,!]|here(?:'s| is| are) (?:a|an|the|your|my|"
    r"one|some)\b|below is\b|okay, here|the following\b|answer:|output:|response:|summary:|persona:|"
    r"note:|text:|quote:|example:|customer:|shopper:|sentence \d|in this (?:text|summary|story|persona))",
    re.IGNORECASE,
)
"""An assistant's opening instead of the text itself, or the field's label repeated."""

AGENT_VOICE = re.compile(
    r"\b(?:we apologi[sz]e|our (?:customer|support|service) (?:service|support|team)|our team\b|"
    r"our customers?\b|our (?:store|stores|website|products)\b|"
    r"(?:contact|call|reach out to) (?:our |the )?customer (?:support|service|care)|"
    r"thank(?:s| you) for (?:shopping|choosing|contacting|reaching|your (?:order|purchase|patience|business|"
    r"question|interest))|how (?:can|may) (?:i|we) (?:help|assist)|happy to (?:help|assist) you|let me know if|"
    r"i hope this helps|feel free to|please (?:note|contact|visit|let|feel|provide|do not hesitate)|"
    r"(?:you|shoppers|customers|consumers) should\b|if you(?:'re| are) (?:looking|searching)|"
    r"i(?:'d| would) (?:recommend|suggest|advise) (?:you|that you)\b|we(?:'re| are) (?:here to|committed|sorry)|"
    r"is there anything else)",
    re.IGNORECASE,
)
"""The text of a shop's or assistant's side, where a customer was to speak."""

MARKETING_VOICE = re.compile(
    r"\b(?:look no further|indulge|perfect for (?:anyone|any|those|every|all)\b|elevate your|treat yourself|"
    r"don't miss|must-have for|take your .{2,30} to the next level|say goodbye to|unlock|"
    r"whether you(?:'re| are)\b|discover the|experience the|order (?:now|today)|buy now|limited[- ]time|"
    r"satisfaction guaranteed|best-in-class|unparalleled|game[- ]changer|tantaliz\w+|mouth-?watering|"
    r"exquisite|delectable|culinary (?:journey|delight|adventure)|a testament to|rich tapestry|bustling|nestled)",
    re.IGNORECASE,
)
"""Advertising copy and the stock phrases of language models."""

DEFAULT_NAMES = re.compile(
    r"\b(?:john (?:doe|smith)|jane (?:doe|smith)|(?:emily|sarah|michael|david) (?:johnson|smith|thompson|chen|"
    r"lee)|alex johnson|maria garcia|mary sue|joe bloggs|sarah|emily|john|jane)\b",
    re.IGNORECASE,
)
"""Names a model falls back to; allowed where they are the row's own."""

# The commonest English words: running text draws about half of its words from such a list.
FUNCTION_WORDS = frozenset(
    """the a an and or but if of to in on at by for with from as is are was were be been it its he she they
    we i you my his her their our your me him them us this that these those not no so do does did have has had
    will would can could about up out when than then there what which who how just very more most some any all
    because after before while since until over only also too even still every each he's she's it's i'm don't
    i've i'd that's into off never always""".split()
)

DANGLING = frozenset(
    """a an the and or but nor of to in on at by for with from as is are was were be been being her his their
    our your my its this that these those which who whom whose because although while if than so very into
    onto about under over between""".split()
)
"""A sentence that ends with one of these was cut; pronouns such as 'her' may end one: see rules."""

ENDS_WELL = frozenset(
    {
        "in",
        "on",
        "over",
        "about",
        "for",
        "with",
        "by",
        "to",
        "so",
        "her",
        "his",
        "that",
        "this",
        "these",
        "those",
        "is",
        "are",
        "was",
        "were",
        "be",
        "as",
        "of",
        "at",
        "from",
        "which",
        "under",
        "between",
        "mine",
        "into",
        "who",
        "been",
        "while",
    }
)
"""Members of DANGLING that may end a good sentence ('the one she asked for')."""
