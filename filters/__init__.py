"""KEEP: row screens and set screens, from cheap to dear."""

from .chain import DraftResult, ScreenChain, StageCounts
from .config import FiltersConfig, ScreenConfig
from .contradictions import Contradiction
from .embeddings import TextEncoder
from .figures import CountLink
from .grounding import GroundingConfig, GroundingLinks, GroundingScreen
from .identifiers import IdentifierScanner, Span
from .near_duplicates import NearDuplicatesConfig, NearDuplicateScreen
from .pii import PiiConfig, PiiScreen
from .rules import FieldRules, RulesConfig, RulesScreen
from .verdict import Draft, RowScreen, SetScreen, Verdict

__all__ = [
    "Contradiction",
    "CountLink",
    "Draft",
    "DraftResult",
    "FieldRules",
    "FiltersConfig",
    "GroundingConfig",
    "GroundingLinks",
    "GroundingScreen",
    "IdentifierScanner",
    "NearDuplicateScreen",
    "NearDuplicatesConfig",
    "PiiConfig",
    "PiiScreen",
    "RowScreen",
    "RulesConfig",
    "RulesScreen",
    "ScreenChain",
    "ScreenConfig",
    "SetScreen",
    "Span",
    "StageCounts",
    "TextEncoder",
    "Verdict",
]
