"""Draw an entry of a catalogue that fits each person, with its price and an occasion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .attribute_info import AttributeInfo
from .catalogue import Catalogue
from .conditions import Column, Conditions, holds, references_of
from .population_config import ItemAttribute
from .random_stream import SlotNumbers
from .row_finder import RowFinder
from .sampling import Inverse


class ItemSampler:
    """Draws the columns of an item attribute."""

    def __init__(
        self,
        attribute: ItemAttribute,
        catalogue: Catalogue,
        known: Mapping[str, AttributeInfo],
    ) -> None:
        """Compile the attribute; `known` describes the columns above it."""
        names = attribute.columns
        self.outputs = (attribute.name, names.category, names.price, names.occasion)
        self._attribute, self._catalogue = attribute, catalogue
        self._prices = RowFinder(attribute.prices, known)
        conditions: list[Conditions] = [boost.when for boost in attribute.boosts]
        for item in catalogue.items:
            conditions += [item.when, *item.occasion_conditions()]
        asked = set[str]().union(*(references_of(when) for when in conditions))
        interest = {attribute.interest} if attribute.interest else set[str]()
        self.inputs = frozenset(asked | interest | self._prices.inputs)

    def draw(self, columns: Mapping[str, Column], numbers: SlotNumbers) -> dict[str, Column]:
        """Return item, category, price and occasion of each slot."""
        attribute, catalogue, n = self._attribute, self._catalogue, len(numbers)
        masks = _Masks(columns, n)
        # People of one favourite category form a stratum: each takes its items evenly.
        strata = columns[attribute.interest].values.astype(np.int64) if attribute.interest else None
        chosen = _choose_items(
            attribute, catalogue, columns, masks, numbers.of(attribute.name, strata)
        )
        items = catalogue.items
        categories = tuple(dict.fromkeys(item.category for item in items))
        category = np.array([categories.index(item.category) for item in items], dtype=np.int64)
        low, high = np.array([item.price for item in items], dtype=np.float64).T
        part = self._prices.find(columns, n)
        part_low = np.array([row.low for row in attribute.prices])[part]
        part_high = np.array([row.high for row in attribute.prices])[part]
        names = attribute.columns
        position = part_low + (part_high - part_low) * numbers.of(names.price, part)
        price = low[chosen] + (high - low)[chosen] * position
        return {
            attribute.name: Column(chosen, tuple(item.item for item in items)),
            names.category: Column(category[chosen], categories),
            names.price: Column(
                _shelf_prices(price, low[chosen], high[chosen], attribute.price_endings)
            ),
            names.occasion: _choose_occasions(
                catalogue, masks, chosen, numbers.of(names.occasion, chosen)
            ),
        }


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
        one = Inverse(weight[None, positions]).at(np.zeros(len(where), np.int64), rest[where])
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
