"""Synthesised populations: totals are met, the same each time, and bad totals are refused."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from populace.personas.errors import ConfigError, PopulationError
from populace.personas.population import Population
from populace.personas.synthesis import Synthesis, synthesise, write_synthesis

EXAMPLE = Path(__file__).resolve().parents[2] / "configs/populations/synthesis_example"
N = 432
"""Households of the example: 120 + 64 + 0 + 210 + 33 + 5."""


def make(folder: Path, *, seed: int = 0, k: int = 11) -> Synthesis:
    return synthesise(folder / "seed_households.csv", folder / "controls.yaml",
                      counts_name="valley.counts.csv", seed=seed, k=k)  # fmt: skip


@pytest.fixture(name="made", scope="module")
def _made() -> Synthesis:
    return make(EXAMPLE)


@pytest.fixture(name="valley", scope="module")
def _valley(made: Synthesis, tmp_path_factory: pytest.TempPathFactory) -> Population:
    folder = tmp_path_factory.mktemp("valley")
    return write_synthesis(made, folder / "valley.yaml", "valley.counts.csv")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "example"))


def edit(path: Path, change: Callable[[list[list[str]]], None]) -> None:
    """Change the rows of a CSV, header first."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    change(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def cell(file: Path, row: int, column: str, value: str) -> None:
    """Set one cell of a CSV."""

    def change(rows: list[list[str]]) -> None:
        rows[row][rows[0].index(column)] = value

    edit(file, change)


def test_a_sample_of_all_households_meets_every_total(valley: Population) -> None:
    """Counted from the values in the sample, not from the categories."""
    people = valley.sample(3, 0, N).to_pylist()
    with (EXAMPLE / "villages.csv").open(encoding="utf-8") as file:
        for zone in csv.DictReader(file):
            here = [row for row in people if row["village"] == zone["village"]]
            size = Counter(min(row["persons"], 3) for row in here)
            assert [size[1], size[2], size[3]] == [
                int(zone[name]) for name in ("size_1", "size_2", "size_3plus")
            ]
            ages = [row["householder_age"] for row in here]
            assert sum(age < 35 for age in ages) == int(zone["age_18_34"])
            assert sum(age >= 65 for age in ages) == int(zone["age_65plus"])
            if here:
                assert sum(row["persons"] for row in here) == int(zone["persons"])
    with (EXAMPLE / "districts.csv").open(encoding="utf-8") as file:
        for zone in csv.DictReader(file):
            here = [row for row in people if row["district"] == zone["district"]]
            work = Counter(min(row["workers"], 2) for row in here)
            assert [work[0], work[1], work[2]] == [
                int(zone[name]) for name in ("workers_0", "workers_1", "workers_2plus")
            ]
            assert sum(row["tenure"] == "own" for row in here) == int(zone["own"])


def test_no_household_is_impossible(valley: Population) -> None:
    for row in valley.sample(4, 0, 5000).to_pylist():
        assert row["workers"] <= row["adults"] == row["persons"] - row["children"] >= 1
        assert (row["rent"] is None) or row["tenure"] == "rent"


def test_the_same_input_gives_the_same_bytes_and_another_seed_other_households(
    made: Synthesis,
) -> None:
    again, other = make(EXAMPLE), make(EXAMPLE, seed=1)
    assert (again.counts, again.data) == (made.counts, made.data)
    assert other.counts != made.counts
    assert all(one.exact_ratio == 1.0 for one in other.results)


def test_the_files_hold_no_seed_row(made: Synthesis) -> None:
    """The counts know categories and sizes only; no age, rent or number of cars."""
    assert made.counts.splitlines()[0] == (
        "village,district,size,age_group,working,home,persons,households"
    )


def test_the_hostel_is_reported_as_persons_outside_households(made: Synthesis) -> None:
    assert any("12 persons in 1 areas are more" in note for note in made.notes)


