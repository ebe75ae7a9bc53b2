"""What was measured of a population becomes scores: value, interval, chance, limit, verdict.

No limit is tighter than chance. Chance is a mean over faultless sets and a margin of standard
deviations, wide enough that a faultless set practically never fails: a gate that cries wolf is
overridden by habit.
"""

from __future__ import annotations

import numpy as np

from .binning import Floats
from .population_classifier import Separation
from .population_copies import Closeness, Repeats
from .population_detail import SpreadLine
from .population_distance import CellDistances
from .population_numbers import NumberFit
from .population_sheet import ScoreSheet

WORST_CASE = 1.4
"""Margins of a worst case of many are this much wider: extremes have a longer tail."""
_NOUNS = {
    1: ("one attribute", "Single attributes"),
    2: ("a pair of attributes", "Pairs of attributes"),
    3: ("three attributes", "Three attributes together"),
}


def judge_distances(sheet: ScoreSheet, found: CellDistances) -> None:
    """Judge the mean and the worst distance of single attributes, pairs or triples."""
    config, ways = sheet.config, len(found.cells[0])
    noun, plural = _NOUNS[ways]
    mean_limit, worst_limit = {
        1: (config.one_way_mean, config.one_way_worst),
        2: (config.two_way_mean, config.two_way_worst),
        3: (config.three_way_mean, config.three_way_worst),
    }[ways]
    names = [" × ".join(sheet.pool.names[index] for index in cell) for cell in found.cells]
    floors = found.floors()
    means = found.chance.mean(axis=0)
    floor = float(means.mean())
    of_chance = floor + config.chance_margin * float(means.std())
    limit = max(mean_limit, of_chance, config.floor_ratio * floor)
    order = np.argsort(floors - found.values, kind="stable")[:3]
    score = sheet.add(
        name=f"{ways}way_mean",
        title=f"Distance from the reference, {noun} at a time, mean",
        value=float(found.values.mean()),
        half=1.96 * float(found.spread.mean(axis=0).std()),
        limit=limit,
        floor=floor,
        note=f"total variation over {len(names):,} comparisons",
        origin=sheet.origin(limit, mean_limit, f"{config.floor_ratio:g} floors, or chance,"),
        worst=tuple(names[index] for index in order),
    )
    sheet.add_line(score, f"{plural}, mean distance", found.baselines.mean(axis=1), limit)
    limits = distance_limits(found, worst_limit, config.chance_margin)
    # The worst is where most of the way from floor to limit is used up, not the largest one.
    used = (found.values - floors) / (limits - floors)
    index = int(np.argmax(used))
    failed = [names[i] for i in np.argsort(-used, kind="stable") if used[i] > 1 + 1e-9]
    limit = float(limits[index])
    score = sheet.add(
        name=f"{ways}way_worst",
        title=f"Distance from the reference, {noun} at a time, worst",
        value=float(found.values[index]),
        half=1.96 * float(found.spread[index].std()),
        limit=limit,
        floor=float(floors[index]),
        note=f"{names[index]}; {len(failed):,} of {len(names):,} above their own limit",
        origin=sheet.origin(limit, worst_limit, "chance, corrected for the number of comparisons,"),
        worst=tuple(failed[:10]) or (names[index],),
    )
    sheet.add_line(score, f"{plural}, worst: {names[index]}", found.baselines[:, index], limit)


def distance_limits(found: CellDistances, configured: float, margin: float) -> Floats:
    """Return the limit of each comparison by itself."""
    return np.asarray(np.maximum(configured, found.limits(WORST_CASE * margin)))


