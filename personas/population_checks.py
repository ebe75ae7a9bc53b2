"""What must hold before a population is sampled: names, order, values, complete tables.

Each check names the attribute, the row or rule, what was found and what was expected. A table is
complete when each combination of the attributes it depends on has a row. Where a row compares two
attributes, numbers are tried at every bound that the table mentions, one below and one above.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .attribute_info import AttributeInfo
from .catalogue import Catalogue
from .conditions import (
    AttributeReference,
    Column,
    Comparison,
    Conditions,
    references_of,
    values_of,
)
from .correlated_config import CorrelatedGroup
from .counted import CountedUnits
from .counted_config import CountedAttribute
from .errors import PopulationError
from .near_name import near_name
from .population_config import (
    Attribute,
    BooleanAttribute,
    CategoricalAttribute,
    DerivedAttribute,
    ItemAttribute,
    NumberAttribute,
    PopulationConfig,
)
from .row_finder import HasConditions, RowFinder, Value
from .sampling import categories_of

MAX_COMBINATIONS = 200_000
"""Combinations tried per table; a larger table needs a last row without `when`."""


def check_population(
    config: PopulationConfig,
    catalogues: Mapping[str, Catalogue],
    *,
    packs: Mapping[str, str] | None = None,
    counted: Mapping[str, CountedUnits] | None = None,
) -> dict[str, AttributeInfo]:
    """Return what is known of each column, in the order of drawing.

    Args:
        config: The population.
        catalogues: Catalogue of each item attribute, by name.
        packs: Pack file of each attribute and rule that came from one; messages name it.
        counted: Units of each counted attribute, by name.

    Raises:
        PopulationError: If a name is used twice or unknown, a value is impossible, a row can never
            apply, or a combination has no row.
    """
    all_names = {name for attribute in config.attributes for name in _column_names(attribute)}
    checker = _Checker(config.name, {}, all_names, packs or {}, counted or {})
    for attribute in config.attributes:
        checker.add(attribute, catalogues.get(attribute.name))
    seen: set[str] = set()
    for rule in config.rules:
        if rule.name in seen:
            raise PopulationError(f"population '{config.name}': rule '{rule.name}' is named twice.")
        seen.add(rule.name)
        checker.check_conditions(rule.forbid, f"rule '{rule.name}'{checker.pack_of(rule.name)}")
    return checker.known


def check_conditions(
    conditions: Conditions, known: Mapping[str, AttributeInfo], *, population: str, where: str
) -> None:
    """Refuse conditions that name an unknown column or a value that it can never have.

    Raises:
        PopulationError: With the nearest name or value that exists.
    """
    _Checker(population, dict(known), set(known), {}, {}).check_conditions(conditions, where)


@dataclass(slots=True)
class _Checker:
    population: str
    known: dict[str, AttributeInfo]
    all_names: set[str]
    packs: Mapping[str, str]
    counted: Mapping[str, CountedUnits]

    def pack_of(self, name: str) -> str:
        """Return how messages name the pack that `name` came from; nothing without one."""
        return f" of pack '{self.packs[name]}'" if name in self.packs else ""

    def add(self, attribute: Attribute, catalogue: Catalogue | None) -> None:
        where = f"attribute '{attribute.name}'{self.pack_of(attribute.name)}"
        for name in _column_names(attribute):
            if name in self.known:
                raise self._error(f"{where}: column '{name}' exists already; choose another name.")
        match attribute:
            case CategoricalAttribute():
                categories = categories_of(attribute)
                if len({type(c) for c in categories}) > 1:
                    raise self._error(
                        f"{where}: categories of several types; put quotes around the numbers."
                    )
                info = AttributeInfo(type(categories[0]), categories)
                self._check_table(attribute.table(), where)
            case BooleanAttribute():
                info = AttributeInfo(bool, (False, True))
                self._check_table(attribute.table(), where)
            case NumberAttribute():
                ranges = [row.range() for row in attribute.table()]
                low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
                if attribute.round_to:  # rounding can lead past both ends
                    low, high = (
                        float(np.round(end / attribute.round_to)) * attribute.round_to
                        for end in (low, high)
                    )
                if attribute.kind == "integer":
                    low, high = round(low), round(high)
                info = AttributeInfo(int if attribute.kind == "integer" else float, None, low, high)
                self._check_table(attribute.table(), where)
            case DerivedAttribute():
                self._check_table(attribute.rows, where)
                info = self._derived(attribute, where)
            case ItemAttribute():
                if catalogue is None:
                    raise self._error(f"{where}: no catalogue was read.")
                self._add_item(attribute, catalogue, where)
                return
            case CorrelatedGroup():
                self._add_correlated(attribute, where)
                return
            case CountedAttribute():
                self._add_counted(attribute)
                return
        self.known[attribute.name] = _hide(info, hidden=attribute.hidden)
        self.check_conditions(attribute.empty_when, f"{where}, empty_when")

    def _derived(self, attribute: DerivedAttribute, where: str) -> AttributeInfo:
        if not any(row.sum_of is not None for row in attribute.rows):
            values = tuple(dict.fromkeys(r.value for r in attribute.rows if r.value is not None))
            if not all(type(value) in (int, float) for value in values):
                return AttributeInfo(type(values[0]), values)
        lows, highs, whole = [], [], True
        for row in attribute.rows:
            low = high = row.plus if row.sum_of is not None else float(row.value or 0)
            whole &= row.plus % 1 == 0 and not isinstance(row.value, float)
            for name, factor in (row.sum_of or {}).items():
                self._check_name(name, where)
                term = self.known[name]
                if term.categories is not None or term.type not in (int, float):
                    raise self._error(f"{where}: sum_of names '{name}', which is no number.")
                whole &= term.type is int and factor % 1 == 0
                ends = sorted((factor * term.low, factor * term.high))
                low, high = low + ends[0], high + ends[1]
            lows.append(low)
            highs.append(high)
        return AttributeInfo(int if whole else float, low=min(lows), high=max(highs))

    def _add_item(self, attribute: ItemAttribute, catalogue: Catalogue, where: str) -> None:
        categories = tuple(dict.fromkeys(item.category for item in catalogue.items))
        if attribute.interest is not None:
            self._check_name(attribute.interest, where)
            favourites = self.known[attribute.interest].categories or ()
            if unknown := sorted(set(map(str, favourites)) - set(categories)):
                raise self._error(
                    f"{where}: {attribute.interest} may be {unknown}, which the catalogue lacks; "
                    f"it has {sorted(categories)}."
                )
        for boost in attribute.boosts:
            self.check_conditions(boost.when, f"{where}, boost")
            if unknown := sorted(set(boost.categories) - set(categories)):
                raise self._error(
                    f"{where}: a boost names {unknown}, which the catalogue lacks; "
                    f"it has {sorted(categories)}."
                )
        for item in catalogue.items:
            self.check_conditions(item.when, f"{where}, item {item.item!r}")
            for when in item.occasion_conditions():
                self.check_conditions(when, f"{where}, an occasion of {item.item!r}")
        if all(item.when for item in catalogue.items):
            raise self._error(f"{where}: every item has `when`; some must fit everyone.")
        self._check_table(attribute.prices, f"{where}, prices")
        phrases = tuple(dict.fromkeys(p for item in catalogue.items for p in item.phrases()))
        prices = [price for item in catalogue.items for price in item.price]
        columns, hidden = attribute.columns, attribute.hidden
        self.known |= {
            attribute.name: AttributeInfo(
                str, tuple(item.item for item in catalogue.items), hidden=hidden
            ),
            columns.category: AttributeInfo(str, categories, hidden=hidden),
            columns.price: AttributeInfo(float, low=min(prices), high=max(prices), hidden=hidden),
            columns.occasion: AttributeInfo(str, phrases, hidden=hidden),
        }

    def _add_correlated(self, group: CorrelatedGroup, where: str) -> None:
        for effect in group.effects:
            of = f"{where}, an effect of '{effect.column}'"
            if effect.attribute is not None:
                self._check_name(effect.attribute, of)
                if self.known[effect.attribute].type not in (int, float):
                    raise self._error(
                        f"{of}: '{effect.attribute}' is no number; use `when` and `d` for groups."
                    )
            self.check_conditions(effect.when or {}, of)
        self.known |= {
            name: AttributeInfo(
                int if one.whole else float, low=one.low, high=one.high, hidden=group.hidden
            )
            for name, one in group.columns.items()
        }

    def _add_counted(self, attribute: CountedAttribute) -> None:
        for name, column in self.counted[attribute.name].columns.items():
            if column.categories is not None:
                info = AttributeInfo(str, column.categories)
            else:
                low, high = float(column.values.min()), float(column.values.max())
                info = AttributeInfo(int, low=low, high=high)
            self.known[name] = _hide(info, hidden=attribute.hidden)

    def check_conditions(self, conditions: Conditions, where: str) -> None:
        """Refuse unknown names, impossible values and comparisons of words."""
        for name in sorted(references_of(conditions)):
            self._check_name(name, where)
        for name, condition in conditions.items():
            info = self.known[name]
            for value in values_of(condition):
                self._check_value(name, info, value, where)
            if isinstance(condition, Comparison):
                for operator, bound in condition.bounds():
                    names = [name]
                    if isinstance(bound, AttributeReference):
                        names.append(bound.attribute)
                    for one in names:
                        if self.known[one].type not in (int, float):
                            raise self._error(
                                f"{where}: {operator} compares '{one}', which is no number."
                            )

    def _check_value(
        self, name: str, info: AttributeInfo, value: str | int | float | bool, where: str
    ) -> None:
        if info.categories is None:
            if isinstance(value, str | bool) or not info.low <= value <= info.high:
                raise self._error(
                    f"{where}: '{name}' can never be {value!r}; "
                    f"it lies from {info.low:g} to {info.high:g}."
                )
        elif (type(value), value) not in {(type(c), c) for c in info.categories}:
            listed = ", ".join(map(repr, info.categories[:20]))
            more = "" if len(info.categories) <= 20 else f" and {len(info.categories) - 20} more"
            near = near_name(value, map(str, info.categories)) if isinstance(value, str) else None
            hint = f" Did you mean {near!r}?" if near else ""
            raise self._error(
                f"{where}: '{name}' can never be {value!r}; it has {listed}{more}.{hint}"
            )

    def _check_name(self, name: str, where: str) -> None:
        if name in self.known:
            return
        if name in self.all_names:
            raise self._error(
                f"{where} uses '{name}', which is declared at the same place or below it; "
                "attributes are "
                "drawn from the top, so move it above (two that need each other form a cycle)."
            )
        near = near_name(name, self.known)
        hint = f" Did you mean '{near}'?" if near else ""
        raise self._error(f"{where} uses '{name}', which no attribute above defines.{hint}")

    def _check_table(self, rows: Sequence[HasConditions], where: str) -> None:
        for position, row in enumerate(rows):
            self.check_conditions(row.when, f"{where}, row {position + 1}")
        finder = RowFinder(rows, self.known)
        if finder.is_exact:
            self._refuse_gaps(where, finder.missing_example(), len(rows), finder.used_rows())
            return
        # Conditions between two attributes, or a table too tangled: combinations are tried.
        names = sorted(finder.inputs)
        points = [self._points(name, rows) for name in names]
        if math.prod(map(len, points)) > MAX_COMBINATIONS:
            if rows[-1].when:
                raise self._error(
                    f"{where}: the table depends on too many combinations to check; "
                    "add a last row without `when`."
                )
            return
        grid = list(itertools.product(*points))
        columns = {
            name: _column([point[axis] for point in grid], self.known[name])
            for axis, name in enumerate(names)
        }
        found = finder.find(columns, len(grid))
        missing = np.flatnonzero(found < 0)
        example = dict(zip(names, grid[missing[0]], strict=True)) if missing.size else None
        self._refuse_gaps(where, example, len(rows), set(found.tolist()))

    def _refuse_gaps(
        self, where: str, missing: Mapping[str, Value] | None, n_rows: int, used: set[int]
    ) -> None:
        if missing is not None:
            example = ", ".join(f"{name}={value!r}" for name, value in missing.items())
            raise self._error(
                f"{where}: no row applies to {example}. "
                "Add the rows that are missing, or a last one without `when`."
            )
        if unused := sorted(set(range(n_rows)) - used):
            raise self._error(
                f"{where}: row {unused[0] + 1} can never apply; the rows above it take all its "
                "cases. Put the more special row first."
            )

    def _points(self, name: str, rows: Sequence[HasConditions]) -> list[str | int | float | bool]:
        info = self.known[name]
        if info.categories is not None:
            return list(info.categories)
        tried = {info.low, info.high}
        for row in rows:
            condition = row.when.get(name)
            mentioned: list[float] = []
            if condition is not None:
                mentioned += [float(value) for value in values_of(condition)]
            for other in row.when.values():
                if isinstance(other, Comparison):
                    bounds = [bound for _, bound in other.bounds()]
                    mentioned += [float(b) for b in bounds if isinstance(b, int | float)]
            step = 1.0 if info.type is int else 1e-6
            tried |= {value + offset for value in mentioned for offset in (-step, 0.0, step)}
        inside = sorted(value for value in tried if info.low <= value <= info.high)
        return [int(value) for value in inside] if info.type is int else list(inside)

    def _error(self, problem: str) -> PopulationError:
        return PopulationError(f"population '{self.population}', {problem}")


def _column_names(attribute: Attribute) -> list[str]:
    if isinstance(attribute, ItemAttribute):
        columns = attribute.columns
        return [attribute.name, columns.category, columns.price, columns.occasion]
    if isinstance(attribute, CorrelatedGroup | CountedAttribute):
        return list(attribute.columns)
    return [attribute.name]


def _column(values: Sequence[str | int | float | bool], info: AttributeInfo) -> Column:
    if info.categories is None:
        return Column(np.array(values))
    position = {value: index for index, value in enumerate(info.categories)}
    return Column(np.array([position[v] for v in values], dtype=np.int64), info.categories)


def _hide(info: AttributeInfo, *, hidden: bool) -> AttributeInfo:
    return AttributeInfo(info.type, info.categories, info.low, info.high, hidden)
