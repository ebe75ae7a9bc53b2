"""Settle how large the households of open classes ("4 or more") are, so that persons add up.

Within an area the sizes follow those of the seed, tilted exponentially until their mean is the
area's (the distribution nearest to the seed's that has this mean), then rounded and moved by
single persons until the number is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .random_stream import uniforms
from .synthesis_config import SynthesisConfig
from .synthesis_rounding import round_table
from .synthesis_seed import Seed
from .synthesis_zones import Zones

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds of household with their numbers: the rows of the counts file."""

    zone: Integers
    """Shape (rows,): position of the small zone."""
    cell: Integers
    """Shape (rows, dimensions): category of each dimension."""
    size: Integers | None
    """Shape (rows,): persons of each household, where the controls file has persons."""
    count: Integers
    """Shape (rows,): households, 1 or more."""


@dataclass(frozen=True, slots=True)
class PersonReport:
    """How near the persons of the households come to the totals."""

    wanted: Integers
    """Shape (areas,): persons that the table states."""
    made: Integers
    """Shape (areas,): persons of the households."""
    households: Integers
    """Shape (areas,)."""

    def text(self) -> str:
        """Return it as a sentence."""
        has = self.households > 0
        exact = (self.wanted == self.made) & has
        short = np.clip(self.wanted - self.made, 0, None)
        over = np.clip(self.made - self.wanted, 0, None)
        return (
            f"persons: {self.made.sum():,} of {self.wanted.sum():,} stated live in households; "
            f"exact in {exact.sum():,} of {has.sum():,} areas with households. "
            f"{short.sum():,} persons in {(short > 0).sum():,} areas are more than the households "
            f"there can hold (group quarters, if the total includes them), {over.sum():,} in "
            f"{(over > 0).sum():,} areas fewer than their sizes need"
        )


def settle_sizes(
    config: SynthesisConfig, seed: Seed, kinds: Kinds, areas: Zones, area_of_zone: Integers,
    *, random_seed: int, k: int,
) -> tuple[Kinds, PersonReport]:  # fmt: skip
    """Return the kinds with single sizes.

    Args:
        config: The controls file, with `persons`.
        seed: The seed table.
        kinds: Kinds with categories of size only.
        areas: Geography whose totals of persons are given.
        area_of_zone: Area of each small zone.
        random_seed: Seed of everything random.
        k: How many households the category as a whole counts for in the sizes of a cell.
    """
    if config.persons is None or areas.persons is None:
        raise ValueError("the controls file has no persons.")
    axis = [one.name for one in config.dimensions].index(config.persons.dimension)
    sizes_of_row = seed.column(config.dimensions[axis].column).values.astype(np.int64)
    sizes = np.unique(sizes_of_row)
    weights = seed.table.weights
    n_categories = len(config.dimensions[axis].categories)
    shares = np.zeros((n_categories, len(sizes)))
    np.add.at(shares, (seed.codes[:, axis], np.searchsorted(sizes, sizes_of_row)), weights)
    shares /= shares.sum(axis=1, keepdims=True)
    of_cell = _shares_of_cells(seed, sizes_of_row, sizes, shares, axis, k)
    parts: list[Kinds] = []
    made = np.zeros(len(areas.codes), dtype=np.int64)
    area_of_row = area_of_zone[kinds.zone]
    for area in np.unique(area_of_row):
        rows = np.flatnonzero(area_of_row == area)
        category = kinds.cell[rows, axis]
        n_of = np.bincount(category, kinds.count[rows], n_categories).astype(np.int64)
        stream = f"synthesis/{config.name}/persons/{areas.codes[area]}"
        numbers = uniforms(random_seed, stream, 0, n_categories + len(rows) * len(sizes))
        table = _sizes_of_area(n_of, shares, sizes, int(areas.persons[area]),
                               config.persons.mean_at_most, numbers[:n_categories])  # fmt: skip
        made[area] = int((table.sum(axis=0) * sizes).sum())
        noise = numbers[n_categories:].reshape(len(rows), len(sizes))
        given = _given_to_rows(kinds, rows, category, table, of_cell, noise)
        where, which = np.nonzero(given)
        parts.append(Kinds(kinds.zone[rows[where]], kinds.cell[rows[where]], sizes[which],
                           given[where, which]))  # fmt: skip
    households = np.bincount(area_of_row, kinds.count, len(areas.codes)).astype(np.int64)
    settled = Kinds(
        np.concatenate([p.zone for p in parts]),
        np.concatenate([p.cell for p in parts]),
        np.concatenate([p.size for p in parts if p.size is not None]),
        np.concatenate([p.count for p in parts]),
    )
    return settled, PersonReport(areas.persons, made, households)


