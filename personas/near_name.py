"""The known name that a misspelt one most likely meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

_NEAR_ENOUGH_PERCENT = 60.0
"""Smallest similarity for a suggestion: `sede` finds `seed` (75), `colour` does not."""


def near_name(name: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` most like `name`, or None if none comes near."""
    best = process.extractOne(
        name, sorted(set(known)), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH_PERCENT
    )
    return None if best is None else str(best[0])
