"""Whose fact a phrase states, whether it is denied, and whether it is real and present.

A sentence says 'nurse' in many ways: the persona is one, her sister is one, she is none, she
wishes she were one, she used to be one. A check asks here before it takes a phrase for a claim
about the persona. English, read off words and their order; no parser is loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

RELATIVE = (
    r"(?:husband|wife|spouse|partner|hubby|fianc[eé]e?|son|daughter|kid|child|children"
    r"|toddler|teen|"
    r"teenager|baby|twin|boy|girl|friend|buddy|pal|neighbou?r|sister|brother|sibling"
    r"|mother|father|mom|"
    r"mum|dad|momma|parent|folk|aunt|uncle|cousin|niece|nephew|room-?mate|house-?mate|flatmate|"
    r"co-?worker|colleague|boss|manager|supervisor|landlord|landlady|grandson"
    r"|granddaughter|grandkid|"
    r"grandchild|grandchildren|grandmother|grandfather|grandma|grandpa|granny|boyfriend|girlfriend|"
    r"in-law|sister-in-law|brother-in-law|mother-in-law|father-in-law|ex|professor|teacher|doctor|"
    r"dentist|nurse|pastor|driver|shopper|vet|customer|cashier|clerk|bagger|stocker|butcher|baker|"
    r"guy|man|woman|lady|gentleman|person|people|folks|crowd|family|couple|guest|visitor|client|"
    r"patient|student|classmate|dog|cat|puppy|kitten|youngest|oldest|eldest|firstborn|grader|"
    r"bride|groom|tenant|little one|pupil)s?"
)
"""Words for somebody who is not the persona when they are the subject of a clause."""

_DETERMINER = (
    r"(?:my|her|his|our|their|the|an?|some|most|many|these|those|other|another|every|that|this|one|"
    r"no|both|all|two|three|four|only|such)"
)
_OTHER = re.compile(
    rf"\b(?:{_DETERMINER}(?:\s(?!and\b|or\b)[\w'-]+){{0,2}}\s)?(?<!as a )(?<!as an )"
    rf"(?P<noun>{RELATIVE})\b"
    r"(?!\s(?:and|&)\s(?:i|she|he|me)\b)(?!')|"
    r"\b(?P<they>they|you|others|someone|somebody|everyone|everybody|anyone|anybody|nobody|people|"
    r"folks|whoever|who)\b|(?P<possessive>\b"
    rf"{RELATIVE}['’]s?)(?=\s)",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"\b(?:i|i'm|i've|i'd|i'll|we|we're|we've|we'd|we'll|she|she's|she'd|she'll|he|he's|he'd|he'll|"
    r"me|myself|as a|as an|and i)\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"\b(?:i|we|she|he)\s(?:and|&)\s$", re.IGNORECASE)
"""The persona before 'and': 'she and her husband' do what she does."""
_LISTED = re.compile(
    r"\b(?:with|rais\w+|has|have|had|supports?|for|between)\b[^,;.]{0,48}\band\s$", re.IGNORECASE
)
_PLACED_AFTER = re.compile(
    r"\s(?:in|at|near|outside|from|on|alone|under)\b|\s?[,.;!?]|$", re.IGNORECASE
)
"""'with her partner and two children in Richmond' goes on with the list and starts no clause."""
_SUBJECT_AFTER = re.compile(
    r"\s*(?:\(|,\s)?(?:who\b|an\b|a\b|is\b|are\b|was\b|were\b|has\b|have\b|had\b|does\b|do"
    r"\b|did\b|can\b|"
    r"will\b|would\b|used\b|always\b|never\b|still\b|also\b|just\b|and\b|in\b|at\b"
    r"|from\b|next\b|ahead\b|in front\b|behind\b|of (?:mine|ours|hers|his|theirs)\b|of"
    r" my\b|"
    r"with\b|down\b|across\b|over\b|\w+(?:s|ed)\b|ate\b|eat\b|drinks?\b|drank\b|drove\b|got\b|"
    r"bought\b|said\b|told\b|went\b|came\b|gave\b|kept\b|took\b|made\b|left\b|love\b|like\b|want\b|"
    r"work\b|live\b|think\b|say\b|run\b|prefer\b|swear\b|buy\b|use\b|drive\b|own\b|need\b|shop\b)",
    re.IGNORECASE,
)
_HARD_BREAK = re.compile(
    r"[;:()—–]|,(?=\s)|\s-\s|\b(?:but|because|while|though|although|whereas|so(?! (?:far"
    r"|much|many))|"
    r"which|unless|until|than|since|when|whenever|even if|yet|if|after|before|that's|where)\b",
    re.IGNORECASE,
)
_SOFT_BREAK = re.compile(rf"{_HARD_BREAK.pattern}|\b(?:and|or)\b(?!\s(?:i|me)\b)", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:no|not|never|without|nobody|none|neither|nor|hardly|barely|rarely|seldom"
    r"|scarcely|cannot|"
    r"lacks?|lacking|avoid\w*|skip\w*|ignor\w*|refus\w*|stopped(?! (?:for|at|by|in|off|to|o"
    r"n|and)\b)|quit|quits|dropped|ditch\w*|"
    r"gave up|give up|gives up|giving up|given up|cut(?:s|ting)? out|swore off|sworn off"
    r"|swears? off|"
    r"instead of|rather than|other than|anything but|far from|free of|free from|"
    r"off limits|allergic to|intolerant to|can't stand|hates?|hated|dislikes?|detests?|despises?|"
    r"no longer|used to|miss|misses|missed|past the|done with|through with|over with|"
    r"steers? clear of|stays? (?:away|clear|off)|swap\w*|replac\w*|substitut\w*(?! teacher)"
    r"|nothing "
    r"(?:with|like)|"
    r"too (?:old|young|cheap|tired|proud|busy) (?:for|to)|turns? down|passes? on|pass on)\b|n't\b|"
    r"\bn[o']t (?:a|an|one)\b",
    re.IGNORECASE,
)
_NOT_NEGATION = re.compile(
    r"\b(?:not only|not just|no (?:doubt|question|matter|wonder|secret|surprise|joke)"
    r"|never (?:miss\w*|"
    r"without|leaves?|go(?:es)? (?:any\w+ )?without|run\w* out of|skips?|far from|forgets?|fails?)|"
    r"can't (?:wait|help|resist|live without|get enough|go without|do without|beat|imagine)|"
    r"couldn't (?:live|do) without|not without|doesn't (?:go|leave)|don't (?:go|leave)"
    r"|no fan of being|"
    r"why not|if not|whether or not|nothing beats|nobody (?:beats|makes)|no one (?:beats|makes)|"
    r"don't (?:skip|forget|miss)|doesn't (?:skip|forget|miss)|hasn't missed|haven't missed|"
    r"won't (?:skip|miss|give up)|not (?:give|giving) up|wouldn't (?:trade|give up)|skip"
    r" (?:lunch|the "
    r"line|breakfast|dinner)|no (?:big|small) (?:deal|thing))\b",
    re.IGNORECASE,
)
_NEGATION_AFTER = re.compile(
    r"^[^,;:.!?]{0,24}?\b(?:is|are|was|were|has|have|had|do|does|did|will|would|can|could)"
    r"(?:n't| not| never)\b|^[^,;:.!?]{0,14}?\b(?:is|are) (?:(?:out|off)(?=[,.;!]|$|"
    r" for)|off limits|banned|forbidden|"
    r"not for|history|a no|poison)\b|^[- ]free\b|^ (?:never|no longer|not) ",
    re.IGNORECASE,
)
_HYPOTHETICAL = re.compile(
    r"\b(?:wish(?:es|ed|ing)?|someday|one day i|some day|dreams?|dreamed|dreaming|hop"
    r"(?:e|es|ing) (?:to|"
    r"for|that)|imagin\w+|pretend\w*|as if|as though|thinking (?:about|of)|thinks "
    r"(?:about|of)|consider\w*|"
    r"might|maybe|perhaps|sav(?:e|es|ing) (?:up )?(?:for|to)|would (?:love|like|kill|be"
    r"|have)|i'd (?:love|"
    r"like|kill|be|have)|she'd (?:love|like|be|have)|he'd (?:love|like|be|have)|could"
    r" use|plans? to|"
    r"planning to|planning on|wants? (?:a|an|to)|almost (?:bought|became|got|went)"
    r"|reminds? (?:me|her|"
    r"him)|feels? like|felt like|look(?:s|ed)? like|sounds? like|acts? like|treats? \w+ like|"
    r"if (?:i|we|she|he|only)(?:'d)? (?:had|were|was|could|ever|lived|owned|drove|worked|did)|"
    r"mistake\w* (?:me|her|him) for|jok\w+|ought to|should|supposed to|suggest\w*|insist\w*)\b",
    re.IGNORECASE,
)
_BEGUN = re.compile(
    r"\b(?:bought|moved|relocated|settled|adopted|married|started|opened|joined|switched|purchased"
    r"|retired|turned|became)\b",
    re.IGNORECASE,
)
"""Verbs of the past whose outcome still holds: 'moved to Akron years ago'."""
_AGO = re.compile(
    r"\b(?:(?:an? )?(?:\w+ )?(?:years?|decades?|months?|weeks?)(?: \w+)? ago|years ago|long ago)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:used to|formerly|former|once (?:was|had|owned|lived|worked)|years ago|back"
    r" when|back then|"
    r"back in|in (?:my|her|his) (?:youth|younger|day|former|old|childhood|past|career"
    r"|previous)|when (?:i|"
    r"she|he|we) (?:was|were|had|lived|worked|first|still|taught|ran|drove)|as a (?:kid"
    r"|child|girl|boy|"
    r"teen\w*|young \w+|student)|gr[eo]w(?:ing)? up|before (?:i|she|he|we|the|having|moving|kids|"
    r"marriage)|until (?:i|she|he|we|last|recently)|in (?:college|high school|grade"
    r" school)|ex-\w+|(?:my|her|his) ex|late (?:husband|wife|spouse|partner|mother|father)|"
    r"long ago|any ?more|in a past life|decades ago|raised (?:on|in|by)|had been|left "
    r"(?:my|her|his))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What the words around a phrase say of it."""

    own: bool
    """Whether the persona, not somebody else, is the subject."""
    denied: bool
    """Whether the phrase is negated: 'no car', 'never eats meat'."""
    real: bool
    """Whether it is stated, not wished for, advised or supposed."""
    present: bool
    """Whether it is not marked as over: 'used to', 'years ago'."""


