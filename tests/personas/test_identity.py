"""Sanctioned identities: agreement, windows, shares of names, and the check that finds each breach.

What holds in every locale is in `test_identity_locales.py`, the ranges in
`test_identity_ranges.py`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.personas.errors import PopulationError
from populace.personas.identity import (
    IDENTITY_FIELDS,
    identities_of,
    identity_breaches,
    sample_identities,
)
from populace.personas.identity_locales import EMAIL_DOMAINS

PEOPLE = pa.table(
    {
        "sex": ["female", "male"] * 300,
        "state": ["Ohio", "Maine", "California"] * 200,
        "city": ["Toledo", "Bangor", "Fresno"] * 200,
    }
)

MARIA = {
    "given_name": "Maria",
    "family_name": "Lopez",
    "email": "maria.lopez17@mail.example.com",
    "phone": "(419) 555-0123",
    "street_address": "412 Hazelford Lane",
    "city": "Toledo",
    "state": "Ohio",
    "postcode": "43617",
    "user_name": "mlopez17",
    "national_id": "666-12-3456",
    "card_number": "9999000000000004",
    "iban": None,
}
HERS = {"sex": "female", "state": "Ohio", "city": "Toledo"}

GIULIA = {
    "given_name": "Chiara",
    "family_name": "Abate",
    "email": "chiara.abate3@example.org",
    "phone": "305 123 4567",
    "street_address": "Via dei Tassi Quieti, 12",
    "city": "Pisa",
    "state": "Toscana",
    "postcode": "56123",
    "user_name": "abate.chiara3",
    # BTA CHR, born 1985, 12 May, a woman (12 + 40), place Y123; the last letter and the
    # IBAN's check digits by python-stdnum and schwifty.
    "national_id": "BTACHR85E52Y123C",
    "card_number": "9999000000000004",
    "iban": "IT90L9999900000000000000000",
}
AN_ITALIAN = {"sex": "female", "age": 40}


def test_every_identity_passes_its_own_check() -> None:
    identities = sample_identities(PEOPLE, seed=5, start=0)
    assert tuple(identities.column_names) == IDENTITY_FIELDS
    for identity, person in zip(identities.to_pylist(), PEOPLE.to_pylist(), strict=True):
        assert identity_breaches(identity, person) == ()


@settings(max_examples=30, deadline=None)
@given(start=st.integers(0, 500), length=st.integers(0, 100))
def test_the_identity_of_a_slot_is_the_same_in_every_window(start: int, length: int) -> None:
    whole = sample_identities(PEOPLE, seed=5, start=0)
    window = sample_identities(PEOPLE.slice(start, length), seed=5, start=start)
    assert window.equals(whole.slice(start, length))


@pytest.mark.parametrize("column", ["email", "user_name"])
def test_no_two_slots_share_an_address_or_user_name(column: str) -> None:
    texts = sample_identities(PEOPLE, seed=5, start=10**9)[column].to_pylist()
    assert len(set(texts)) == len(texts)


def test_every_reserved_domain_occurs() -> None:
    emails = sample_identities(PEOPLE, seed=5, start=0)["email"].to_pylist()
    assert {email.partition("@")[2] for email in emails} == set(EMAIL_DOMAINS)


def test_common_names_come_as_often_as_in_the_source() -> None:
    """Smith has 2.2 % of Faker's family names, from the census; four standard errors are 0.4 %."""
    n = 20_000
    people = pa.table({"sex": ["female"] * n, "state": ["Ohio"] * n, "city": ["Dayton"] * n})
    names = sample_identities(people, seed=1, start=0)["family_name"].to_pylist()
    assert names.count("Smith") / n == pytest.approx(0.0217, abs=0.0045)
    name, count = Counter(names).most_common(1)[0]
    assert name == "Smith"
    assert count / n <= 1.5 * 0.0217


def test_hand_made_identities_are_accepted() -> None:
    assert identity_breaches(MARIA, HERS) == ()
    assert identity_breaches(GIULIA, AN_ITALIAN, locale="it_IT") == ()


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        ({"email": "maria.lopez17@gmail.com"}, "email_domain"),
        ({"email": "maria.lopez17@example.com.evil.com"}, "email_domain"),
        ({"email": "maria.lopez17@notexample.com"}, "email_domain"),
        ({"email": "anna.lopez17@example.com"}, "email_name"),
        ({"email": "maria.lopes@example.com"}, "email_name"),
        ({"email": "maria.lopez"}, "email_domain"),
        ({"phone": "(419) 555-0200"}, "phone_range"),
        ({"phone": "(419) 867-5309"}, "phone_range"),
        ({"phone": "419-555-0123"}, "phone_range"),
        ({"phone": "(207) 555-0123"}, "phone_state"),
        ({"postcode": "04401"}, "postcode_state"),
        ({"postcode": "44101"}, "postcode_city"),
        ({"postcode": "4361"}, "postcode_state"),
        ({"city": "Dayton", "postcode": "45417"}, "city"),
        ({"city": "Metropolis"}, "city"),
        ({"given_name": "Robert", "email": "robert.lopez1@example.com"}, "given_name_sex"),
        ({"family_name": "Qwzx", "email": "maria.qwzx1@example.com"}, "family_name"),
        ({"street_address": "somewhere"}, "street_address"),
        ({"street_address": "1600 Pennsylvania Avenue"}, "street_address"),
        ({"phone": ""}, "missing_phone"),
        ({"user_name": "anna_l17"}, "user_name"),
        ({"national_id": "536-90-4399"}, "national_id"),
        ({"national_id": "666-00-0001"}, "national_id"),
        ({"national_id": "912-70-1234"}, "national_id"),
        ({"card_number": "4111111111111111"}, "card_number"),
        ({"card_number": "9999000000000007"}, "card_number"),
        ({"iban": "DE89370400440532013000"}, "iban"),
    ],
)
def test_each_breach_is_found(change: dict[str, str], breach: str) -> None:
    assert breach in identity_breaches(MARIA | change, HERS)


