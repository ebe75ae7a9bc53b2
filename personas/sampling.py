"""Draw one attribute for many slots at once, from uniform numbers that belong to the slots.

Every function takes columns drawn so far and a source of uniform numbers, and returns new
columns. Each number is the inverse of a distribution function at the slot's own uniform number,
so a slot's value never depends on which other slots are drawn with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .conditions import Column, Conditions, holds
from .population_config import (
    BooleanAttribute,
    CategoricalAttribute,
    DerivedAttribute,
    ItemAttribute,
    LogNormal,
    NumberAttribute,
    NumberRow,
)

Uniforms = Callable[[str], NDArray[np.float64]]
"""Gives the slots' numbers of a named stream, shape (n,)."""


class HasConditions(Protocol):
    """A row of a conditional table."""

    @property
    def when(self) -> Conditions:
        """Whom the row is for."""
        ...


def matching_rows(
    rows: Sequence[HasConditions], columns: Mapping[str, Column], n: int
) -> NDArray[np.int64]:
    """Return for each slot the position of the first row that applies, -1 where none does."""
    found = np.full(n, -1, dtype=np.int64)
    for position in range(len(rows) - 1, -1, -1):
        found[holds(rows[position].when, columns, n)] = position
    return found


def categories_of(attribute: CategoricalAttribute) -> tuple[str | int | bool, ...]:
    """Return every category of the table, in the order in which the file names them first."""
    return tuple(dict.fromkeys(c for row in attribute.table() for c in row.probabilities()))


def draw_categorical(
    attribute: CategoricalAttribute, columns: Mapping[str, Column], uniforms: Uniforms, n: int
) -> Column:
    """Draw words by shares."""
    rows, categories = attribute.table(), categories_of(attribute)
    probabilities = [row.probabilities() for row in rows]
    table = np.array([[one.get(category, 0.0) for category in categories] for one in probabilities])
    row = matching_rows(rows, columns, n)
    return Column(_inverse(table, row, uniforms(attribute.name)), categories)


def draw_boolean(
    attribute: BooleanAttribute, columns: Mapping[str, Column], uniforms: Uniforms, n: int
) -> Column:
    """Draw true with the row's share."""
    rows = attribute.table()
    share = np.array([row.share for row in rows])[matching_rows(rows, columns, n)]
    return Column((uniforms(attribute.name) < share).astype(np.int64), (False, True))


def draw_number(
    attribute: NumberAttribute, columns: Mapping[str, Column], uniforms: Uniforms, n: int
) -> Column:
    """Draw numbers from bands or a truncated log-normal distribution, then round."""
    rows = attribute.table()
    row = matching_rows(rows, columns, n)
    uniform = uniforms(attribute.name)
    values = np.zeros(n, dtype=np.float64)
    for position, spread in enumerate(rows):
        where = np.flatnonzero(row == position)
        if len(where):
            values[where] = _spread(spread, uniform[where], whole=attribute.kind == "integer")
    if attribute.round_to:
        values = np.round(values / attribute.round_to) * attribute.round_to
    if attribute.kind == "integer":
        return Column(np.round(values).astype(np.int64))
    # Twelve decimals hide the last bits in which mathematical libraries differ.
    return Column(np.round(values, 12))


def draw_derived(
    attribute: DerivedAttribute, columns: Mapping[str, Column], n: int, *, whole: bool
) -> Column:
    """Work out what follows from the columns.

    Args:
        attribute: Its table.
        columns: Columns drawn so far.
        n: Number of slots.
        whole: Whether sums are whole numbers.
    """
    row = matching_rows(attribute.rows, columns, n)
    if not any(r.sum_of is not None for r in attribute.rows):
        values = [r.value for r in attribute.rows if r.value is not None]
        if not all(type(value) in (int, float) for value in values):
            categories = tuple(dict.fromkeys(values))
            codes = np.array([categories.index(value) for value in values], dtype=np.int64)
            return Column(codes[row], categories)
    result = np.zeros(n, dtype=np.float64)
    for position, spread in enumerate(attribute.rows):
        where = row == position
        if spread.sum_of is None:
            result[where] = float(spread.value or 0)
        else:
            terms = [f * columns[name].values[where] for name, f in spread.sum_of.items()]
            result[where] = np.sum(terms, axis=0) + spread.plus
    return Column(np.round(result).astype(np.int64) if whole else result)