def read_claim(sentence: str, start: int, end: int) -> Claim:
    """Return how `sentence` states the phrase at `start:end`."""
    hard = _last_end(_HARD_BREAK, sentence, start)
    before = sentence[hard:start]
    return Claim(
        own=_is_own(sentence, start),
        denied=_is_denied(before, sentence[start:end], sentence[end:]),
        real=not _HYPOTHETICAL.search(sentence[_opening(sentence, hard) : start]),
        present=not _is_past(sentence[_opening(sentence, hard) : end], sentence[end:]),
    )


def _is_past(clause: str, after: str) -> bool:
    if _BEGUN.search(clause):
        clause, after = _AGO.sub(" ", clause), _AGO.sub(" ", after)
    return bool(
        _PAST.search(clause)
        or re.match(
            r"[^,;.!?]{0,30}\b(?:years ago|any ?more|back then|in those days|way back|decades"
            r" ago|as a (?:kid|child|boy|girl)|growing up)\b",
            after,
            re.IGNORECASE,
        )
    )


def _opening(sentence: str, hard: int) -> int:
    """Return where to look for moods: the clause, with the word that opens it."""
    return max(0, sentence.rfind(" ", 0, max(hard - 1, 0)) + 1) if hard else 0


@lru_cache(maxsize=4096)
def _breaks(pattern: re.Pattern[str], sentence: str) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in pattern.finditer(sentence))


