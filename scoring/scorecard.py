"""Scores with their interval, threshold and verdict, and the card that holds them.

A score is data: it says what was measured, against what, and whether that is enough. Nothing here
computes anything from rows, and no score holds a row's text: `worst` has ids or attribute names.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from ..personas.errors import IntegrityError
from .population_detail import MeasureLine, PopulationDetail, SpreadLine, TellingColumn

Direction = Literal["at_most", "at_least", "band"]


@dataclass(frozen=True, slots=True)
class Score:
    """One measured property of a set of rows."""

    name: str
    """Stable key, `population_2way_mean`."""
    title: str
    """What it is, in words for the report."""
    value: float
    """The measured value; finite."""
    direction: Direction
    """Which side of the threshold passes."""
    threshold: float | tuple[float, float] | None = None
    """The limit that was applied, (low, high) for a band; None when the score is only reported."""
    passed: bool | None = None
    """None when the score is reported without being judged."""
    low: float | None = None
    """Lower end of the 95 % interval, None when the value is a full count."""
    high: float | None = None
    """Upper end of the 95 % interval."""
    floor: float | None = None
    """The same statistic for a faultless set of this size: what chance alone gives."""
    note: str = ""
    """What the reader must know to read the value: counts by type, samples taken."""
    origin: str = ""
    """Where the threshold comes from."""
    worst: tuple[str, ...] = ()
    """Ids of rows, or names of attributes, that weigh most; never text."""

    def threshold_in_words(self) -> str:
        """Return the limit as a phrase: `at most 0.05`, `0.3 to 0.9`, `not judged`."""
        if self.threshold is None:
            return "not judged"
        if isinstance(self.threshold, tuple):
            return f"{_plain(self.threshold[0])} to {_plain(self.threshold[1])}"
        return f"{self.direction.replace('_', ' ')} {_plain(self.threshold)}"


@dataclass(frozen=True, slots=True)
class AttributeShares:
    """Declared against sampled shares of one attribute, for the plots of the report."""

    attribute: str
    """Name of the attribute's column."""
    labels: tuple[str, ...]
    """One per bin: a value, a numeric range, or `other`."""
    declared: tuple[float, ...]
    """Share of each bin in the reference; sums to 1."""
    sampled: tuple[float, ...]
    """Share of each bin in the rows; sums to 1."""
    total_variation: float
    """Half the sum of absolute differences, in [0, 1]."""
    floor: float
    """Mean total variation of faultless samples of this size."""
    limit: float
    """The largest total variation that passes for this attribute."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All scores of one set."""

    scores: tuple[Score, ...]
    n_rows: int = 0
    """Rows that were scored."""
    attributes: tuple[AttributeShares, ...] = ()
    """Material of the attribute plots, in column order."""
    population: PopulationDetail | None = None
    """Material of the population page; None when rows were not compared as people."""

    @property
    def passed(self) -> bool:
        """True when no judged score failed and at least one was judged."""
        judged = [score.passed for score in self.scores if score.passed is not None]
        return bool(judged) and all(judged)

    @property
    def failed(self) -> tuple[Score, ...]:
        """The scores that missed their threshold."""
        return tuple(score for score in self.scores if score.passed is False)

    def to_json(self) -> str:
        """Return the card as indented JSON with a final line break; equal cards, equal bytes."""
        body = {
            "passed": self.passed,
            "n_rows": self.n_rows,
            "scores": [asdict(score) for score in self.scores],
            "attributes": [asdict(shares) for shares in self.attributes],
            "population": None if self.population is None else asdict(self.population),
        }
        return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Scorecard:
        """Read what `to_json` wrote.

        Raises:
            IntegrityError: If the text is no scorecard, or its verdict contradicts its scores.
        """
        try:
            body = json.loads(text)
            card = cls(
                scores=tuple(_from_mapping(Score, item) for item in body["scores"]),
                n_rows=int(body["n_rows"]),
                attributes=tuple(_from_mapping(AttributeShares, a) for a in body["attributes"]),
                population=_detail(body["population"]),
            )
            stated = body["passed"]
        except (ValueError, KeyError, TypeError) as error:
            raise IntegrityError(
                f"scores.json is no scorecard ({type(error).__name__}); expected the file that "
                "the run wrote. Score the run again."
            ) from error
        if stated is not card.passed:
            raise IntegrityError(
                f"scores.json states passed = {stated} but its scores say {card.passed}; "
                "the file was changed after the run. Score the run again."
            )
        return card


def at_most(value: float, limit: float) -> bool:
    """Return whether a value is within an upper limit, rounding in the last digits aside."""
    return value <= limit or math.isclose(value, limit, rel_tol=1e-9, abs_tol=1e-12)


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _detail(body: Mapping[str, Any] | None) -> PopulationDetail | None:
    if body is None:
        return None
    parts = {"lines": MeasureLine, "telling": TellingColumn, "spreads": SpreadLine}
    made = {key: [_from_mapping(kind, item) for item in body[key]] for key, kind in parts.items()}
    ratios = [tuple(row) for row in body["map_ratios"]]
    found: PopulationDetail = _from_mapping(
        PopulationDetail, {**body, **made, "map_ratios": ratios}
    )
    return found


def _from_mapping(kind: type[Any], item: Mapping[str, Any]) -> Any:
    known = {field.name for field in fields(kind)}
    if set(item) != known:
        raise KeyError(str(sorted(set(item) ^ known)))
    return kind(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}
    )
