"""Counted units: each once in N slots, any window by itself, and what is refused."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.personas.counted import permuted
from populace.personas.errors import ConfigError
from populace.personas.population import Population

POPULATION = """
name: village
version: "1"
attributes:
  - name: household
    kind: counted
    file: village.csv
    columns: {zone: word, members: integer}
  - name: adults
    kind: integer
    rows:
      - {when: {members: 1}, bands: [{low: 1, high: 1, share: 1}]}
      - {bands: [{low: 1, high: 9, share: 1}]}
rules:
  - {name: adults_are_members, forbid: {adults: {above: {attribute: members}}}, reason: They are.}
"""
COUNTS = "zone,members,households\nnorth,1,3\nnorth,2,0\nsouth,4,5\nsouth,2,2\n"


def village(folder: Path, counts: str = COUNTS, population: str = POPULATION) -> Population:
    (folder / "village.csv").write_text(counts, encoding="utf-8")
    (folder / "village.yaml").write_text(population, encoding="utf-8")
    return Population.from_file(folder / "village.yaml")


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3000), st.integers(0, 99), st.integers(0, 5))
def test_every_place_is_taken_once_in_each_turn(n: int, seed: int, turn: int) -> None:
    slots = np.arange(turn * n, (turn + 1) * n)
    assert sorted(permuted(slots, n, seed=seed, stream="s").tolist()) == list(range(n))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 200), st.integers(0, 500), st.integers(0, 40))
def test_a_window_has_the_places_of_the_whole(n: int, start: int, length: int) -> None:
    whole = permuted(np.arange(start + length), n, seed=1, stream="s")
    window = permuted(np.arange(start, start + length), n, seed=1, stream="s")
    assert window.tolist() == whole[start:].tolist()


@pytest.mark.parametrize("n", [100, 4097])
def test_the_first_slot_is_any_place_equally_often(n: int) -> None:
    """Over 1,000 seeds the first two slots are as a fair draw without replacement would be."""
    pairs = np.array([permuted(np.arange(2), n, seed=s, stream="s") for s in range(1000)])
    counts = np.bincount(pairs[:, 0] * 7 // n, minlength=7)
    expected = 1000 * np.bincount(np.arange(n) * 7 // n, minlength=7) / n
    assert float(((counts - expected) ** 2 / expected).sum()) < 22.5  # chi2(6) at 0.001
    above = float((pairs[:, 0] < pairs[:, 1]).mean())
    assert abs(above - 0.5) < 0.05


def test_a_run_of_all_units_meets_every_count(tmp_path: Path) -> None:
    rows = village(tmp_path).sample(5, 0, 10).to_pylist()
    found = Counter((row["zone"], row["members"]) for row in rows)
    assert found == {("north", 1): 3, ("south", 4): 5, ("south", 2): 2}


def test_a_retried_slot_keeps_its_unit(tmp_path: Path) -> None:
    """The rule redraws most slots; zone and members stay those of the counts in all 5 turns."""
    rows = village(tmp_path).sample(5, 0, 50).to_pylist()
    assert all(row["adults"] <= row["members"] for row in rows)
    found = Counter((row["zone"], row["members"]) for row in rows)
    assert found == {("north", 1): 15, ("south", 4): 25, ("south", 2): 10}


def test_a_condition_on_a_counted_column_takes_only_such_units(tmp_path: Path) -> None:
    """South has 5 households of 4 and 2 of 2; no slot is stuck with a unit that does not fit."""
    rows = village(tmp_path).where({"zone": "south"}).sample(5, 0, 2000).to_pylist()
    assert {row["zone"] for row in rows} == {"south"}
    four = sum(row["members"] == 4 for row in rows) / 2000
    assert four == pytest.approx(5 / 7, abs=0.05)


def test_a_shorter_run_and_a_window_have_the_same_people(tmp_path: Path) -> None:
    people = village(tmp_path)
    whole = people.sample(5, 0, 33)
    assert people.sample(5, 0, 7).equals(whole.slice(0, 7))
    assert people.sample(5, 9, 21).equals(whole.slice(9, 12))
    assert not people.sample(6, 0, 33).equals(whole)


def test_another_count_is_another_population(tmp_path: Path) -> None:
    first = village(tmp_path)
    assert village(tmp_path, COUNTS.replace("\n", "\r\n")).sha256 == first.sha256
    assert village(tmp_path, COUNTS.replace("4,5", "4,6")).sha256 != first.sha256
    assert first.files == ("village.csv",)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ("zone,member,households\na,1,2\n", r"no column 'members'.* Did you mean 'member'\?"),
        ("zone,members,households\na,1,2.5\n", "line 2: expected a whole number"),
        ("zone,members,households\na,1,2\nb,2,-1\n", "line 3: a negative number"),
        ("zone,members,households\na,1,0\n", "no unit: every 'households' is 0"),
        ("zone,members,households\na,1\n", "line 2: 2 cells; expected 3"),
        ("zone,members,households\n", "has no row"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, counts: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        village(tmp_path, counts)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "v.yaml"
    path.write_text(POPULATION, encoding="utf-8")
    with pytest.raises(ConfigError, match="does not exist; counted attribute 'household'"):
        Population.from_file(path)
    path.write_text(POPULATION.replace("village.csv", "../village.csv"), encoding="utf-8")
    with pytest.raises(ConfigError, match="leaves the folder"):
        Population.from_file(path)