def test_small_disagreements_are_reconciled_and_reported(folder: Path) -> None:
    """Ash has 120 households; with 35 of one person its sizes sum to 121."""
    cell(folder / "villages.csv", 1, "size_1", "35")
    cell(folder / "villages.csv", 4, "size_2", "56.4")
    cell(folder / "districts.csv", 1, "households", "185")
    made = make(folder)
    assert any(
        note.startswith("size of village: categories that did not sum") for note in made.notes
    )
    assert any(note.startswith("households of district: another total") for note in made.notes)
    assert sum(int(line.rpartition(",")[2]) for line in made.counts.splitlines()[1:]) == N


def test_one_geography_and_a_two_way_control_are_enough(folder: Path) -> None:
    """The two-way control says that nobody under 35 lives alone; its margins follow."""
    rows = [["village", "households", "y1", "y2", "o1", "o2", "w0", "w1"],
            ["ash", "100", "0", "30", "40", "30", "55", "45"],
            ["elm", "20", "0", "5", "5", "10", "8", "12"]]  # fmt: skip
    with (folder / "two.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    (folder / "controls.yaml").write_text(
        """
kind: synthesis
name: two
weight: weight
zones: [{name: village, file: two.csv, zone: village, households: households}]
dimensions:
  - {name: size, column: persons, categories: {one: 1, more: {at_least: 2}}}
  - name: generation
    column: householder_age
    categories: {young: {below: 35}, old: {at_least: 35}}
  - {name: works, column: workers, categories: {none: 0, some: {at_least: 1}}}
controls:
  - name: size by age
    zones: village
    dimensions: [generation, size]
    totals: [[y1, y2], [o1, o2]]
  - {name: work, zones: village, dimensions: [works], totals: [w0, w1]}
""",
        encoding="utf-8",
    )
    made = make(folder)
    assert [one.exact_ratio for one in made.results] == [1.0, 1.0, 1.0]
    found: Counter[tuple[str, str]] = Counter()
    for row in csv.DictReader(made.counts.splitlines()):
        found[row["size"], row["generation"]] += int(row["households"])
    assert found == {("more", "young"): 35, ("one", "old"): 45, ("more", "old"): 40}


