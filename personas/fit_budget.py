"""A privacy budget with a hard stop, and the noisy counts that are paid from it (OpenDP).

Every look at the table goes through `PrivacyBudget`: the cost is taken from OpenDP's own privacy
map and booked before the noisy figure is released. What would exceed the budget is refused.
Neighbouring tables differ by one row more or less.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import PopulationError

_ROUNDING = 1e-9
"""Relative room for the rounding of sums; no step is that small."""


@dataclass(slots=True)
class PrivacyBudget:
    """Zero-concentrated differential privacy (rho) that may be spent, and what was."""

    rho: float
    """All that may be spent."""
    delta: float
    """Probability of naming a category that one person alone brought in."""
    spent: dict[str, float] = field(default_factory=dict)
    """Rho by step."""
    spent_delta: float = 0.0
    """Delta spent on naming categories."""

    @classmethod
    def from_epsilon(cls, epsilon: float, delta: float) -> PrivacyBudget:
        """Return the budget that keeps (epsilon, delta); half of delta pays for the conversion.

        Raises:
            PopulationError: If epsilon is not above 0 or delta not between 0 and 0.01.

        Source: Bun and Steinke (2016), "Concentrated differential privacy", proposition 1.3.
        """
        if not (epsilon > 0 and math.isfinite(epsilon)):
            raise PopulationError(
                f"epsilon is {epsilon:g}; expected a number above 0, such as 1. Smaller is safer."
            )
        if not 0 < delta < 0.01:
            raise PopulationError(
                f"delta is {delta:g}; expected a number between 0 and 0.01, below one in the "
                "number of people, such as 1e-6."
            )
        log = math.log(2 / delta)
        return cls((math.sqrt(log + epsilon) - math.sqrt(log)) ** 2, delta / 2)

    def spend(self, step: str, rho: float, delta: float = 0.0) -> None:
        """Book a cost.

        Raises:
            PopulationError: If it would exceed the budget; nothing is booked then.
        """
        total = math.fsum(self.spent.values()) + rho
        total_delta = self.spent_delta + delta
        if (
            not (rho >= 0 and delta >= 0)
            or total > self.rho * (1 + _ROUNDING)
            or total_delta > self.delta * (1 + _ROUNDING)
        ):
            raise PopulationError(
                f"privacy budget: step '{step}' asks for rho {rho:.3g} and delta {delta:.3g}; "
                f"{self.rho - total + rho:.3g} and {self.delta - self.spent_delta:.3g} are left. "
                "The fit was stopped and nothing was written; allow a larger --epsilon."
            )
        self.spent[step] = self.spent.get(step, 0.0) + rho
        self.spent_delta = total_delta

    def counts(self, step: str, counts: NDArray[np.int64], rho: float) -> NDArray[np.float64]:
        """Return `counts` with discrete Gaussian noise; one row changes one of them by 1.

        Source: Canonne, Kamath and Steinke (2020), "The discrete Gaussian for differential
        privacy".
        """
        dp = _opendp()
        space = dp.vector_domain(dp.atom_domain(T=int)), dp.l2_distance(T=float)
        measure = dp.m.make_gaussian(*space, scale=noise_scale(rho))
        self.spend(step, measure.map(1.0))
        return np.array(measure(counts.ravel().tolist()), dtype=np.float64).reshape(counts.shape)

    def words(
        self, step: str, counts: Mapping[str, int], rho: float, delta: float
    ) -> dict[str, int]:
        """Return noisy counts of the words that many people share; the others are not named.

        Source: Rogers (2023), "A unifying privacy analysis framework for unknown domain
        algorithms in differential privacy", arXiv:2309.09170.
        """
        dp = _opendp()
        space = (
            dp.map_domain(dp.atom_domain(T=str), dp.atom_domain(T=int)),
            dp.l02inf_distance(dp.absolute_distance(T=int)),
        )
        scale = noise_scale(rho)
        # The threshold rises until the library's own map grants the delta.
        for deviations in np.arange(2.0, 12.0, 0.1):
            threshold = math.ceil(1 + deviations * scale)
            measure = dp.m.make_gaussian_threshold(*space, scale=scale, threshold=threshold)
            cost, cost_delta = measure.map((1, 1, 1))
            if cost_delta <= delta:
                self.spend(step, cost, cost_delta)
                return dict(sorted(measure(dict(counts)).items()))
        raise PopulationError(
            f"privacy budget: step '{step}' cannot keep delta {delta:.3g}; allow a larger --delta."
        )

    def best(self, step: str, scores: Sequence[float], rho: float) -> int:
        """Return the position of (nearly) the highest score; one row changes each by at most 1.

        Source: McKenna and Sheldon (2020), "Permute-and-flip"; here its zero-concentrated form.
        """
        dp = _opendp()
        space = dp.vector_domain(dp.atom_domain(T=float, nan=False)), dp.linf_distance(T=float)
        measure = dp.m.make_noisy_max(
            *space, dp.zero_concentrated_divergence(), scale=1 / math.sqrt(2 * rho)
        )
        cost = measure.map(1.0)
        if cost > rho:
            # Maps of some versions count a row twice: it may raise one score and lower another.
            measure = dp.m.make_noisy_max(
                *space, dp.zero_concentrated_divergence(),
                scale=math.sqrt(cost / rho) / math.sqrt(2 * rho) * (1 + 1e-9),
            )  # fmt: skip
            cost = measure.map(1.0)
        self.spend(step, cost)
        return int(measure([float(score) for score in scores]))


def noise_scale(rho: float) -> float:
    """Return the standard deviation of the noise on counts that costs `rho`."""
    return math.sqrt(1 / (2 * rho)) * (1 + 1e-9)


def _opendp() -> Any:
    import opendp.prelude as dp

    dp.enable_features("contrib")
    return dp
