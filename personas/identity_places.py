"""Regions, cities, postcode areas and phone areas of a locale, from `data/places_<locale>.yaml`.

A person's place is the position of its city in one list; postcodes and phone numbers are drawn
from the templates of that city, so they agree with it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .errors import PopulationError
from .identity_digits import PLACEHOLDERS, Draws
from .safe_yaml import load_yaml

if TYPE_CHECKING:
    import pyarrow as pa

    from .identity_locales import IdentityLocale

_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class City:
    """One city with what its numbers look like."""

    name: str
    state: str
    weight: float
    postcodes: tuple[str, ...]
    """Templates, see `identity_digits.filled`."""
    phones: tuple[str, ...]
    """Templates; at least one."""


@dataclass(frozen=True, slots=True)
class State:
    """One state, province, region or county: the column `state` of the locale."""

    name: str
    code: str
    weight: float
    postcodes: tuple[str, ...]
    phones: tuple[str, ...]
    cities: Mapping[str, City]


@dataclass(frozen=True, slots=True)
class Streets:
    """Invented street names and the house numbers used with them."""

    names: tuple[str, ...]
    first_number: int
    last_number: int
    before: bool
    """Whether the number stands before the name."""
    separator: str
    known: frozenset[str]
    """The same names, for looking one up."""


@dataclass(frozen=True, slots=True)
class Places:
    """All places of a locale."""

    locale: str
    states: Mapping[str, State]
    streets: Streets

    def check(self, places: Mapping[str, tuple[str, ...]]) -> None:
        """Refuse states or cities for which there is no data.

        Args:
            places: Cities that occur, by state; none where only the states are known.

        Raises:
            PopulationError: If one is unknown.
        """
        for state, cities in places.items():
            known = self.states.get(state)
            if known is None:
                raise PopulationError(
                    f"state {state!r} has no postal data in {self.locale}; there is data for "
                    f"{sorted(self.states)}. Use one of them, or leave `state` out to have it "
                    "drawn."
                )
            if unknown := sorted(set(cities) - set(known.cities)):
                raise PopulationError(
                    f"cities {unknown} of {state} have no postal data in {self.locale}; there is "
                    f"data for {sorted(known.cities)}. Use one of them, or leave `city` out to "
                    "have it drawn."
                )


@dataclass(frozen=True, slots=True)
class Placed:
    """The city of each slot, as a position in `cities`."""

    cities: tuple[City, ...]
    row: NDArray[np.int64]

    def pick(self, kind: str, draws: Draws) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Return all templates of a kind and for each slot the position of one of its city's.

        Args:
            kind: `postcodes` or `phones`.
            draws: The random numbers.
        """
        options: list[tuple[str, ...]] = [getattr(city, kind) for city in self.cities]
        count = np.array([len(one) for one in options], dtype=np.int64)
        first = np.concatenate([[0], np.cumsum(count)[:-1]])
        chosen = first[self.row] + draws.index(f"{kind}/area", count[self.row])
        return tuple(text for one in options for text in one), chosen

    def names(self, kind: str) -> pa.Array:
        """Return the `name` or the `state` of each slot's city."""
        import pyarrow as pa

        return pa.array([getattr(city, kind) for city in self.cities]).take(pa.array(self.row))


def place(places: Places, attributes: pa.Table, draws: Draws) -> Placed:
    """Return the city of each slot: the population's, or a drawn one where it has none.

    A city alone decides the state (the first that has one of that name); a state alone leaves the
    city to be drawn by weight.

    Raises:
        PopulationError: If a state or city is unknown or empty.
    """
    import pyarrow.compute as pc

    named = [name for name in ("state", "city") if name in attributes.column_names]
    if not named:
        cities = tuple(c for state in places.states.values() for c in state.cities.values())
        weights = [places.states[c.state].weight * _share(places, c) for c in cities]
        return Placed(cities, _by_weight(weights, draws.uniform("city")))
    columns = [text_column(attributes, name, places.locale) for name in named]
    both = pc.dictionary_encode(pc.binary_join_element_wise(*columns, "\0"))
    groups: list[list[City]] = []
    for text in both.dictionary.to_pylist():
        values = dict(zip(named, text.split("\0"), strict=True))
        groups.append(_cities(places, values.get("state"), values.get("city")))
    cities = tuple(city for group in groups for city in group)
    row = both.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    if len(cities) == len(groups):
        return Placed(cities, row)
    uniform, chosen, first = draws.uniform("city"), np.zeros(draws.n, dtype=np.int64), 0
    for position, group in enumerate(groups):
        here = np.flatnonzero(row == position)
        weights = [city.weight for city in group]
        chosen[here] = first + _by_weight(weights, uniform[here])
        first += len(group)
    return Placed(cities, chosen)