def test_a_total_that_only_impossible_households_meet_is_missed_and_reported(folder: Path) -> None:
    """Five households of one person cannot have two workers each."""
    for column, value in (("size_1", "5"), ("size_2", "0"), ("size_3plus", "0"), ("persons", "5")):
        cell(folder / "villages.csv", 6, column, value)
    text = (folder / "controls.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "zones: district, dimensions: [working]", "zones: village, dimensions: [working]"
    )
    text = text.replace("workers_0, workers_1, workers_2plus", "w0, w1, w2")

    def add(rows: list[list[str]]) -> None:
        rows[0] += ["w0", "w1", "w2"]
        for row in rows[1:]:
            n = int(row[2])
            row += ["0", "0", str(n)] if row[0] == "oak" else [str(n // 4), str(n - n // 4), "0"]

    edit(folder / "villages.csv", add)
    (folder / "controls.yaml").write_text(text, encoding="utf-8")
    made = make(folder)
    assert any("only impossible ones would meet them" in note for note in made.notes)
    lines = list(csv.DictReader(made.counts.splitlines()))
    assert not [row for row in lines if row["size"] == "1" and row["working"] == "2 or more"]


def test_kinds_that_the_seed_lacks_are_made_only_where_totals_force_them(folder: Path) -> None:
    """No seed householder over 64 rents; oak has five of them and nothing but tenants."""

    def no_old_tenants(rows: list[list[str]]) -> None:
        age, tenure = rows[0].index("householder_age"), rows[0].index("tenure")
        rows[1:] = [r for r in rows[1:] if r[tenure] == "own" or int(r[age]) < 65]

    edit(folder / "seed_households.csv", no_old_tenants)
    text = (folder / "controls.yaml").read_text(encoding="utf-8")
    text = text.replace("zones: district, dimensions: [home]", "zones: village, dimensions: [home]")
    (folder / "controls.yaml").write_text(text, encoding="utf-8")

    def add(rows: list[list[str]]) -> None:
        rows[0] += ["own", "rent"]
        for row in rows[1:]:
            n = int(row[2])
            row += ["0", str(n)] if row[0] == "oak" else [str(n - n // 3), str(n // 3)]
        rows[6][7:10] = ["0", "0", "5"]

    edit(folder / "villages.csv", add)
    made = make(folder)
    assert any(note.startswith("5 households in 1 zones are of kinds") for note in made.notes)
    lines = list(csv.DictReader(made.counts.splitlines()))
    forced = [row for row in lines if row["age_group"] == "65 or more" and row["home"] == "rented"]
    assert {row["village"] for row in forced} == {"oak"}


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "message"),
    [
        ("villages.csv", 4, "size_1", "95", r"'size', zone 'elm'.* sum to 260.* says 210"),
        ("villages.csv", 1, "size_1", "-3", r"'size_1' .* is negative in zone 'ash'"),
        ("villages.csv", 1, "size_1", "many", r"'size_1' .* holds no number in zone 'ash'"),
        ("villages.csv", 1, "age_18_34", "", r"'age_18_34' .* is empty in zone 'ash'"),
        ("villages.csv", 1, "size_1", "nan", r"holds no number in zone 'ash'"),
        ("villages.csv", 2, "district", "dale", r"zone 'birch' .* lies in 'dale', which .* lacks"),
        ("villages.csv", 2, "village", "ash", r"zone 'ash' has 2 rows"),
        (
            "districts.csv",
            1,
            "households",
            "260",
            r"'hill' .* sum to 260.* 'village' in it says 184",
        ),
        ("districts.csv", 2, "workers_1", "171", r"'workers', zone 'lake' of 'district'"),
        ("villages.csv", 0, "size_1", "size1", r"no column 'size_1'.* Did you mean 'size1'\?"),
        (
            "seed_households.csv",
            0,
            "tenure",
            "tenur",
            r"no column 'tenure'.* Did you mean 'tenur'\?",
        ),
    ],
)
def test_bad_tables_are_refused(
    folder: Path, file: str, row: int, column: str, value: str, message: str
) -> None:
    cell(folder / file, row, column, value)
    with pytest.raises(PopulationError, match=message):
        make(folder)


def test_a_category_that_the_seed_lacks_is_refused(folder: Path) -> None:
    def nobody_old(rows: list[list[str]]) -> None:
        rows[1:] = [row for row in rows[1:] if int(row[2]) < 65]

    edit(folder / "seed_households.csv", nobody_old)
    with pytest.raises(PopulationError, match=r"no row of .* falls into '65 or more' by column"):
        make(folder)


def test_a_seed_table_of_five_rows_is_refused(folder: Path) -> None:
    edit(folder / "seed_households.csv", lambda rows: rows.__delitem__(slice(6, None)))
    with pytest.raises(PopulationError, match="5 rows to learn from; at least 50"):
        make(folder)


def test_zones_without_any_household_are_refused(folder: Path) -> None:
    def empty(rows: list[list[str]]) -> None:
        first = rows[0].index("households")
        for row in rows[1:]:
            row[first:] = ["0"] * (len(row) - first)

    edit(folder / "villages.csv", empty)
    edit(folder / "districts.csv", empty)
    with pytest.raises(PopulationError, match="no household in any of 6 zones"):
        make(folder)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("dimensions: [size]", "dimensions: [sizes]", "control 'size': no dimension"),
        ("totals: [own, rent]", "totals: [own]", "totals: found a list of 1|expected 2"),
        ("totals: [size_1, size_2, size_3plus]", "totals: [size_1, size_2]", "expected 3 columns"),
        ("zones: district, dimensions: [home]", "zones: county, dimensions: [home]", "'county'"),
        ("total: persons}", "totals: persons}", "did you mean 'total'"),
        ("file: villages.csv", "file: village.csv", "does not exist"),
        ("{at_most: 34}", "{at_most: 35}", "'18 to 34' and '35 to 64' overlap"),
        ("{at_most: 34}", "{at_most: 30}", "rows fall into no category of dimension 'age_group'"),
        ("forbid: {workers: {above", "forbid: {worker: {above", "Did you mean 'workers'"),
        ("sum_of: {persons: 1, children", "sum_of: {persons: 1, kids", "uses 'kids'"),
    ],
)
def test_bad_controls_are_refused(folder: Path, before: str, after: str, message: str) -> None:
    path = folder / "controls.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        make(folder)
