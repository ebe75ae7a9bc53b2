"""Realism of a population: one analysis for the gate of a run and for `populace compare`.

Two tables come in, the set and its reference. Out come scores with interval, chance and limit, and
the material of the population page. The reference is a sample of a declared population or a table
of real people; a training table, where there is one, adds the privacy scores.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ..personas.errors import ConfigError
from .binning import Codes, Floats
from .config import PopulationFitConfig
from .population_baselines import independent_rows, tree_rows
from .population_classifier import Separation, separation, separation_of_halves, separation_of_rows
from .population_columns import FEWEST_ROWS, MOST_SET_ROWS, Pool, joined, pool_tables
from .population_copies import closeness, repeats
from .population_detail import MeasureLine, PopulationDetail, SpreadLine, TellingColumn
from .population_distance import CellDistances, all_pairs, all_singles, cell_distances, some_triples
from .population_numbers import NumberFit, number_fit
from .scorecard import AttributeShares, Direction, Score, at_most

_WORST_CASE = 1.4
"""Margins of a worst case of many are this much wider: extremes have a longer tail."""
_MAP_ATTRIBUTES = 30
_TELLING = 6
_COMPARISONS = (
    ("1way", "one attribute", "single attributes"),
    ("2way", "a pair of attributes", "pairs of attributes"),
    ("3way", "three attributes", "three attributes together"),
)


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
    return _Analysis(pool, config, seed, reference_name, total_rows or rows.num_rows).run(
        rows, reference, trained_on
    )


class _Analysis:
    def __init__(
        self,
        pool: Pool,
        config: PopulationFitConfig,
        seed: int,
        reference_name: str,
        total_rows: int,
    ) -> None:
        self._pool, self._config, self._seed = pool, config, seed
        self._reference_name = reference_name
        self._notes = list(pool.notes)
        if total_rows > pool.n_set and not any("rows of the set" in note for note in self._notes):
            self._notes.append(
                f"a seeded sample of {pool.n_set:,} of {total_rows:,} rows of the set"
            )
        self._scores: list[Score] = []
        self._lines: list[MeasureLine] = []

    def run(
        self, rows: pa.Table, reference: pa.Table, trained_on: pa.Table | None
    ) -> PopulationFit:
        pool, config = self._pool, self._config
        groups = pool.groups()
        fine = np.stack([column.codes for column in pool.columns])
        made = self._baseline_rows(groups)
        n = len(pool.columns)
        triples = some_triples(n, config.triples, self._seed)
        single = self._distances(fine, all_singles(n), made)
        pairs = self._distances(groups, all_pairs(n), made) if n > 1 else None
        triple = self._distances(groups, triples, made) if triples else None
        for kind, found in zip(_COMPARISONS, (single, pairs, triple), strict=True):
            if found is not None:
                self._distance_scores(kind, found)
        telling = self._classifier(made, pairs)
        if triple is not None:
            self._rare_cells(triple)
        spreads = self._numbers()
        self._repeats()
        if trained_on is not None:
            self._privacy(rows, reference, trained_on)
        names, ratios = self._map(single, pairs)
        return PopulationFit(
            tuple(self._scores),
            self._shares(single),
            PopulationDetail(
                reference=self._reference_name,
                n_set=pool.n_set,
                n_reference=pool.n_real,
                lines=tuple(self._lines),
                map_attributes=names,
                map_ratios=ratios,
                telling=telling,
                spreads=spreads,
                n_pairs=n * (n - 1) // 2,
                n_triples=len(triples),
                all_triples=n * (n - 1) * (n - 2) // 6,
                notes=tuple(self._notes),
            ),
        )

    def _baseline_rows(self, groups: Codes) -> list[Codes]:
        """Return pooled rows that give each value of the two baselines, (attributes, rows) each.

        They learn from a bootstrap sample of the reference: from the reference itself they would
        come closer to it than other real people do.
        """
        pool = self._pool
        generator = np.random.default_rng([self._seed, 0xB00])
        learnt = generator.integers(pool.n_set, pool.n, pool.n_real)
        weights = None if pool.weights is None else pool.weights[learnt]
        makers = (independent_rows, tree_rows)
        return [
            learnt[make(groups[:, learnt], pool.n_set, weights=weights, seed=self._seed)]
            for make in makers
        ]

    def _distances(
        self, codes: Codes, cells: list[tuple[int, ...]], made: list[Codes]
    ) -> CellDistances:
        config = self._config
        return cell_distances(
            self._pool,
            codes,
            cells,
            baselines=[np.take_along_axis(codes, places, axis=1) for places in made],
            draws=config.chance_draws,
            interval_draws=config.interval_draws,
            rare_share=config.rare_cell_share,
            seed=self._seed,
        )

    def _distance_scores(self, kind: tuple[str, str, str], found: CellDistances) -> None:
        label, noun, plural = kind
        config = self._config
        mean_limit, worst_limit = {
            "1way": (config.one_way_mean, config.one_way_worst),
            "2way": (config.two_way_mean, config.two_way_worst),
            "3way": (config.three_way_mean, config.three_way_worst),
        }[label]
        names = [self._cell_name(cell) for cell in found.cells]
        means = found.chance.mean(axis=0)
        floor = float(means.mean())
        of_chance = floor + config.chance_margin * float(means.std())
        limit = max(mean_limit, of_chance, config.floor_ratio * floor)
        value = float(found.values.mean())
        half = 1.96 * float(found.spread.mean(axis=0).std())
        order = np.argsort(found.floors() - found.values, kind="stable")[:3]
        self._add(
            name=f"population_{label}_mean",
            title=f"Distance from the reference, {noun} at a time, mean",
            value=value,
            half=half,
            limit=limit,
            floor=floor,
            note=f"total variation over {len(names):,} comparisons",
            origin=self._origin(limit, mean_limit, f"{config.floor_ratio:g} floors or chance"),
            worst=tuple(names[index] for index in order),
            line=f"{plural.capitalize()}, mean distance",
            baselines=found.baselines.mean(axis=1),
        )
        limits = np.maximum(worst_limit, found.limits(_WORST_CASE * config.chance_margin))
        # The worst is where most of the way from floor to limit is used up, not the largest one.
        floors = found.floors()
        used = (found.values - floors) / (limits - floors)
        index = int(np.argmax(used))
        failed = [names[i] for i in np.argsort(-used, kind="stable") if used[i] > 1 + 1e-9]
        self._add(
            name=f"population_{label}_worst",
            title=f"Distance from the reference, {noun} at a time, worst",
            value=float(found.values[index]),
            half=1.96 * float(found.spread[index].std()),
            limit=float(limits[index]),
            floor=float(floors[index]),
            note=f"{names[index]}; {len(failed):,} of {len(names):,} above their own limit",
            origin=self._origin(float(limits[index]), worst_limit, "chance, corrected for number"),
            worst=tuple(failed[:10]) or (names[index],),
            line=f"{plural.capitalize()}, worst: {names[index]}",
            baselines=found.baselines[:, index],
        )

    def _classifier(
        self, made: list[Codes], pairs: CellDistances | None
    ) -> tuple[TellingColumn, ...]:
        pool, config = self._pool, self._config
        found = separation(pool, seed=self._seed)
        twin = separation_of_halves(pool, seed=self._seed)
        simple = [separation_of_rows(pool, rows, seed=self._seed) for rows in made]
        # Cross-validated scores of one model depend on each other, which widens chance by a fifth.
        of_chance = 0.5 + 1.2 * config.chance_margin * found.chance_deviation
        limit = min(1.0, max(config.classifier_auc, of_chance))
        telling = self._telling(found, pairs)
        passed = at_most(found.auc, limit)
        self._add(
            name="population_classifier_auc",
            title="How well trees tell the set from the reference",
            value=found.auc,
            ends=(found.low, found.high),
            limit=limit,
            # Cross-validation on few rows falls below guessing by itself.
            floor=max(0.5, twin.auc),
            note=f"area under the ROC curve, {found.rows[0]:,} against {found.rows[1]:,} unseen "
            "rows; 0.5 is guessing",
            origin=self._origin(limit, config.classifier_auc, "chance"),
            worst=tuple(column.attribute for column in telling[:5]),
            line="Told apart by trees (0.5 is guessing)",
            baselines=np.array(simple),
        )
        return telling if not passed else tuple(c for c in telling if c.importance > 0.005)

    def _telling(self, found: Separation, pairs: CellDistances | None) -> tuple[TellingColumn, ...]:
        order = np.argsort(-found.importance, kind="stable")[:_TELLING]
        return tuple(
            TellingColumn(
                attribute=self._pool.names[index],
                importance=float(found.importance[index]),
                direction=self._direction(int(index), pairs),
            )
            for index in order
            if found.importance[index] > 0
        )

    def _direction(self, index: int, pairs: CellDistances | None) -> str:
        """Return how the set differs in one column, in words."""
        pool = self._pool
        column = pool.columns[index]
        of_set, of_real = self._code_shares(index)
        distance = 0.5 * float(np.abs(of_set - of_real).sum())
        said = []
        if column.numbers is not None:
            one, two = column.numbers[: pool.n_set], column.numbers[pool.n_set :]
            weights = np.ones(pool.n) if pool.weights is None else pool.weights
            means = [
                _mean_of(side, w)
                for side, w in ((one, weights[: pool.n_set]), (two, weights[pool.n_set :]))
            ]
            said.append(f"mean {_plain(means[0])} against {_plain(means[1])}")
        worst = int(np.argmax(np.abs(of_set - of_real)))
        if worst < len(column.labels) and distance > 0.02:
            more = "more often" if of_set[worst] > of_real[worst] else "less often"
            said.append(
                f"“{column.labels[worst]}” {more}: {100 * of_set[worst]:.1f} % against "
                f"{100 * of_real[worst]:.1f} %"
            )
        if pairs is not None:
            excess = pairs.values - pairs.floors()
            mine = [place for place, cell in enumerate(pairs.cells) if index in cell]
            place = max(mine, key=lambda one: (excess[one], -one))
            if excess[place] > 0.02:
                other = next(i for i in pairs.cells[place] if i != index)
                said.append(
                    f"together with {pool.names[other]} {pairs.values[place]:.2f} away, chance "
                    f"{pairs.floors()[place]:.2f}"
                )
        return "; ".join(said) or "no single value stands out"

    def _rare_cells(self, triple: CellDistances) -> None:
        if not np.isfinite(triple.rare_found) or not np.isfinite(triple.rare_chance).all():
            return
        mean, deviation = float(triple.rare_chance.mean()), float(triple.rare_chance.std())
        limit = max(0.0, mean - self._config.chance_margin * deviation - 0.01)
        self._add(
            name="population_rare_cells",
            title="Rare combinations that the set has too",
            value=triple.rare_found,
            half=1.96 * deviation,
            limit=limit,
            floor=mean,
            direction="at_least",
            note="share of the reference's people in combinations of three attributes held by fewer "
            f"than {100 * self._config.rare_cell_share:g} % of them, that occur in the set",
            origin=f"chance for a set of {self._pool.n_set:,} rows, and one point",
            line="Rare combinations present",
            baselines=triple.rare_baselines,
        )

    def _numbers(self) -> tuple[SpreadLine, ...]:
        config = self._config
        found = number_fit(
            self._pool,
            draws=config.chance_draws,
            interval_draws=config.interval_draws,
            seed=self._seed,
        )
        if found is None:
            self._notes.append("no numbers on both sides, so variances are not compared")
            return ()
        if np.isfinite(found.correlation_error):
            mean, deviation = found.correlation_chance.mean(), found.correlation_chance.std()
            limit = max(
                config.correlation_error,
                float(mean + config.chance_margin * deviation),
                config.floor_ratio * float(mean),
            )
            self._add(
                name="population_correlations",
                title="Error of the correlations between numbers, mean",
                value=found.correlation_error,
                half=1.96 * found.correlation_spread,
                limit=limit,
                floor=float(mean),
                note="rank correlations",
                origin=self._origin(limit, config.correlation_error, "chance"),
                worst=found.worst_pairs,
            )
        self._spread_scores(found)
        return tuple(
            SpreadLine(name, float(np.exp(ratio)), *_band(ratio, 1.96 * float(spread.std())))
            for name, ratio, spread in zip(found.names, found.log_ratios, found.spread, strict=True)
        )

    def _spread_scores(self, found: NumberFit) -> None:
        config = self._config
        low, high = np.log(config.spread)
        # By precision: the variance of a number with a few huge values is mostly luck.
        weight = 1 / np.maximum(found.chance.var(axis=1), 1e-6)
        weight /= weight.sum()
        reach = config.chance_margin * float((weight @ found.chance).std())
        value = float(weight @ found.log_ratios)
        half = 1.96 * float((weight @ found.spread).std())
        self._add_band(
            name="population_spread_mean",
            title="Variance of the numbers over that of the reference, mean",
            log_value=value,
            half=half,
            limits=(min(low, -reach), max(high, reach)),
            note=f"geometric mean over {len(found.names)} numbers, by precision; below 1 people are "
            "too alike",
        )
        deviation = np.maximum(found.chance.std(axis=1), 1e-9)
        centre = found.chance.mean(axis=1)
        largest = (np.abs(found.chance - centre[:, None]) / deviation[:, None]).max(axis=0)
        away = largest.mean() + _WORST_CASE * config.chance_margin * largest.std()
        lows = np.minimum(low, centre - away * deviation)
        highs = np.maximum(high, centre + away * deviation)
        beyond = np.maximum(found.log_ratios - highs, lows - found.log_ratios)
        index = int(np.argmax(beyond))
        failed = [found.names[i] for i in np.argsort(-beyond, kind="stable") if beyond[i] > 0]
        self._add_band(
            name="population_spread_worst",
            title="Variance of one number over that of the reference, worst",
            log_value=float(found.log_ratios[index]),
            half=1.96 * float(found.spread[index].std()),
            limits=(float(lows[index]), float(highs[index])),
            note=f"{found.names[index]}; {len(failed)} of {len(found.names)} outside their own band",
            worst=tuple(failed[:10]) or (found.names[index],),
        )

    def _repeats(self) -> None:
        config = self._config
        found = repeats(self._pool, draws=config.chance_draws, seed=self._seed)
        mean, deviation = float(found.rate_chance.mean()), float(found.rate_chance.std())
        # One repeat more than chance shows is no finding in a set of any size.
        limit = mean + config.chance_margin * deviation + 2 / self._pool.n_set
        self._add(
            name="population_repeated_rows",
            title="People who repeat another person of the set in every attribute",
            value=found.rate,
            limit=limit,
            floor=mean,
            note=f"{len(self._pool.columns)} attributes compared",
            origin=f"what faultless sets of {self._pool.n_set:,} rows show, and two rows",
        )
        mean, deviation = float(found.effective_chance.mean()), float(found.effective_chance.std())
        self._add(
            name="population_effective_rows",
            title="Effective number of different people, per row",
            value=found.effective,
            limit=max(0.0, mean - config.chance_margin * deviation - 2 / self._pool.n_set),
            floor=mean,
            direction="at_least",
            note=f"{found.effective * self._pool.n_set:,.0f} different people in "
            f"{self._pool.n_set:,} rows (exponential of the entropy of whole rows)",
            origin=f"what faultless sets of {self._pool.n_set:,} rows show, and two rows",
        )

    def _privacy(self, rows: pa.Table, reference: pa.Table, trained_on: pa.Table) -> None:
        config = self._config
        names = list(self._pool.names)
        lacking = [name for name in names if name not in trained_on.column_names]
        if lacking:
            raise ConfigError(
                f"the training table lacks {', '.join(lacking[:12])}; expected the columns that set "
                "and reference share. Give the table the set's maker has seen, with its columns."
            )
        if trained_on.num_rows < FEWEST_ROWS:
            raise ConfigError(
                f"the training table has {trained_on.num_rows} rows; expected at least "
                f"{FEWEST_ROWS}. Give the whole table that the set's maker has seen."
            )
        trained = trained_on.select(names)
        plain = config.model_copy(update={"weight": None, "exclude": ()})
        # Set and reference are coded together with the training rows, so that equal means equal.
        both = _stacked(reference.select(names), trained)
        pool = pool_tables(rows.select(names), both, plain, seed=self._seed)
        n_training = round(pool.n_real * trained.num_rows / both.num_rows)
        if pool.n_real < both.num_rows:
            raise ConfigError(
                f"reference and training table have {both.num_rows:,} rows together; at most "
                f"{pool.n_real:,} can be searched. Give a sample of the reference."
            )
        found = closeness(pool, n_training, draws=config.chance_draws, seed=self._seed)
        if found.real_match_rate > 0.5 and len(names) > 4:
            self._notes.append(
                f"{100 * found.real_match_rate:.0f} % of the reference's rows equal a training row: "
                "is the reference part of the training table? Then copies cannot be told"
            )
        self._privacy_scores(found.real_match_rate, found)

    def _privacy_scores(self, rate: float, found: Closeness) -> None:
        config = self._config
        n, m = found.rows
        deviation = float(np.sqrt(max(rate * (1 - rate), 1 / m) * (1 / n + 1 / m)))
        self._add(
            name="population_training_matches",
            title="People who equal a training record in every attribute",
            value=found.match_rate,
            limit=rate + max(config.training_matches, config.chance_margin * deviation),
            floor=rate,
            note="beside it, the same share for the kept-apart reference",
            origin=f"the reference's own share and {100 * config.training_matches:g} points, or chance",
        )
        mean, spread = float(found.distance_chance.mean()), float(found.distance_chance.std())
        self._add(
            name="population_training_distance",
            title="Distance to the nearest training record, over that of the reference",
            value=found.distance_ratio,
            half=1.96 * spread,
            limit=min(config.distance_ratio, mean - config.chance_margin * spread),
            floor=mean,
            direction="at_least",
            note="mean Gower distance; below 1 the set is closer to the training people than others",
            origin=f"{config.distance_ratio:g}, or chance",
        )
        self._add(
            name="population_membership_auc",
            title="How well closeness to the set tells who was in the training table",
            value=found.membership_auc,
            half=found.membership_half_width,
            limit=max(
                config.membership_auc, 0.5 + config.chance_margin * found.membership_deviation
            ),
            floor=0.5,
            note="area under the ROC curve of an attacker who has the set; 0.5 is guessing",
            origin=f"{config.membership_auc:g}, or chance",
        )

    def _add(
        self,
        *,
        name: str,
        title: str,
        value: float,
        limit: float,
        floor: float,
        note: str,
        origin: str,
        half: float | None = None,
        ends: tuple[float, float] | None = None,
        direction: Direction = "at_most",
        worst: tuple[str, ...] = (),
        line: str | None = None,
        baselines: Floats | None = None,
    ) -> None:
        passed = at_most(value, limit) if direction == "at_most" else at_most(limit, value)
        low, high = ends or (
            (None, None) if half is None else (max(0.0, value - half), value + half)
        )
        self._scores.append(
            Score(
                name, title, value, direction, limit, passed, low, high, floor, note, origin, worst
            )
        )
        if line is not None and low is not None and high is not None:
            one, two = (None, None) if baselines is None else (float(b) for b in baselines)
            self._lines.append(
                MeasureLine(
                    score=name,
                    title=line,
                    value=value,
                    low=low,
                    high=high,
                    floor=floor,
                    independent=one,
                    tree=two,
                    limit=limit,
                    at_least=direction == "at_least",
                    passed=passed,
                )
            )

    def _add_band(
        self,
        *,
        name: str,
        title: str,
        log_value: float,
        half: float,
        limits: tuple[float, float],
        note: str,
        worst: tuple[str, ...] = (),
    ) -> None:
        low, high = (float(np.exp(end)) for end in limits)
        value = float(np.exp(log_value))
        band = self._config.spread
        wider = low < band[0] - 1e-9 or high > band[1] + 1e-9
        self._scores.append(
            Score(
                name=name,
                title=title,
                value=value,
                direction="band",
                threshold=(low, high),
                passed=at_most(low, value) and at_most(value, high),
                low=_band(log_value, half)[0],
                high=_band(log_value, half)[1],
                floor=1.0,
                note=note,
                origin="what faultless sets of this size show, wider than the configured "
                f"{band[0]:g} to {band[1]:g}"
                if wider
                else f"configured band {band[0]:g} to {band[1]:g}",
                worst=worst,
            )
        )

    def _origin(self, limit: float, configured: float, otherwise: str) -> str:
        if limit <= configured:
            return f"configured limit {configured:g}, which is above chance"
        return (
            f"{otherwise} for a set of {self._pool.n_set:,} rows beside {self._pool.n_real:,}; the "
            f"configured {configured:g} needs more rows"
        )

    def _cell_name(self, cell: tuple[int, ...]) -> str:
        return " × ".join(self._pool.names[index] for index in cell)

    def _code_shares(self, index: int) -> tuple[Floats, Floats]:
        pool = self._pool
        column = pool.columns[index]
        size = max(len(column.labels), int(column.codes.max()) + 1)
        found = []
        for part in (slice(0, pool.n_set), slice(pool.n_set, None)):
            weights = None if pool.weights is None else pool.weights[part]
            counts = np.bincount(column.codes[part], weights, minlength=size)
            found.append(np.asarray(counts / counts.sum(), dtype=np.float64))
        return found[0], found[1]

    def _shares(self, single: CellDistances) -> tuple[AttributeShares, ...]:
        config = self._config
        limits = np.maximum(config.one_way_worst, single.limits(_WORST_CASE * config.chance_margin))
        floors = single.floors()
        shown = []
        for index, column in enumerate(self._pool.columns):
            of_set, of_real = self._code_shares(index)
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
        self, single: CellDistances, pairs: CellDistances | None
    ) -> tuple[tuple[str, ...], tuple[tuple[float, ...], ...]]:
        n = len(self._pool.columns)
        if pairs is None:
            return (), ()
        ratio = np.ones((n, n))
        for cell, value, floor in zip(pairs.cells, pairs.values, pairs.floors(), strict=True):
            ratio[cell] = ratio[cell[::-1]] = value / floor if floor > 1e-9 else 1.0
        worst = np.argsort(-(ratio - np.eye(n)).max(axis=1), kind="stable")[:_MAP_ATTRIBUTES]
        names = tuple(self._pool.names[index] for index in worst)
        rows = tuple(
            tuple(round(float(ratio[one, two]), 4) for two in worst[:place])
            for place, one in enumerate(worst)
        )
        if n > _MAP_ATTRIBUTES:
            self._notes.append(f"the map shows the {_MAP_ATTRIBUTES} worst of {n} attributes")
        return names, rows


def _band(log_value: float, half: float) -> tuple[float, float]:
    return float(np.exp(log_value - half)), float(np.exp(log_value + half))


def _mean_of(values: Floats, weights: Floats) -> float:
    present = np.isfinite(values)
    mass = weights[present].sum()
    return float((values[present] * weights[present]).sum() / mass) if mass > 0 else float("nan")


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _stacked(first: pa.Table, second: pa.Table) -> pa.Table:
    """Return the rows of both; numbers of different width are joined as doubles."""
    return pa.table({n: joined(first.column(n), second.column(n)) for n in first.column_names})
