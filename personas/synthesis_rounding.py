"""Turn fractions of households into whole ones that meet every total: rounding by linear programs.

Rounding each cell by itself would miss the totals, and always rounding to the nearest would lose
every rare kind of household, as nearly all fractions of a small zone are below a half. So each
cell's preference is the log odds of its fraction plus seeded logistic noise: the cells that the
program then picks occur about as often as their fractions say.

humanleague's own routines were measured first (`benchmarks/households.py --compare`): `qisi`
gives up in some zones and spreads the joint distribution further from the fitted one, and
`integerise` returned negative households.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .errors import PopulationError

if TYPE_CHECKING:
    from .synthesis_fitting import FittedZone, Margin

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_MISS_COST = 1000.0
"""Cost of missing a total of the zone itself by one household: nothing else may outweigh it."""
_SHARED_MISS_COST = 15.0
"""Cost of missing the zone's part of a larger total; the zones after it make up for it."""
_FORCED_COST = 200.0
"""Cost of a household of a kind that the seed lacks, but no rule forbids."""
_SECOND_COST = 12.0
"""Cost of more households of a kind than its fraction rounded up."""
_GAP = 0.01
"""How far from the best the integer program may stop: the costs are noise to that degree."""
_TIME_SECONDS = 20.0
_LEAST_ODDS = 1e-6


@dataclass(frozen=True, slots=True)
class RoundedZone:
    """The whole households of one zone."""

    cells: Integers
    """Households in each cell."""
    n_forced: int
    """Households of kinds that the seed lacks."""
    n_missed: int
    """By how many households the zone's own totals are missed, all categories together."""


