"""Texts that agree with their facts pass; texts that contradict them are caught, and named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
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
    [case for case in CONTRADICTING if case[1] not in {"price_sensitivity", "age", "household"}],
)
def test_the_verdict_names_the_contradicted_fact(persona: str, label: str, text: str) -> None:
    [verdict] = GroundingScreen(GroundingConfig()).judge([draft(persona, text)])
    named = {str(verdict.evidence.get("attribute", "")), verdict.reason}
    assert named & (KINDS.get(label, set()) | {label})


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
        [Draft(0, "p", {}, {}, {"t": text}) for text in ("We ate bacon.", "I own 17 carts.")]
    )
    assert (kept.action, number.reason) == ("keep", "unsupported_number")