def draw_item(
    attribute: ItemAttribute,
    catalogue: Catalogue,
    columns: Mapping[str, Column],
    uniforms: Uniforms,
    n: int,
) -> dict[str, Column]:
    """Draw an item that fits each person, then its price and an occasion."""
    masks = _Masks(columns, n)
    chosen = _choose_items(attribute, catalogue, columns, masks, uniforms(attribute.name))
    items = catalogue.items
    categories = tuple(dict.fromkeys(item.category for item in items))
    category = np.array([categories.index(item.category) for item in items], dtype=np.int64)
    low, high = np.array([item.price for item in items], dtype=np.float64).T
    part = matching_rows(attribute.prices, columns, n)
    part_low = np.array([row.low for row in attribute.prices])[part]
    part_high = np.array([row.high for row in attribute.prices])[part]
    position = part_low + (part_high - part_low) * uniforms(attribute.columns.price)
    price = low[chosen] + (high - low)[chosen] * position
    names = attribute.columns
    return {
        attribute.name: Column(chosen, tuple(item.item for item in items)),
        names.category: Column(category[chosen], categories),
        names.price: Column(
            _shelf_prices(price, low[chosen], high[chosen], attribute.price_endings)
        ),
        names.occasion: _choose_occasions(catalogue, masks, chosen, uniforms(names.occasion)),
    }


