"""The Big Five of the shipped pack: recomputed from bfi, shown by samples, and not by chance."""

from __future__ import annotations

import importlib.util
import math
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from populace.personas.safe_yaml import load_yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "big_five_bfi" / "bfi.csv.gz"
SEED = 20261122


@pytest.fixture(scope="module", name="study")
def _study() -> ModuleType:
    """The benchmark script, which holds the arithmetic of the test."""
    spec = importlib.util.spec_from_file_location(
        "psychographics_study", ROOT / "benchmarks" / "psychographics.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name while they are made.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", name="answers")
def _answers(study: ModuleType) -> Any:
    if not DATA.is_file():
        pytest.skip("shared/data/big_five_bfi is not here; bfi is GPL and not shipped")
    return study.read_answers(DATA)


@pytest.fixture(scope="module", name="reference")
def _reference(study: ModuleType) -> Any:
    """The measured figures where the data are, else those that the pack declares."""
    return study.read_answers(DATA).figures() if DATA.is_file() else study.pack_figures()[0]


@pytest.fixture(scope="module", name="people")
def _people(study: ModuleType) -> dict[str, Any]:
    columns: dict[str, Any] = study.sample_columns(None, 10_000, SEED)
    return columns


def test_cohen_d_is_the_published_one(study: ModuleType) -> None:
    """By hand: means 4 and 2, both variances 1 over 3 people each, so d = 2."""
    score = np.array([3.0, 4.0, 5.0, 1.0, 2.0, 3.0, math.nan])
    group = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0])
    assert study.cohen_d(score, group) == pytest.approx(2.0)


def test_every_figure_of_the_pack_is_recomputed_from_the_answers(
    study: ModuleType, answers: Any
) -> None:
    assert study.pack_misses(answers) == []


def test_the_measured_figures_are_those_of_the_specification(answers: Any) -> None:
    """Section 4.4: A-E .47, age A .18 C .11 N -.12, d A .39 N .27 E .21 C .20 O -.10."""
    found = answers.figures()
    assert found.pairs["r extraversion agreeableness"] == pytest.approx(0.47, abs=0.01)
    assert min(found.pairs.values()) == pytest.approx(-0.27, abs=0.01)
    for name, value in {
        "agreeableness": 0.18,
        "conscientiousness": 0.11,
        "neuroticism": -0.12,
    }.items():
        assert found.effects[f"r age {name}"] == pytest.approx(value, abs=0.01)
    d = {"agreeableness": 0.39, "neuroticism": 0.27, "extraversion": 0.21,
         "conscientiousness": 0.20, "openness": -0.10}  # fmt: skip
    for name, value in d.items():
        assert found.effects[f"d female {name}"] == pytest.approx(value, abs=0.015)
    assert sorted(round(alpha, 2) for alpha in answers.alphas.values())[0] == 0.62
    assert sorted(round(alpha, 2) for alpha in answers.alphas.values())[-1] == 0.81


@pytest.mark.parametrize("change", ["r", "d", "alpha"])
def test_a_changed_figure_is_found(
    study: ModuleType, answers: Any, tmp_path: Path, change: str
) -> None:
    text = study.PACK.read_text()
    old, new = {
        "r": ("pair: [openness, extraversion], r: 0.21", "pair: [openness, extraversion], r: 0.23"),
        "d": ("column: neuroticism, when: {sex: female}, d: 0.27",
              "column: neuroticism, when: {sex: female}, d: 0.72"),
        "alpha": ("E1-E5, alpha 0.76", "E1-E5, alpha 0.79"),
    }[change]  # fmt: skip
    assert old in text
    (tmp_path / "pack.yaml").write_text(text.replace(old, new))
    assert len(study.pack_misses(answers, tmp_path / "pack.yaml")) == 1


def test_ten_thousand_sampled_people_show_the_reference(
    study: ModuleType, people: dict[str, Any], reference: Any
) -> None:
    """S3 of the specification: pairs within .05, age and sex effects within .08."""
    assert study.s3_misses(study.people_figures(people), reference) == []


def test_independent_scores_fail_the_same_test(
    study: ModuleType, people: dict[str, Any], reference: Any
) -> None:
    independent = study.people_figures(study.independent_columns(people, SEED))
    misses = study.s3_misses(independent, reference)
    assert len(misses) >= 12
    assert sum(name.startswith(("r age", "d ")) for name in misses) >= 3


def test_education_and_openness_go_together(study: ModuleType, people: dict[str, Any]) -> None:
    found = study.people_figures(people).education
    assert found["d degree openness"] == pytest.approx(0.28, abs=0.06)
    assert found["d graduate openness"] == pytest.approx(0.36, abs=0.08)


def test_every_declared_figure_of_the_retail_traits_is_shown(
    study: ModuleType, people: dict[str, Any]
) -> None:
    """At 10,000 people a correlation has a standard error of 0.01, a difference one of 0.02."""
    group = next(a for a in load_yaml(study.PACK)["attributes"] if a["name"] == "retail_traits")
    for one in group["correlations"]:
        a, b = (people[name] for name in one["pair"])
        assert np.corrcoef(a, b)[0, 1] == pytest.approx(one["r"], abs=0.04), one
    for one in group["effects"]:
        score = people[one["column"]].astype(float)
        if "attribute" in one:
            found = np.corrcoef(score, people[one["attribute"]])[0, 1]
            assert found == pytest.approx(one["r"], abs=0.04), one
        else:
            [(name, words)] = one["when"].items()
            inside = np.isin(people[name], words).astype(float)
            assert study.cohen_d(score, inside) == pytest.approx(one["d"], abs=0.08), one


def test_scores_are_t_scores(study: ModuleType, people: dict[str, Any]) -> None:
    groups = load_yaml(study.PACK)["attributes"]
    names = [name for group in groups for name in group["columns"]]
    assert len(names) == 11
    for name in names:
        score = people[name]
        assert score.dtype == np.int64
        assert (score.min() >= 20, score.max() <= 80) == (True, True)
        assert score.mean() == pytest.approx(50, abs=0.5)
        assert score.std() == pytest.approx(10, abs=0.4)


def test_every_trait_names_its_source_and_reliability(study: ModuleType) -> None:
    for group in load_yaml(study.PACK)["attributes"]:
        for name, column in group["columns"].items():
            assert "alpha 0." in column["about"], name
            assert re.search(r"psych::bfi|(19|20)\d\d", column["about"]), name
