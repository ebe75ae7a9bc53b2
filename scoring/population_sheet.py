"""The sheet on which a comparison writes its scores, and the page's lines beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .binning import Floats
from .config import PopulationFitConfig
from .population_columns import Pool
from .population_detail import MeasureLine
from .scorecard import Direction, Score, at_most


@dataclass(slots=True)
class ScoreSheet:
    """Scores, lines and notes of one comparison, in the order in which they were found."""

    pool: Pool
    """Both sides."""
    config: PopulationFitConfig
    """Limits."""
    scores: list[Score] = field(default_factory=list)
    """Judged scores."""
    lines: list[MeasureLine] = field(default_factory=list)
    """Those of them that have baselines."""
    notes: list[str] = field(default_factory=list)
    """What the reader must know."""

    def add(
        self,
        *,
        name: str,
        title: str,
        value: float,
        limit: float,
        floor: float,
        note: str,
        origin: str,
        half: float | None = None,
        ends: tuple[float, float] | None = None,
        direction: Direction = "at_most",
        worst: tuple[str, ...] = (),
    ) -> Score:
        """Judge a value against an upper or lower limit.

        Args:
            name: Key of the score, without `population_`.
            title: In words.
            value: What was measured.
            limit: What passes.
            floor: What chance gives.
            note: Beside the value.
            origin: Of the limit.
            half: Half the width of the 95 % interval.
            ends: The interval itself, instead of `half`.
            direction: Which side of the limit passes.
            worst: Attributes that weigh most.
        """
        passed = at_most(value, limit) if direction == "at_most" else at_most(limit, value)
        if half is not None:
            ends = max(0.0, value - half), value + half
        low, high = ends or (None, None)
        score = Score(
            name=f"population_{name}",
            title=title,
            value=value,
            direction=direction,
            threshold=limit,
            passed=passed,
            low=low,
            high=high,
            floor=floor,
            note=note,
            origin=origin,
            worst=worst,
        )
        self.scores.append(score)
        return score

    def add_line(self, score: Score, title: str, baselines: Floats, limit: float) -> None:
        """Show a score on the page beside what the independent and the tree baseline reach."""
        if score.low is None or score.high is None or score.floor is None:
            raise ValueError(f"{score.name} has no interval or floor; the page needs both")
        independent, tree = (float(value) for value in baselines)
        self.lines.append(
            MeasureLine(
                score=score.name,
                title=title,
                value=score.value,
                low=score.low,
                high=score.high,
                floor=score.floor,
                independent=independent,
                tree=tree,
                limit=limit,
                at_least=score.direction == "at_least",
                passed=bool(score.passed),
            )
        )

    def add_band(
        self,
        *,
        name: str,
        title: str,
        log_value: float,
        half: float,
        limits: tuple[float, float],
        note: str,
        worst: tuple[str, ...] = (),
    ) -> None:
        """Judge a ratio, given as its logarithm, against a band of logarithms."""
        low, high = (float(np.exp(end)) for end in limits)
        value = float(np.exp(log_value))
        band = self.config.spread
        wider = low < band[0] - 1e-9 or high > band[1] + 1e-9
        self.scores.append(
            Score(
                name=f"population_{name}",
                title=title,
                value=value,
                direction="band",
                threshold=(low, high),
                passed=at_most(low, value) and at_most(value, high),
                low=float(np.exp(log_value - half)),
                high=float(np.exp(log_value + half)),
                floor=1.0,
                note=note,
                origin=f"configured band {band[0]:g} to {band[1]:g}"
                + (", widened to what faultless sets of this size show" if wider else ""),
                worst=worst,
            )
        )

    def origin(self, limit: float, configured: float, otherwise: str) -> str:
        """Return where a limit comes from, in words."""
        if limit <= configured:
            return f"configured limit {configured:g}, which is above chance"
        return (
            f"{otherwise} for {self.pool.n_set:,} rows beside {self.pool.n_real:,}; the configured "
            f"{configured:g} needs more rows"
        )
