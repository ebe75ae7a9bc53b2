"""The `naturalness` screen: does a short text say its facts, in sentences a person would write?

It rejects what small models get wrong while every fact is still true (a fact left out, an endless
list of clauses, a list that never ends in "and", an article or a verb form that cannot stand) and
scores what it keeps, so that the best of several candidates can be chosen. English only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .verdict import Draft, Verdict
from .wording import field_name, sentences, stem, words


class FieldNaturalness(BaseModel):
    """What one text field has to say, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    covers: Mapping[str, float] = Field(default_factory=dict)
    """Attribute or identity field, and the least share of its content words the text must hold; for
    a number any share above 0 asks for the number itself. Facts the row lacks ask for nothing."""
    verbatim: tuple[str, ...] = ()
    """Facts that are phrases; a text that holds one word for word scores higher, because small
    models turn 'a scolding from the dentist' into scolding the dentist."""
    quotes: tuple[str, ...] = ()
    """Phrases that the text must hold word for word, but for the leading article."""
    max_sentence_words: int = Field(default=32, gt=0)
    """Longest sentence; written profiles average 15 to 20 words, run-on lists start near 35."""
    max_sentence_commas: int = Field(default=4, ge=0)
    """Most commas in a sentence; five commas were always a list of traits."""
    best_sentences: tuple[int, int] = (1, 3)
    """Fewest and most sentences that read well; others lose quality, they are not rejected."""


class NaturalnessConfig(BaseModel):
    """Reject clumsy texts and score the others."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kind: Literal["naturalness"] = "naturalness"
    fields: Mapping[str, FieldNaturalness] = Field(default_factory=dict)
    """Rules by field name; list positions are left out (`reasons.0` is `reasons`)."""
    default: FieldNaturalness = FieldNaturalness()
    """Rules of fields that `fields` does not name."""


class NaturalnessScreen:
    """Judge how a text is put together; the answer depends on the draft alone."""

    stage = "naturalness"

    def __init__(self, config: NaturalnessConfig) -> None:
        self._config = config

    def judge(self, drafts: Sequence[Draft]) -> list[Verdict]:
        """Return one verdict per draft, in order; a mended draft has `a` or `an` corrected."""
        return [self._judge_one(draft) for draft in drafts]

    def _judge_one(self, draft: Draft) -> Verdict:
        facts = {**draft.attributes, **draft.identity}
        quality: list[float] = []
        for path, raw in draft.texts():
            rule = self._config.fields.get(field_name(path), self._config.default)
            text = _with_right_articles(raw)
            finding = _missing_fact(text, rule, facts) or _run_on(text, rule) or _broken(text)
            if finding is not None:
                return Verdict("reject", self.stage, finding[0], path, finding[1])
            quality.append(_quality(text, rule, facts))
        score = round(sum(quality) / len(quality), 4) if quality else 0.0
        mended = _mend(draft.fields)
        if mended != draft.fields:
            return Verdict("mend", self.stage, "article", "", {}, mended, score)
        return Verdict("keep", self.stage, quality=score)


Finding = tuple[str, dict[str, Any]]

# ------------------------------------------------------------------------------------------ facts

# fmt: off
_EMPTY_WORDS = frozenset((
    "a", "an", "the", "of", "for", "to", "in", "on", "at", "by", "with", "and", "or", "that",
    "which", "who", "is", "are", "was", "were", "be", "being", "been", "it", "its", "my",
    "your", "her", "his", "their", "i", "you", "he", "she", "they", "not", "no", "than", "from",
    "as", "so", "but", "if",
))
# fmt: on


def _content_stems(value: object) -> set[str]:
    return {
        stem(part)
        for word in words(str(value))
        if word not in _EMPTY_WORDS
        for part in word.split("-")
        if part
    }


def _share_said(value: object, text: str) -> float | None:
    """Return how much of a fact the text says, from 0 to 1; None if there is nothing to say."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        written = f"{value:.2f}" if isinstance(value, float) else str(value)
        return float(re.search(rf"(?<![\d.]){re.escape(written)}(?!\d|\.\d)", text) is not None)
    wanted = _content_stems(value)
    if not wanted or value == "none":
        return None
    return len(wanted & _content_stems(text)) / len(wanted)


