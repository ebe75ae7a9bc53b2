"""No identity leaves the ranges that are assigned to nobody.

Patterns and sums stand here a third time, as plain as they can be, so that neither the drawing nor
the check of `personas/` decides whether they are right. Check digits are tried on published cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from populace.personas import identity_check_digits as digits
from populace.personas.identity import IDENTITY_LOCALES, sample_identities

N = 100_000

PHONES = {
    "en_US": r"^\(\d{3}\) 555-01\d\d$",
    "en_CA": r"^\(\d{3}\) 555-01\d\d$",
    "en_GB": r"^(0113|0114|0115|0116|0117|0118|0121|0131|0141|0151|0161) 496 0\d{3}$"
    r"|^020 7946 0\d{3}$|^0191 498 0\d{3}$|^028 9649 6\d{3}$|^029 2018 0\d{3}$"
    r"|^01632 960\d{3}$|^07700 900\d{3}$",
    "en_AU": r"^\(0[2378]\) (5550|7010) \d{4}$",
    "en_IN": r"^0[1-5]\d\d?-0\d{2,3} \d{4}$",
    "de_DE": r"^(030 23125|0221 4710|069 90009|040 66969|089 99998)\d{3}$"
    r"|^(0171 39200|0176 040690)\d\d$",
    "fr_FR": r"^(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d$",
    "es_ES": r"^99\d \d{3} \d{3}$",
    "it_IT": r"^30\d \d{3} \d{4}$",
    "nl_NL": r"^06 9\d{7}$",
    "pl_PL": r"^92 \d{3} \d\d \d\d$",
    "pt_BR": r"^\(\d\d\) 0\d{3}-\d{4}$",
    "sv_SE": r"^(08-465 004 |031-390 06 |040-628 04 |0980-319 2|070-174 06 [1-9])\d\d?$",
    "ja_JP": r"^0\d{1,3}-1\d{1,3}-\d{4}$",
}
NATIONAL = {
    "en_US": r"^666-\d\d-\d{4}$",
    "en_GB": r"^(BG|KN|NK|ZZ) \d\d \d\d \d\d [A-D]$",
    "en_CA": r"^0\d\d \d{3} \d{3}$",
    "en_AU": r"^\d{3} \d{3} \d{3}$",
    "en_IN": r"^0\d{3} \d{4} \d{4}$",
    "de_DE": r"^0\d \d{3} \d{3} \d{3}$",
    "fr_FR": r"^[12] \d\d (0[1-9]|1[012]) 00 \d{3} \d{3} \d\d$",
    "es_ES": r"^99\d{6}[IOU]$",
    "it_IT": r"^[A-Z]{6}\d\d[A-EHLMPRST][0-6]\dY\d{3}[A-Z]$",
    "nl_NL": r"^9\d{8}$",
    "pl_PL": r"^\d\d(6[1-9]|7[012])\d{7}$",
    "pt_BR": r"^\d{3}\.\d{3}\.\d{3}-\d\d$",
    "sv_SE": r"^(19|20)\d{6}-23[89]\d$",
    "ja_JP": r"^\d{4} \d{4} \d{4}$",
}
POSTCODES = {
    "en_US": r"^\d{5}$",
    "en_GB": r"^[A-Z]{1,2}\d\d? \d[CIKMOV]{2}$",
    "en_CA": r"^[A-Z]\d[A-Z] \d[A-Z]\d$",
    "en_AU": r"^\d{4}$",
    "en_IN": r"^[1-9]\d{5}$",
    "nl_NL": r"^[1-9]\d{3} S[ADS]$",
    "pl_PL": r"^\d\d-\d{3}$",
    "pt_BR": r"^\d{5}-96\d$",
    "sv_SE": r"^\d{3} \d\d$",
    "ja_JP": r"^\d{3}-\d{4}$",
}
BANKS = {
    "en_GB": r"^GB\d\dZZZZ\d{14}$",
    "de_DE": r"^DE\d\d99\d{16}$",
    "fr_FR": r"^FR\d\d99999\d{18}$",
    "es_ES": r"^ES\d\d9999\d{16}$",
    "it_IT": r"^IT\d\d[A-Z]99999\d{17}$",
    "nl_NL": r"^NL\d\dZZZZ\d{10}$",
    "pl_PL": r"^PL\d\d9999\d{20}$",
    "sv_SE": r"^SE\d\d000\d{17}$",
    "pt_BR": r"^BR\d\d99999999\d{15}C1$",
}


@pytest.fixture(scope="module", params=IDENTITY_LOCALES)
def locale_and_identities(request: pytest.FixtureRequest) -> tuple[str, pa.Table]:
    """A hundred thousand identities of each locale."""
    people = pa.table({"sex": ["female", "male"] * (N // 2), "age": np.arange(N) % 101})
    return request.param, sample_identities(people, seed=11, start=0, locale=request.param)


def test_a_hundred_thousand_identities_stay_in_their_ranges(
    locale_and_identities: tuple[str, pa.Table],
) -> None:
    locale, table = locale_and_identities

    def all_match(column: str, pattern: str) -> bool:
        return bool(pc.all(pc.match_substring_regex(table[column], pattern)).as_py())

    assert all_match("phone", PHONES[locale])
    assert all_match("national_id", NATIONAL[locale])
    assert all_match("postcode", POSTCODES.get(locale, r"^\d{5}$"))
    assert all_match("card_number", r"^9999\d{12}$")
    assert all_match("email", r"@([a-z]+\.)?example\.(com|net|org)$")
    if locale in BANKS:
        assert all_match("iban", BANKS[locale])
    else:
        assert table["iban"].null_count == N
    for column in table.column_names:
        assert column == "iban" or table[column].null_count == 0


def test_check_digits_are_right_or_wrong_as_documented(
    locale_and_identities: tuple[str, pa.Table],
) -> None:
    locale, table = locale_and_identities
    some = table.slice(0, 5000).to_pylist()
    assert all(digits.passes_luhn(row["card_number"]) for row in some)
    assert all(digits.passes_mod_97(row["iban"]) for row in some if row["iban"])
    rule, right = DOCUMENTED.get(locale, (None, True))
    if rule is not None:
        numbers = [re.sub(r"[ .-]", "", row["national_id"]) for row in some]
        assert {rule(number) for number in numbers} == {right}


def test_numbers_hold_no_hidden_regularity() -> None:
    """Card numbers hardly repeat and their digits are even: chance repeats 0.05 of 100,000."""
    people = pa.table({"sex": ["female"] * N})
    cards = sample_identities(people, seed=12, start=0)["card_number"].to_pylist()
    assert len(set(cards)) >= N - 3
    free = np.array([[int(c) for c in text[4:15]] for text in cards])
    for place in range(11):
        shares = np.bincount(free[:, place], minlength=10) / N
        assert np.abs(shares - 0.1).max() < 0.006  # six standard errors


def _cpf(number: str) -> bool:
    return number.endswith(digits.cpf_digits(number[:9]))


DOCUMENTED: dict[str, tuple[Callable[[str], bool], bool]] = {
    "en_CA": (digits.passes_luhn, False),
    "en_AU": (digits.is_tfn, False),
    "en_IN": (digits.is_aadhaar, True),
    "de_DE": (digits.is_idnr, True),
    "fr_FR": (digits.is_nir, True),
    "it_IT": (digits.is_codice_fiscale, True),
    "nl_NL": (digits.is_bsn, False),
    "pl_PL": (digits.is_pesel, True),
    "pt_BR": (_cpf, False),
    "sv_SE": (digits.is_personnummer, False),
    "ja_JP": (digits.is_my_number, False),
}


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        # Published examples; the authorities' own or those of python-stdnum's documentation.
        (digits.passes_luhn, "4111111111111111", "4111111111111112"),
        (digits.passes_luhn, "046454286", "046454287"),
        (digits.passes_mod_97, "DE89370400440532013000", "DE88370400440532013000"),
        (digits.passes_mod_97, "GB29NWBK60161331926819", "GB29NWBK60161331926818"),
        (digits.is_personnummer, "198803200016", "198803200017"),
        (digits.is_personnummer, "199001012385", "199001012386"),
        (digits.is_tfn, "123456782", "999999999"),
        (digits.is_bsn, "111222333", "111252333"),
        (_cpf, "39053344705", "23100299900"),
        (digits.is_my_number, "621498320257", "621498320258"),
        (digits.is_pesel, "44051401359", "44051401358"),
        (digits.is_nir, "295109912611193", "295109912611199"),
        (digits.is_idnr, "36574261809", "36574261890"),
        (digits.is_idnr, "86095742719", "86095742718"),
        (digits.is_aadhaar, "234123412346", "234123412347"),
        (digits.is_codice_fiscale, "RCCMNL83S18D969H", "RCCMNL83S18D969I"),
        (digits.is_codice_fiscale, "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
    ],
)
def test_check_digits_follow_published_cases(
    rule: Callable[[str], bool], good: str, bad: str
) -> None:
    assert rule(good)
    assert not rule(bad)
