"""What holds for identities of every locale: agreement, windows, plain letters, known places."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.personas.identity import (
    IDENTITY_FIELDS,
    IDENTITY_LOCALES,
    identity_breaches,
    sample_identities,
)
from populace.personas.identity_locales import LOCALES
from populace.personas.identity_names import SEXES, email_letters, family_names, given_names
from populace.personas.identity_national import consonant_code
from populace.personas.identity_places import load_places

GERMAN = LOCALES["de_DE"].spelling


def _people(n: int) -> pa.Table:
    return pa.table({"sex": ["female", "male"] * (n // 2), "age": np.arange(n) % 101})


def test_there_are_fourteen_locales() -> None:
    assert len(IDENTITY_LOCALES) == 14


@settings(max_examples=60, deadline=None)
@given(
    locale=st.sampled_from(IDENTITY_LOCALES),
    seed=st.integers(0, 2**63),
    start=st.integers(0, 10**12),
    people=st.lists(st.tuples(st.sampled_from(SEXES), st.integers(0, 120)), max_size=20),
)
def test_every_identity_passes_its_own_check_and_shares_its_name(
    locale: str, seed: int, start: int, people: list[tuple[str, int]]
) -> None:
    table = pa.table(
        {
            "sex": pa.array([sex for sex, _ in people], pa.string()),
            "age": pa.array([age for _, age in people], pa.int64()),
        }
    )
    identities = sample_identities(table, seed=seed, start=start, locale=locale)
    assert tuple(identities.column_names) == IDENTITY_FIELDS
    assert set(identities.schema.types) == {pa.string()}
    for identity, person in zip(identities.to_pylist(), table.to_pylist(), strict=True):
        assert identity_breaches(identity, person, locale=locale) == ()
        assert re.fullmatch(r"[a-z]+[._]?[a-z]+[0-9]+@[a-z.]+", identity["email"])
        assert re.fullmatch(r"[a-z]+[._]?[a-z]+[0-9]+", identity["user_name"])


@pytest.mark.parametrize("locale", IDENTITY_LOCALES)
def test_a_window_is_a_part_of_the_whole(locale: str) -> None:
    people = _people(300)
    whole = sample_identities(people, seed=7, start=0, locale=locale)
    for start, length in ((0, 1), (137, 41), (299, 1), (50, 0)):
        window = sample_identities(people.slice(start, length), seed=7, start=start, locale=locale)
        assert window.equals(whole.slice(start, length))


@pytest.mark.parametrize("locale", IDENTITY_LOCALES)
def test_no_name_is_drawn_far_more_often_than_its_share(locale: str) -> None:
    """S7: the commonest name at most 1.5 times its share of the list."""
    n = 100_000
    identities = sample_identities(_people(n), seed=3, start=0, locale=locale)
    for column, lists in (("given_name", given_names), ("family_name", family_names)):
        shares: defaultdict[str, float] = defaultdict(float)
        for sex in SEXES:
            names = lists(LOCALES[locale], sex)
            for name, share in zip(names.names, np.diff(names.upper, prepend=0.0), strict=True):
                shares[name] += float(share) / 2
        name, count = Counter(identities[column].to_pylist()).most_common(1)[0]
        assert count / n <= 1.5 * shares[name]


@pytest.mark.parametrize("locale", IDENTITY_LOCALES)
def test_every_place_has_its_numbers(locale: str) -> None:
    places = load_places(LOCALES[locale])
    assert len(places.states) >= 8
    codes = [state.code for state in places.states.values()]
    assert len(set(codes)) == len(codes)
    for state in places.states.values():
        for city in state.cities.values():
            people = pa.table({"sex": ["female"], "state": [state.name], "city": [city.name]})
            [identity] = sample_identities(people, seed=1, start=0, locale=locale).to_pylist()
            assert identity_breaches(identity, people.to_pylist()[0], locale=locale) == ()
            assert (identity["city"], identity["state"]) == (city.name, state.name)


def test_polish_family_names_agree_with_the_sex() -> None:
    table = sample_identities(_people(4000), seed=2, start=0, locale="pl_PL")
    names = table["family_name"].to_pylist()
    assert not [name for name in names[0::2] if name.endswith(("ski", "cki"))]
    assert sum(name.endswith(("ska", "cka")) for name in names[0::2]) > 100
    assert sum(name.endswith(("ski", "cki")) for name in names[1::2]) > 100


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Łukasz", "lukasz"),
        ("Żółkiewski", "zolkiewski"),
        ("Åsa", "asa"),
        ("Björn", "bjorn"),
        ("Nuñez", "nunez"),
        ("François", "francois"),
        ("João Guilherme", "joaoguilherme"),
        ("'s Gravensande", "sgravensande"),
        ("O’Brien-Smith", "obriensmith"),
        ("Dvořák", "dvorak"),
        ("Weiß", "weiss"),
    ],
)
def test_names_lose_their_accents_in_addresses(name: str, letters: str) -> None:
    assert email_letters(name, {}) == letters


def test_german_names_are_spelled_as_german_addresses_are() -> None:
    assert email_letters("Jürgen Größmann", GERMAN) == "juergengroessmann"
    # The same letter as base and combining mark.
    assert email_letters("Ju\u0308rgen", GERMAN) == "juergen"


def test_japanese_addresses_hold_the_reading_of_the_name() -> None:
    table = sample_identities(_people(2000), seed=2, start=0, locale="ja_JP").to_pylist()
    satos = [row for row in table if row["family_name"] == "佐藤"]
    assert satos
    assert all("sato" in row["email"] or row["email"][1:].startswith(".sato") for row in satos)


@pytest.mark.parametrize(
    ("name", "is_given", "code"),
    [
        # The examples of the Italian tax office's leaflet and of Wikipedia.
        ("rossi", False, "RSS"),
        ("fo", False, "FOX"),
        ("mario", True, "MRA"),
        ("gianfranco", True, "GFR"),
        ("aia", False, "AIA"),
        ("mariarossi", True, "MRS"),
    ],
)
def test_italian_names_are_shortened_by_the_rule(name: str, is_given: bool, code: str) -> None:
    assert consonant_code(name, is_given=is_given) == code
