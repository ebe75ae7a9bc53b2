"""Identities for the United States.

Each part has its own stream of uniform numbers keyed by the slot, so an identity never depends on
its neighbours. Several personas may share a phone number: 100 fictitious ones exist per area
code.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .errors import PopulationError
from .random_stream import uniforms
from .safe_yaml import load_yaml

if TYPE_CHECKING:
    import pyarrow as pa

EMAIL_DOMAINS = (
    "example.com",
    "example.net",
    "example.org",
    "mail.example.com",
    "home.example.net",
    "post.example.org",
    "inbox.example.com",
)
"""Domains reserved for documentation, and names below them. Source: RFC 2606, section 3."""

PHONE_PATTERN = re.compile(r"\(([2-9][0-9]{2})\) 555-01[0-9]{2}")
"""Area code and the lines 555-0100 to 555-0199, which are set aside for fiction.

Source: NANPA, 555 line number assignment guidelines (ATIS-0300048): 0100 to 0199 are fictional.
"""

_RESERVED_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)*example\.(?:com|net|org)")
_PLACES_FILE = Path(__file__).parent / "data" / "us_places.yaml"
# fmt: off
_TREES = (
    "Alder", "Ash", "Aspen", "Birch", "Briar", "Cedar", "Cherry", "Clover", "Cypress", "Dogwood",
    "Elder", "Elm", "Fern", "Hawthorn", "Hazel", "Heather", "Hemlock", "Hickory", "Holly", "Ivy",
    "Juniper", "Larch", "Laurel", "Linden", "Maple", "Mulberry", "Myrtle", "Oak", "Pecan", "Pine",
    "Poplar", "Quince", "Rowan", "Sage", "Spruce", "Sumac", "Sycamore", "Thistle", "Walnut",
    "Willow",
)
_LANDS = (
    "brook", "crest", "dale", "field", "ford", "gate", "glen", "haven", "hollow", "knoll", "mere",
    "ridge", "run", "stone", "view", "wood",
)
# fmt: on
_SUFFIXES = ("Street", "Avenue", "Lane", "Drive", "Court", "Road", "Way", "Place")
_EMAIL_PATTERNS = ("{given}.{family}", "{given}{family}", "{initial}.{family}", "{given}_{family}")


@dataclass(frozen=True, slots=True)
class _City:
    zip3: tuple[str, ...]
    area_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _State:
    code: str
    zip3: frozenset[str]
    area_codes: frozenset[str]
    cities: Mapping[str, _City]


@dataclass(frozen=True, slots=True)
class _Names:
    """Names with the upper ends of their shares, so that a uniform number picks one."""

    names: tuple[str, ...]
    upper: NDArray[np.float64]

    def at(self, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        codes = np.searchsorted(self.upper, uniform, side="right")
        return np.minimum(codes, len(self.names) - 1).astype(np.int64)


class UnitedStatesIdentities:
    """Draws and checks identities with US names, numbers and addresses."""

    def sample(self, attributes: pa.Table, *, seed: int, start: int) -> pa.Table:
        """Return one identity per row of `attributes`; see `identity.sample_identities`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        n = attributes.num_rows

        def uniform(field: str) -> NDArray[np.float64]:
            return uniforms(seed, f"identity/{field}", start, start + n)

        sex, state, city = (_text_column(attributes, name) for name in ("sex", "state", "city"))
        given = _given_names(sex, uniform("given_name"))
        family = pa.array(_family_names().names).take(
            pa.array(_family_names().at(uniform("family_name")))
        )
        places = _encode_places(state, city)
        digits = pc.cast(pa.array(np.arange(start, start + n, dtype=np.int64)), pa.string())
        return pa.table(
            {
                "given_name": given,
                "family_name": family,
                "email": _emails(given, family, digits, uniform("email"), uniform("domain")),
                "phone": _phones(places, uniform("area_code"), uniform("line")),
                "street_address": _streets(uniform("house"), uniform("street")),
                "city": city,
                "state": state,
                "postcode": _postcodes(places, uniform("zip3"), uniform("zip2")),
            }
        )

    def breaches(
        self, identity: Mapping[str, str], attributes: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return what disagrees; see `identity.identity_breaches`."""
        checks = {
            "city": identity["city"] == attributes.get("city"),
            "state": identity["state"] == attributes.get("state"),
            "given_name_sex": _is_given_name(identity["given_name"], attributes.get("sex")),
            "family_name": identity["family_name"] in _family_names().names,
            "street_address": bool(
                re.fullmatch(r"[1-9][0-9]* [A-Za-z ]+", identity["street_address"])
            ),
            **_email_checks(identity),
            **_place_checks(identity),
        }
        return tuple(name for name, agrees in checks.items() if not agrees)

    def check_places(self, places: Mapping[str, tuple[str, ...]]) -> None:
        """Refuse states or cities for which there is no data.

        Args:
            places: Cities that occur, by state.

        Raises:
            PopulationError: If one is unknown.
        """
        for state, cities in places.items():
            known = _places().get(state)
            if known is None:
                raise PopulationError(
                    f"state {state!r} has no postal data; there is data for {sorted(_places())}."
                )
            if unknown := sorted(set(cities) - set(known.cities)):
                raise PopulationError(
                    f"cities {unknown} of {state} have no postal data; there is data for "
                    f"{sorted(known.cities)}."
                )


def _given_names(sex: pa.Array, uniform: NDArray[np.float64]) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = set(pc.unique(sex).to_pylist())
    if not values <= {"female", "male"}:
        raise PopulationError(
            f"attribute 'sex' has {sorted(map(str, values))}; en_US names need 'female' and 'male'."
        )
    female, male = _first_names("female"), _first_names("male")
    is_female = pc.equal(sex, "female").to_numpy(zero_copy_only=False)
    codes = np.where(is_female, female.at(uniform), len(female.names) + male.at(uniform))
    return pa.array(female.names + male.names).take(pa.array(codes))


def _emails(
    given: pa.Array,
    family: pa.Array,
    digits: pa.Array,
    pattern: NDArray[np.float64],
    domain: NDArray[np.float64],
) -> pa.Array:
    """Return name, slot number and a reserved domain; the number makes each address unique."""
    import pyarrow as pa
    import pyarrow.compute as pc

    given, family = _letters(given), _letters(family)
    parts = {
        "{given}": given,
        "{initial}": pc.utf8_slice_codeunits(given, 0, 1),
    }
    locals_ = []
    for text in _EMAIL_PATTERNS:
        first, _, rest = text.partition("}")
        separator = rest.removesuffix("{family}")
        locals_.append(pc.binary_join_element_wise(parts[first + "}"], family, separator))
    chosen = pc.choose(pa.array(_index(pattern, len(locals_))), *locals_)
    domains = pa.array(EMAIL_DOMAINS).take(pa.array(_index(domain, len(EMAIL_DOMAINS))))
    return pc.binary_join_element_wise(
        pc.binary_join_element_wise(chosen, digits, ""), domains, "@"
    )


def _letters(names: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.replace_substring_regex(pc.utf8_lower(names), "[^a-z]", "")


def _phones(
    places: _EncodedPlaces, area: NDArray[np.float64], line: NDArray[np.float64]
) -> pa.Array:
    import pyarrow as pa

    codes = sorted({code for city in places.cities for code in city.area_codes})
    position = places.pick([city.area_codes for city in places.cities], codes, area)
    # Every number an area code has, once: 100 texts each.
    texts = [f"({code}) 555-01{number:02d}" for code in codes for number in range(100)]
    return pa.array(texts, pa.string()).take(pa.array(position * 100 + _index(line, 100)))


def _postcodes(
    places: _EncodedPlaces, prefix: NDArray[np.float64], rest: NDArray[np.float64]
) -> pa.Array:
    import pyarrow as pa

    prefixes = sorted({zip3 for city in places.cities for zip3 in city.zip3})
    position = places.pick([city.zip3 for city in places.cities], prefixes, prefix)
    # 01 to 99: 00 is seldom used for street delivery.
    texts = [f"{zip3}{number:02d}" for zip3 in prefixes for number in range(1, 100)]
    return pa.array(texts, pa.string()).take(pa.array(position * 99 + _index(rest, 99)))


def _streets(house: NDArray[np.float64], street: NDArray[np.float64]) -> pa.Array:
    """Return a house number and an invented street such as "412 Hazelford Lane"."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = [f"{t}{land} {suffix}" for t in _TREES for land in _LANDS for suffix in _SUFFIXES]
    chosen = pa.array(names).take(pa.array(_index(street, len(names))))
    numbers = pc.cast(pa.array(_index(house, 1890) + 101), pa.string())
    return pc.binary_join_element_wise(numbers, chosen, " ")


def _index(uniform: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    return np.asarray(np.minimum(np.floor(uniform * count), count - 1), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _EncodedPlaces:
    """The city of each row as a position among the cities that occur."""

    cities: tuple[_City, ...]
    row: NDArray[np.int64]

    def pick(
        self,
        options: Sequence[tuple[str, ...]],
        values: Sequence[str],
        uniform: NDArray[np.float64],
    ) -> NDArray[np.int64]:
        """Return for each row the position in `values` of one of its city's `options`."""
        count = np.array([len(one) for one in options], dtype=np.int64)
        table = np.zeros((len(options), int(count.max(initial=1))), dtype=np.int64)
        for position, one in enumerate(options):
            table[position, : len(one)] = [values.index(value) for value in one]
        chosen = np.minimum(np.floor(uniform * count[self.row]), count[self.row] - 1)
        return np.asarray(table[self.row, chosen.astype(np.int64)])


def _encode_places(state: pa.Array, city: pa.Array) -> _EncodedPlaces:
    import pyarrow.compute as pc

    both = pc.dictionary_encode(pc.binary_join_element_wise(state, city, "\0"))
    cities = []
    for text in both.dictionary.to_pylist():
        state_name, _, city_name = text.partition("\0")
        UnitedStatesIdentities().check_places({state_name: (city_name,)})
        cities.append(_places()[state_name].cities[city_name])
    row: NDArray[np.int64] = both.indices.to_numpy().astype(np.int64)
    return _EncodedPlaces(tuple(cities), row)


def _text_column(attributes: pa.Table, name: str) -> pa.Array:
    if name not in attributes.column_names:
        raise PopulationError(
            f"identities of en_US need the attribute '{name}', which the population lacks; "
            f"it has {attributes.column_names}."
        )
    column = attributes.column(name)
    if column.null_count:
        raise PopulationError(f"attribute '{name}' is empty in {column.null_count} rows.")
    return column.combine_chunks()


def _email_checks(identity: Mapping[str, str]) -> dict[str, bool]:
    local, _, domain = identity["email"].partition("@")
    given, family = (
        "".join(c for c in identity[name].lower() if "a" <= c <= "z")
        for name in ("given_name", "family_name")
    )
    letters = re.sub(r"[._-]|[0-9]+$", "", local)
    return {
        "email_domain": bool(_RESERVED_DOMAIN.fullmatch(domain)),
        "email_name": letters in (given + family, given[:1] + family),
    }


def _place_checks(identity: Mapping[str, str]) -> dict[str, bool]:
    phone = PHONE_PATTERN.fullmatch(identity["phone"])
    state = _places().get(identity["state"])
    city = state.cities.get(identity["city"]) if state else None
    postcode = identity["postcode"]
    is_postcode = bool(re.fullmatch(r"[0-9]{5}", postcode))
    return {
        "phone_range": phone is not None,
        "phone_state": phone is not None and state is not None and phone[1] in state.area_codes,
        "postcode_state": is_postcode and state is not None and postcode[:3] in state.zip3,
        "postcode_city": city is None or postcode[:3] in city.zip3,
    }


def _is_given_name(name: str, sex: object) -> bool:
    return sex in ("female", "male") and name in _first_names(str(sex)).names


@functools.cache
def _first_names(sex: str) -> _Names:
    from faker.providers.person.en_US import Provider

    return _names(Provider.first_names_female if sex == "female" else Provider.first_names_male)


@functools.cache
def _family_names() -> _Names:
    from faker.providers.person.en_US import Provider

    return _names(Provider.last_names)


def _names(weights: Mapping[str, float]) -> _Names:
    share = np.array(list(weights.values()), dtype=np.float64)
    return _Names(tuple(weights), np.cumsum(share / share.sum()))


@functools.cache
def _places() -> Mapping[str, _State]:
    return {
        name: _State(
            code=data["code"],
            zip3=frozenset(zip3 for span in data["zip3"] for zip3 in _span(span)),
            area_codes=frozenset(map(str, data["area_codes"])),
            cities={
                city: _City(tuple(one["zip3"]), tuple(map(str, one["area_codes"])))
                for city, one in data["cities"].items()
            },
        )
        for name, data in load_yaml(_PLACES_FILE).items()
    }


def _span(span: str) -> list[str]:
    first, _, last = span.partition("-")
    return [f"{number:03d}" for number in range(int(first), int(last or first) + 1)]
