"""Card numbers and IBANs of banks that do not exist, with right check digits.

Card numbers begin with 9999. In ISO/IEC 7812-1 a first digit of 9 leaves the number to the
national body of the country whose three-digit code follows, and ISO 3166-1 gives 900 to 999 to no
country, so no issuer can own 9999. Published test cards are single numbers of real networks and
too few for a population.

Each IBAN has a bank code that its country's register does not know. What is said of registers was
compared with those that schwifty 2026.10.1 collects from the central banks (see the test).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from .identity_digits import Draws, characters, luhn, two_digits, weighted

CARD_PREFIX = "9999"
"""Issuer prefix that no body can assign. Source: ISO/IEC 7812-1:2017, ISO 3166-1."""

CardParts = tuple["str | NDArray[np.int64]", ...]


@dataclass(frozen=True, slots=True)
class IbanForm:
    """How account numbers of one country look."""

    country: str
    account: Callable[[Draws], CardParts]
    """Draws what follows the check digits (BBAN)."""


def card_numbers(draws: Draws) -> CardParts:
    """Return sixteen digits that pass the Luhn test."""
    free = draws.digits("card_number", 11)
    prefix = np.full((draws.n, len(CARD_PREFIX)), 9, dtype=np.int64)
    return (CARD_PREFIX, free, luhn(np.concatenate([prefix, free], axis=1)))


def ibans(form: IbanForm, draws: Draws) -> CardParts:
    """Return IBANs with check digits by ISO 13616 (ISO/IEC 7064, mod 97-10)."""
    account = form.account(draws)
    codes = characters((*account, form.country, "00"), draws.n)
    rest = np.zeros(draws.n, dtype=np.int64)
    for column in codes.T:
        is_digit = column <= ord("9")
        value = np.where(is_digit, column - ord("0"), column - (ord("A") - 10)).astype(np.int64)
        rest = (rest * np.where(is_digit, 10, 100) + value) % 97
    return (form.country, two_digits(98 - rest), *account)


def _britain(draws: Draws) -> CardParts:
    """Bank ZZZZ: no such bank identifier is in the register. Sort codes have no check digit."""
    return ("ZZZZ", draws.digits("iban", 14))


def _germany(draws: Draws) -> CardParts:
    """Bank codes begin with the clearing area 1 to 8; 9 does not exist. Source: Bundesbank."""
    return ("99", draws.digits("iban", 16))


def _france(draws: Draws) -> CardParts:
    """Bank 99999, unknown to the Banque de France's list; RIB key right."""
    branch, account = draws.digits("iban/branch", 5), draws.digits("iban", 11)
    weighed = 89 * 99999 + 15 * _number(branch) + 3 * _number(account)
    return ("99999", branch, account, two_digits(97 - weighed % 97))


def _spain(draws: Draws) -> CardParts:
    """Entity 9999, unknown to the Banco de España's register; both control digits right."""
    branch, account = draws.digits("iban/branch", 4), draws.digits("iban", 10)
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
    first = 9 * sum(weights[2:6]) + weighted(branch, weights[6:])
    return ("9999", branch, _spanish(first), _spanish(weighted(account, weights)), account)


def _italy(draws: Draws) -> CardParts:
    """ABI 99999: ABI codes in use end near 37000; control letter (CIN) right."""
    rest = draws.digits("iban", 17)
    odd = np.array([1, 0, 5, 7, 9, 13, 15, 17, 19, 21])
    digits = np.concatenate([np.full((draws.n, 5), 9, dtype=np.int64), rest], axis=1)
    total = odd[digits[:, ::2]].sum(axis=1) + digits[:, 1::2].sum(axis=1)
    return (total % 26 + ord("A"), "99999", rest)


def _netherlands(draws: Draws) -> CardParts:
    """Bank ZZZZ: no such bank identifier is in the register of Betaalvereniging Nederland."""
    return ("ZZZZ", draws.digits("iban", 10))


def _poland(draws: Draws) -> CardParts:
    """Bank 9999, the check digit of the settlement number right.

    In use are 1010 to about 2900 and 8000 to about 9800 (from memory).
    """
    branch = draws.digits("iban/branch", 3)
    total = 9 * (3 + 9 + 7 + 1) + weighted(branch, (3, 9, 7))
    return ("9999", branch, -total % 10, draws.digits("iban", 16))


def _sweden(draws: Draws) -> CardParts:
    """Bank 000: bank identifiers of Bankgirot begin at 120."""
    return ("000", draws.digits("iban", 17))


def _brazil(draws: Draws) -> CardParts:
    """ISPB 99999999: ISPBs are the first digits of a company's number; unknown (from memory)."""
    return ("99999999", draws.digits("iban", 15), "C1")


IBAN_FORMS = MappingProxyType(
    {
        country: IbanForm(country, account)
        for country, account in (
            ("GB", _britain),
            ("DE", _germany),
            ("FR", _france),
            ("ES", _spain),
            ("IT", _italy),
            ("NL", _netherlands),
            ("PL", _poland),
            ("SE", _sweden),
            ("BR", _brazil),
        )
    }
)
"""Countries of our locales that are in the IBAN register (SWIFT); the others have no IBAN."""


def _number(digits: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(digits @ 10 ** np.arange(digits.shape[1])[::-1])


def _spanish(total: NDArray[np.int64]) -> NDArray[np.int64]:
    rest = 11 - total % 11
    return np.where(rest == 11, 0, np.where(rest == 10, 1, rest))
