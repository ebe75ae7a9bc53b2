"""Realism of a population: one analysis for the gate of a run and for `populace compare`.

Two tables come in, the set and its reference. Out come scores with interval, chance and limit, and
the material of the population page. The reference is a sample of a declared population or a table
of real people; a training table, where there is one, adds the privacy scores.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..personas.errors import ConfigError
from .binning import Codes, Floats
from .config import PopulationFitConfig
from .population_baselines import independent_rows, tree_rows
from .population_classifier import separation, separation_of_halves, separation_of_rows
from .population_columns import (
    FEWEST_ROWS,
    MOST_REAL_ROWS,
    MOST_SET_ROWS,
    Pool,
    joined,
    pool_tables,
    sampled_rows,
)
from .population_copies import closeness, repeats
from .population_detail import PopulationDetail, TellingColumn
from .population_distance import CellDistances, all_pairs, all_singles, cell_distances, some_triples
from .population_numbers import number_fit
from .population_sheet import ScoreSheet
from .population_telling import code_shares, telling_columns
from .population_verdicts import (
    distance_limits,
    judge_classifier,
    judge_closeness,
    judge_distances,
    judge_numbers,
    judge_rare_cells,
    judge_repeats,
)
from .scorecard import AttributeShares, Score

Places = NDArray[np.int64]

_MAP_ATTRIBUTES = 30
_TELLING_IMPORTANCE = 0.005
"""Area under the curve that a column must cost to be named; less is noise of the shuffling."""
_SUSPECT_MATCHES = 0.5


@dataclass(frozen=True, slots=True)
class PopulationFit:
    """Scores of a set as a population, and what the page shows beside them."""

    scores: tuple[Score, ...]
    """Judged against their limits."""
    shares: tuple[AttributeShares, ...]
    """Shares of each attribute, in column order."""
    detail: PopulationDetail
    """Baselines, heat map, telling columns."""


class PopulationCheck:
    """Keeps a bounded seeded sample of a run's rows and compares it with a reference."""

    def __init__(
        self,
        attributes: tuple[str, ...],
        reference: pa.Table,
        config: PopulationFitConfig,
        seed: int,
        *,
        reference_name: str = "the declared population",
    ) -> None:
        """Prepare.

        Args:
            attributes: Attribute columns of the rows; those the reference lacks are named.
            reference: People of the declared population, or real ones.
            config: Limits and numbers of draws.
            seed: Of every sample.
            reference_name: What the report calls it.
        """
        self._attributes = attributes
        self._reference = reference
        self._config = config
        self._seed = seed
        self._reference_name = reference_name
        self._generator = np.random.default_rng([seed, 0x5A3])
        self._held: pa.Table | None = None
        self._priorities: Floats = np.empty(0)
        self._n_rows = 0

    def update(self, batch: pa.RecordBatch) -> None:
        """Take one batch of rows; the sample does not depend on how the rows are cut."""
        names = list(self._attributes)
        weight = self._config.weight
        if weight in batch.schema.names and weight not in names:
            names.append(str(weight))
        part = pa.Table.from_batches([batch]).select(names)
        self._n_rows += part.num_rows
        self._priorities = np.concatenate([self._priorities, self._generator.random(part.num_rows)])
        held = part if self._held is None else pa.concat_tables([self._held, part])
        if held.num_rows > 2 * MOST_SET_ROWS:
            held = self._cut(held)
        self._held = held

    def result(self) -> PopulationFit | None:
        """Return the analysis, after the last batch; None when there are too few rows to judge."""
        if self._held is None or self._held.num_rows < FEWEST_ROWS:
            return None
        return fit_population(
            self._cut(self._held),
            self._reference,
            self._config,
            seed=self._seed,
            reference_name=self._reference_name,
            total_rows=self._n_rows,
        )

    def _cut(self, held: pa.Table) -> pa.Table:
        if held.num_rows <= MOST_SET_ROWS:
            return held
        kept = np.sort(np.argpartition(self._priorities, MOST_SET_ROWS)[:MOST_SET_ROWS])
        self._priorities = self._priorities[kept]
        return held.take(kept).combine_chunks()


