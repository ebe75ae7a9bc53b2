"""What a finished run tells about itself: counts, stages, timings, versions.

The run loop fills it in; report, card and manifest only read it. It holds no record's text, no
secret and no machine path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..scoring.gate import GateOverride


@dataclass(frozen=True, slots=True)
class StageCount:
    """What one screen did with the drafts that it saw."""

    stage: str
    """Name of the screen, in the order in which drafts pass them."""
    judged: int
    """Drafts it saw; judged = kept + mended + rejected."""
    kept: int
    """Drafts passed on unchanged."""
    mended: int
    """Drafts passed on with a change."""
    rejected: int
    """Drafts that ended here."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Rejections by reason; they sum to `rejected`."""
    seconds: float = 0.0
    """Time spent in the screen, summed over its calls."""


@dataclass(frozen=True, slots=True)
class PhaseTime:
    """Wall time of one phase of the run."""

    name: str
    """`start engine`, `write`, `score`, ..."""
    seconds: float
    """Wall time; phases do not overlap."""


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """Tokens of all requests, rejected ones included."""

    prompt: int = 0
    """Tokens read."""
    completion: int = 0
    """Tokens written."""
    cached: int = 0
    """Prompt tokens that came from the prefix cache."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A finished run in numbers."""

    name: str
    """Name of the run."""
    seed: int
    """Run seed: slots, attributes and identities follow from it."""
    created: str
    """ISO date of the export; appears in report, card and manifest, never in data."""
    config_yaml: str
    """The whole configuration with secrets replaced by their digests."""
    config_sha256: str
    """Hash of the configuration, as locked in the run directory."""
    planned: int
    """Slots of the plan; planned = exported + rejected_exhausted + failed."""
    exported: int
    """Rows that all screens kept."""
    rejected_exhausted: int = 0
    """Slots whose every attempt was rejected."""
    failed: int = 0
    """Slots that the engine could not answer."""
    shortfall: Mapping[str, int] = field(default_factory=dict)
    """Missing rows by cell; empty when all cells are full."""
    stages: tuple[StageCount, ...] = ()
    """Screens in order."""
    phases: tuple[PhaseTime, ...] = ()
    """Phases in order."""
    tokens: TokenCounts = TokenCounts()
    """Tokens read, written and cached."""
    engine: Mapping[str, str] = field(default_factory=dict)
    """Kind, model, model hash, backend, determinism: whatever the engine states."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """populace, python, vllm, ... -> version."""
    population: str = ""
    """Name of the declared population."""
    population_sha256: str = ""
    """Hash of its declaration."""
    command: str = ""
    """Command that makes the set again, with a relative configuration path."""
    field_sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facts (attributes, identity) that each text column was written from; nothing else was shown
    to the model about the row."""
    notes: tuple[str, ...] = ()
    """What a reader of the report must know and no number says."""
    gate_override: GateOverride | None = None
    """Set when failed scores were overridden."""
