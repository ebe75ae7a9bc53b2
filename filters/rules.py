"""The `rules` screen: what can be told wrong from the text alone, without a model.

Lengths per field, loops, template leftovers, refusals, the wrong language, copies of the prompt,
default names, cut endings, the wrong grammatical person and the voice of an agent or an advert.
Invisible characters and typographic noise are mended, everything else rejects.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .phrases import (
    AGENT_VOICE,
    CUT_ENDINGS,
    DEFAULT_NAMES,
    MARKETING_VOICE,
    PREAMBLE,
    REFUSAL,
    TEMPLATE_LEFTOVER,
)
from .verdict import Draft, Verdict
from .wording import field_name, fold, ngrams, sentences, word_list, words

Finding = tuple[str, dict[str, Any]]


class FieldRules(BaseModel):
    """What one text field has to look like."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    min_chars: int = Field(default=1, ge=0)
    """Fewest characters after mending."""
    max_chars: int = Field(default=2000, gt=0)
    """Most characters after mending."""
    min_words: int = Field(default=1, ge=0)
    """Fewest words."""
    max_words: int = Field(default=400, gt=0)
    """Most words."""
    min_sentences: int = Field(default=0, ge=0)
    """Fewest sentences."""
    max_sentences: int = Field(default=40, gt=0)
    """Most sentences."""
    is_sentence: bool = True
    """Whether the text has to begin with a capital and end with sentence punctuation."""
    person: Literal["first", "third", "any"] = "any"
    """`first` needs I, me, my or we, us, our; `third` uses no I, me, my outside quotes."""


_FOREIGN_WORDS = 3
"""Words of a shared run that the row's own notes lack before it counts as a copy. Two rows with
the same product and closing remark share long runs honestly; a copied example has its own words."""


class RulesConfig(BaseModel):
    """Reject texts whose form alone shows that they cannot be used."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kind: Literal["rules"] = "rules"
    fields: Mapping[str, FieldRules] = Field(default_factory=dict)
    """Rules by field name; list positions are left out (`reasons.0` is `reasons`)."""
    default: FieldRules = FieldRules()
    """Rules of fields that `fields` does not name."""
    language: Literal["en", "any"] = "en"
    """`en` asks for Latin letters and English function words; `any` skips both checks."""
    min_latin_ratio: float = Field(default=0.95, ge=0, le=1)
    """Least share of Latin among letters; one foreign word in a short sentence is still below 1."""
    min_function_word_ratio: float = Field(default=0.2, ge=0, le=1)
    """Least share of English function words in texts of 8 or more words; English prose has 0.35 to
    0.6, other Latin-script languages under 0.1 by chance words such as 'a' and 'me'."""
    echo_words: int = Field(default=7, ge=3)
    """Shared run of words with the prompt that counts as a copy; 8 is the usual figure for copied
    passages in corpora, one less because the fields are one or two sentences."""
    loop_words: int = Field(default=4, ge=2)
    """A run of this many words may not occur twice in one text."""
    ban_default_names: bool = True
    """Reject names that models fall back to, unless they are the row's own."""
    ban_marketing_voice: bool = True
    """Reject advertising copy and stock phrases."""


