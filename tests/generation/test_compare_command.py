"""`populace compare` says the verdict first and answers with the gate's exit code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from populace.generation.cli import app
from populace.generation.compare_command import compare_populations
from populace.personas.errors import ConfigError
from typer.testing import CliRunner

POPULATION = """\
version: "1"
kind: declared
name: small_town
attributes:
  - name: region
    kind: categorical
    shares: {north: 0.5, south: 0.5}
  - name: age
    kind: integer
    bands: [{low: 18, high: 80, share: 1.0}]
"""


def people(n: int, seed: int) -> pa.Table:
    generator = np.random.default_rng(seed)
    old = generator.random(n) < 0.5
    age = np.where(old, generator.integers(60, 90, n), generator.integers(18, 60, n))
    return pa.table({"age": age, "work": np.where(old, "retired", "at work"), "w": [1.0] * n})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    real, clean = people(800, 0), people(300, 1)
    pyarrow.csv.write_csv(real, tmp_path / "real.csv")
    pq.write_table(clean, tmp_path / "clean.parquet")
    order = np.random.default_rng(2).permutation(300)
    mixed = clean.set_column(1, "work", clean.column("work").take(order))
    pq.write_table(mixed, tmp_path / "mixed.parquet")
    return tmp_path


def test_a_clean_set_passes_and_a_shuffled_one_answers_6(folder: Path) -> None:
    runner = CliRunner()
    real = str(folder / "real.csv")
    page = folder / "page.html"
    good = runner.invoke(app, ["compare", str(folder / "clean.parquet"), real, "--weight", "w"])
    assert good.exit_code == 0, good.output
    assert good.stdout.startswith("PASSED")
    bad = runner.invoke(
        app, ["compare", str(folder / "mixed.parquet"), real, "--json", "--out", str(page)]
    )
    assert bad.exit_code == 6
    card = json.loads(bad.stdout)
    assert card["passed"] is False
    failed = {s["name"] for s in card["scores"] if s["passed"] is False}
    assert {"population_2way_worst", "population_classifier_auc"} <= failed
    text = page.read_text(encoding="utf-8")
    assert "This set is not like 800 rows of real.csv." in text
    assert "<script" not in text


def test_a_population_file_is_sampled_on_either_side(tmp_path: Path) -> None:
    population = tmp_path / "town.yaml"
    population.write_text(POPULATION)
    card = compare_populations(population, population, rows=200)
    assert card.passed
    assert card.n_rows == 200
    assert card.population is not None
    assert card.population.reference == "60,000 people sampled from town.yaml"


def test_copies_of_the_training_table_are_told(folder: Path) -> None:
    for name, seed in (("training", 1), ("other", 5)):
        number = pa.array(np.random.default_rng(seed + 50).random(300))
        pq.write_table(people(300, seed).append_column("x", number), folder / f"{name}.parquet")
    training, other = folder / "training.parquet", folder / "other.parquet"
    card = compare_populations(training, other, trained_on=training)
    assert "population_training_matches" in {score.name for score in card.failed}


def test_a_page_needs_a_folder(folder: Path) -> None:
    result = CliRunner().invoke(
        app,
        [
            "compare",
            str(folder / "clean.parquet"),
            str(folder / "real.csv"),
            "--out",
            "no/page.html",
        ],
    )
    assert isinstance(result.exception, ConfigError)
    assert "there is no folder 'no'" in str(result.exception)