def _inverse(
    table: NDArray[np.float64], row: NDArray[np.int64], uniform: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return for each slot the category at `uniform` in the distribution `table[row]`."""
    cumulative = np.cumsum(table, axis=1)
    cumulative /= cumulative[:, -1:]
    n_rows, n_categories = table.shape
    # One sorted search over all rows: row r occupies the numbers r to r + 1.
    flat = (cumulative + np.arange(n_rows)[:, None]).ravel()
    codes = np.searchsorted(flat, row + uniform, side="right") - row * n_categories
    # r + u can round up to r + 1; the last category with a share takes it.
    last = n_categories - 1 - np.argmax(table[:, ::-1] > 0, axis=1)
    return np.asarray(np.minimum(codes, last[row]), dtype=np.int64)


def _spread(row: NumberRow, uniform: NDArray[np.float64], *, whole: bool) -> NDArray[np.float64]:
    if row.lognormal is not None:
        return _lognormal(row.lognormal, uniform)
    bands = [band for band in row.bands or [] if band.share > 0]
    share = np.array([band.share for band in bands])
    low = np.array([band.low for band in bands], dtype=np.float64)
    high = np.array([band.high for band in bands], dtype=np.float64)
    upper = np.cumsum(share) / share.sum()
    band = np.minimum(np.searchsorted(upper, uniform, side="right"), len(bands) - 1)
    inside = np.clip((uniform - (upper - share / share.sum())[band]) / share[band], 0.0, 1.0)
    if not whole:
        return np.asarray(low[band] + (high - low)[band] * inside)
    whole_numbers = np.floor(low[band] + (high - low + 1)[band] * inside)
    return np.asarray(np.minimum(whole_numbers, high[band]))


def _lognormal(spread: LogNormal, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import ndtr, ndtri

    ends = np.log(np.array([spread.low, spread.high]) / spread.median) / spread.sigma
    below, above = ndtr(ends)
    values = spread.median * np.exp(spread.sigma * ndtri(below + (above - below) * uniform))
    return np.asarray(np.clip(values, spread.low, spread.high))


class _Masks:
    """Judges each distinct condition of attribute and catalogue once for all slots."""

    def __init__(self, columns: Mapping[str, Column], n: int) -> None:
        self._columns, self._n = columns, n
        self._known: dict[str, NDArray[np.bool_]] = {}

    def of(self, conditions: Conditions) -> NDArray[np.bool_]:
        key = repr(sorted(conditions.items()))
        if key not in self._known:
            self._known[key] = holds(conditions, self._columns, self._n)
        return self._known[key]


def _choose_items(
    attribute: ItemAttribute,
    catalogue: Catalogue,
    columns: Mapping[str, Column],
    masks: _Masks,
    uniform: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Choose a kind of item first (same conditions, same category), then one item of that kind."""
    kinds: dict[tuple[str, str], list[int]] = {}
    for position, item in enumerate(catalogue.items):
        kinds.setdefault((item.category, repr(sorted(item.when.items()))), []).append(position)
    members = list(kinds.values())
    weight = np.array([item.weight for item in catalogue.items])
    factor = _category_factors(attribute, catalogue, columns, masks, len(uniform))
    upper = np.zeros((len(members), len(uniform)))
    total = np.zeros(len(uniform))
    for row, positions in enumerate(members):
        item = catalogue.items[positions[0]]
        total += weight[positions].sum() * factor[item.category] * masks.of(item.when)
        upper[row] = total
    target = uniform * total
    kind = np.minimum((upper <= target).sum(axis=0), len(members) - 1)
    slots = np.arange(len(uniform))
    below = np.where(kind > 0, upper[kind - 1, slots], 0.0)
    rest = np.clip((target - below) / (upper[kind, slots] - below), 0.0, 1.0)
    chosen = np.zeros(len(uniform), dtype=np.int64)
    for row, positions in enumerate(members):
        where = np.flatnonzero(kind == row)
        one = _inverse(weight[None, positions], np.zeros(len(where), np.int64), rest[where])
        chosen[where] = np.array(positions)[one]
    return chosen


def _category_factors(
    attribute: ItemAttribute,
    catalogue: Catalogue,
    columns: Mapping[str, Column],
    masks: _Masks,
    n: int,
) -> dict[str, NDArray[np.float64]]:
    """Return by how much each slot prefers each category."""
    factors = {item.category: np.ones(n) for item in catalogue.items}
    for boost in attribute.boosts:
        for category in dict.fromkeys(boost.categories):
            factors[category] *= np.where(masks.of(boost.when), boost.factor, 1.0)
    interest = columns[attribute.interest] if attribute.interest else None
    for position, favourite in enumerate((interest.categories or ()) if interest else ()):
        if interest is not None:
            mine = interest.values == position
            factors[str(favourite)] *= np.where(mine, attribute.interest_factor, 1.0)
    return factors


def _choose_occasions(
    catalogue: Catalogue,
    masks: _Masks,
    chosen: NDArray[np.int64],
    uniform: NDArray[np.float64],
) -> Column:
    phrases = tuple(dict.fromkeys(p for item in catalogue.items for p in item.phrases()))
    code = {phrase: position for position, phrase in enumerate(phrases)}
    result = np.zeros(len(chosen), dtype=np.int64)
    for position, item in enumerate(catalogue.items):
        where = np.flatnonzero(chosen == position)
        if len(where) == 0:
            continue
        conditions = item.occasion_conditions()
        fits = np.stack([masks.of(when)[where] for when in conditions], axis=1)
        upper = np.cumsum(fits, axis=1)
        pick = (uniform[where, None] * upper[:, -1:] >= upper).sum(axis=1)
        codes = np.array([code[phrase] for phrase in item.phrases()], dtype=np.int64)
        result[where] = codes[np.minimum(pick, len(codes) - 1)]
    return Column(result, phrases)


def _shelf_prices(
    price: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    endings: Sequence[float],
) -> NDArray[np.float64]:
    """Return the nearest price with a usual ending inside [low, high], else the price in cents."""
    dollars = np.floor(price)[:, None]
    steps = np.concatenate([np.asarray(endings) - 1, np.asarray(endings), np.asarray(endings) + 1])
    candidates = np.round(dollars + steps[None, :], 2)
    inside = (candidates >= low[:, None] - 1e-9) & (candidates <= high[:, None] + 1e-9)
    distance = np.where(inside, np.abs(candidates - price[:, None]), np.inf)
    nearest = candidates[np.arange(len(price)), np.argmin(distance, axis=1)]
    return np.where(inside.any(axis=1), nearest, np.round(price, 2))
