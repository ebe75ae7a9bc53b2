"""Sanctioned identities, drawn by us, and a check that knows nothing of how they were drawn.

An identity agrees with itself and with the persona's sex, age, state and city, and uses only
ranges that are assigned to nobody: reserved domains, fictitious phone numbers, invented streets,
national numbers that were never issued, banks that do not exist. The rest of populace treats any
other name, address or number in a text as somebody else's. `docs/identities.md` lists each range
with its source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import identity_checks
from .errors import PopulationError
from .identity_locales import LOCALES, IdentityLocale
from .identity_places import load_places
from .identity_sampling import draw_identities
from .near_name import near_name

if TYPE_CHECKING:
    import pyarrow as pa

IDENTITY_FIELDS = (
    "given_name",
    "family_name",
    "email",
    "phone",
    "street_address",
    "city",
    "state",
    "postcode",
    "user_name",
    "national_id",
    "card_number",
    "iban",
)
"""Columns of an identity, in order; all are text, and only `iban` may be null."""

IDENTITY_NUMBERS = ("user_name", "national_id", "card_number", "iban")
"""Columns whose digits mean nothing by themselves: they support no number in a text."""

IDENTITY_LOCALES = tuple(LOCALES)
"""Locales that have identities."""


@dataclass(frozen=True, slots=True)
class LocaleIdentities:
    """How identities are drawn and checked in one locale."""

    locale: IdentityLocale

    @property
    def optional_fields(self) -> tuple[str, ...]:
        """Columns that are null in this locale: `iban` where the country has none."""
        return self.locale.optional_fields

    def sample(self, attributes: pa.Table, *, seed: int, start: int) -> pa.Table:
        """Return one identity per row of `attributes`; see `sample_identities`."""
        kept = {"city", "state"}
        if clash := sorted(set(attributes.column_names) & set(IDENTITY_FIELDS) - kept):
            raise PopulationError(
                f"attributes {clash} have names of identity columns, which are drawn with the "
                "identity. Rename them in the population."
            )
        return draw_identities(self.locale, attributes, seed=seed, start=start)

    def breaches(
        self, identity: Mapping[str, str | None], attributes: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return what disagrees; see `identity_breaches`."""
        required = [name for name in IDENTITY_FIELDS if name not in self.optional_fields]
        missing = [f"missing_{name}" for name in required if not identity.get(name)]
        if missing:
            return tuple(missing)
        return identity_checks.breaches(self.locale, {"iban": None, **identity}, attributes)

    def check_places(self, places: Mapping[str, tuple[str, ...]]) -> None:
        """Refuse states or cities for which there is no data.

        Args:
            places: Cities that occur, by state.

        Raises:
            PopulationError: If one is unknown; it says which exist.
        """
        load_places(self.locale).check(places)


def sample_identities(
    attributes: pa.Table, *, seed: int, start: int, locale: str = "en_US"
) -> pa.Table:
    """Return an identity for each row of `attributes`, with the columns `IDENTITY_FIELDS`.

    Args:
        attributes: A sample of the population, with `sex` (`female` or `male`). Where it has
            `state` or `city` the identity keeps them, otherwise they are drawn; national numbers
            that hold a birth date fit a whole-number `age`.
        seed: Seed of the run.
        start: Slot of the first row; the identity of a slot is the same in every window.
        locale: Locale of the population.

    Raises:
        PopulationError: If the locale is unknown, `sex` is missing, or a state or city is unknown.
    """
    return identities_of(locale).sample(attributes, seed=seed, start=start)


def identity_breaches(
    identity: Mapping[str, str | None], attributes: Mapping[str, Any], *, locale: str = "en_US"
) -> tuple[str, ...]:
    """Return what in `identity` disagrees with itself, its attributes or the sanctioned ranges.

    Empty when all is well. The phrases are fixed and hold no part of the identity: `email_domain`,
    `email_name`, `user_name`, `phone_range`, `phone_state`, `postcode_state`, `postcode_city`,
    `city`, `state`, `given_name_sex`, `family_name`, `street_address`, `national_id`,
    `national_id_sex`, `national_id_age`, `national_id_name`, `card_number`, `iban`,
    `missing_<field>`.
    """
    return identities_of(locale).breaches(identity, attributes)


def identities_of(locale: str) -> LocaleIdentities:
    """Return how identities are made in `locale`.

    Raises:
        PopulationError: If there is nothing for it yet.
    """
    if locale not in LOCALES:
        near = near_name(locale, LOCALES)
        raise PopulationError(
            f"locale {locale!r} has no identities; there are {sorted(LOCALES)}. "
            + (f"Did you mean {near!r}? " if near else "")
            + "Set `locale` of the population to one of them."
        )
    return LocaleIdentities(LOCALES[locale])
