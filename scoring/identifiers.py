"""Identifiers on the final rescan: does a text hold a name, number or address not its row's own?

The scanner is passed in; this room only counts. No score holds a detected identifier, only the
type it was detected as and the id of its row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from ..filters.pii import QUASI_TYPES
from .config import IdentifiersConfig
from .row_layout import ID_COLUMN, RowLayout, row_dicts
from .scorecard import Score


class Span(Protocol):
    """A detected identifier, as far as the score needs it."""

    @property
    def entity_type(self) -> str:
        """Return what was detected: PERSON, PHONE_NUMBER, ..."""
        ...

    @property
    def owner(self) -> str:
        """Return `own` (the row's identity), `common` (everyday words) or `unknown`."""
        ...


class IdentifierScanner(Protocol):
    """Finds identifiers in texts and says whose they are."""

    def scan(
        self,
        texts: Sequence[str],
        identities: Sequence[Mapping[str, str]],
        facts: Sequence[Iterable[str]] | None = None,
    ) -> Sequence[Sequence[Span]]:
        """Return the spans of each text; it may name its row's identity and sampled facts."""
        ...


class ForeignIdentifiers:
    """Scans every text field batch by batch and counts what is not the row's own."""

    def __init__(
        self, layout: RowLayout, scanner: IdentifierScanner, config: IdentifiersConfig
    ) -> None:
        self._layout = layout
        self._scanner = scanner
        self._config = config
        self._types: Counter[str] = Counter()
        self._rows: list[str] = []
        self._n_texts = 0
        self._n_own = 0

    def update(self, batch: pa.RecordBatch) -> None:
        """Scan one batch of rows."""
        identities = row_dicts(batch, self._layout.identity)
        facts = [
            [value for value in row.values() if isinstance(value, str)]
            for row in row_dicts(batch, self._layout.attributes)
        ]
        ids = batch.column(ID_COLUMN).to_pylist()
        for name in self._layout.texts:
            texts = [text or "" for text in batch.column(name).to_pylist()]
            self._n_texts += len(texts)
            found = self._scanner.scan(texts, identities, facts)
            for row_id, spans in zip(ids, found, strict=True):
                # Places, organisations and dates alone identify nobody; grounding judges those.
                foreign = [
                    span.entity_type
                    for span in spans
                    if span.owner == "unknown" and span.entity_type not in QUASI_TYPES
                ]
                self._n_own += sum(span.owner == "own" for span in spans)
                self._types.update(foreign)
                if foreign and row_id not in self._rows and len(self._rows) < 20:
                    self._rows.append(row_id)

    def scores(self) -> tuple[Score, ...]:
        """Return the score, after the last batch."""
        found = self._types.total()
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self._types.items()))
        return (
            Score(
                name="identifiers_foreign",
                title="Identifiers in the texts that are not the row's own",
                value=float(found),
                direction="at_most",
                threshold=float(self._config.max_foreign),
                passed=found <= self._config.max_foreign,
                note=(f"{kinds}; " if kinds else "")
                + f"{self._n_texts:,} texts scanned, {self._n_own:,} of the row's own identifiers",
                origin="free text may hold the row's sanctioned identity and nothing else",
                worst=tuple(self._rows),
            ),
        )
