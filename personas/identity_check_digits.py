"""Check digits of one number, by the schoolbook rules of the authorities.

Every function takes the characters of a number without separators, the check digit included, in
the right length. The drawing computes the same digits over whole columns, in other words, so that
each can find a mistake of the other.
"""

from __future__ import annotations


def passes_luhn(number: str) -> bool:
    """Return whether a card number or Canadian SIN passes. Source: ISO/IEC 7812-1, annex B."""
    total = 0
    for place, c in enumerate(reversed(number)):
        value = int(c) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def passes_mod_97(number: str) -> bool:
    """Return whether an IBAN passes. Source: ISO 13616, ISO/IEC 7064."""
    return int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1


def is_personnummer(number: str) -> bool:
    """Return whether twelve digits of a Swedish personal number pass; the century does not count.

    Source: Skatteverket, SKV 704.
    """
    return passes_luhn(number[2:])


def is_tfn(number: str) -> bool:
    """Return whether an Australian tax file number passes."""
    return _weighted(number, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def is_bsn(number: str) -> bool:
    """Return whether a Dutch citizen service number passes the 11-test. Source: Logisch Ontwerp."""
    return _weighted(number, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def cpf_digits(nine: str) -> str:
    """Return the two check digits that follow nine digits of a Brazilian CPF."""
    first = _weighted(nine, tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = _weighted(f"{nine}{first}", tuple(range(11, 1, -1))) * 10 % 11 % 10
    return f"{first}{second}"


def is_my_number(number: str) -> bool:
    """Return whether a Japanese individual number passes. Source: MIC ordinance 85 of 2014."""
    total = 0
    for n, c in enumerate(reversed(number[:11]), start=1):
        total += int(c) * (n + 1 if n <= 6 else n - 5)
    right = 0 if total % 11 <= 1 else 11 - total % 11
    return int(number[11]) == right


def is_pesel(number: str) -> bool:
    """Return whether a Polish PESEL passes. Source: ministerial regulation on PESEL (2012)."""
    return _weighted(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def is_nir(number: str) -> bool:
    """Return whether a French NIR of fifteen digits passes. Source: INSEE."""
    return int(number[13:]) == 97 - int(number[:13]) % 97


def is_idnr(number: str) -> bool:
    """Return whether a German tax identification number passes, whatever its first digit.

    One of the first ten digits is missing and one occurs twice; the last one follows ISO/IEC 7064,
    mod 11,10. Source: BZSt.
    """
    if sorted(number[:10].count(d) for d in set(number[:10])) != [1] * 8 + [2]:
        return False
    rest = 10
    for c in number[:10]:
        rest = (int(c) + rest) % 10 or 10
        rest = rest * 2 % 11
    return (rest + int(number[10])) % 10 == 1


def is_aadhaar(number: str) -> bool:
    """Return whether twelve digits pass Verhoeff's test, whatever the first.

    The digits are elements of the dihedral group of order ten: 0 to 4 turn, 5 to 9 turn and flip.
    Source: Verhoeff (1969), "Error detecting decimal codes".
    """
    state = 0
    for place, c in enumerate(reversed(number)):
        digit = int(c)
        for _ in range(place % 8):
            digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
        turn = state % 5 + (digit % 5 if state < 5 else -(digit % 5))
        state = turn % 5 + 5 * ((state < 5) != (digit < 5))
    return state == 0


def is_codice_fiscale(number: str) -> bool:
    """Return whether an Italian tax code has the right last letter. Source: DM 23 December 1976."""
    odd = "BAFHJNPRTVCESULDGIMOQKWZYX"  # for 0 or A the value of B, which is 1, and so on
    total = 0
    for place, c in enumerate(number[:15]):
        value = int(c) if c.isdigit() else ord(c) - ord("A")
        total += value if place % 2 else ord(odd[value]) - ord("A")
    return chr(total % 26 + ord("A")) == number[15]


def _weighted(number: str, weights: tuple[int, ...]) -> int:
    return sum(int(c) * weight for c, weight in zip(number, weights, strict=True))
