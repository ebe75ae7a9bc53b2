"""Names of a locale from Faker's lists, and what is derived from them in plain letters.

Faker gives given names by sex and family names, weighted where it has frequencies (`en_US`,
`en_GB` family names, `sv_SE`, `ja_JP` family names) and otherwise as flat lists. E-mail addresses
and user names need ASCII letters, so every name has a transliteration.
"""

from __future__ import annotations

import functools
import importlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from .errors import PopulationError

if TYPE_CHECKING:
    from .identity_locales import IdentityLocale

Sex = Literal["female", "male"]
SEXES: tuple[Sex, Sex] = ("female", "male")

# What losing the accent alone would get wrong, for letters that do not decompose.
_PLAIN = {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}


@dataclass(frozen=True, slots=True)
class NameList:
    """Attributes of one provider class of Faker, each with its part of all names."""

    provider: str
    """Module below `faker.providers.person`."""
    parts: tuple[tuple[str, float], ...]
    """Name of a list and its share."""
    adjective_ending: tuple[tuple[str, str], ...] = ()
    """Endings to replace, such as Polish `-ski` by `-ska` for women."""


@dataclass(frozen=True, slots=True)
class NameLists:
    """The lists of one locale, by sex."""

    given: Mapping[Sex, NameList]
    family: Mapping[Sex, NameList]


@dataclass(frozen=True, slots=True)
class Names:
    """Names with the upper ends of their shares, so that a uniform number picks one."""

    names: tuple[str, ...]
    letters: tuple[str, ...]
    """Each name in lower-case ASCII letters."""
    upper: NDArray[np.float64]
    position: Mapping[str, int]

    def at(self, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the position of the name that each number picks."""
        codes = np.searchsorted(self.upper, uniform, side="right")
        return np.minimum(codes, len(self.names) - 1).astype(np.int64)


@functools.cache
def given_names(locale: IdentityLocale, sex: Sex) -> Names:
    """Return the given names of a sex."""
    return _names(locale.names.given[sex], locale)


@functools.cache
def family_names(locale: IdentityLocale, sex: Sex) -> Names:
    """Return the family names of a sex; most locales have one list for both."""
    return _names(locale.names.family[sex], locale)


def email_letters(name: str, spelling: Mapping[str, str]) -> str:
    """Return `name` in lower-case ASCII letters.

    Args:
        name: In Latin letters, with or without accents.
        spelling: The locale's own replacements, such as `ä` by `ae` in German; any other letter
            loses its accent.
    """
    lowered = unicodedata.normalize("NFC", name).lower()
    spelled = "".join(spelling.get(c) or _PLAIN.get(c, c) for c in lowered)
    return "".join(c for c in unicodedata.normalize("NFKD", spelled) if "a" <= c <= "z")


def sex_of(value: object) -> Sex:
    """Return a sex that has names.

    Raises:
        PopulationError: If it is another value.
    """
    if value == "female" or value == "male":
        return value
    raise PopulationError(
        f"attribute 'sex' has {value!r}; names need 'female' and 'male'. Name the values so."
    )


def _names(source: NameList, locale: IdentityLocale) -> Names:
    provider = importlib.import_module(f"faker.providers.person.{source.provider}").Provider
    shares: dict[str, float] = {}
    letters: dict[str, str] = {}
    for attribute, part in source.parts:
        entries = list(_entries(getattr(provider, attribute)))
        total = sum(weight for _, _, weight in entries)
        for name, latin, weight in entries:
            for ending, other in source.adjective_ending:
                if name.endswith(ending):
                    name = latin = name.removesuffix(ending) + other
            plain = email_letters(latin, locale.spelling)
            if plain:
                shares[name] = shares.get(name, 0.0) + part * weight / total
                letters.setdefault(name, plain)
    share = np.array(list(shares.values()), dtype=np.float64)
    return Names(
        names=tuple(shares),
        letters=tuple(letters[name] for name in shares),
        upper=np.cumsum(share / share.sum()),
        position={name: position for position, name in enumerate(shares)},
    )


def _entries(values: Any) -> Iterator[tuple[str, str, float]]:
    """Yield name, name in Latin letters and weight of each shape of list that Faker has."""
    weighted = values.items() if isinstance(values, Mapping) else ((one, 1.0) for one in values)
    for entry, weight in weighted:
        if isinstance(entry, tuple):  # kanji, kana, romaji
            yield entry[0], entry[2], float(weight)
        else:
            yield entry, entry, float(weight)
