"""Texts that agree with their facts pass; texts that contradict them are caught, and named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from populace.filters import Contradiction, Draft, GroundingConfig, GroundingScreen

CORPUS: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "grounding_corpus.yaml").read_text("utf-8")
)
# What a label of the corpus may be called in a verdict: an attribute or a reason.
KINDS = {
    "place": {"city", "state", "region"},
    "name": {"unknown_name"},
    "number": {"unsupported_number"},
    "time": {"shopping_time"},
    # Whoever has no occupation is said to work at all.
    "occupation": {"employment"},
}


def draft(persona: str, text: str, *, field: str = "summary", **changed: object) -> Draft:
    facts = CORPUS["personas"][persona]
    return Draft(0, "part", {**facts["facts"], **changed}, facts["identity"], {field: text})


AGREEING = [(p, t) for p, expected, t in CORPUS["texts"] if expected == "keep"]
CONTRADICTING = [(p, e, t) for p, e, t in CORPUS["texts"] if e != "keep"]


def test_the_corpus_is_large_and_balanced_enough() -> None:
    """Sixty texts or more, at least 40 of each side."""
    assert len(AGREEING) >= 40
    assert len(CONTRADICTING) >= 60


@pytest.mark.parametrize(("persona", "text"), AGREEING)
def test_a_text_that_agrees_with_its_facts_is_kept(persona: str, text: str) -> None:
    [verdict] = GroundingScreen(GroundingConfig()).judge([draft(persona, text)])
    assert (verdict.action, verdict.reason) == ("keep", "")


@pytest.mark.parametrize(("persona", "label", "text"), CONTRADICTING)
def test_a_contradiction_is_rejected(persona: str, label: str, text: str) -> None:
    [verdict] = GroundingScreen(GroundingConfig()).judge([draft(persona, text)])
    assert verdict.action == "reject"
    assert "summary" in verdict.field
    # No text in the evidence: only names of attributes.
    assert set(verdict.evidence) <= {"attribute"}


@pytest.mark.parametrize(
    ("persona", "label", "text"),
    # A sentence with two contradictions is named after the first one found.
    [
        case
        for case in CONTRADICTING
        if case[1] not in {"price_sensitivity", "age", "household", "any"}
    ],
)
def test_the_verdict_names_the_contradicted_fact(persona: str, label: str, text: str) -> None:
    [verdict] = GroundingScreen(GroundingConfig()).judge([draft(persona, text)])
    named = {str(verdict.evidence.get("attribute", "")), verdict.reason}
    assert named & (KINDS.get(label, set()) | {label})


@pytest.mark.parametrize(
    ("part", "least_caught", "most_alarms"), [("development", 0.95, 0.06), ("unseen", 0.94, 0.06)]
)
def test_planted_contradictions_are_caught_in_other_wording(
    part: str, least_caught: float, most_alarms: float
) -> None:
    """The shares may only grow; `unseen` is older than the checks, but of the same author."""
    screen = GroundingScreen(GroundingConfig())
    rejected: dict[bool, list[bool]] = {True: [], False: []}
    for persona, label, text in CORPUS[part]:
        [verdict] = screen.judge([draft(persona, text)])
        rejected[label == "keep"].append(verdict.action == "reject")
    assert sum(rejected[False]) / len(rejected[False]) >= least_caught
    assert sum(rejected[True]) / len(rejected[True]) <= most_alarms


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("I am a nurse.", "reject"),
        ("My sister is a nurse.", "keep"),
        ("My neighbor, a nurse, shops here.", "keep"),
        ("I never was a nurse.", "keep"),
        ("I wish I were a nurse.", "keep"),
        ("I used to be a nurse.", "keep"),
    ],
)
def test_only_what_the_persona_is_now_counts_as_its_claim(text: str, action: str) -> None:
    [verdict] = GroundingScreen(GroundingConfig()).judge([draft("maria", text)])
    assert verdict.action == action


@pytest.mark.parametrize(
    ("changed", "text", "attribute"),
    [
        ({"vehicles": 2}, "We don't own a car.", "vehicles"),
        ({"commute_minutes": 15}, "My commute takes an hour and a half.", "commute_minutes"),
        ({"years_at_address": 20}, "We just moved in last month.", "years_at_address"),
        ({"partner_age": 50}, "My husband turns 65 in May.", "partner_age"),
        ({"payment_method": "cash"}, "I tap my credit card.", "payment_method"),
    ],
)
def test_an_attribute_that_the_row_lacks_is_not_checked(
    changed: dict[str, Any], text: str, attribute: str
) -> None:
    screen = GroundingScreen(GroundingConfig())
    [told] = screen.judge([draft("walter", text, **changed)])
    assert told.evidence.get("attribute") == attribute
    [untold] = screen.judge([Draft(0, "part", {}, {}, {"summary": text})])
    assert untold.evidence.get("attribute") != attribute


@given(
    age=st.integers(18, 90),
    said=st.integers(18, 90),
    form=st.sampled_from(["I am {} years old.", "At {}, I like tea.", "I just turned {}."]),
)
def test_an_age_passes_exactly_if_it_is_the_own_one(age: int, said: int, form: str) -> None:
    text = form.format(said)
    [verdict] = GroundingScreen(GroundingConfig()).judge(
        [Draft(0, "part", {"age": age}, {}, {"quote": text})]
    )
    assert (verdict.action == "keep") == (age == said)
    if age != said:
        assert verdict.evidence == {"attribute": "age"}


@given(text=st.text(max_size=200))
def test_any_text_gets_a_verdict_without_text_in_its_evidence(text: str) -> None:
    [verdict] = GroundingScreen(GroundingConfig()).judge([draft("joyce", text)])
    assert set(verdict.evidence) <= {"attribute", "mentioned"}


def test_a_price_of_another_row_is_caught_with_every_way_to_write_it() -> None:
    screen = GroundingScreen(GroundingConfig())
    for said in ("$7.25", "7.25", "7 dollars and 25 cents", "seven dollars", "725 cents", "$7"):
        [verdict] = screen.judge([draft("maria", f"The coffee beans cost me {said}.")])
        assert verdict.reason == "price_differs", said


def test_the_own_price_passes_with_every_way_to_write_it() -> None:
    screen = GroundingScreen(GroundingConfig())
    for said in (
        "$11.49",
        "11.49",
        "11 dollars and 49 cents",
        "eleven dollars and forty-nine cents",
        "about $11",
        "under twelve dollars",
        "almost $12",
        "1149 cents",
    ):
        [verdict] = screen.judge([draft("maria", f"The coffee beans cost me {said}.")])
        assert verdict.action == "keep", said


def test_must_mention_rejects_a_trip_without_its_item_or_price() -> None:
    screen = GroundingScreen(
        GroundingConfig(must_mention={"last_trip": ("last_item", "last_item_price")})
    )
    texts = {
        "I got a bag of coffee beans for $11.49.": "",
        "I got a bag of coffee beans.": "fact_missing",
        "I spent $11.49 at the discount grocer.": "fact_missing",
    }
    for text, reason in texts.items():
        [verdict] = screen.judge([draft("maria", text, field="last_trip")])
        assert verdict.reason == reason, text
    [other] = screen.judge([draft("maria", "Nothing to report.", field="quote")])
    assert other.action == "keep"


def test_quality_grows_with_the_facts_that_are_mentioned() -> None:
    screen = GroundingScreen(GroundingConfig())
    poor, rich = screen.judge(
        [
            draft("maria", "I like to keep things simple."),
            draft("maria", "I got dark-roast coffee beans at the discount grocer for $11.49."),
        ]
    )
    assert 0.0 == poor.quality < rich.quality <= 1.0


def test_a_population_may_declare_its_own_contradictions() -> None:
    config = GroundingConfig(
        contradictions=(
            Contradiction(attribute="plan", values=("prepaid",), patterns=(r"\bcontract\b",)),
        )
    )
    row = {"plan": "prepaid"}
    told = Draft(0, "p", row, {}, {"quote": "I signed a contract last spring."})
    denied = Draft(0, "p", row, {}, {"quote": "I like it, because there is no contract."})
    first, second = GroundingScreen(config).judge([told, denied])
    assert (first.reason, second.action) == ("plan_differs", "keep")


def test_a_broken_pattern_is_refused_with_its_text() -> None:
    with pytest.raises(ValueError, match=r"is no regular expression .* correct the pattern"):
        Contradiction(attribute="a", patterns=("(",))


def test_a_row_without_attributes_is_only_checked_for_what_needs_none() -> None:
    [kept, number] = GroundingScreen(GroundingConfig()).judge(
        [Draft(0, "p", {}, {}, {"t": text}) for text in ("We ate bacon.", "I own 17 cars.")]
    )
    assert (kept.action, number.reason) == ("keep", "unsupported_number")
