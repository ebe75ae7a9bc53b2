"""LEAVE: data files, report, dataset card and manifest of a run directory."""

from .config import ExportConfig
from .run_directory import LEDGER_SCHEMA, export_run
from .run_summary import PhaseTime, RunSummary, StageCount, TokenCounts
from .verify import VerifiedRun, verify_run

__all__ = [
    "LEDGER_SCHEMA",
    "ExportConfig",
    "PhaseTime",
    "RunSummary",
    "StageCount",
    "TokenCounts",
    "VerifiedRun",
    "export_run",
    "verify_run",
]
