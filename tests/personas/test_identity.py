"""Sanctioned identities: agreement, ranges, windows, and the check that finds each breach."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.personas.errors import PopulationError
from populace.personas.identity import IDENTITY_FIELDS, identity_breaches, sample_identities
from populace.personas.identity_en_us import EMAIL_DOMAINS

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
}
HERS = {"sex": "female", "state": "Ohio", "city": "Toledo"}


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


def test_no_two_slots_share_an_email() -> None:
    emails = sample_identities(PEOPLE, seed=5, start=10**9)["email"].to_pylist()
    assert len(set(emails)) == len(emails)
    assert {email.partition("@")[2] for email in emails} == set(EMAIL_DOMAINS)


def test_common_names_come_as_often_as_in_the_source() -> None:
    """Smith has 2.2 % of Faker's family names, from the census; four standard errors are 0.4 %."""
    n = 20_000
    people = pa.table({"sex": ["female"] * n, "state": ["Ohio"] * n, "city": ["Dayton"] * n})
    names = sample_identities(people, seed=1, start=0)["family_name"].to_pylist()
    assert names.count("Smith") / n == pytest.approx(0.0217, abs=0.0045)


def test_a_hand_made_identity_is_accepted() -> None:
    assert identity_breaches(MARIA, HERS) == ()


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
        ({"given_name": "Robert", "email": "robert.lopez1@example.com"}, "given_name_sex"),
        ({"family_name": "Qwzx", "email": "maria.qwzx1@example.com"}, "family_name"),
        ({"street_address": "somewhere"}, "street_address"),
        ({"phone": ""}, "missing_phone"),
    ],
)
def test_each_breach_is_found(change: dict[str, str], breach: str) -> None:
    assert breach in identity_breaches(MARIA | change, HERS)


def test_a_missing_field_is_a_breach() -> None:
    identity = {name: text for name, text in MARIA.items() if name != "postcode"}
    assert identity_breaches(identity, HERS) == ("missing_postcode",)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"state": ["Atlantis"]}, "state 'Atlantis' has no postal data"),
        ({"city": ["Bangor"]}, r"cities \['Bangor'\] of Ohio"),
        ({"sex": ["unknown"]}, "need 'female' and 'male'"),
        ({"sex": None}, "need the attribute 'sex'"),
        ({"city": [None]}, "'city' is empty in 1 rows"),
    ],
)
def test_people_without_a_place_or_sex_are_refused(change: dict[str, Any], expected: str) -> None:
    columns = {name: [value] for name, value in HERS.items()} | change
    people = pa.table(
        {name: pa.array(v, pa.string()) for name, v in columns.items() if v is not None}
    )
    with pytest.raises(PopulationError, match=expected):
        sample_identities(people, seed=1, start=0)


def test_an_unknown_locale_is_refused() -> None:
    with pytest.raises(
        PopulationError, match=r"locale 'xx_XX' has no identities; there are \['en_US'\]"
    ):
        sample_identities(PEOPLE, seed=1, start=0, locale="xx_XX")
