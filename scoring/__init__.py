"""JUDGE: scores of a whole set, and the gate that decides whether it may leave."""

from .config import (
    CoherenceConfig,
    DuplicatesConfig,
    IdentifiersConfig,
    LexicalBandConfig,
    PopulationFitConfig,
    ScoringConfig,
)
from .gate import GateOverride, check_gate
from .population_detail import PopulationDetail
from .population_fit import PopulationCheck, PopulationFit, fit_population
from .row_layout import RowLayout, RowSource
from .score import score_rows
from .scorecard import AttributeShares, Score, Scorecard

__all__ = [
    "AttributeShares",
    "CoherenceConfig",
    "DuplicatesConfig",
    "GateOverride",
    "IdentifiersConfig",
    "LexicalBandConfig",
    "PopulationCheck",
    "PopulationDetail",
    "PopulationFit",
    "PopulationFitConfig",
    "RowLayout",
    "RowSource",
    "Score",
    "Scorecard",
    "ScoringConfig",
    "check_gate",
    "fit_population",
    "score_rows",
]
