"""JUDGE: scores of a whole set, and the gate that decides whether it may leave."""

from .attribute_fit import AttributeFit
from .config import (
    AttributeFitConfig,
    CoherenceConfig,
    DuplicatesConfig,
    IdentifiersConfig,
    LexicalBandConfig,
    ScoringConfig,
)
from .gate import GateOverride, check_gate
from .row_layout import RowLayout, RowSource
from .score import score_rows
from .scorecard import AttributeShares, Score, Scorecard

__all__ = [
    "AttributeFit",
    "AttributeFitConfig",
    "AttributeShares",
    "CoherenceConfig",
    "DuplicatesConfig",
    "GateOverride",
    "IdentifiersConfig",
    "LexicalBandConfig",
    "RowLayout",
    "RowSource",
    "Score",
    "Scorecard",
    "ScoringConfig",
    "check_gate",
    "score_rows",
]
