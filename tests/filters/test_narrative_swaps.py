"""Notes of the narrative templates pass as they are; with one fact swapped they are caught."""

from __future__ import annotations

from collections import Counter

from populace.filters import GroundingConfig, GroundingScreen
from populace.filters.stated_values import known_values

from . import narrative_swaps as swaps

SCREEN = GroundingScreen(GroundingConfig(third_person_fields=("summary", "day")))


def test_the_notes_of_three_hundred_people_agree_with_their_facts() -> None:
    """No text is rejected that only says what the row says."""
    cases = list(swaps.true_texts())
    assert len(cases) == 1200
    rejected = [case.text for case in cases if SCREEN.judge([case.draft])[0].action == "reject"]
    assert rejected == []


def test_swapped_facts_are_caught_and_named() -> None:
    """At least 97 % are rejected with the swapped attribute named, and no attribute is missed."""
    told: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for case in swaps.swapped_texts(step=6):
        [verdict] = SCREEN.judge([case.draft])
        told[case.swapped] += 1
        named[case.swapped] += verdict.evidence.get("attribute") == case.swapped
    assert set(told) == set(swaps.SWAPPED)
    assert named.total() >= 0.97 * told.total()
    assert {name for name in told if named[name] < 0.8 * told[name]} == set()


def test_the_known_values_are_those_of_the_population() -> None:
    """A hobby or habit that is added to the population has to be known to the screen."""
    for attribute in ("hobby", "interest", "pet_peeve", "wakes_at", "morning_habit"):
        drawn = {str(facts[attribute]) for facts, _ in swaps.people()}
        assert drawn <= set(known_values(attribute))