def text_column(attributes: pa.Table, name: str, locale: str) -> pa.Array:
    """Return a column of text in one piece.

    Raises:
        PopulationError: If it is missing or has empty rows.
    """
    if name not in attributes.column_names:
        raise PopulationError(
            f"identities of {locale} need the attribute '{name}', which the population lacks; "
            f"it has {attributes.column_names}. Declare it."
        )
    column = attributes.column(name)
    if column.null_count:
        raise PopulationError(
            f"attribute '{name}' is empty in {column.null_count} rows; every person needs one."
        )
    return column.combine_chunks()


@functools.cache
def load_places(locale: IdentityLocale) -> Places:
    """Return the places of `locale`; the file is read once."""
    data = load_yaml(_FOLDER / f"places_{locale.code}.yaml")
    states = {name: _state(name, entry, locale) for name, entry in data["states"].items()}
    return Places(locale.code, states, _streets(data["streets"]))


@functools.cache
def template_pattern(template: str) -> re.Pattern[str]:
    """Return what texts of a template look like."""
    return re.compile(
        "".join(f"[{PLACEHOLDERS[c]}]" if c in PLACEHOLDERS else re.escape(c) for c in template)
    )


def _cities(places: Places, state: str | None, city: str | None) -> list[City]:
    if state is None and city is not None:
        for one in places.states.values():
            if city in one.cities:
                return [one.cities[city]]
        known = sorted({name for one in places.states.values() for name in one.cities})
        raise PopulationError(
            f"city {city!r} has no postal data in {places.locale}; there is data for {known}. "
            "Use one of them, or leave `city` out to have it drawn."
        )
    named = state or ""
    places.check({named: (city,) if city is not None else ()})
    cities = places.states[named].cities
    return [cities[city]] if city is not None else list(cities.values())


def _share(places: Places, city: City) -> float:
    return city.weight / sum(c.weight for c in places.states[city.state].cities.values())


def _by_weight(weights: list[float], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    upper = np.cumsum(np.array(weights) / sum(weights))
    codes = np.searchsorted(upper, uniform, side="right")
    return np.minimum(codes, len(weights) - 1).astype(np.int64)


def _state(name: str, entry: Mapping[str, Any], locale: IdentityLocale) -> State:
    cities = {
        city: City(
            name=city,
            state=name,
            weight=float(one.get("weight", 1.0)),
            postcodes=_postcodes(one["postcodes"], locale),
            phones=_phones(one["phone_areas"], locale),
        )
        for city, one in entry["cities"].items()
    }
    postcodes = [text for city in cities.values() for text in city.postcodes]
    phones = [text for city in cities.values() for text in city.phones]
    postcodes += _postcodes(entry.get("postcodes", ()), locale)
    phones += _phones(entry.get("phone_areas", ()), locale)
    return State(
        name=name,
        code=str(entry["code"]),
        weight=float(entry.get("weight", 1.0)),
        postcodes=tuple(dict.fromkeys(postcodes)),
        phones=tuple(dict.fromkeys(phones)),
        cities=cities,
    )


def _postcodes(prefixes: Any, locale: IdentityLocale) -> tuple[str, ...]:
    """Return prefixes as templates: what the locale's form has beyond the prefix is drawn."""
    form = locale.postcode
    texts = [text for prefix in prefixes for text in _span(str(prefix))]
    if form.startswith("{prefix}"):
        return tuple(text + form.removeprefix("{prefix}") for text in texts)
    return tuple(text + form[len(text) :] for text in texts)


def _phones(areas: Any, locale: IdentityLocale) -> tuple[str, ...]:
    """Return area codes as templates; an area with placeholders is one already."""
    texts: list[str] = []
    for area in map(str, areas):
        forms = (area,) if "#" in area else locale.phone_area_forms
        texts += [form.replace("{area}", area) for form in forms]
    return (*texts, *locale.phone_everywhere)


def _span(text: str) -> list[str]:
    """Return `100-149` as its numbers; any other text as it is."""
    span = re.fullmatch(r"([0-9]{3})-([0-9]{3})", text)
    if span is None:
        return [text]
    return [f"{number:03d}" for number in range(int(span[1]), int(span[2]) + 1)]


def _streets(data: Mapping[str, Any]) -> Streets:
    names = tuple(
        data["name"].replace("{stem}", stem).replace("{ending}", ending).replace("{type}", kind)
        for stem in data["stems"]
        for ending in data["endings"]
        for kind in data["types"]
    )
    first, last = data["numbers"]
    line = data["line"]
    separator = line.replace("{number}", "").replace("{name}", "")
    return Streets(
        names=names,
        first_number=int(first),
        last_number=int(last),
        before=line.startswith("{number}"),
        separator=separator,
        known=frozenset(names),
    )
