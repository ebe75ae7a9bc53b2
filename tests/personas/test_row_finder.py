"""Compiled tables find the row that reading the table from the top finds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.personas import row_finder
from populace.personas.attribute_info import AttributeInfo
from populace.personas.conditions import AttributeReference, Column, Comparison
from populace.personas.row_finder import RowFinder, matching_rows

KNOWN = {
    "sex": AttributeInfo(str, ("female", "male", "other")),
    "age": AttributeInfo(int, low=18, high=40),
    "count": AttributeInfo(int, low=0, high=10_000_000),
    "income": AttributeInfo(float, low=0.0, high=100.0),
    "trips": AttributeInfo(int, (1, 2, 3, 4)),
    "card": AttributeInfo(bool, (False, True)),
}


@dataclass(frozen=True)
class Row:
    when: dict[str, Any]


def comparisons(low: int, high: int) -> st.SearchStrategy[Comparison]:
    bound = st.integers(low, high)
    names = st.sampled_from(["at_least", "at_most", "above", "below", "is_not"])
    return st.dictionaries(names, bound, min_size=1, max_size=2).map(
        lambda given: Comparison.model_validate(given)
    )


def numbers(low: int, high: int) -> st.SearchStrategy[Any]:
    some = st.integers(low, high)
    return st.one_of(some, st.lists(some, min_size=1, max_size=3), comparisons(low, high))


CONDITIONS: dict[str, st.SearchStrategy[Any]] = {
    "sex": st.one_of(
        st.sampled_from(["female", "male", "other"]),
        st.lists(st.sampled_from(["female", "male", "other"]), min_size=1, max_size=2),
        st.just(Comparison(is_not="male")),
    ),
    "age": st.one_of(
        numbers(18, 40),
        st.just(Comparison(at_least=AttributeReference(attribute="income", plus=2))),
    ),
    "count": numbers(0, 50),
    "income": numbers(0, 100),
    "trips": numbers(1, 4),
    "card": st.booleans(),
}
WHEN = st.sets(st.sampled_from(sorted(CONDITIONS)), max_size=4).flatmap(
    lambda names: st.fixed_dictionaries({name: CONDITIONS[name] for name in sorted(names)})
)


def people(n: int = 400) -> dict[str, Column]:
    random = np.random.default_rng(3)
    columns = {}
    for name, info in KNOWN.items():
        if info.categories is not None:
            columns[name] = Column(random.integers(0, len(info.categories), n), info.categories)
        elif name == "income":
            columns[name] = Column(np.round(random.uniform(0, 100, n), random.integers(0, 3)))
        else:
            high = min(int(info.high), 60)
            columns[name] = Column(random.integers(int(info.low), high + 1, n))
    return columns


@settings(max_examples=120, deadline=None)
@given(whens=st.lists(WHEN, min_size=1, max_size=12))
def test_it_finds_what_reading_from_the_top_finds(whens: list[dict[str, Any]]) -> None:
    rows, columns = [Row(when) for when in whens], people()
    expected = matching_rows(rows, columns, 400)
    assert (RowFinder(rows, KNOWN).find(columns, 400) == expected).all()


@settings(max_examples=100, deadline=None)
@given(whens=st.lists(WHEN, min_size=1, max_size=6))
def test_gaps_and_unused_rows_are_real(whens: list[dict[str, Any]]) -> None:
    """An example that it calls missing has no row; what people reach, it calls used."""
    rows, columns = [Row(when) for when in whens], people()
    finder = RowFinder(rows, KNOWN)
    if not finder.is_exact:
        return
    found = set(matching_rows(rows, columns, 400).tolist())
    assert found - {-1} <= finder.used_rows()
    example = finder.missing_example()
    if example is None:
        assert -1 not in found
        return
    one = {}
    for name, value in example.items():
        categories = KNOWN[name].categories
        at = value if categories is None else categories.index(value)
        assert categories is not None or KNOWN[name].low <= float(value) <= KNOWN[name].high
        one[name] = Column(np.array([at]), categories)
    assert matching_rows(rows, one, 1)[0] == -1


def test_a_table_too_tangled_to_compile_is_read_from_the_top(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(row_finder, "_MAX_ENTRIES", 4)
    rows = [Row({"age": Comparison(below=20 + i), "sex": "male"}) for i in range(9)] + [Row({})]
    columns, finder = people(), RowFinder(rows, KNOWN)
    assert not finder.is_exact
    assert (finder.find(columns, 400) == matching_rows(rows, columns, 400)).all()


def test_a_table_over_many_attributes_stays_small() -> None:
    """Sixteen attributes of eight values have 2.8e14 combinations; the table reads four at most."""
    known = {f"a{i}": AttributeInfo(str, tuple("abcdefgh")) for i in range(16)}
    rows = [Row({f"a{i}": "a", f"a{i + 1}": ["b", "c"]}) for i in range(15)] + [Row({})]
    assert math.prod([8] * 16) > 10**14
    random = np.random.default_rng(1)
    columns = {n: Column(random.integers(0, 8, 300), i.categories) for n, i in known.items()}
    finder = RowFinder(rows, known)
    assert finder.is_exact
    assert (finder.find(columns, 300) == matching_rows(rows, columns, 300)).all()
