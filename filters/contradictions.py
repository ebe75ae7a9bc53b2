"""What a text may not say when an attribute has a certain value, as data.

A `Contradiction` names an attribute, the values it speaks about, and patterns that cannot stand
beside them. A match counts as a claim of the persona only after `read_claim` has looked at whose
fact it is, whether it is denied, and whether it is real and present. The retail population's are
in the `retail_*` modules; another population declares its own in the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from .claim_context import read_claim
from .wording import stem


class Contradiction(BaseModel):
    """Patterns that cannot stand beside certain values of an attribute."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    attribute: str
    """The attribute it speaks about; without it in the row nothing is checked."""
    values: tuple[str | bool | int, ...] = ()
    """Values with which the patterns clash; empty: all but those in `except_values`."""
    except_values: tuple[str | bool | int, ...] = ()
    """Values with which the patterns do not clash."""
    below: float | None = None
    """The patterns clash only with numbers below this."""
    above: float | None = None
    """The patterns clash only with numbers above this."""
    when: Mapping[str, tuple[str | bool | int, ...]] = Field(default_factory=dict)
    """Further attributes and the values that they must have; one that is absent does not hold."""
    unless_row_has: tuple[str, ...] = ()
    """Attributes that say the same better: with one of them in the row this is not checked."""
    patterns: tuple[str, ...]
    """Regular expressions, ignoring case, matched inside one sentence."""
    unless: tuple[str, ...] = ()
    """Regular expressions that make an overlapping match harmless: 'oat milk' beside 'milk'."""
    denied: Literal["harmless", "required", "either"] = "harmless"
    """What a negation does: 'never', 'without' and the like shortly before a match."""
    of_anyone: bool = False
    """Whether the claim counts with another subject too: 'the landlord fixed my stove'."""
    of_any_time: bool = False
    """Whether 'used to' and 'years ago' leave the clash standing."""
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

    def applies(self, row: Mapping[str, Any]) -> bool:
        """Return whether the patterns clash with the attributes of this row."""
        value = row.get(self.attribute)
        if value is None or any(row.get(name) is not None for name in self.unless_row_has):
            return False
        if any(row.get(name) not in wanted for name, wanted in self.when.items()):
            return False
        if self.below is not None or self.above is not None:
            if isinstance(value, bool) or not isinstance(value, int | float):
                return False
            low = -float("inf") if self.below is None else self.below
            high = float("inf") if self.above is None else self.above
            return value < low if self.above is None else value > high or value < low
        if self.values:
            return any(_same(value, listed) for listed in self.values)
        return not any(_same(value, listed) for listed in self.except_values)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return _compiled(self.patterns)

    def clashes(self, sentence: str, facts: str = "") -> bool:
        """Return whether the sentence says what the value rules out.

        Args:
            sentence: One sentence.
            facts: The row's string facts in lower case; a single word that they hold is supported.
        """
        for match in self._pattern.finditer(sentence):
            word = match.group().lower()
            if word.isalpha() and stem(word) in facts:
                continue
            claim = read_claim(sentence, match.start(), match.end())
            if not claim.real or not (claim.own or self.of_anyone):
                continue
            if not (claim.present or self.of_any_time):
                continue
            if self.denied != "either" and claim.denied is not (self.denied == "required"):
                continue
            if self.unless and _covers(_compiled(self.unless), match, sentence):
                continue
            return True
        return False


def _same(value: object, listed: object) -> bool:
    return value == listed and isinstance(value, bool) == isinstance(listed, bool)


@lru_cache(maxsize=1024)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _covers(unless: re.Pattern[str], match: re.Match[str], sentence: str) -> bool:
    """Return whether an exception overlaps the match."""
    return any(
        other.start() < match.end() and match.start() < other.end()
        for other in unless.finditer(sentence)
    )