def fit_population(
    rows: pa.Table,
    reference: pa.Table,
    config: PopulationFitConfig,
    *,
    trained_on: pa.Table | None = None,
    seed: int = 0,
    reference_name: str = "the reference",
    total_rows: int | None = None,
) -> PopulationFit:
    """Compare a set with its reference.

    Args:
        rows: The set.
        reference: Real people, or a large sample of the declared population.
        config: Limits, bins and numbers of draws.
        trained_on: The table that the set's maker has seen; adds the privacy scores.
        seed: Of every draw; the same seed and tables give the same scores.
        reference_name: What the page calls the reference.
        total_rows: Rows of the set where `rows` is a sample of it.

    Raises:
        ConfigError: If the tables cannot be compared; the message says why.
    """
    pool = pool_tables(rows, reference, config, seed=seed)
    sheet = ScoreSheet(pool, config, notes=list(pool.notes))
    if total_rows is not None and total_rows > rows.num_rows:
        sheet.notes.append(f"a seeded sample of {pool.n_set:,} of {total_rows:,} rows of the set")
    n = len(pool.columns)
    groups = pool.groups()
    made = _baseline_rows(pool, groups, seed)
    triples = some_triples(n, config.triples, seed)
    fine = np.stack([column.codes for column in pool.columns])
    single = _distances(pool, fine, all_singles(n), made, config, seed)
    pairs = _distances(pool, groups, all_pairs(n), made, config, seed) if n > 1 else None
    triple = _distances(pool, groups, triples, made, config, seed) if triples else None
    for found in (single, pairs, triple):
        if found is not None:
            judge_distances(sheet, found)
    telling = _judge_classifier(sheet, made, pairs, seed)
    if triple is not None:
        judge_rare_cells(sheet, triple)
    draws, intervals = config.chance_draws, config.interval_draws
    spreads = judge_numbers(
        sheet, number_fit(pool, draws=draws, interval_draws=intervals, seed=seed)
    )
    judge_repeats(sheet, repeats(pool, draws=draws, seed=seed))
    if trained_on is not None:
        _judge_privacy(sheet, rows, reference, trained_on, seed)
    names, ratios = _map(sheet, pairs)
    return PopulationFit(
        tuple(sheet.scores),
        _shares(pool, single, config),
        PopulationDetail(
            reference=reference_name,
            n_set=pool.n_set,
            n_reference=pool.n_real,
            lines=tuple(sheet.lines),
            map_attributes=names,
            map_ratios=ratios,
            telling=telling,
            spreads=spreads,
            n_pairs=n * (n - 1) // 2,
            n_triples=len(triples),
            all_triples=n * (n - 1) * (n - 2) // 6,
            notes=tuple(sheet.notes),
        ),
    )


def _baseline_rows(pool: Pool, groups: Codes, seed: int) -> list[Places]:
    """Return pooled rows that give each value of the two baselines, (attributes, rows) each.

    They learn from a bootstrap sample of the reference: from the reference itself they would come
    closer to it than other real people do.
    """
    generator = np.random.default_rng([seed, 0xB00])
    learnt = generator.integers(pool.n_set, pool.n, pool.n_real)
    weights = None if pool.weights is None else pool.weights[learnt]
    return [
        learnt[make(groups[:, learnt], pool.n_set, weights=weights, seed=seed)]
        for make in (independent_rows, tree_rows)
    ]


def _distances(
    pool: Pool,
    codes: Codes,
    cells: list[tuple[int, ...]],
    made: list[Places],
    config: PopulationFitConfig,
    seed: int,
) -> CellDistances:
    return cell_distances(
        pool,
        codes,
        cells,
        baselines=[np.take_along_axis(codes, places, axis=1) for places in made],
        draws=config.chance_draws,
        interval_draws=config.interval_draws,
        rare_share=config.rare_cell_share,
        seed=seed,
    )


