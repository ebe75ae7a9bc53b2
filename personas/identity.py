"""Sanctioned identities, drawn by us, and a check that knows nothing of how they were drawn.

An identity agrees with itself and with the persona's sex, state and city, and uses only ranges that
are assigned to nobody: reserved domains, fictitious phone numbers, invented streets. The rest of
populace treats any other name, address or number in a text as somebody else's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from .errors import PopulationError
from .identity_en_us import UnitedStatesIdentities

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
)
"""Columns of an identity, in order; all are text."""


class LocaleIdentities(Protocol):
    """How identities are drawn and checked in one locale."""

    def sample(self, attributes: pa.Table, *, seed: int, start: int) -> pa.Table:
        """Return one identity per row of `attributes`."""
        ...

    def breaches(
        self, identity: Mapping[str, str], attributes: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return what disagrees, as short fixed phrases."""
        ...

    def check_places(self, places: Mapping[str, tuple[str, ...]]) -> None:
        """Refuse states or cities for which there is no data."""
        ...


_LOCALES: Mapping[str, LocaleIdentities] = {"en_US": UnitedStatesIdentities()}


def sample_identities(
    attributes: pa.Table, *, seed: int, start: int, locale: str = "en_US"
) -> pa.Table:
    """Return an identity for each row of `attributes`, with the columns `IDENTITY_FIELDS`.

    Args:
        attributes: A sample of the population, with `sex`, `state` and `city`.
        seed: Seed of the run.
        start: Slot of the first row; the identity of a slot is the same in every window.
        locale: Locale of the population.

    Raises:
        PopulationError: If the locale is unknown, or a column, state or city is missing.
    """
    return identities_of(locale).sample(attributes, seed=seed, start=start)


def identity_breaches(
    identity: Mapping[str, str], attributes: Mapping[str, Any], *, locale: str = "en_US"
) -> tuple[str, ...]:
    """Return what in `identity` disagrees with itself, its attributes or the sanctioned ranges.

    Empty when all is well. The phrases are fixed and hold no part of the identity: `email_domain`,
    `email_name`, `phone_range`, `phone_state`, `postcode_state`, `postcode_city`, `city`, `state`,
    `given_name_sex`, `family_name`, `street_address`, `missing_<field>`.
    """
    missing = [f"missing_{name}" for name in IDENTITY_FIELDS if not identity.get(name)]
    if missing:
        return tuple(missing)
    return identities_of(locale).breaches(identity, attributes)


def identities_of(locale: str) -> LocaleIdentities:
    """Return how identities are made in `locale`.

    Raises:
        PopulationError: If there is nothing for it yet.
    """
    if locale not in _LOCALES:
        raise PopulationError(
            f"locale {locale!r} has no identities; there are {sorted(_LOCALES)}. "
            "Set `locale` of the population to one of them."
        )
    return _LOCALES[locale]
