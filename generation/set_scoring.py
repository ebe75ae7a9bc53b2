"""Scores a finished run with the tools its screens already hold."""

from __future__ import annotations

import functools
from typing import Any

import orjson

from ..filters.chain import ScreenChain
from ..filters.embeddings import TextEncoder
from ..filters.identifiers import IdentifierScanner
from ..personas.conditioned import ConditionedPopulation
from ..personas.identity import identity_breaches
from ..scoring.population_tables import read_people
from ..scoring.score import score_rows
from ..scoring.scorecard import Scorecard
from .preparation import Prepared, real_people_path
from .row_batches import RowBatches

_REFERENCE_PEOPLE = 60_000
"""Sampling error of a pair of shares at this size is under 0.004, far below every limit."""
_SMALL_REFERENCE = 20_000
"""Enough for sets of up to 2,000 rows, whose own sampling error is far larger."""
_REFERENCE_CANDIDATES = 20_000_000
"""Candidates that may be drawn to find them, about a quarter of a minute."""
_FEWEST_REFERENCE = 2_000
"""People compared with, however rare they are."""


def score_run(prepared: Prepared, batches: RowBatches, chain: ScreenChain | None) -> Scorecard:
    """Return the scorecard of the exported rows.

    The embedding model and the identifier scanner are used where the run's screens use them: a run
    without screens (a dry run, a speed test) states those checks as not made.
    """
    scanner: IdentifierScanner | None = None
    encoder: TextEncoder | None = None
    if chain is not None:
        scanner = chain.scanner
        encoder = chain.encoder
    scoring = prepared.loaded.config.scoring
    real = real_people_path(prepared.loaded)
    if real is not None:
        reference, name = read_people(real), f"the real people of {real.name}"
    else:
        reference = prepared.plan.population.reference(_reference_people(prepared))
        name = f"the declared population {prepared.plan.population.config.name}"
    return score_rows(
        batches.rows,
        batches.layout,
        config=scoring,
        reference=reference,
        reference_name=name,
        scanner=scanner,
        encoder=encoder.encode if encoder is not None else None,
        coherence=functools.partial(
            identity_breaches, locale=prepared.plan.population.config.locale
        ),
        schema_violations=_schema_violations(prepared, batches),
        seed=prepared.plan.seed,
    )


def _reference_people(prepared: Prepared) -> int:
    """Return how many people to compare with: fewer for a small set, and where they are rare."""
    wanted = min(_REFERENCE_PEOPLE, max(_SMALL_REFERENCE, 10 * prepared.plan.n))
    population = prepared.plan.population
    if not isinstance(population, ConditionedPopulation):
        return wanted
    rarest = min(cell.acceptance for cell in population.cells)
    return max(_FEWEST_REFERENCE, min(wanted, int(_REFERENCE_CANDIDATES * rarest)))


def _schema_violations(prepared: Prepared, batches: RowBatches) -> int:
    """Count exported rows that break a part's schema, read back from what will be exported."""
    broken = 0
    for batch in batches.rows():
        for row in batch.select(list(batches.layout.texts)).to_pylist():
            broken += any(
                part.schema.violations(_instance(part.schema.original, row))
                for part in prepared.parts
            )
    return broken


def _instance(schema: Any, row: dict[str, Any]) -> dict[str, Any]:
    """Return the model's object from its columns; absent optional properties stay absent."""
    instance: dict[str, Any] = {}
    for name, kind in schema["properties"].items():
        value = row[name]
        if value is None and name not in schema.get("required", ()):
            continue
        if isinstance(value, str) and kind.get("type") not in ("string", None):
            value = orjson.loads(value) if isinstance(kind.get("type"), list) else value
        instance[name] = value
    return instance
