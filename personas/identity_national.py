"""National numbers, drawn from what was never issued and cannot be.

Where a range is closed by the rules, its numbers have right check digits, so that software under
test accepts them. Where every block may be in use, the check digit is wrong on purpose: no
authority ever issued such a number. Which of the two holds is said at each function and in
`docs/identities.md`; "from memory" marks what no source confirmed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .identity_digits import Draws, luhn, other_than, two_digits, weighted

Parts: TypeAlias = Sequence["str | NDArray[np.int64]"]
"""Columns for `identity_digits.fixed_width`."""

AGE_YEAR = 2025
"""Numbers that hold a birth date fit the age at the end of this year: a fixed year, no clock."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What national numbers are drawn from and have to agree with."""

    draws: Draws
    female: NDArray[np.bool_]
    birth_year: NDArray[np.int64]
    given: tuple[tuple[str, ...], NDArray[np.int64]]
    """Letters of the given names that occur, and the position of each person's."""
    family: tuple[tuple[str, ...], NDArray[np.int64]]
    """Letters of the family names that occur, and the position of each person's."""

    def digits(self, count: int) -> NDArray[np.int64]:
        """Return `count` free digits per person."""
        return self.draws.digits("national_id", count)

    def wrong(self, right: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a check digit that is not the right one."""
        return other_than(self.draws.index("national_id/check", 10), right)

    def year(self) -> NDArray[np.int64]:
        """Return the last two digits of the birth year as two columns."""
        return two_digits(self.birth_year % 100)

    def month(self) -> NDArray[np.int64]:
        """Return the month of birth, 1 to 12."""
        return self.draws.index("national_id/month", 12) + 1

    def day(self) -> NDArray[np.int64]:
        """Return the day of birth, 1 to 28."""
        return self.draws.index("national_id/day", 28) + 1


def united_states(holder: Holder) -> Parts:
    """Social security number in area 666, which is never assigned.

    9xx is no choice, it holds ITINs. No check digit exists. Source: SSA, POMS RM 10201.035.
    """
    group = holder.draws.index("national_id/group", 99) + 1
    serial = holder.draws.index("national_id/serial", 9999) + 1
    high, low = np.divmod(serial, 100)
    return ("666-", two_digits(group), "-", two_digits(high), two_digits(low))


def united_kingdom(holder: Holder) -> Parts:
    """National insurance number with a prefix that is not used: BG, KN, NK or ZZ.

    TN is left out because employers once used it for temporary numbers. Source: HMRC manual,
    NIM39110.
    """
    prefixes = np.array([[ord(c) for c in text] for text in ("BG", "KN", "NK", "ZZ")])
    prefix = prefixes[holder.draws.index("national_id/prefix", 4)]
    suffix = holder.draws.index("national_id/suffix", 4) + ord("A")
    d = holder.digits(6)
    return (prefix, " ", d[:, :2], " ", d[:, 2:4], " ", d[:, 4:], " ", suffix)


def canada(holder: Holder) -> Parts:
    """Social insurance number that begins with 0 and has a wrong check digit.

    No SIN begins with 0 or 8, but individual tax numbers begin with 0 and business numbers with 8;
    the wrong check digit excludes these. Source: Service Canada, SIN code of practice; CRA (ITN,
    from memory).
    """
    d = np.concatenate([np.zeros((holder.draws.n, 1), dtype=np.int64), holder.digits(7)], axis=1)
    check = holder.wrong(luhn(d))
    return (d[:, :3], " ", d[:, 3:6], " ", d[:, 6:], check)


def australia(holder: Holder) -> Parts:
    """Tax file number with a wrong check digit; no closed range is published.

    Source: the weights 1 4 3 7 5 8 6 9 10 modulo 11 are public knowledge, the ATO publishes none.
    """
    d = holder.digits(8)
    # The last weight is 10, which is -1 modulo 11, so the sum itself is the right digit.
    check = holder.wrong(weighted(d, (1, 4, 3, 7, 5, 8, 6, 9)) % 11)
    return (d[:, :3], " ", d[:, 3:6], " ", d[:, 6:], check)


def india(holder: Holder) -> Parts:
    """Aadhaar number that begins with 0, with a right check digit.

    None begins with 0 or 1. Source: UIDAI, "A UID Numbering Scheme" (2010).
    """
    d = np.concatenate([np.zeros((holder.draws.n, 1), dtype=np.int64), holder.digits(10)], axis=1)
    return (d[:, :4], " ", d[:, 4:8], " ", d[:, 8:], _verhoeff(d))


def germany(holder: Holder) -> Parts:
    """Tax identification number that begins with 0, with a right check digit: a test number.

    Of the first ten digits one occurs twice and one is missing. Source: BZSt, "Informationen zur
    steuerlichen Identifikationsnummer"; first digit 0 marks test numbers (from memory), none is
    issued with it (confirmed).
    """
    n, draws = holder.draws.n, holder.draws
    keys = np.stack([draws.uniform(f"national_id/order/{i}") for i in range(9)], axis=1)
    d = np.concatenate([np.zeros((n, 1), dtype=np.int64), np.argsort(keys, axis=1) + 1], axis=1)
    target = draws.index("national_id/target", 9) + 1
    source = draws.index("national_id/source", 9)
    source += source >= target
    rows = np.arange(n)
    d[rows, target] = d[rows, source]
    return (d[:, :2], " ", d[:, 2:5], " ", d[:, 5:8], " ", d[:, 8:], _mod_11_10(d))


def france(holder: Holder) -> Parts:
    """Social security number (NIR) of department 00, which does not exist, with a right key.

    Sex and birth year agree with the person. Source: INSEE, répertoire national d'identification
    des personnes physiques: departments are 01 to 95, 2A, 2B and 97 to 99.
    """
    sex = np.where(holder.female, 2, 1)
    year, month, rest = holder.year(), two_digits(holder.month()), holder.digits(6)
    number = sex
    for column in (*year.T, *month.T, 0, 0, *rest.T):
        number = number * 10 + column
    key = two_digits(97 - number % 97)
    return (sex, " ", year, " ", month, " 00 ", rest[:, :3], " ", rest[:, 3:], " ", key)


def spain(holder: Holder) -> Parts:
    """DNI of 99 million and more with a letter that is no control letter: I, O or U.

    Numbers issued so far stay far below (from memory). Source: RD 1553/2005; the 23 control
    letters are TRWAGMYFPDXBNJZSQVHLCKE.
    """
    letter = np.array([ord(c) for c in "IOU"])[holder.draws.index("national_id/letter", 3)]
    return ("99", holder.digits(6), letter)


def italy(holder: Holder) -> Parts:
    """Tax code (codice fiscale) with a place code Y000 to Y999 and the right check letter.

    Letters of the name, birth year, sex agree with the person. Place codes begin with A to M for
    municipalities and Z for countries; Y was never given. Source: DM 23 December 1976; Belfiore
    codes of the Agenzia delle Entrate.
    """
    family = _letters(holder.family, is_given=False)
    given = _letters(holder.given, is_given=True)
    months = np.array([ord(c) for c in "ABCDEHLMPRST"])
    month = months[holder.month() - 1]
    day = two_digits(holder.day() + np.where(holder.female, 40, 0))
    year, place = holder.year(), holder.digits(3)
    body: list[NDArray[np.int64]] = [
        *family.T, *given.T, *year.T, month, *day.T, np.full_like(month, ord("Y")), *place.T,
    ]  # fmt: skip
    total = np.zeros(holder.draws.n, dtype=np.int64)
    for position, column in enumerate(body):
        value = np.where(column < 10, column, column - ord("A"))
        total += value if position % 2 else _ODD_PLACES[value]
    return (family, given, year, month, day, "Y", place, total % 26 + ord("A"))


def netherlands(holder: Holder) -> Parts:
    """Citizen service number (BSN) that begins with 9 and fails the 11-test.

    Test numbers begin with 9999 (from memory); a number that fails the test is issued to nobody.
    Source: Logisch Ontwerp BSN; Besluit burgerservicenummer.
    """
    d = np.concatenate([np.full((holder.draws.n, 1), 9), holder.digits(7)], axis=1)
    check = holder.wrong(weighted(d, (9, 8, 7, 6, 5, 4, 3, 2)) % 11)
    return (d, check)


def poland(holder: Holder) -> Parts:
    """PESEL of the years 2200 to 2299 (month + 60), with a right check digit.

    Sex and the last two digits of the birth year agree with the person; nobody was born in that
    century. Source: ustawa o ewidencji ludności (2010), article 15.
    """
    sex = holder.draws.index("national_id/sex", 5) * 2 + np.where(holder.female, 0, 1)
    parts = (
        holder.year(),
        two_digits(holder.month() + 60),
        two_digits(holder.day()),
        holder.digits(3),
        sex.reshape(-1, 1),
    )
    d = np.concatenate(parts, axis=1)
    return (d, -weighted(d, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


def brazil(holder: Holder) -> Parts:
    """CPF with two wrong check digits; no closed range is published.

    Source: Receita Federal, check digits of the CPF (two weighted sums modulo 11).
    """
    d = holder.digits(9)
    first = weighted(d, range(1, 10)) % 11 % 10
    check = holder.wrong(first)
    ten = np.concatenate([d, first.reshape(-1, 1)], axis=1)
    right = weighted(ten, range(10)) % 11 % 10
    second = other_than(holder.draws.index("national_id/second", 10), right)
    return (d[:, :3], ".", d[:, 3:6], ".", d[:, 6:], "-", check, second)


def sweden(holder: Holder) -> Parts:
    """Personal number with the birth number 238 or 239 and a wrong check digit.

    Skatteverket's test numbers have these birth numbers, but its list is too long to hold and not
    every date is on it; the wrong digit excludes everybody. Birth year and sex agree with the
    person. Source: Skatteverket, testpersonnummer; one, 19900101-2385, was confirmed.
    """
    number = np.where(holder.female, 8, 9).reshape(-1, 1)
    century, year = np.divmod(holder.birth_year, 100)
    date = np.concatenate(
        [two_digits(year), two_digits(holder.month()), two_digits(holder.day())], axis=1
    )
    nine = np.concatenate([date, np.full_like(number, 2), np.full_like(number, 3), number], axis=1)
    check = holder.wrong(luhn(nine))
    return (two_digits(century), date, "-23", number, check)


def japan(holder: Holder) -> Parts:
    """Individual number (My Number) with a wrong check digit; no closed range is published.

    Source: Ministry of Internal Affairs, ordinance 85 of 2014, article 5 (check digit).
    """
    d = holder.digits(11)
    rest = weighted(d, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    check = holder.wrong(np.where(rest <= 1, 0, 11 - rest))
    return (d[:, :4], " ", d[:, 4:8], " ", d[:, 8:], check)


def consonant_code(letters: str, *, is_given: bool) -> str:
    """Return the three letters that stand for a name in an Italian tax code.

    Consonants first, then vowels, then X; a given name with four consonants gives the first, third
    and fourth. Source: DM 23 December 1976, articles 2 and 3.
    """
    consonants = [c for c in letters.upper() if c not in "AEIOU"]
    vowels = [c for c in letters.upper() if c in "AEIOU"]
    if is_given and len(consonants) >= 4:
        del consonants[1]
    return "".join((*consonants, *vowels, "X", "X"))[:3]


# Value of 0 to 9 and of A to Z in the odd places of an Italian tax code: the same list serves both.
_ODD_PLACES = np.array(
    [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
)


def _letters(
    names: tuple[tuple[str, ...], NDArray[np.int64]], *, is_given: bool
) -> NDArray[np.int64]:
    codes = [consonant_code(text, is_given=is_given) for text in names[0]]
    table = np.array([[ord(c) for c in code] for code in codes], dtype=np.int64)
    return table[names[1]]


def _mod_11_10(digits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the check digit of ISO/IEC 7064, mod 11,10."""
    product = np.full(len(digits), 10, dtype=np.int64)
    for column in digits.T:
        total = (column + product) % 10
        product = np.where(total == 0, 10, total) * 2 % 11
    return np.asarray((11 - product) % 10)


def _verhoeff(digits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the check digit of Verhoeff (1969), over the dihedral group D5."""
    multiply = np.array([[_d5(a, b) for b in range(10)] for a in range(10)])
    inverse = np.array([0, 4, 3, 2, 1, 5, 6, 7, 8, 9])
    permute = [np.arange(10)]
    for _ in range(7):
        permute.append(np.array([1, 5, 7, 6, 2, 8, 3, 0, 9, 4])[permute[-1]])
    state = np.zeros(len(digits), dtype=np.int64)
    for place, column in enumerate(digits[:, ::-1].T, start=1):
        state = multiply[state, permute[place % 8][column]]
    return np.asarray(inverse[state])


def _d5(a: int, b: int) -> int:
    """Return the product of two elements of D5: 0 to 4 turn, 5 to 9 turn and flip."""
    turn = (a + b) % 5 if a < 5 else (a - b) % 5
    return turn + (5 if (a < 5) != (b < 5) else 0)