class RulesScreen:
    """Judge the form of each text by fixed rules; the answer depends on the draft alone."""

    stage = "rules"

    def __init__(self, config: RulesConfig) -> None:
        self._config = config

    def judge(self, drafts: Sequence[Draft]) -> list[Verdict]:
        """Return one verdict per draft, in order; mended fields hold only invisible repairs."""
        return [self._judge_one(draft) for draft in drafts]

    def _judge_one(self, draft: Draft) -> Verdict:
        mended, changes = _mend(draft.fields)
        checked = replace(draft, fields=mended) if changes else draft
        texts = checked.texts()
        for path, text in texts:
            rule = self._config.fields.get(field_name(path), self._config.default)
            finding = (
                _characters(text)
                or _leftovers(text, checked, self._config.ban_marketing_voice)
                or _lengths(text, rule)
                or _shape(text, rule)
                or self._language(text)
                or self._loops(text)
                or _person(text, rule)
                or self._names(text, checked.identity)
                or self._echo(text, checked)
            )
            if finding is not None:
                return Verdict("reject", self.stage, finding[0], path, finding[1])
        repeated = _repeated_between_fields(texts)
        if repeated is not None:
            return Verdict("reject", self.stage, "field_repeats_field", repeated)
        if changes:
            return Verdict("mend", self.stage, "characters", "", dict(changes), mended)
        return Verdict("keep", self.stage)

    def _language(self, text: str) -> Finding | None:
        if self._config.language == "any":
            return None
        letters = [c for c in text if c.isalpha()]
        if not letters:
            return "no_words", {}
        latin = sum(_is_latin(c) for c in letters) / len(letters)
        if latin < self._config.min_latin_ratio:
            return "wrong_script", {"latin_ratio": round(latin, 3)}
        found = words(text)
        if len(found) >= 8:
            share = sum(word in word_list("function_words") for word in found) / len(found)
            if share < self._config.min_function_word_ratio:
                return "wrong_language", {"function_word_ratio": round(share, 3)}
        return None

    def _loops(self, text: str) -> Finding | None:
        found = words(text)
        for before, after in pairwise(found):
            if before == after and before not in {"had", "that", "very", "so", "really", "no"}:
                return "repeated_word", {}
        counts = Counter(ngrams(found, self._config.loop_words))
        if counts and max(counts.values()) > 1:
            return "repeated_phrase", {"times": max(counts.values())}
        told = [fold(sentence) for sentence in sentences(text)]
        if len(set(told)) < len(told):
            return "repeated_sentence", {}
        return None

    def _names(self, text: str, identity: Mapping[str, str]) -> Finding | None:
        if not self._config.ban_default_names:
            return None
        own = {word for value in identity.values() for word in words(value)}
        for match in DEFAULT_NAMES.finditer(text):
            if match.group()[0].isupper() and not set(words(match.group())) <= own:
                return "default_name", {}
        return None

    def _echo(self, text: str, draft: Draft) -> Finding | None:
        n = self._config.echo_words
        runs = set(ngrams(words(text), n))
        if not runs:
            return None
        own = _own_runs(draft, n)
        known = _own_words(draft)
        for index, message in enumerate(draft.prompt):
            shared = [
                run
                for run in (runs & _message_runs(message, n)) - own
                if sum(word not in known for word in run) >= _FOREIGN_WORDS
            ]
            if shared:
                return "prompt_echo", {"message": index, "runs": len(shared), "words": n}
        return None


@lru_cache(maxsize=512)
def _message_runs(message: str, n: int) -> frozenset[tuple[str, ...]]:
    """Return the word runs of a prompt message; prompts share messages, so they are remembered."""
    return frozenset(ngrams(words(message), n))


def _own_words(draft: Draft) -> set[str]:
    """Return the words with which the row's facts were put to the model: its notes and facts."""
    values = [str(v) for v in (*draft.attributes.values(), *draft.identity.values())]
    return {word for text in (draft.notes, *values) for word in words(text)}


def _own_runs(draft: Draft, n: int) -> set[tuple[str, ...]]:
    """Return the word runs inside single facts of the row: saying a long fact is no copy."""
    values: list[str] = [str(v) for v in (*draft.attributes.values(), *draft.identity.values())]
    return {run for value in values for run in ngrams(words(value), n)}


# ------------------------------------------------------------------------------------- characters

_TYPOGRAPHY = {
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
    "\u200a": " ",
    "\t": " ",
    "\r": " ",
    "\n": " ",
}
_MARKDOWN = re.compile(
    r"\*\*|__|^#{1,6} |^[-*•] |^\d+[.)] |`|\[[^\]]+\]\([^)]+\)|^>|\|.*\|", re.MULTILINE
)
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u20e3\U000e0020-\U000e007f]"
)


