"""All scores of a set of rows: one pass for what can be counted, a second for the closest pairs.

Nothing is kept per row but hashes and small codes, so a set of any size is scored in bounded
memory. A check that is switched off or lacks its tool is stated as not made, never as passed.
"""

from __future__ import annotations

import pyarrow as pa

from .coherence import Coherence, CoherenceChecker
from .config import ScoringConfig
from .duplicates import Duplicates, Encoder
from .identifiers import ForeignIdentifiers, IdentifierScanner
from .lexical import LexicalBand
from .population_detail import PopulationDetail
from .population_fit import PopulationCheck
from .row_layout import RowLayout, RowSource
from .scorecard import AttributeShares, Score, Scorecard


def score_rows(
    rows: RowSource,
    layout: RowLayout,
    *,
    config: ScoringConfig,
    reference: pa.Table | None = None,
    reference_name: str = "the declared population",
    scanner: IdentifierScanner | None = None,
    encoder: Encoder | None = None,
    coherence: CoherenceChecker | None = None,
    schema_violations: int | None = None,
    seed: int = 0,
) -> Scorecard:
    """Return the scorecard of a set.

    Args:
        rows: Starts a pass over the rows; at most four passes are made.
        layout: The role of each column.
        config: Which checks are made, and their limits.
        reference: What the rows are compared with as people: a large sample of the declared
            population, or a table of real people.
        reference_name: What the report calls it.
        scanner: Finds identifiers in texts.
        encoder: Embeds texts, for near-duplicates in other words.
        coherence: Names the contradictions among a row's facts.
        schema_violations: Rows that break the JSON Schema under an independent validator, if
            someone counted them.
        seed: Of all samples taken; the same seed and rows give the same card.

    Raises:
        ConfigError: If a batch lacks a column of the layout or the reference is unusable.
    """
    fit = (
        PopulationCheck(
            layout.attributes,
            reference,
            config.population,
            seed,
            reference_name=reference_name,
        )
        if config.population.enabled and reference is not None and layout.attributes
        else None
    )
    has_texts = bool(layout.texts)
    copies = (
        Duplicates(layout.texts, config.duplicates, encoder=encoder, seed=seed)
        if config.duplicates.enabled and has_texts
        else None
    )
    band = (
        LexicalBand(layout.texts, config.lexical, seed)
        if config.lexical.enabled and has_texts
        else None
    )
    foreign = (
        ForeignIdentifiers(layout, scanner, config.identifiers)
        if config.identifiers.enabled and scanner is not None and has_texts
        else None
    )
    facts = (
        Coherence(layout, coherence, config.coherence)
        if config.coherence.enabled and coherence is not None
        else None
    )
    counters = [check for check in (fit, copies, band, foreign, facts) if check is not None]
    n_rows = 0
    for batch in rows():
        if batch.num_rows == 0:
            continue
        if n_rows == 0:
            layout.check(batch.schema)
        n_rows += batch.num_rows
        for counter in counters:
            counter.update(batch)

    scores = [_row_count(n_rows)]
    shares: tuple[AttributeShares, ...] = ()
    detail: PopulationDetail | None = None
    if schema_violations is not None:
        scores.append(_schema_score(schema_violations, n_rows))
    if n_rows == 0:
        return Scorecard(scores=tuple(scores))
    if copies is not None:
        scores.extend(copies.scores(rows))
    if foreign is not None:
        scores.extend(foreign.scores())
    if facts is not None:
        scores.extend(facts.scores())
    found = fit.result() if fit is not None else None
    if found is not None:
        scores.extend(found.scores)
        shares, detail = found.shares, found.detail
    if band is not None:
        scores.extend(band.scores())
    made: dict[str, object | None] = {
        "population": found,
        "duplicates": copies,
        "lexical band": band,
        "identifiers": foreign,
        "coherence": facts,
    }
    for name, check in made.items():
        if check is None:
            scores.append(_not_made(name))
    if copies is not None and encoder is None:
        scores.append(_not_made("near-duplicates by embedding"))
    return Scorecard(scores=tuple(scores), n_rows=n_rows, attributes=shares, population=detail)


def _row_count(n_rows: int) -> Score:
    return Score(
        name="rows",
        title="Rows in the set",
        value=float(n_rows),
        direction="at_least",
        threshold=1.0,
        passed=n_rows >= 1,
        origin="an empty set proves nothing",
    )


def _schema_score(violations: int, n_rows: int) -> Score:
    return Score(
        name="schema_violations",
        title="Rows that break the JSON Schema",
        value=float(violations),
        direction="at_most",
        threshold=0.0,
        passed=violations == 0,
        note=f"{n_rows:,} rows checked by an independent validator with format checks",
        origin="every exported row is valid",
    )


def _not_made(name: str) -> Score:
    return Score(
        name=f"not_made_{name.replace(' ', '_').replace('-', '_')}",
        title=f"Not checked: {name}",
        value=0.0,
        direction="at_most",
        note="switched off in the configuration, or what it needs was not there",
    )
