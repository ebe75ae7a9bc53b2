"""The naturalness screen rejects true but clumsy texts and ranks the rest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.filters.naturalness import FieldNaturalness, NaturalnessConfig, NaturalnessScreen
from populace.filters.verdict import Draft, Verdict

TRIP = FieldNaturalness(
    covers={"last_item": 0.6, "last_item_price": 1.0, "last_item_reason": 0.6},
    verbatim=("last_item_reason",),
)
FACTS: dict[str, object] = {
    "last_item": "a bag of limes",
    "last_item_price": 3.9,
    "last_item_reason": "margaritas on the porch",
}


def judge(text: str, rule: FieldNaturalness | None = None) -> Verdict:
    screen = NaturalnessScreen(NaturalnessConfig(fields={"text": rule or FieldNaturalness()}))
    [verdict] = screen.judge([Draft(0, "part", FACTS, {"given_name": "Nadia"}, {"text": text})])
    return verdict


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She is a vegetarian and lives with her parents in Austin, likes yoga.", "broken_list"),
        ("An electrician who likes cycling, shops at a supercenter.", "broken_list"),
        ("At 69, Mei is retired home health aide.", "missing_article"),
        ("Mei, 82, works as a retired stock clerk.", "impossible_role"),
        ("She is a 32-year-old between jobs who lives in Dallas.", "impossible_role"),
        ("I'll cope, though. It doesn't spoil my day, though.", "repeated_connective"),
        ("Machines that freeze bothers me.", "agreement"),
        ("It shouldn't be that hard, but can't stand digital-only deals.", "missing_subject"),
        ("A 50-year-old manager lives with her partner in Tucson.", "missing_subject"),
        ("She shops at a club, where she is a vegetarian.", "joined_wrongly"),
        ("I got limes for $3.90, which I won't pay more than that.", "joined_wrongly"),
        ("I got limes for $3.90, which I've seen worse prices.", "joined_wrongly"),
        ("I can't stand items that are gone by noon, how hard can it be?", "joined_wrongly"),
        ("He is a retired cook of 74 years who lives in Ogden.", "joined_wrongly"),
        ("I'm tired of receipts a yard long, and how hard can it be?", "joined_wrongly"),
        ("I ordered salmon online and it was for eating fish twice a week.", "joined_wrongly"),
        ("A retired financial analyst and likes reading mysteries.", "missing_subject"),
        ("I go " + "and I go on " * 12 + "home.", "run_on"),
        ("She is 25, tall, kind, busy, late, and here.", "run_on"),
    ],
)
def test_a_clumsy_text_is_rejected_with_its_reason(text: str, expected: str) -> None:
    verdict = judge(text)
    assert (verdict.action, verdict.reason) == ("reject", expected)


@pytest.mark.parametrize(
    "text",
    [
        "Brian is 22 and lives with his parents in Miami. He is a medical assistant.",
        "She shops twice a week, eats gluten-free, and always stops at the snack aisle.",
        "She shops once a week, on weekday mornings, keeps sugar low and starts at the dairy case.",
        "She is retired and lives alone. She is self-employed as a barber.",
        "I can't stand carts that squeak. It's not the end of the world, though.",
        "A retired nurse of 73, Beverly lives with her partner in Sarasota.",
        "Mei, 82, lives with her partner in Raleigh.",
        "Devin is a 24-year-old who lives with roommates.",
    ],
)
def test_a_plain_text_is_kept(text: str) -> None:
    assert judge(text).action == "keep"


def test_a_text_must_say_the_facts_it_is_about() -> None:
    assert (
        judge("I got a bag of limes for margaritas on the porch. It was $3.90.", TRIP).action
        == "keep"
    )
    without_price = judge("I got a bag of limes for margaritas on the porch.", TRIP)
    assert without_price.reason == "fact_missing"
    assert without_price.evidence["attribute"] == "last_item_price"
    assert (
        judge("I paid $13.90 for a bag of limes, for porch margaritas.", TRIP).reason
        == "fact_missing"
    )


def test_a_phrase_that_must_be_quoted_may_only_lose_its_article() -> None:
    rule = FieldNaturalness(quotes=("last_item", "last_item_reason"))
    assert judge("One bag of limes, for margaritas on the porch.", rule).action == "keep"
    reworded = judge("Margaritas from the porch, for a bag of limes.", rule)
    assert (reworded.reason, reworded.evidence) == (
        "fact_reworded",
        {"attribute": "last_item_reason"},
    )


def test_a_fact_that_the_row_lacks_asks_for_nothing() -> None:
    rule = FieldNaturalness(covers={"occupation": 1.0})
    assert judge("She lives alone.", rule).action == "keep"


def test_the_phrase_of_the_facts_scores_above_a_rewording_and_a_comma_splice_below() -> None:
    whole = judge("I got a bag of limes for margaritas on the porch. It was $3.90.", TRIP)
    reworded = judge("I had porch margaritas, so I got a bag of limes. It was $3.90.", TRIP)
    spliced = judge("I got a bag of limes for margaritas on the porch, it was $3.90.", TRIP)
    assert whole.quality > spliced.quality > reworded.quality - 0.5
    assert whole.quality > reworded.quality


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Mei is a 18-year-old cook.", "Mei is an 18-year-old cook."),
        ("He is a 82-year-old barber.", "He is an 82-year-old barber."),
        ("He is a electrician.", "He is an electrician."),
        ("She is an nurse.", "She is a nurse."),
    ],
)
def test_the_article_is_mended(wrong: str, right: str) -> None:
    verdict = judge(wrong)
    assert verdict.action == "mend"
    assert verdict.fields == {"text": right}


@pytest.mark.parametrize(
    "text", ["She is a one-time cook.", "It took an hour.", "He has a unit.", "An HVAC technician."]
)
def test_an_uncertain_article_is_left_alone(text: str) -> None:
    assert judge(text).action == "keep"


@settings(deadline=None)  # the machine may be busy; speed is not what this proves
@given(st.text(max_size=200))
def test_mending_is_idempotent_and_evidence_never_holds_text(text: str) -> None:
    verdict = judge(text)
    if verdict.action == "mend":
        assert verdict.fields is not None
        assert judge(str(verdict.fields["text"])).action == "keep"
    assert all(not isinstance(value, str) or value in FACTS for value in verdict.evidence.values())
