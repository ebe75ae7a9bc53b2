"""Fit the joint distribution of the seed to the totals of every zone, in fractions of households.

Iterative proportional fitting (humanleague), from large to small: the seed is fitted to the
totals of a large zone, the result to the controls of each small zone in it. Controls of the large
zone are then shared out among its small zones in whole households, so that their sums are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .synthesis_config import SynthesisConfig
from .synthesis_rounding import round_table
from .synthesis_zones import Zones

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Margin:
    """Households by the categories of some dimensions in one zone."""

    control: str
    axes: tuple[int, ...]
    """Dimensions it is about."""
    totals: Integers
    """One axis for each of `axes`."""
    is_shared: bool = False
    """Whether it is the zone's part of a larger zone's total, which other zones may make up for."""


@dataclass(frozen=True, slots=True)
class FittedZone:
    """One zone before whole households are chosen."""

    zone: int
    """Position in the smaller geography."""
    households: int
    fractions: Floats
    """Expected households in each cell."""
    margins: tuple[Margin, ...]
    """What the zone has to meet."""


@dataclass(slots=True)
class FitReport:
    """How fitting went."""

    n_fits: int = 0
    """Fits made."""
    not_converged: list[str] = field(default_factory=list)
    """Zones whose totals no mixture of seed cells meets exactly; rounding mends them if it can."""


def fit_large_zone(
    config: SynthesisConfig,
    joint: Floats,
    small: Zones,
    large: Zones | None,
    position: int,
    *,
    uniforms: Callable[[str, int], Floats],
    report: FitReport,
) -> list[FittedZone]:
    """Fit the small zones of one large zone (of the whole region without large zones).

    Args:
        config: The controls file.
        joint: Weight of each cell in the seed.
        small: The smaller zones.
        large: The larger ones, if there are any.
        position: Which large zone; 0 without any.
        uniforms: Gives the seeded numbers of a named stream.
        report: Told what did not converge.
    """
    inside = np.flatnonzero((small.parent == position) & (small.households > 0))
    if len(inside) == 0:
        return []
    axis = {one.name: i for i, one in enumerate(config.dimensions)}
    axes = {c.name: tuple(axis[d] for d in c.dimensions) for c in config.controls}
    above = [] if large is None else [
        Margin(name, axes[name], totals[position], True) for name, totals in large.controls.items()
    ]  # fmt: skip
    sums = [Margin(name, axes[name], totals[inside].sum(axis=0))
            for name, totals in small.controls.items()]  # fmt: skip
    name = large.codes[position] if large else "all zones"
    base, is_met = fit_cells(joint, [*sums, *above])
    report.n_fits += 1
    if not is_met:
        report.not_converged.append(name)
    own = [
        [Margin(name, axes[name], totals[zone]) for name, totals in small.controls.items()]
        for zone in inside
    ]
    if not above:
        return [_fitted(base, int(zone), small, margins, report)
                for zone, margins in zip(inside, own, strict=True)]  # fmt: skip
    involved = sorted({a for margin in sums for a in margin.axes})
    rest = tuple(a for a in range(joint.ndim) if a not in involved)
    known = base.sum(axis=rest)
    within = np.divide(base, np.expand_dims(known, rest), out=np.zeros_like(base),
                       where=np.expand_dims(known, rest) > 0)  # fmt: skip
    place = {a: i for i, a in enumerate(involved)}
    first = []
    for margins in own:
        moved = [Margin(m.control, tuple(place[a] for a in m.axes), m.totals) for m in margins]
        fitted, _ = fit_cells(known, moved)
        first.append(np.expand_dims(fitted, rest) * within)
    parts = {}
    for margin in above:
        noise = uniforms(f"{name}/{margin.control}", len(inside) * margin.totals.size)
        parts[margin.control] = _shared(margin, first, small.households[inside], noise)
    found = []
    for row, (zone, margins) in enumerate(zip(inside, own, strict=True)):
        shared = [Margin(m.control, m.axes, parts[m.control][row].reshape(m.totals.shape), True)
                  for m in above]  # fmt: skip
        found.append(_fitted(base, int(zone), small, [*margins, *shared], report))
    return found


def fit_cells(joint: Floats, margins: Sequence[Margin]) -> tuple[Floats, bool]:
    """Fit `joint` to the margins, which together speak of each of its axes.

    Returns:
        The fitted cells and whether every margin is met to 0.01 households. If no mixture of the
        cells can meet them, the last step of the iteration.

    Source: Deming and Stephan (1940); implementation: humanleague 2.4 (`ipf`). It wants arrays in
    C order, every axis in a margin, and margins with equal sums; categories without households
    are taken out before, as their cells would never settle.
    """
    import humanleague

    total = int(margins[0].totals.sum())
    kept = []
    for axis in range(joint.ndim):
        used = np.ones(joint.shape[axis], dtype=np.bool_)
        for margin in margins:
            if axis in margin.axes:
                others = tuple(i for i, a in enumerate(margin.axes) if a != axis)
                used &= margin.totals.sum(axis=others) > 0
        kept.append(np.flatnonzero(used))
    result = np.zeros_like(joint)
    inside = np.ix_(*kept)
    cells = np.ascontiguousarray(joint[inside])
    if cells.sum() <= 0:
        return result, total == 0
    indices, totals = [], []
    for margin in margins:
        order = sorted(range(len(margin.axes)), key=lambda i: margin.axes[i])
        part = margin.totals[np.ix_(*(kept[a] for a in margin.axes))].transpose(order)
        indices.append([margin.axes[i] for i in order])
        totals.append(np.ascontiguousarray(part, dtype=np.float64))
    try:
        fitted, _ = humanleague.ipf(cells, indices, totals)
    except RuntimeError:  # two margins that share a dimension and disagree
        fitted = cells * (total / cells.sum())
    fitted = np.where(np.isfinite(fitted) & (fitted > 0), fitted, 0.0)
    fitted *= total / fitted.sum() if fitted.sum() > 0 else 0.0
    result[inside] = fitted
    worst = max(
        float(np.abs(project(result, margin.axes) - margin.totals).max()) for margin in margins
    )
    return result, worst < 0.01


def project(cells: NDArray[np.generic], axes: tuple[int, ...]) -> Floats:
    """Return the sums of `cells` over all axes but `axes`, in the order of `axes`."""
    others = tuple(a for a in range(cells.ndim) if a not in axes)
    summed = cells.sum(axis=others)
    order = sorted(range(len(axes)), key=lambda i: axes[i])
    return np.asarray(summed.transpose(np.argsort(order)), dtype=np.float64)


def _fitted(
    base: Floats, zone: int, small: Zones, margins: list[Margin], report: FitReport
) -> FittedZone:
    fractions, is_met = fit_cells(base, margins)
    report.n_fits += 1
    if not is_met:
        report.not_converged.append(small.codes[zone])
    return FittedZone(zone, int(small.households[zone]), fractions, tuple(margins))


def _shared(margin: Margin, first: list[Floats], households: Integers, uniform: Floats) -> Integers:
    """Share a large zone's totals out among its small zones, in whole households."""
    expected = np.stack([project(cells, margin.axes).ravel() for cells in first])
    totals = margin.totals.ravel()
    table, _ = fit_cells(
        np.maximum(expected, 1e-9), [Margin("", (0,), households), Margin("", (1,), totals)]
    )
    return round_table(table, households, totals, uniform.reshape(table.shape))
