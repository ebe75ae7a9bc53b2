"""What the population page shows beside the scores: baselines, heat map, telling columns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One measure of the set beside what chance and simpler makers give."""

    score: str
    """Name of the score that judges it."""
    title: str
    """What is measured, in a few words."""
    value: float
    """For the set."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end."""
    floor: float
    """Real against real: the mean for faultless sets of this size."""
    independent: float | None
    """For a set whose attributes are drawn one by one."""
    tree: float | None
    """For a set drawn from the tree of the strongest pairs (Chow-Liu)."""
    limit: float
    """What still passes."""
    at_least: bool
    """Whether larger is better."""
    passed: bool
    """Whether the set passes."""


@dataclass(frozen=True, slots=True)
class TellingColumn:
    """A column by which trees tell the set from the reference."""

    attribute: str
    """Its name."""
    importance: float
    """Area under the ROC curve that is lost when the column is shuffled."""
    direction: str
    """How the set differs there, in words."""


@dataclass(frozen=True, slots=True)
class SpreadLine:
    """How much one number varies in the set."""

    attribute: str
    """Its name."""
    ratio: float
    """Variance in the set over that in the reference; 1 is right."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end."""


@dataclass(frozen=True, slots=True)
class PopulationDetail:
    """Material of the population page."""

    reference: str
    """What the set was compared with, in words."""
    n_set: int
    """Rows of the set that were analysed."""
    n_reference: int
    """Rows of the reference."""
    lines: tuple[MeasureLine, ...]
    """Distances, classifier and rare cells, with their baselines."""
    map_attributes: tuple[str, ...]
    """Attributes of the heat map, the worst first; at most 30."""
    map_ratios: tuple[tuple[float, ...], ...]
    """Row i holds, for each attribute before i, the distance of the pair over its floor."""
    telling: tuple[TellingColumn, ...]
    """Columns that give the set away, the most telling first."""
    spreads: tuple[SpreadLine, ...]
    """Variance ratio of each number."""
    n_pairs: int
    """Pairs compared."""
    n_triples: int
    """Triples compared."""
    all_triples: int
    """Triples there are; more than `n_triples` when they were sampled."""
    notes: tuple[str, ...]
    """What was left out, and other remarks."""