@pytest.mark.parametrize(
    ("change", "person", "breach"),
    [
        ({}, {"sex": "female", "age": 41}, "national_id_age"),
        ({"national_id": "BTACHR85E12Y123Y"}, AN_ITALIAN, "national_id_sex"),
        ({"national_id": "RSSCHR85E52Y123U"}, AN_ITALIAN, "national_id_name"),
        ({"national_id": "BTACHR85E52Y123A"}, AN_ITALIAN, "national_id"),
        ({"national_id": "BTACHR85E52H501P"}, AN_ITALIAN, "national_id"),
        ({"iban": "IT60X0542811101000000123456"}, AN_ITALIAN, "iban"),
        ({"iban": None}, AN_ITALIAN, "missing_iban"),
        ({"phone": "333 123 4567"}, AN_ITALIAN, "phone_range"),
        ({"postcode": "00184"}, AN_ITALIAN, "postcode_state"),
    ],
)
def test_breaches_of_numbers_that_tell_of_the_person_are_found(
    change: dict[str, str | None], person: dict[str, Any], breach: str
) -> None:
    assert breach in identity_breaches(GIULIA | change, person, locale="it_IT")


def test_a_missing_field_is_a_breach() -> None:
    identity = {name: text for name, text in MARIA.items() if name != "postcode"}
    assert identity_breaches(identity, HERS) == ("missing_postcode",)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"state": ["Atlantis"]}, "state 'Atlantis' has no postal data in en_US; there is data"),
        ({"city": ["Bangor"]}, r"cities \['Bangor'\] of Ohio"),
        ({"state": None, "city": ["Atlantis"]}, "city 'Atlantis' has no postal data"),
        ({"sex": ["unknown"]}, "need 'female' and 'male'"),
        ({"sex": None}, "need the attribute 'sex'"),
        ({"city": [None]}, "'city' is empty in 1 rows"),
        ({"card_number": ["1"]}, r"attributes \['card_number'\] have names of identity columns"),
    ],
)
def test_people_without_a_place_or_sex_are_refused(change: dict[str, Any], expected: str) -> None:
    columns = {name: [value] for name, value in HERS.items()} | change
    people = pa.table(
        {name: pa.array(v, pa.string()) for name, v in columns.items() if v is not None}
    )
    with pytest.raises(PopulationError, match=expected):
        sample_identities(people, seed=1, start=0)


def test_a_place_that_the_population_lacks_is_drawn() -> None:
    """The city is one of its state; a city alone decides the state; neither: both are drawn."""
    n = 400
    states = sample_identities(
        pa.table({"sex": ["female"] * n, "state": ["Ohio"] * n}), seed=1, start=0
    )
    assert set(states["city"].to_pylist()) == {
        "Columbus", "Cleveland", "Cincinnati", "Toledo", "Dayton"
    }  # fmt: skip
    cities = sample_identities(
        pa.table({"sex": ["female"] * n, "city": ["Fresno"] * n}), seed=1, start=0
    )
    assert set(cities["state"].to_pylist()) == {"California"}
    neither = sample_identities(pa.table({"sex": ["female"] * n}), seed=1, start=0)
    assert len(set(neither["state"].to_pylist())) > 20
    for table in (states, cities, neither):
        assert all(identity_breaches(row, {"sex": "female"}) == () for row in table.to_pylist())


def test_an_age_that_is_no_whole_number_leaves_the_birth_date_free() -> None:
    people = pa.table({"sex": ["male"] * 3, "age": ["25-34", "35-44", "65+"]})
    identities = sample_identities(people, seed=1, start=0, locale="pl_PL").to_pylist()
    for identity, person in zip(identities, people.to_pylist(), strict=True):
        assert identity_breaches(identity, person, locale="pl_PL") == ()


def test_an_unknown_locale_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(PopulationError, match=r"'de_AT' has no identities; .* mean 'de_DE'"):
        sample_identities(PEOPLE, seed=1, start=0, locale="de_AT")


def test_only_the_iban_may_be_absent() -> None:
    assert identities_of("en_US").optional_fields == ("iban",)
    assert identities_of("de_DE").optional_fields == ()
