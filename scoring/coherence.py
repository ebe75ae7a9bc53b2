"""Coherence: do the facts of a row agree with each other?

Which facts must agree (e-mail with name, postcode with state) is known to whoever made them; the
checker is passed in and names what disagrees, never the values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import pyarrow as pa

from .config import CoherenceConfig
from .row_layout import ID_COLUMN, RowLayout, row_dicts
from .scorecard import Score

CoherenceChecker: TypeAlias = Callable[[Mapping[str, str], Mapping[str, Any]], Sequence[str]]
"""(identity, attributes) -> names of contradictions, empty when there is none."""


class Coherence:
    """Checks every row and counts the contradictions by name."""

    def __init__(
        self, layout: RowLayout, checker: CoherenceChecker, config: CoherenceConfig
    ) -> None:
        self._layout = layout
        self._checker = checker
        self._config = config
        self._reasons: Counter[str] = Counter()
        self._worst: list[str] = []
        self._n_rows = 0
        self._n_coherent = 0

    def update(self, batch: pa.RecordBatch) -> None:
        """Check one batch of rows."""
        identities = row_dicts(batch, self._layout.identity)
        attributes = row_dicts(batch, self._layout.attributes)
        ids = batch.column(ID_COLUMN).to_pylist()
        for row_id, identity, facts in zip(ids, identities, attributes, strict=True):
            contradictions = self._checker(identity, facts)
            self._n_rows += 1
            self._n_coherent += not contradictions
            self._reasons.update(contradictions)
            if contradictions and len(self._worst) < 20:
                self._worst.append(row_id)

    def scores(self) -> tuple[Score, ...]:
        """Return the score, after the last batch."""
        value = self._n_coherent / max(1, self._n_rows)
        reasons = ", ".join(f"{count} {name}" for name, count in sorted(self._reasons.items()))
        return (
            Score(
                name="coherence",
                title="Rows whose facts agree with each other",
                value=value,
                direction="at_least",
                threshold=self._config.min_share,
                passed=value >= self._config.min_share,
                note=reasons or f"{self._n_rows:,} rows checked, no contradiction",
                origin="the facts are drawn by us, so all must agree",
                worst=tuple(self._worst),
            ),
        )
