"""Draws identities of one locale from its declared entry.

Each part has its own stream of uniform numbers keyed by the slot, so an identity never depends on
its neighbours. Several people may share a phone number or a given name; e-mail addresses and user
names end with the slot's number and are unique.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .identity_accounts import card_numbers, ibans
from .identity_digits import Draws, filled, fixed_width
from .identity_locales import EMAIL_DOMAINS, IdentityLocale
from .identity_names import Names, family_names, given_names, sex_of
from .identity_national import AGE_YEAR, Holder
from .identity_places import Placed, Streets, load_places, place, text_column

if TYPE_CHECKING:
    import pyarrow as pa

_EMAIL_FORMS = (("given", ".", "family"), ("given", "", "family"), ("initial", ".", "family"),
                ("given", "_", "family"))  # fmt: skip
_USER_FORMS = (("given", "", "family"), ("initial", "", "family"), ("given", "_", "letter"),
               ("family", ".", "given"))  # fmt: skip
_OLDEST, _YOUNGEST = 1940, 2006
"""Years of birth in national numbers where the population has no age."""


def draw_identities(
    locale: IdentityLocale, attributes: pa.Table, *, seed: int, start: int
) -> pa.Table:
    """Return one identity per row of `attributes`; see `identity.sample_identities`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    draws = Draws(seed, start, attributes.num_rows)
    female = _is_female(attributes, locale)
    given = _Chosen(locale, female, draws, "given_name")
    family = _Chosen(locale, female, draws, "family_name")
    places = load_places(locale)
    placed = place(places, attributes, draws)
    slots = pc.cast(pa.array(np.arange(start, start + draws.n, dtype=np.int64)), pa.string())
    parts = _letters(given, family)
    domains = pa.array(EMAIL_DOMAINS).take(pa.array(draws.index("domain", len(EMAIL_DOMAINS))))
    local = pc.binary_join_element_wise(_joined(_EMAIL_FORMS, parts, draws, "email"), slots, "")
    users = _joined(_USER_FORMS, parts, draws, "user_name")
    holder = Holder(
        draws,
        female,
        _birth_years(attributes, draws),
        (given.letters, given.row),
        (family.letters, family.row),
    )
    return pa.table(
        {
            "given_name": given.names(),
            "family_name": family.names(),
            "email": pc.binary_join_element_wise(local, domains, "@"),
            "phone": filled(*placed.pick("phones", draws), draws, "phone"),
            "street_address": _street_lines(places.streets, draws),
            "city": _column(attributes, "city", placed),
            "state": _column(attributes, "state", placed),
            "postcode": filled(*placed.pick("postcodes", draws), draws, "postcode"),
            "user_name": pc.binary_join_element_wise(users, slots, ""),
            "national_id": fixed_width(locale.national_id(holder), draws.n),
            "card_number": fixed_width(card_numbers(draws), draws.n),
            "iban": fixed_width(ibans(locale.iban, draws), draws.n)
            if locale.iban
            else pa.nulls(draws.n, pa.string()),
        }
    )


class _Chosen:
    """The name of each slot, as a position in the lists of both sexes, one after the other."""

    def __init__(
        self, locale: IdentityLocale, female: NDArray[np.bool_], draws: Draws, kind: str
    ) -> None:
        lists = given_names if kind == "given_name" else family_names
        hers, his = lists(locale, "female"), lists(locale, "male")
        uniform = draws.uniform(kind)
        self._both: tuple[Names, Names] = (hers, his)
        self.row = np.empty(draws.n, dtype=np.int64)
        self.row[female] = hers.at(uniform[female])
        self.row[~female] = len(hers.names) + his.at(uniform[~female])
        self.letters = hers.letters + his.letters

    def names(self) -> pa.Array:
        """Return the names as they are written."""
        import pyarrow as pa

        return pa.array(self._both[0].names + self._both[1].names).take(pa.array(self.row))

    def plain(self, length: int | None = None) -> pa.Array:
        """Return the names in ASCII letters, or their first `length` letters."""
        import pyarrow as pa

        return pa.array([text[:length] for text in self.letters]).take(pa.array(self.row))


def _letters(given: _Chosen, family: _Chosen) -> dict[str, pa.Array]:
    return {
        "given": given.plain(),
        "initial": given.plain(1),
        "family": family.plain(),
        "letter": family.plain(1),
    }


def _joined(
    forms: tuple[tuple[str, str, str], ...], parts: dict[str, pa.Array], draws: Draws, name: str
) -> pa.Array:
    """Return both names of each slot, joined in one of the `forms`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    joined = [
        pc.binary_join_element_wise(parts[first], parts[second], between)
        for first, between, second in forms
    ]
    return pc.choose(pa.array(draws.index(name, len(forms))), *joined)


def _is_female(attributes: pa.Table, locale: IdentityLocale) -> NDArray[np.bool_]:
    import pyarrow.compute as pc

    sex = text_column(attributes, "sex", locale.code)
    for value in pc.unique(sex).to_pylist():
        sex_of(value)
    return np.asarray(pc.equal(sex, "female").to_numpy(zero_copy_only=False))


def _birth_years(attributes: pa.Table, draws: Draws) -> NDArray[np.int64]:
    """Return years that fit the attribute `age`, or drawn ones where it is absent or no number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    drawn = draws.index("birth_year", _YOUNGEST - _OLDEST) + _OLDEST
    if "age" not in attributes.column_names:
        return drawn
    age = attributes.column("age")
    if not pa.types.is_integer(age.type):
        return drawn
    known = pc.fill_null(age, -1).to_numpy().astype(np.int64)
    return np.where((known >= 0) & (known <= 120), AGE_YEAR - known, drawn)


def _column(attributes: pa.Table, name: str, placed: Placed) -> Any:
    if name in attributes.column_names:
        return attributes.column(name).combine_chunks()
    return placed.names("name" if name == "city" else name)


def _street_lines(streets: Streets, draws: Draws) -> pa.Array:
    """Return a house number and an invented street such as "412 Hazelford Lane"."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = pa.array(streets.names).take(pa.array(draws.index("street", len(streets.names))))
    first, last = streets.first_number, streets.last_number
    number = pc.cast(pa.array(draws.index("house", last - first + 1) + first), pa.string())
    line = (number, names) if streets.before else (names, number)
    return pc.binary_join_element_wise(*line, streets.separator)