def _judge_classifier(
    sheet: ScoreSheet, made: list[Places], pairs: CellDistances | None, seed: int
) -> tuple[TellingColumn, ...]:
    pool = sheet.pool
    found = separation(pool, seed=seed)
    telling = telling_columns(pool, found, pairs, least=_TELLING_IMPORTANCE)
    judge_classifier(
        sheet,
        found,
        twin=separation_of_halves(pool, seed=seed).auc,
        baselines=np.array([separation_of_rows(pool, rows, seed=seed) for rows in made]),
        telling=tuple(column.attribute for column in telling[:5]),
    )
    return telling


def _judge_privacy(
    sheet: ScoreSheet, rows: pa.Table, reference: pa.Table, trained_on: pa.Table, seed: int
) -> None:
    names = list(sheet.pool.names)
    lacking = [name for name in names if name not in trained_on.column_names]
    if lacking:
        raise ConfigError(
            f"the training table lacks {', '.join(lacking[:12])}; expected the columns that set "
            "and reference share. Give the table that the set's maker has seen, with its columns."
        )
    if trained_on.num_rows < FEWEST_ROWS:
        raise ConfigError(
            f"the training table has {trained_on.num_rows} rows; expected at least {FEWEST_ROWS}. "
            "Give the whole table that the set's maker has seen."
        )
    # Reference and training rows are coded together with the set, so that equal means equal.
    generator = np.random.default_rng([seed, 0x7A1])
    most = MOST_REAL_ROWS // 2
    real = sampled_rows(reference.select(names), most, generator)
    trained = sampled_rows(trained_on.select(names), most, generator)
    both = pa.table({name: joined(real.column(name), trained.column(name)) for name in names})
    plain = sheet.config.model_copy(update={"weight": None, "exclude": ()})
    pool = pool_tables(rows.select(names), both, plain, seed=seed)
    found = closeness(pool, trained.num_rows, draws=sheet.config.chance_draws, seed=seed)
    if found.real_match_rate > _SUSPECT_MATCHES and len(names) > 4:
        sheet.notes.append(
            f"{100 * found.real_match_rate:.0f} % of the reference equal a training row: if the "
            "reference is part of the training table, copies cannot be told"
        )
    judge_closeness(sheet, found)


def _shares(
    pool: Pool, single: CellDistances, config: PopulationFitConfig
) -> tuple[AttributeShares, ...]:
    limits = distance_limits(single, config.one_way_worst, config.chance_margin)
    floors = single.floors()
    shown = []
    for index, column in enumerate(pool.columns):
        of_set, of_real = code_shares(pool, index)
        bins = np.flatnonzero((of_set > 0) | (of_real > 0))
        shown.append(
            AttributeShares(
                attribute=column.name,
                labels=tuple(column.labels[code] for code in bins),
                declared=tuple(float(of_real[code]) for code in bins),
                sampled=tuple(float(of_set[code]) for code in bins),
                total_variation=float(single.values[index]),
                floor=float(floors[index]),
                limit=float(limits[index]),
            )
        )
    return tuple(shown)


def _map(
    sheet: ScoreSheet, pairs: CellDistances | None
) -> tuple[tuple[str, ...], tuple[tuple[float, ...], ...]]:
    """Return the attributes of the heat map, the worst first, and distances over floors."""
    names = sheet.pool.names
    if pairs is None:
        return (), ()
    ratio = np.zeros((len(names), len(names)))
    for cell, value, floor in zip(pairs.cells, pairs.values, pairs.floors(), strict=True):
        ratio[cell] = ratio[cell[::-1]] = value / floor if floor > 1e-9 else 1.0
    worst = np.argsort(-ratio.max(axis=1), kind="stable")[:_MAP_ATTRIBUTES]
    if len(names) > _MAP_ATTRIBUTES:
        sheet.notes.append(f"the map shows the {_MAP_ATTRIBUTES} worst of {len(names)} attributes")
    rows = tuple(
        tuple(round(float(ratio[one, two]), 4) for two in worst[:place])
        for place, one in enumerate(worst)
    )
    return tuple(names[index] for index in worst), rows