def judge_classifier(
    sheet: ScoreSheet,
    found: Separation,
    *,
    twin: float,
    baselines: Floats,
    telling: tuple[str, ...],
) -> None:
    """Judge how well trees tell the set from the reference.

    Args:
        sheet: Takes the score.
        found: Of the set.
        twin: Area under the curve for the reference against itself.
        baselines: The same for sets made by simpler means.
        telling: Columns that helped most.
    """
    config = sheet.config
    # Cross-validated scores of one model depend on each other, which widens chance by a fifth.
    of_chance = 0.5 + 1.2 * config.chance_margin * found.chance_deviation
    limit = min(1.0, max(config.classifier_auc, of_chance))
    score = sheet.add(
        name="classifier_auc",
        title="How well trees tell the set from the reference",
        value=found.auc,
        ends=(found.low, found.high),
        limit=limit,
        # Cross-validation on few rows falls below guessing by itself.
        floor=max(0.5, twin),
        note=f"area under the ROC curve, {found.rows[0]:,} against {found.rows[1]:,} unseen rows; "
        "0.5 is guessing",
        origin=sheet.origin(limit, config.classifier_auc, "chance"),
        worst=telling,
    )
    sheet.add_line(score, "Told apart by trees (0.5 is guessing)", baselines, limit)


def judge_rare_cells(sheet: ScoreSheet, triples: CellDistances) -> None:
    """Judge how much of the reference's rare combinations the set holds."""
    if not np.isfinite([triples.rare_found, *triples.rare_chance, *triples.rare_baselines]).all():
        sheet.notes.append("no combination of three attributes is rare in the reference")
        return
    config = sheet.config
    mean, deviation = float(triples.rare_chance.mean()), float(triples.rare_chance.std())
    limit = max(0.0, mean - config.chance_margin * deviation - 0.01)
    score = sheet.add(
        name="rare_cells",
        title="Rare combinations that the set has too",
        value=triples.rare_found,
        half=1.96 * deviation,
        limit=limit,
        floor=mean,
        direction="at_least",
        note="share of the reference's people in combinations of three attributes that fewer than "
        f"{100 * config.rare_cell_share:g} % of them have, and that occur in the set",
        origin=f"chance for a set of {sheet.pool.n_set:,} rows, less one point",
    )
    sheet.add_line(score, "Rare combinations present", triples.rare_baselines, limit)


def judge_numbers(sheet: ScoreSheet, found: NumberFit | None) -> tuple[SpreadLine, ...]:
    """Judge variances and correlations of the numbers; return a line per number."""
    if found is None:
        sheet.notes.append("no numbers on both sides, so variances are not compared")
        return ()
    config = sheet.config
    if np.isfinite(found.correlation_error):
        mean = float(found.correlation_chance.mean())
        of_chance = mean + config.chance_margin * float(found.correlation_chance.std())
        limit = max(config.correlation_error, of_chance, config.floor_ratio * mean)
        sheet.add(
            name="correlations",
            title="Error of the correlations between numbers, mean",
            value=found.correlation_error,
            half=1.96 * found.correlation_spread,
            limit=limit,
            floor=mean,
            note="rank correlations",
            origin=sheet.origin(limit, config.correlation_error, "chance"),
            worst=found.worst_pairs,
        )
    _judge_mean_spread(sheet, found)
    _judge_worst_spread(sheet, found)
    return tuple(
        SpreadLine(
            name,
            float(np.exp(ratio)),
            float(np.exp(ratio - 1.96 * spread.std())),
            float(np.exp(ratio + 1.96 * spread.std())),
        )
        for name, ratio, spread in zip(found.names, found.log_ratios, found.spread, strict=True)
    )


def judge_repeats(sheet: ScoreSheet, found: Repeats) -> None:
    """Judge whether people of the set repeat each other more than chance makes them."""
    n, margin = sheet.pool.n_set, sheet.config.chance_margin
    mean, deviation = float(found.rate_chance.mean()), float(found.rate_chance.std())
    sheet.add(
        name="repeated_rows",
        title="People who repeat another person of the set in every attribute",
        value=found.rate,
        # Two rows more than chance shows are no finding in a set of any size.
        limit=mean + margin * deviation + 2 / n,
        floor=mean,
        note=f"{len(sheet.pool.columns)} attributes compared",
        origin=f"what faultless sets of {n:,} rows show, and two rows",
    )
    mean, deviation = float(found.effective_chance.mean()), float(found.effective_chance.std())
    sheet.add(
        name="effective_rows",
        title="Effective number of different people, per row",
        value=found.effective,
        limit=max(0.0, mean - margin * deviation - 2 / n),
        floor=mean,
        direction="at_least",
        note=f"{found.effective * n:,.0f} different people in {n:,} rows (exponential of the "
        "entropy of whole rows)",
        origin=f"what faultless sets of {n:,} rows show, and two rows",
    )