def _missing_fact(text: str, rule: FieldNaturalness, facts: Mapping[str, Any]) -> Finding | None:
    for name, least in rule.covers.items():
        share = _share_said(facts.get(name), text)
        if share is not None and share < least:
            return "fact_missing", {"attribute": name, "share": round(share, 2), "least": least}
    said = f" {' '.join(words(text))} "
    for name in rule.quotes:
        phrase = words(str(facts.get(name, "")))
        if phrase[:1] and phrase[0] in {"a", "an", "the"}:
            phrase = phrase[1:]
        if phrase and f" {' '.join(phrase)} " not in said:
            return "fact_reworded", {"attribute": name}
    return None


# ------------------------------------------------------------------------------------- sentences


def _run_on(text: str, rule: FieldNaturalness) -> Finding | None:
    for sentence in sentences(text):
        n_words, n_commas = len(words(sentence)), sentence.count(",")
        if n_words > rule.max_sentence_words:
            return "run_on", {"words": n_words, "most": rule.max_sentence_words}
        if n_commas > rule.max_sentence_commas:
            return "run_on", {"commas": n_commas, "most": rule.max_sentence_commas}
    return None


_THIRD_PERSON_VERB = (
    r"(?:always |never |mostly |usually )?(?:is|lives|likes|works|shops|orders|heads|starts|stops|"
    r"keeps|uses|checks|plans|makes|counts|compares|eats|avoids|looks|goes|runs|has|does not)"
)
_BROKEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    # "... and lives with her parents in Austin, likes woodworking."; not "Mei, 82, likes golf."
    (
        "broken_list",
        re.compile(
            rf"^(?!\w+, [^,]*, {_THIRD_PERSON_VERB}\b[^,]*$)"
            rf".*, {_THIRD_PERSON_VERB}\b(?:(?! and )[^,.;])*[.;!?](?:\s|$)"
        ),
    ),
    # "An electrician who likes cycling, shops at a supercenter"
    ("broken_list", re.compile(rf"^An? [^,.]*, {_THIRD_PERSON_VERB}\b")),
    # "is retired home health aide", "as self-employed barber"
    (
        "missing_article",
        re.compile(
            r"\b(?:is|as|of \d+,|is \d+,) (?:retired|self-employed)"
            r" (?!and\b|but\b|from\b|in\b|who\b|with\b|now\b|at\b|as\b)\w"
        ),
    ),
    # "works as a retired janitor", "is a 32-year-old between jobs"
    ("impossible_role", re.compile(r"\bworks? (?:part-time )?as (?:an? )?(?:retired|student)\b")),
    ("impossible_role", re.compile(r"-year-old,? (?:between|out|stays|lives|works|is|at home)\b")),
    # "It doesn't spoil my day, though" twice over
    ("repeated_connective", re.compile(r"\bthough\b[^.]*\.?[^.]*\bthough\b", re.IGNORECASE)),
    ("repeated_connective", re.compile(r"^(?:but|so) .{0,60}\b(?:though|so)[.!]$", re.IGNORECASE)),
    # "machines that freeze bothers me"
    (
        "agreement",
        re.compile(r"\b\w+s that [^.,;]*\b(?:bothers|annoys|gets|drives|doesn't)\b(?! (?:out|up))"),
    ),
    # "A 50-year-old manager lives with her partner": somebody else, it seems
    ("missing_subject", re.compile(r"^An? \d+-year-old [^,]*?\b(?<!who )(?:lives|works|shops)\b")),
    # "a warehouse club, where she is a vegetarian", "always stopping at", "with her head first for"
    ("joined_wrongly", re.compile(r"\bwhere (?:she|he) (?:is|likes|lives|avoids|keeps sugar)\b")),
    (
        "joined_wrongly",
        re.compile(r"\bwith (?:her|his) head\b|\bwhich (?:I|he|she) [^,.]* than that\b"),
    ),
    # "$3.99, which I've seen worse prices", "gone by noon, how hard can it be?", "of 74 years who"
    (
        "joined_wrongly",
        re.compile(
            r"\bwhich I(?:'ve| have)? (?:seen|checked|won't|didn't think)\b"
            r"|(?:,|\band) how \w+ \w+ it\b|\bof \d+ years (?:who|old)\b"
            r"|, other than that I'm\b|\band it was for\b|-year-old working\b"
        ),
    ),
    # "A retired financial analyst and likes reading mysteries."
    ("missing_subject", re.compile(rf"^An? [^,.]+ and {_THIRD_PERSON_VERB}\b")),
    # "But can't stand digital-only deals."
    ("missing_subject", re.compile(r"(?:^|[.!?] |, )(?:but |and )?can't stand\b", re.IGNORECASE)),
)