def _last_end(pattern: re.Pattern[str], sentence: str, start: int) -> int:
    last = 0
    for _, end in _breaks(pattern, sentence):
        if end > start:
            break
        last = end
    return last


def _is_denied(before: str, matched: str, after: str) -> bool:
    window = _NOT_NEGATION.sub(" ", before[-60:])
    return bool(_NEGATION.search(window) or _NEGATION_AFTER.search(after)) or matched.endswith(
        "-free"
    )


def _is_own(sentence: str, start: int) -> bool:
    """Return whether the nearest subject before the phrase is the persona."""
    for own, _, finish in reversed(_subjects(sentence)):
        if finish <= start:
            return own
    return True


def _is_apposition(sentence: str, match: re.Match[str]) -> bool:
    """Return whether the noun opens the sentence and describes the persona: 'A nurse, she ...'."""
    return bool(
        not sentence[: match.start()].strip(" \"'")
        and re.match(r"(?:an?|the)\s", match.group(), re.IGNORECASE)
        and re.match(r"[^;.!?]*?, (?:i|she|he|we)\b", sentence[match.end() :], re.IGNORECASE)
    )


@lru_cache(maxsize=4096)
def _subjects(sentence: str) -> tuple[tuple[bool, int, int], ...]:
    """Return (is the persona, start, end) of every subject of the sentence, in order."""
    found: list[tuple[bool, int, int]] = []
    for match in _SELF.finditer(sentence):
        if match.group().lower() in {"me", "myself"}:
            continue
        found.append((True, match.start(), match.end()))
    clause_starts = [0, *(end for _, end in _breaks(_SOFT_BREAK, sentence))]
    for match in _OTHER.finditer(sentence):
        if match.group("possessive"):
            # The possession is what is spoken of: 'my brother's truck'.
            found.append((False, match.start(), match.end()))
            continue
        opens = any(0 <= match.start() - begin <= 3 for begin in clause_starts)
        if match.group("they"):
            if match.group("they").lower() == "who":
                relative = bool(
                    re.search(rf"\b{RELATIVE},?\s$", sentence[: match.start()], re.IGNORECASE)
                )
                role = re.search(
                    r"\b(?:as|is|am|'m|an?|was|been)\s(?:an?\s)?(?:[\w-]+\s){0,3}$",
                    sentence[: match.start()],
                )
                if not relative or role:
                    continue
            elif not opens:
                continue
            found.append((False, match.start(), match.end()))
        elif (
            opens
            and _SUBJECT_AFTER.match(sentence[match.end() :])
            and not (
                _LISTED.search(sentence[: match.start()])
                and _PLACED_AFTER.match(sentence[match.end() :])
            )
        ):
            own = bool(_TOGETHER.search(sentence[: match.start()])) or _is_apposition(
                sentence, match
            )
            found.append((own, match.start(), match.end()))
    return tuple(sorted(found, key=lambda subject: subject[1]))