def judge_closeness(sheet: ScoreSheet, found: Closeness) -> None:
    """Judge whether the set copies, or betrays, the people it was learnt from."""
    config = sheet.config
    rate = found.real_match_rate
    n, m = found.rows
    deviation = float(np.sqrt(max(rate * (1 - rate), 1 / m) * (1 / n + 1 / m)))
    sheet.add(
        name="training_matches",
        title="People who equal a training record in every attribute",
        value=found.match_rate,
        limit=rate + max(config.training_matches, config.chance_margin * deviation),
        floor=rate,
        note="chance is here the same share of the kept-apart reference",
        origin=f"the reference's own share and {100 * config.training_matches:g} points, or chance",
    )
    mean, spread = float(found.distance_chance.mean()), float(found.distance_chance.std())
    sheet.add(
        name="training_distance",
        title="Distance to the nearest training record, over that of the reference",
        value=found.distance_ratio,
        half=1.96 * spread,
        limit=min(config.distance_ratio, mean - config.chance_margin * spread),
        floor=mean,
        direction="at_least",
        note="mean Gower distance; below 1 the set is closer to the training people than others",
        origin=f"{config.distance_ratio:g}, or chance",
    )
    of_chance = 0.5 + config.chance_margin * found.membership_deviation
    sheet.add(
        name="membership_auc",
        title="How well closeness to the set tells who was in the training table",
        value=found.membership_auc,
        half=found.membership_half_width,
        limit=max(config.membership_auc, of_chance),
        floor=0.5,
        note="area under the ROC curve of an attacker who has the set; 0.5 is guessing",
        origin=f"{config.membership_auc:g}, or chance",
    )


def _judge_mean_spread(sheet: ScoreSheet, found: NumberFit) -> None:
    config = sheet.config
    # By precision: the variance of a number with a few huge values is mostly luck.
    weight = 1 / np.maximum(found.chance.var(axis=1), 1e-6)
    weight /= weight.sum()
    reach = config.chance_margin * float((weight @ found.chance).std())
    low, high = np.log(config.spread)
    sheet.add_band(
        name="spread_mean",
        title="Variance of the numbers over that of the reference, mean",
        log_value=float(weight @ found.log_ratios),
        half=1.96 * float((weight @ found.spread).std()),
        limits=(min(float(low), -reach), max(float(high), reach)),
        note=f"geometric mean over {len(found.names)} numbers, by precision; below 1 people are "
        "too alike",
    )


def _judge_worst_spread(sheet: ScoreSheet, found: NumberFit) -> None:
    config = sheet.config
    low, high = np.log(config.spread)
    deviation = np.maximum(found.chance.std(axis=1), 1e-9)
    centre = found.chance.mean(axis=1)
    largest = (np.abs(found.chance - centre[:, None]) / deviation[:, None]).max(axis=0)
    reach = largest.mean() + WORST_CASE * config.chance_margin * largest.std()
    lows = np.minimum(low, centre - reach * deviation)
    highs = np.maximum(high, centre + reach * deviation)
    beyond = np.maximum(found.log_ratios / highs, found.log_ratios / lows)
    index = int(np.argmax(beyond))
    failed = [found.names[i] for i in np.argsort(-beyond, kind="stable") if beyond[i] > 1 + 1e-9]
    sheet.add_band(
        name="spread_worst",
        title="Variance of one number over that of the reference, worst",
        log_value=float(found.log_ratios[index]),
        half=1.96 * float(found.spread[index].std()),
        limits=(float(lows[index]), float(highs[index])),
        note=f"{found.names[index]}; {len(failed)} of {len(found.names)} outside their own band",
        worst=tuple(failed[:10]) or (found.names[index],),
    )