def _broken(text: str) -> Finding | None:
    plain = text.replace("’", "'")
    for sentence in sentences(plain):
        for reason, pattern in _BROKEN:
            if pattern.search(sentence):
                return reason, {}
    return ("repeated_connective", {}) if len(re.findall(r"\bthough\b", plain)) > 1 else None


# --------------------------------------------------------------------------------------- articles

_ARTICLE = re.compile(r"\b([Aa])(n?) (?=(\d+|[A-Za-z][\w'-]*))")
_SOUNDS_LIKE_CONSONANT = re.compile(r"(?:one|once|eu|uni(?!n)|use|usu|ut[ei])", re.IGNORECASE)


def _with_right_articles(text: str) -> str:
    """Return `text` with `a` before a consonant sound and `an` before a vowel sound.

    Only what is certain is changed: numbers, and words that begin with a, e, i or o (for `an`) or
    with a plain consonant (for `a`); h and u are left as they are.
    """

    def corrected(match: re.Match[str]) -> str:
        letter, n, word = match.groups()
        if word[0].isdigit():
            wants_n = word[0] == "8" or word in {"11", "18"}
        elif word.isupper() or word[0] in "hHuU" or _SOUNDS_LIKE_CONSONANT.match(word):
            return match.group()
        else:
            wants_n = word[0] in "aeioAEIO"
        return f"{letter}{'n' if wants_n else ''} " if wants_n != bool(n) else match.group()

    return _ARTICLE.sub(corrected, text)


def _mend(value: Any) -> Any:
    if isinstance(value, str):
        return _with_right_articles(value)
    if isinstance(value, Mapping):
        return {key: _mend(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mend(item) for item in value]
    return value


# ---------------------------------------------------------------------------------------- quality

_SPLICE = re.compile(r", (?:I|it|that|he|she)(?:'(?:d|ve|m|ll|s))? (?!is to say)")
_OPENS_CLAUSE = re.compile(
    r"^(?:when|if|for|once|with|after|before|as|because|while|since|so|at|on|in|to|honestly|well|yes|"
    r"what|a|an)\b",
    re.IGNORECASE,
)


def _quality(text: str, rule: FieldNaturalness, facts: Mapping[str, Any]) -> float:
    """Return about 0 to 1.5: facts said, phrases kept, minus what reads as joined by a machine."""
    shares = [s for name in rule.covers if (s := _share_said(facts.get(name), text)) is not None]
    said = sum(shares) / len(shares) if shares else 1.0
    lowered = text.casefold()
    phrases = [str(facts[name]).casefold() for name in rule.verbatim if name in facts]
    kept = sum(phrase in lowered for phrase in phrases) / len(phrases) if phrases else 0.0
    parts = sentences(text)
    splices = sum(
        len(_SPLICE.findall(part)) for part in parts if not _OPENS_CLAUSE.match(part.lstrip("\"'"))
    )
    longest = max((len(words(part)) for part in parts), default=0)
    low, high = rule.best_sentences
    outside = max(low - len(parts), len(parts) - high, 0)
    long_words = max(0, longest - 22)  # past 22 words a spoken sentence starts to read as a list
    return said + 0.5 * kept - 0.3 * splices - 0.2 * outside - 0.03 * long_words
