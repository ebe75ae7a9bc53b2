"""The card keeps its scores through JSON; the gate refuses by name or records an override."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from populace.personas.errors import ConfigError, GateRefused, IntegrityError
from populace.scoring import (
    RowLayout,
    RowSource,
    Score,
    Scorecard,
    ScoringConfig,
    check_gate,
    score_rows,
)

GOOD = Score("coherence", "Coherence", 1.0, "at_least", 1.0, True)
BAD = Score("duplicates_exact", "Copies", 3.0, "at_most", 0.0, False, worst=("p-1",))
SEEN = Score("length", "Length", 40.0, "band")

finite = st.floats(allow_nan=False, allow_infinity=False)
scores = st.builds(
    Score,
    name=st.text(),
    title=st.text(),
    value=finite,
    direction=st.sampled_from(["at_most", "at_least", "band"]),
    threshold=st.none() | finite | st.tuples(finite, finite),
    passed=st.none() | st.booleans(),
    low=st.none() | finite,
    high=st.none() | finite,
    worst=st.lists(st.text()).map(tuple),
)


@given(st.lists(scores, max_size=4))
def test_a_card_survives_json(found: list[Score]) -> None:
    card = Scorecard(tuple(found), n_rows=len(found))
    assert Scorecard.from_json(card.to_json()) == card


def test_a_card_whose_verdict_was_edited_is_refused() -> None:
    text = (
        Scorecard((BAD,))
        .to_json()
        .replace('"passed": false,\n  "n_rows"', '"passed": true,\n  "n_rows"')
    )
    with pytest.raises(IntegrityError, match=r"states passed = True but its scores say False"):
        Scorecard.from_json(text)
    with pytest.raises(IntegrityError, match="no scorecard"):
        Scorecard.from_json("{}")


def test_the_gate_names_each_failed_score_with_value_and_limit() -> None:
    assert check_gate(Scorecard((GOOD, SEEN))) is None
    with pytest.raises(GateRefused, match="duplicates_exact is 3, expected at most 0"):
        check_gate(Scorecard((GOOD, BAD)))


def test_a_card_without_a_judged_score_does_not_pass() -> None:
    with pytest.raises(GateRefused, match="no score was judged"):
        check_gate(Scorecard((SEEN,)))


def test_an_override_is_a_record_and_needs_words() -> None:
    card = Scorecard((GOOD, BAD))
    override = check_gate(card, override_reason="for a demo ")
    assert override is not None
    assert override.reason == "for a demo"
    assert override.failed == ("duplicates_exact is 3, expected at most 0",)
    assert not card.passed
    with pytest.raises(ConfigError, match="override is empty"):
        check_gate(card, override_reason="  ")


@dataclass(frozen=True)
class Found:
    entity_type: str
    owner: str


class PhoneScanner:
    """Takes the word `phone` for a foreign number and the row's given name for its own."""

    def scan(
        self,
        texts: Sequence[str],
        identities: Sequence[Mapping[str, str]],
        facts: Sequence[Iterable[str]] | None = None,
    ) -> list[list[Found]]:
        return [
            [Found("PHONE_NUMBER", "unknown")] * text.count("phone")
            + [Found("PERSON", "own")] * text.count(identity["given_name"])
            for text, identity in zip(texts, identities, strict=True)
        ]


@pytest.fixture
def scored(
    draw_population: Callable[[int, int], pa.Table],
    reference: pa.Table,
    honest_texts: Callable[..., list[str]],
    batches: Callable[..., RowSource],
) -> Callable[..., Scorecard]:
    layout = RowLayout(
        identity=("given_name", "state"),
        attributes=tuple(reference.column_names),
        texts=("story",),
        provenance=(),
    )

    def score(
        change: Callable[[pa.Table], pa.Table] = lambda rows: rows, size: int = 50
    ) -> Scorecard:
        people = draw_population(120, 1)
        columns = {
            "id": [f"p-{i}" for i in range(120)],
            "slot": list(range(120)),
            "given_name": ["Ada"] * 120,
            "story": honest_texts(120, 9),
        }
        rows = change(pa.table(columns | {name: people[name] for name in people.column_names}))
        return score_rows(
            batches(rows, size),
            layout,
            config=ScoringConfig(),
            reference=reference,
            scanner=PhoneScanner(),
            coherence=lambda identity, facts: [] if facts["age"] >= 18 else ["too_young"],
            schema_violations=0,
            seed=1,
        )

    return score


def test_a_good_set_passes_and_batches_do_not_matter(scored: Callable[..., Scorecard]) -> None:
    card = scored()
    assert card.failed == ()
    assert card.passed
    assert card.n_rows == 120
    assert scored(size=7) == card


def test_foreign_identifiers_and_contradictions_are_counted(
    scored: Callable[..., Scorecard],
) -> None:
    def spoil(rows: pa.Table) -> pa.Table:
        texts, ages = rows["story"].to_pylist(), rows["age"].to_pylist()
        texts[5] += " Ada has a phone and another phone."
        ages[7] = 3
        names = rows.column_names
        rows = rows.set_column(names.index("story"), "story", pa.array(texts))
        return rows.set_column(names.index("age"), "age", pa.array(ages))

    found = {score.name: score for score in scored(spoil).failed}
    assert set(found) == {"identifiers_foreign", "coherence"}
    assert found["identifiers_foreign"].value == 2
    assert found["identifiers_foreign"].worst == ("p-5",)
    assert "2 PHONE_NUMBER" in found["identifiers_foreign"].note
    assert found["coherence"].worst == ("p-7",)
    assert found["coherence"].note == "1 too_young"


def test_what_was_not_checked_is_stated(
    batches: Callable[..., RowSource], text_rows: Callable[..., pa.Table], text_layout: RowLayout
) -> None:
    card = score_rows(batches(text_rows(["One row."])), text_layout, config=ScoringConfig())
    titles = [score.title for score in card.scores if score.passed is None]
    assert "Not checked: identifiers" in titles
    assert "Not checked: population" in titles


def test_an_empty_set_is_refused(text_layout: RowLayout) -> None:
    card = score_rows(lambda: iter(()), text_layout, config=ScoringConfig())
    with pytest.raises(GateRefused, match="rows is 0, expected at least 1"):
        check_gate(card)


def test_rows_without_a_column_of_the_layout_are_refused(
    batches: Callable[..., RowSource], text_rows: Callable[..., pa.Table], text_layout: RowLayout
) -> None:
    layout = replace(text_layout, texts=("story", "quote"))
    with pytest.raises(ConfigError, match=r"rows lack the columns \['quote'\]"):
        score_rows(batches(text_rows(["One row."])), layout, config=ScoringConfig())