def round_table(table: Floats, rows: Integers, columns: Integers, uniform: Floats) -> Integers:
    """Round a table of two dimensions to whole numbers with exact sums.

    Every number becomes one of its two neighbours. Whole sums make this possible always (the
    constraints are those of a transport problem, whose corners are whole).

    Args:
        table: Numbers of 0 or more.
        rows: Wanted sum of each row.
        columns: Wanted sum of each column; in all the same as `rows`.
        uniform: Seeded numbers in [0, 1), shape of `table`.

    Source: Cox (1987), "A constructive procedure for unbiased controlled rounding".
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    n, k = table.shape
    base = np.floor(table + 1e-9)
    base *= (base.sum(axis=1) <= rows + 0.5)[:, None] * (base.sum(axis=0) <= columns + 0.5)[None, :]
    rest = np.clip(table - base, 0.0, None)
    i, j = (index.ravel() for index in np.indices(table.shape))
    cell = np.arange(n * k)
    sums = csr_array(
        (np.ones(2 * n * k), (np.concatenate([i, n + j]), np.concatenate([cell, cell])))
    )
    wanted = np.concatenate([rows - base.sum(axis=1), columns - base.sum(axis=0)])
    cost = -_preference(np.minimum(rest, 1.0), uniform).ravel()
    for most in (1.0, None):
        found = linprog(cost, A_eq=sums, b_eq=wanted, bounds=(0, most), method="highs")
        if found.status == 0:
            return np.asarray(base + np.round(found.x).reshape(n, k), dtype=np.int64)
    raise PopulationError(
        f"{n} x {k} totals cannot be shared out (rows sum to {rows.sum()}, columns to "
        f"{columns.sum()}); please report this, with the controls file."
    )


def round_zones(
    zones: Sequence[FittedZone],
    possible: NDArray[np.bool_],
    uniforms: Callable[[str, int], Floats],
    *,
    tick: Callable[[], None] = lambda: None,
) -> list[RoundedZone]:
    """Choose whole households for zones that share totals, smallest zone first.

    What a zone misses of a shared total is left to those after it, which are larger.

    Args:
        zones: Zones of one large zone.
        possible: Cells that no rule forbids.
        uniforms: Gives the seeded numbers of a named stream.
        tick: Called after each zone.
    """
    carried: dict[str, Integers] = {}
    found: dict[int, RoundedZone] = {}
    for zone in sorted(zones, key=lambda one: (one.households, one.zone)):
        margins = [
            m if m.control not in carried else type(m)(
                m.control, m.axes, np.maximum(m.totals + carried[m.control], 0), True)
            for m in zone.margins
        ]  # fmt: skip
        uniform = uniforms(f"zone/{zone.zone}", zone.fractions.size)
        rounded = _round_zone(zone, margins, possible, uniform.reshape(zone.fractions.shape))
        found[zone.zone] = rounded
        for margin in zone.margins:
            if margin.is_shared:
                missed = margin.totals - _sums(rounded.cells, margin)
                carried[margin.control] = carried.get(margin.control, 0) + missed
        tick()
    return [found[zone.zone] for zone in zones]


def _round_zone(
    zone: FittedZone, margins: list[Margin], possible: NDArray[np.bool_], uniform: Floats
) -> RoundedZone:
    in_seed = (zone.fractions > 0) & possible
    cells = np.argwhere(in_seed)
    missed = 1.0
    if len(cells):
        chosen, missed = _choose(zone.fractions[in_seed], cells, margins, uniform[in_seed])
    if missed > 0.5:
        cells = np.argwhere(possible)
        fractions = np.where(possible, zone.fractions, 0.0)[possible]
        chosen, missed = _choose(fractions, cells, margins, uniform[possible])
    result = np.zeros(zone.fractions.shape, dtype=np.int64)
    result[tuple(cells.T)] = chosen
    n_forced = int(result[zone.fractions <= 0].sum())
    return RoundedZone(result, n_forced, round(missed))


def _choose(
    fractions: Floats, cells: Integers, margins: list[Margin], uniform: Floats
) -> tuple[Integers, float]:
    """Return households of each cell and by how many the zone's own totals are missed."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, hstack

    n = len(fractions)
    rows, wanted, cost_of_miss = [], [], []
    offset = 0
    for margin in margins:
        flat = np.ravel_multi_index(tuple(cells[:, a] for a in margin.axes), margin.totals.shape)
        rows.append(offset + flat)
        wanted.append(margin.totals.ravel().astype(np.float64))
        miss = _SHARED_MISS_COST if margin.is_shared else _MISS_COST
        cost_of_miss.append(np.full(margin.totals.size, miss))
        offset += margin.totals.size
    totals = np.concatenate(wanted)
    entries = (np.ones(n * len(rows)), (np.concatenate(rows), np.tile(np.arange(n), len(rows))))
    sums = csr_array(entries, shape=(offset, n))
    base = _base(fractions, sums, totals)
    left = totals - sums @ base
    rest = np.clip(fractions - base, 0.0, 1.0)
    preference = -_preference(rest, uniform)
    preference = np.where(fractions > 0, preference, _FORCED_COST)
    # First as if every total could be met, one household at most beside the whole part.
    found = milp(
        preference,
        constraints=LinearConstraint(sums, left, left),
        integrality=np.ones(n),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": _GAP, "time_limit": _TIME_SECONDS},
    )
    if found.x is not None:
        return (base + np.round(found.x)).astype(np.int64), 0.0
    more = np.where(fractions > 0, _SECOND_COST - np.log(np.maximum(fractions, _LEAST_ODDS)),
                    _FORCED_COST)  # fmt: skip
    slack = eye_array(offset)
    everything: Any = hstack([sums, sums, slack, -slack]).tocsr()
    miss_cost = np.concatenate(cost_of_miss)
    found = milp(
        np.concatenate([preference, more, miss_cost, miss_cost]),
        constraints=LinearConstraint(everything, left, left),
        integrality=np.concatenate([np.ones(2 * n), np.zeros(2 * offset)]),
        bounds=Bounds(0, np.concatenate([np.ones(n), np.full(n + 2 * offset, np.inf)])),
        options={"mip_rel_gap": _GAP / 10, "time_limit": _TIME_SECONDS},
    )
    if found.x is None:
        raise PopulationError(
            f"no whole households found for a zone of {int(totals[: margins[0].totals.size].sum())}"
            " households; please report this, with the controls file."
        )
    values = np.round(found.x)
    off = np.abs(found.x[2 * n : 2 * n + offset]) + np.abs(found.x[2 * n + offset :])
    own = miss_cost == _MISS_COST
    return (base + values[:n] + values[n : 2 * n]).astype(np.int64), float(off[own].sum())


def _base(fractions: Floats, sums: Any, totals: Floats) -> Floats:
    """Return whole households that are sure: fractions rounded down, less where totals are less."""
    base = np.floor(fractions + 1e-9)
    while True:
        over = sums @ base - totals
        if (over <= 1e-9).all():
            return base
        worst = int(np.argmax(over))
        inside = sums[[worst], :].toarray().ravel() > 0
        scale = totals[worst] / (totals[worst] + over[worst])
        base = np.where(inside, np.floor(base * scale + 1e-9), base)


def _preference(rest: Floats, uniform: Floats) -> Floats:
    odds = np.clip(rest, _LEAST_ODDS, 1 - _LEAST_ODDS)
    noise = np.clip(uniform, 2.0**-53, 1 - 2.0**-53)
    return np.asarray(np.log(odds / (1 - odds)) + np.log(noise / (1 - noise)))


def _sums(cells: Integers, margin: Margin) -> Integers:
    from .synthesis_fitting import project

    return np.round(project(cells, margin.axes)).astype(np.int64)