def tilted(shares: Floats, sizes: Integers, n_of: Integers, persons: float) -> Floats:
    """Return the expected households of each category and size with `persons` in all.

    Args:
        shares: Shape (categories, sizes): shares of the sizes in each category.
        sizes: Shape (sizes,), ascending.
        n_of: Shape (categories,): households.
        persons: Wanted sum of sizes; the nearest that is possible is taken.
    """
    low, high = -40.0, 40.0
    expected = shares * n_of[:, None]
    for _ in range(80):
        middle = (low + high) / 2
        exponent = middle * (sizes - sizes.mean())
        weight = np.where(shares > 0, np.log(np.maximum(shares, 1e-300)) + exponent, -np.inf)
        weight = np.exp(weight - weight.max(axis=1, keepdims=True))
        expected = weight / weight.sum(axis=1, keepdims=True) * n_of[:, None]
        if (expected * sizes).sum() < persons:
            low = middle
        else:
            high = middle
    return np.asarray(expected)


def _sizes_of_area(
    n_of: Integers, shares: Floats, sizes: Integers, persons: int, most: float | None,
    uniform: Floats,
) -> Integers:  # fmt: skip
    """Return households by category and single size."""
    is_open = (shares > 0).sum(axis=1) > 1
    wanted = float(persons)
    if most is not None:
        settled = float(((shares @ sizes) * n_of)[~is_open].sum())
        wanted = min(wanted, settled + most * float(n_of[is_open].sum()))
    expected = tilted(shares, sizes, n_of, wanted)
    # Systematic rounding keeps rare sizes as often as they are expected.
    upper = np.cumsum(expected, axis=1)
    upper[:, -1] = n_of
    table = np.diff(np.floor(upper + uniform[:, None]), axis=1, prepend=0).astype(np.int64)
    table = np.where(shares > 0, table, 0)
    for category in range(len(n_of)):  # what rounding put on an unknown size
        missing = n_of[category] - table[category].sum()
        table[category, int(np.argmax(expected[category]))] += missing
    return _moved(table, expected, shares, sizes, round(wanted))


def _moved(
    table: Integers, expected: Floats, shares: Floats, sizes: Integers, persons: int
) -> Integers:
    """Move households between sizes of a category until the persons are exact, if possible."""
    table = table.copy()
    while (missing := persons - int((table.sum(axis=0) * sizes).sum())) != 0:
        best: tuple[int, float, int, int, int] | None = None
        for category, before in zip(*np.nonzero(table), strict=True):
            for after in np.flatnonzero(shares[category] > 0):
                step = int(sizes[after] - sizes[before])
                if step * missing <= 0 or abs(step) > abs(missing):
                    continue
                off = (table[category] - expected[category])[[before, after]]
                cost = float(-2 * off[0] + 2 * off[1])
                key = (-abs(step) if abs(missing) > 3 * len(table) else abs(step), cost,
                       int(category), int(before), int(after))  # fmt: skip
                best = key if best is None or key < best else best
        if best is None:
            return table
        _, _, category, before, after = best
        table[category, before] -= 1
        table[category, after] += 1
    return table


def _given_to_rows(
    kinds: Kinds, rows: Integers, category: Integers, table: Integers,
    of_cell: dict[tuple[int, ...], Floats], noise: Floats,
) -> Integers:  # fmt: skip
    given = np.zeros((len(rows), table.shape[1]), dtype=np.int64)
    for one in np.unique(category):
        inside = np.flatnonzero(category == one)
        used = np.flatnonzero(table[one])
        counts = kinds.count[rows[inside]]
        weight = np.stack([of_cell[tuple(kinds.cell[row])][used] for row in rows[inside]])
        expected = _balanced(weight, counts, table[one][used])
        part = round_table(expected, counts, table[one][used], noise[np.ix_(inside, used)])
        given[np.ix_(inside, used)] = part
    return given


def _balanced(weight: Floats, rows: Integers, columns: Integers) -> Floats:
    from .synthesis_fitting import Margin, fit_cells

    margins = [Margin("", (0,), rows), Margin("", (1,), columns)]
    return fit_cells(np.maximum(weight, 1e-9), margins)[0]


def _shares_of_cells(
    seed: Seed, sizes_of_row: Integers, sizes: Integers, shares: Floats, axis: int, k: int
) -> _SharesOfCells:
    found = _SharesOfCells(shares, axis)
    cells, inverse = np.unique(seed.codes, axis=0, return_inverse=True)
    for position, cell in enumerate(cells):
        inside = inverse.ravel() == position
        counts = np.bincount(np.searchsorted(sizes, sizes_of_row[inside]), minlength=len(sizes))
        overall = shares[cell[axis]]
        found[tuple(cell)] = (counts + k * overall) / (counts.sum() + k)
    return found


class _SharesOfCells(dict[tuple[int, ...], Floats]):
    """Sizes in each cell; those of its category where the seed lacks the cell."""

    def __init__(self, shares: Floats, axis: int) -> None:
        super().__init__()
        self._shares, self._axis = shares, axis

    def __missing__(self, cell: tuple[int, ...]) -> Floats:
        return np.asarray(self._shares[cell[self._axis]])
