"""The gate: a set whose judged scores do not all pass may not leave, unless someone says why.

An override never changes a score. It is a record that travels with the set into the dataset card,
the report and the manifest.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..personas.errors import ConfigError, GateRefused
from .scorecard import Score, Scorecard


@dataclass(frozen=True, slots=True)
class GateOverride:
    """Someone let a set leave although scores failed."""

    reason: str
    """Their words."""
    failed: tuple[str, ...]
    """Each failed score in one phrase: name, value, limit."""


def check_gate(scorecard: Scorecard, *, override_reason: str | None = None) -> GateOverride | None:
    """Let a set pass, refuse it, or record that it was let through.

    Args:
        scorecard: All scores of the set.
        override_reason: Why the set may leave although scores failed; None refuses.

    Returns:
        None when the gate passed, a record when failed scores were overridden.

    Raises:
        GateRefused: If a score failed, or none was judged, and there is no override.
        ConfigError: If the override has no words.
    """
    if override_reason is not None and not override_reason.strip():
        raise ConfigError(
            "the gate override is empty; expected a reason, which is printed in the dataset card. "
            "State why the set may leave, or drop the override."
        )
    if scorecard.passed:
        return None
    failed = tuple(_phrase(score) for score in scorecard.failed)
    if not failed:
        failed = ("no score was judged",)
    if override_reason is not None:
        return GateOverride(reason=override_reason.strip(), failed=failed)
    raise GateRefused(
        f"the gate refused the set: {'; '.join(failed)}. scores.json and report.html show the "
        "details; mend the configuration, or override with a reason that the card will print."
    )


def _phrase(score: Score) -> str:
    return f"{score.name} is {score.value:.4g}, expected {score.threshold_in_words()}"
