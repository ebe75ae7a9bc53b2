"""The pii screen lets a row's own identity pass and nobody else's."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pyarrow as pa
import pytest
from populace.filters import Draft, IdentifierScanner, PiiConfig, PiiScreen
from populace.personas.identity import IDENTITY_LOCALES, sample_identities

pytestmark = pytest.mark.model

IDENTITY = {
    "given_name": "Maria",
    "family_name": "López-Ruiz",
    "email": "maria.lopez@example.org",
    "phone": "+1 202-555-0134",
    "street_address": "12 Elm Street",
    "city": "Dayton",
    "state": "Ohio",
    "postcode": "45402",
}
FACTS = {"last_item": "a wedge of Manchego cheese", "occupation": "dental hygienist", "age": 58}


@pytest.fixture(scope="module")
def scanner() -> Iterator[IdentifierScanner]:
    """One loaded scanner; any attempt to open a connection fails the test that made it."""
    original = socket.socket.connect

    def refuse(*_: object) -> None:
        raise AssertionError("the pii screen tried to open a network connection")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    loaded = IdentifierScanner()
    loaded.start()
    yield loaded
    socket.socket.connect = original  # type: ignore[method-assign]


def draft(text: str) -> Draft:
    return Draft(0, "p", FACTS, IDENTITY, {"summary": text})


OWN = [
    "Maria Lopez-Ruiz buys coffee in Dayton.",
    "MARIA LÓPEZ RUIZ shops on her way home.",
    "Maria's list is short.",
    "Write to maria.lopez@example.org or call 202-555-0134.",
    "Call me at (202) 555-0134 any time.",
    "She lives at 12 Elm Street, Dayton, Ohio 45402.",
]
FOREIGN = [
    ("Her friend Karen Whitfield told her about the beans.", "PERSON"),
    ("Call John Bartel about it.", "PERSON"),
    ("Write to john.bartel@acme.com about it.", "EMAIL_ADDRESS"),
    ("Call 415-555-2671 about it.", "PHONE_NUMBER"),
    ("The beans are sold at 348 Maple Avenue near the park.", "STREET_ADDRESS"),
    ("Her card is 4012 8888 8888 1881 and it works.", "CREDIT_CARD"),
    ("Her number is 536-22-8726 they said.", "US_SSN"),
    ("She reads www.coffeelovers.com every day.", "URL"),
    ("She posts as @beanqueen on weekends.", "USERNAME"),
]
HARMLESS = [
    "Maria buys Oat Milk and Greek yogurt every Tuesday.",
    "Swiss cheese, Cheddar and a bag of Honeycrisp apples went into the cart.",
    "She likes Earl Grey and a Granny Smith apple after lunch.",
    "Manchego is what she came for.",
    "Lemon Ginger tea was on sale for $3.49, so she took 2.",
    "Organic Baby Spinach and Roma tomatoes made the salad.",
    "Honestly, Frozen Peas are fine.",
    "Dark Roast is her favorite, and Sundays are for French toast.",
]


@pytest.mark.parametrize("text", OWN)
def test_the_own_identity_passes_however_it_is_written(
    scanner: IdentifierScanner, text: str
) -> None:
    [verdict] = PiiScreen(PiiConfig(), scanner).judge([draft(text)])
    assert verdict.action == "keep", verdict


@pytest.mark.parametrize("locale", IDENTITY_LOCALES)
def test_every_number_of_a_sanctioned_identity_passes(
    scanner: IdentifierScanner, locale: str
) -> None:
    people = pa.table({"sex": ["female"]})
    [identity] = sample_identities(people, seed=4, start=0, locale=locale).to_pylist()
    own = {name: value or "" for name, value in identity.items()}
    fields = {name: f"It says {value} there." for name, value in own.items() if value}
    [verdict] = PiiScreen(PiiConfig(), scanner).judge([Draft(0, "p", {}, own, fields)])
    assert (verdict.action, verdict.field) == ("keep", "")


@pytest.mark.parametrize(
    ("text", "entity_type"),
    [
        ("I met Maria Karl there.", "PERSON"),
        ("I met Maria Rose Bartel there.", "PERSON"),
        ("Write to xmaria.lopez@example.org soon.", "EMAIL_ADDRESS"),
    ],
)
def test_a_part_of_the_own_identity_covers_nobody_else(
    scanner: IdentifierScanner, text: str, entity_type: str
) -> None:
    spans = scanner.scan([text], [IDENTITY])[0]
    assert any(s.entity_type == entity_type and s.owner == "unknown" for s in spans)


@pytest.mark.parametrize(("text", "entity_type"), FOREIGN)
def test_an_identifier_of_anyone_else_rejects_and_is_named_by_type_only(
    scanner: IdentifierScanner, text: str, entity_type: str
) -> None:
    [verdict] = PiiScreen(PiiConfig(), scanner).judge([draft(text)])
    assert verdict.action == "reject"
    assert entity_type in verdict.evidence["types"]
    shown = repr(verdict)
    assert not any(word in shown for word in text.rstrip(".").split() if len(word) > 5)


@pytest.mark.parametrize("text", HARMLESS)
def test_product_words_do_not_reject_a_good_row(scanner: IdentifierScanner, text: str) -> None:
    [verdict] = PiiScreen(PiiConfig(), scanner).judge([draft(text)])
    assert verdict.action == "keep", verdict


def test_a_given_name_made_of_a_product_word_is_still_a_person(scanner: IdentifierScanner) -> None:
    spans = scanner.scan(["I asked Rose Baker about it."], [IDENTITY])[0]
    assert [(s.entity_type, s.owner) for s in spans] == [("PERSON", "unknown")]


def test_the_batch_does_not_change_a_verdict(scanner: IdentifierScanner) -> None:
    screen = PiiScreen(PiiConfig(), scanner)
    drafts = [draft(text) for text in [*OWN, *[t for t, _ in FOREIGN], *HARMLESS]]
    assert screen.judge(drafts) == [screen.judge([item])[0] for item in drafts]


@pytest.mark.parametrize("action", ["mask", "surrogate"])
def test_replacing_leaves_nothing_to_find_and_is_idempotent(
    scanner: IdentifierScanner, action: str
) -> None:
    screen = PiiScreen(PiiConfig.model_validate({"action": action}), scanner)
    for text in (FOREIGN[0][0], FOREIGN[2][0], FOREIGN[3][0]):
        [verdict] = screen.judge([draft(text)])
        assert verdict.action == "mend", verdict
        assert verdict.fields is not None
        mended = verdict.fields["summary"]
        assert "Whitfield" not in mended
        assert "bartel" not in mended
        [again] = screen.judge([draft(mended)])
        assert again.action == "keep"


def test_spans_come_in_order_and_inside_the_text(scanner: IdentifierScanner) -> None:
    text = "Karen Whitfield wrote to john.bartel@acme.com and Maria."
    [spans] = scanner.scan([text], [IDENTITY])
    assert [s.start for s in spans] == sorted(s.start for s in spans)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert {s.owner for s in spans if s.entity_type == "PERSON"} == {"unknown", "own"}
