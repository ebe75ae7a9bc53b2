"""How well whole households meet the control totals, by geography and control."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .synthesis_config import SynthesisConfig
from .synthesis_persons import Kinds
from .synthesis_zones import Zones

NEAR_HOUSEHOLDS = 1
"""A total is met when it is missed by at most so many households ..."""
NEAR_SHARE = 0.05
"""... or by this share of it, whichever is more (specification, A4)."""


@dataclass(frozen=True, slots=True)
class ControlResult:
    """One control in one geography."""

    control: str
    zones: str
    n_totals: int
    """Totals: zones times categories."""
    met_ratio: float
    """Share of the totals that are met within one household or 5 %."""
    exact_ratio: float
    """Share that are met exactly."""
    worst_zone: str
    """Zone with the largest miss."""
    worst_miss: int
    """By how many households it is missed."""
    region_total: int
    """Sum of the totals."""
    region_miss_ratio: float
    """Largest miss of a category over all zones together, as a share of that category."""


def compare_controls(
    config: SynthesisConfig, kinds: Kinds, small: Zones, large: Zones | None
) -> list[ControlResult]:
    """Compare the households with every total they were to meet."""
    axis = {one.name: i for i, one in enumerate(config.dimensions)}
    found = []
    for zones in (small, large):
        if zones is None:
            continue
        place = kinds.zone if zones is small else small.parent[kinds.zone]
        for control in config.controls:
            if control.zones != zones.name:
                continue
            wanted = zones.controls[control.name]
            made = np.zeros_like(wanted)
            cells = tuple(kinds.cell[:, axis[name]] for name in control.dimensions)
            np.add.at(made, (place, *cells), kinds.count)
            found.append(_result(control.name, zones, wanted, made))
        made = np.bincount(place, kinds.count, len(zones.codes)).astype(np.int64)
        found.append(_result("households", zones, zones.households[:, None], made[:, None]))
    return found


def as_plain(result: ControlResult) -> Mapping[str, Any]:
    """Return a result as plain data."""
    return {name: getattr(result, name) for name in ControlResult.__slots__}


def _result(
    name: str, zones: Zones, wanted: NDArray[np.int64], made: NDArray[np.int64]
) -> ControlResult:
    wanted, made = wanted.reshape(len(wanted), -1), made.reshape(len(made), -1)
    miss = np.abs(made - wanted)
    near = np.maximum(NEAR_HOUSEHOLDS, NEAR_SHARE * wanted)
    worst = int(np.argmax(miss.max(axis=1)))
    totals = wanted.sum(axis=0)
    region = np.abs(made.sum(axis=0) - totals) / np.maximum(totals, 1)
    return ControlResult(
        name, zones.name, wanted.size, float((miss <= near + 1e-9).mean()),
        float((miss == 0).mean()), zones.codes[worst], int(miss.max()), int(totals.sum()),
        float(region.max()),
    )  # fmt: skip
