"""Private fits: the budget stops, the file says what was spent, and noise hides one row."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from populace.personas.errors import PopulationError
from populace.personas.fit import FitOptions
from populace.personas.fit_budget import PrivacyBudget, noise_scale
from populace.personas.fit_file import write_population
from populace.personas.fit_private import fit_privately
from populace.personas.population import Population

from .test_fit import people, write_csv


def test_a_budget_cannot_be_exceeded() -> None:
    """A step that asks for more than is left raises, and books nothing."""
    budget = PrivacyBudget.from_epsilon(1.0, 1e-6)
    budget.counts("first", np.array([10, 20]), budget.rho * 0.7)
    before = dict(budget.spent)
    with pytest.raises(PopulationError, match="step 'second' asks for rho"):
        budget.counts("second", np.array([10, 20]), budget.rho * 0.4)
    assert budget.spent == before
    with pytest.raises(PopulationError, match="privacy budget"):
        budget.spend("third", 0.0, budget.delta * 1.1)


def test_rho_keeps_the_stated_epsilon() -> None:
    """Rho plus 2 sqrt(rho ln(1/delta)) gives epsilon back (Bun and Steinke 2016)."""
    budget = PrivacyBudget.from_epsilon(2.0, 1e-6)
    delta = 1e-6 - budget.delta
    assert budget.rho + 2 * math.sqrt(budget.rho * math.log(1 / delta)) == pytest.approx(2.0)


@pytest.mark.parametrize(("epsilon", "delta"), [(0.0, 1e-6), (-1.0, 1e-6), (1.0, 0.0), (1.0, 0.5)])
def test_impossible_budgets_are_refused(epsilon: float, delta: float) -> None:
    """Epsilon above 0, delta far below 1."""
    with pytest.raises(PopulationError, match="expected a number"):
        PrivacyBudget.from_epsilon(epsilon, delta)


def test_noise_has_the_size_that_the_cost_asks_for() -> None:
    """Standard deviation 1 / sqrt(2 rho), checked on 4,000 draws."""
    budget = PrivacyBudget(rho=0.02, delta=0.0)
    noisy = budget.counts("c", np.full(4_000, 100), 0.02)
    assert noisy.std() == pytest.approx(noise_scale(0.02), rel=0.1)
    assert noise_scale(0.02) == pytest.approx(5.0)


def test_the_best_of_clear_scores_is_found_within_its_cost() -> None:
    """The choice is paid for as announced."""
    budget = PrivacyBudget(rho=0.1, delta=0.0)
    assert budget.best("choice", [0.0, 1e6, 10.0], 0.1) == 1
    assert sum(budget.spent.values()) <= 0.1 * (1 + 1e-6)


def test_words_of_few_people_are_not_named() -> None:
    """One person's own word never shows; a common one does."""
    budget = PrivacyBudget(rho=0.5, delta=1e-6)
    assert list(budget.words("w", {"common": 5_000, "mine": 1}, 0.5, 1e-6)) == ["common"]


def test_a_private_file_states_its_budget_and_loads(tmp_path: Path) -> None:
    """Spending by step adds up to the budget at most; main relations survive a large epsilon."""
    path = write_csv(tmp_path / "society.csv", people())
    found = fit_privately(path, FitOptions(), epsilon=20.0, delta=1e-6, bounds={"age": (0, 110)})
    privacy: dict[str, Any] = found.data["origin"]["privacy"]
    assert privacy["epsilon"] == 20.0
    assert sum(privacy["spent"].values()) <= privacy["rho"] * (1 + 1e-9)
    assert any("names of the columns" in one for one in privacy["public"])
    write_population(found.data, tmp_path / "p.yaml")
    text = (tmp_path / "p.yaml").read_text(encoding="utf-8")
    assert "Rareville" not in text
    made = Population.from_file(tmp_path / "p.yaml").sample(1, 0, 3_000).to_pandas()
    assert made["sex"].value_counts(normalize=True)["female"] == pytest.approx(0.5, abs=0.05)
    retired = made["work_status"] == "retired"
    assert made.loc[retired, "age"].median() > made.loc[~retired, "age"].median() + 15


def test_weights_and_unknown_bounds_are_refused(tmp_path: Path) -> None:
    """A weight would let one row count more than the budget covers."""
    path = write_csv(tmp_path / "t.csv", {"x": ["a", "b"] * 50, "w": [1, 2] * 50})
    with pytest.raises(PopulationError, match="Leave one of the two out"):
        fit_privately(path, FitOptions(weight="w"), epsilon=1.0, delta=1e-6)
    with pytest.raises(PopulationError, match="--bounds names"):
        fit_privately(path, FitOptions(), epsilon=1.0, delta=1e-6, bounds={"y": (0, 1)})
