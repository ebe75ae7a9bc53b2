"""The eleven psychographic scores of a persona: what each measures and how reliably.

Scores are T-scores: mean 50 and standard deviation 10 over the population, whole, 20 to 80. They
carry no error of measurement of their own; the reliability says how closely the scale behind the
figures measures the trait, so that a study on these personas claims no more than the scale could.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trait:
    """One psychographic score."""

    reliability: float
    """Cronbach's alpha of the scale behind it, 0 to 1."""
    source: str
    """Where the reliability comes from."""


_BFI = "psych::bfi, n = 1,867, recomputed by benchmarks/psychographics.py"

TRAITS: Mapping[str, Trait] = {
    "openness": Trait(0.62, _BFI),
    "conscientiousness": Trait(0.74, _BFI),
    "extraversion": Trait(0.76, _BFI),
    "agreeableness": Trait(0.71, _BFI),
    "neuroticism": Trait(0.81, _BFI),
    "price_consciousness": Trait(
        0.85, "Lichtenstein, Ridgway and Netemeyer (1993); approximate, from memory"
    ),
    "brand_attachment": Trait(0.88, "Thomson, MacInnis and Park (2005); approximate, from memory"),
    "deal_proneness": Trait(
        0.88, "Lichtenstein, Ridgway and Netemeyer (1993); approximate, from memory"
    ),
    "novelty_seeking": Trait(
        0.83, "Goldsmith and Hofacker (1991), as listed in a directory of scales (0.82 to 0.85)"
    ),
    "quality_consciousness": Trait(0.74, "Sproles and Kendall (1986); approximate, from memory"),
    "online_affinity": Trait(0.80, "assumed; no single established scale"),
}
"""Every psychographic column with its reliability, as configs/populations/packs/psychographics.yaml
states it."""