def _mend(fields: Mapping[str, Any]) -> tuple[dict[str, Any], Counter[str]]:
    """Return `fields` with invisible characters removed, and how often each kind was found."""
    changes: Counter[str] = Counter()

    def visit(value: Any) -> Any:
        if isinstance(value, str):
            return _mend_text(value, changes)
        if isinstance(value, Mapping):
            return {key: visit(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [visit(item) for item in value]
        return value

    return {key: visit(item) for key, item in fields.items()}, changes


def _mend_text(text: str, changes: Counter[str]) -> str:
    kept: list[str] = []
    for character in text:
        if character in _TYPOGRAPHY:
            changes["space"] += 1
            kept.append(" ")
        elif unicodedata.category(character) in {"Cc", "Cf", "Co", "Cn"}:
            changes["invisible"] += 1
        else:
            kept.append(character)
    mended = unicodedata.normalize("NFC", "".join(kept))
    squeezed = re.sub(r" {2,}", " ", mended).strip()
    if squeezed != "".join(kept):
        changes["space" if len(squeezed) < len(kept) else "composed"] += 1
    quoted = squeezed
    for opening, closing in (('"', '"'), ("“", "”"), ("'", "'")):
        inner = quoted[1:-1]
        if (
            len(quoted) > 2
            and quoted.startswith(opening)
            and quoted.endswith(closing)
            and opening not in inner
            and closing not in inner
        ):
            changes["quotes"] += 1
            quoted = inner.strip()
    return quoted


def _characters(text: str) -> Finding | None:
    if any(0xD800 <= ord(c) <= 0xDFFF or c == "\ufffd" for c in text):
        return "broken_characters", {}
    if _EMOJI.search(text):
        return "emoji", {}
    if _MARKDOWN.search(text):
        return "markdown", {}
    return None


def _is_latin(character: str) -> bool:
    return character.isascii() or unicodedata.name(character, "").startswith("LATIN")


# ----------------------------------------------------------------------------------------- phrases


def _leftovers(text: str, draft: Draft, ban_marketing: bool) -> Finding | None:
    if REFUSAL.search(text):
        return "refusal", {}
    if PREAMBLE.search(text):
        return "preamble", {}
    if TEMPLATE_LEFTOVER.search(text):
        return "template_leftover", {}
    names = {*draft.attributes, *draft.identity, *draft.fields}
    for word in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", text):
        return "attribute_name", {"known": word in names}
    for name in names:
        if re.search(rf"(?:^|[.;,]\s*){re.escape(name)}\s*[:=]", text, re.IGNORECASE):
            return "attribute_name", {"known": True}
    if AGENT_VOICE.search(text):
        return "agent_voice", {}
    if ban_marketing and MARKETING_VOICE.search(text):
        return "marketing_voice", {}
    return None


def _lengths(text: str, rule: FieldRules) -> Finding | None:
    for measure, value, low, high in (
        ("chars", len(text), rule.min_chars, rule.max_chars),
        ("words", len(words(text)), rule.min_words, rule.max_words),
        ("sentences", len(sentences(text)), rule.min_sentences, rule.max_sentences),
    ):
        if value < low:
            return "too_short", {"measure": measure, "value": value, "least": low}
        if value > high:
            return "too_long", {"measure": measure, "value": value, "most": high}
    return None


def _shape(text: str, rule: FieldRules) -> Finding | None:
    if not rule.is_sentence:
        return None
    first = text.lstrip("\"'“‘(")[:1]
    if not (first.isupper() or first.isdigit() or first == "$"):
        return "continuation", {}
    if text.endswith(("...", "…", "—", "-", ",", ":", ";")):
        return "truncated", {}
    body = text.rstrip("\"'”’)")
    if not body.endswith((".", "!", "?")):
        return "no_end_punctuation", {}
    ending = words(body)[-1:] or [""]
    if ending[0] in CUT_ENDINGS:
        return "truncated", {}
    if (
        text.count("“") != text.count("”")
        or text.count('"') % 2
        or text.count("(") != text.count(")")
    ):
        return "unbalanced", {}
    return None


_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
_FIRST = re.compile(r"\b(?:I|I'm|I've|I'd|I'll|me|my|mine|myself|we|we're|us|our|ours)\b")
_FIRST_SINGULAR = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself)\b")


def _person(text: str, rule: FieldRules) -> Finding | None:
    plain = text.replace("’", "'")
    if rule.person == "third" and _FIRST_SINGULAR.search(_QUOTED.sub(" ", plain)):
        return "wrong_person", {"expected": "third"}
    if rule.person == "first" and not (
        _FIRST.search(plain) or re.search(r"\b(?:My|We|Our)\b", plain)
    ):
        return "wrong_person", {"expected": "first"}
    return None


def _repeated_between_fields(texts: Iterable[tuple[str, str]]) -> str | None:
    """Return the path of the first text that repeats an earlier one of the same draft."""
    seen: set[str] = set()
    for path, text in texts:
        folded = fold(text)
        if len(folded) >= 12 and folded in seen:
            return path
        seen.add(folded)
    return None
