"""Synthesise a population: control totals and a seed table in, a population file with counts out.

The population is a declared one: its first attribute takes whole households from the counts file,
which meet the controls; conditional tables give the rest. Neither file holds a row of the seed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from .config_error import config_error
from .errors import ConfigError, PopulationError
from .fit_file import write_population
from .fit_trees import TreeOptions
from .population import Population
from .random_stream import uniforms
from .safe_yaml import load_yaml
from .synthesis_attributes import (
    COUNTS,
    counted_attribute,
    rules_on_values,
    table_attributes,
)
from .synthesis_config import SynthesisConfig
from .synthesis_fitting import FitReport, fit_large_zone
from .synthesis_persons import Kinds, PersonReport, settle_sizes
from .synthesis_report import ControlResult, compare_controls
from .synthesis_rounding import round_zones
from .synthesis_seed import Seed, read_seed
from .synthesis_zones import Zones, read_zones

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of the work behind it, 0 to 1."""


_MOST_TRIED = 200_000
"""Households sampled once after writing, to see that each kind can be completed."""


@dataclass(frozen=True, slots=True)
class Synthesis:
    """A synthesised population, ready to be written."""

    data: dict[str, Any]
    """Plain data of the population file."""
    counts: str
    """Text of the counts file."""
    results: tuple[ControlResult, ...]
    """How well each control is met."""
    persons: PersonReport | None
    """How near the persons come."""
    notes: tuple[str, ...]
    """What was adjusted, forced or missed, in sentences."""
    n_households: int
    """Households in all."""


def read_controls(path: Path) -> SynthesisConfig:
    """Read a controls file.

    Raises:
        ConfigError: If it cannot be read or has a wrong shape.
    """
    try:
        return SynthesisConfig.model_validate(load_yaml(path))
    except ValidationError as error:
        raise config_error(error, model=SynthesisConfig, source=str(path)) from error


def synthesise(
    table: Path,
    controls: Path,
    *,
    counts_name: str,
    tables: Path | None = None,
    weight: str | None = None,
    k: int = 11,
    seed: int = 0,
    progress: Progress | None = None,
) -> Synthesis:
    """Make whole households that meet the controls, and tables for what else the seed says.

    Args:
        table: Seed table: CSV (also gzipped) or Parquet, one row per household.
        controls: Controls file (YAML).
        counts_name: File name of the counts, beside the population file.
        tables: Folder of the zone tables; default: that of the controls file.
        weight: Column with the number of households a row stands for; default: as the controls say.
        k: Fewest seed households behind a row of a table.
        seed: Seed of everything random.
        progress: Told how far it is.

    Raises:
        ConfigError: If a file cannot be read or has a wrong shape.
        PopulationError: If totals disagree beyond the tolerance, or cannot be met from the seed.
    """
    report = progress or (lambda _text, _share: None)
    config = read_controls(controls)
    report("reading tables", 0.0)
    read = read_seed(table, config, weight=weight, k=k)
    small, large, adjusted = read_zones(config, tables or controls.parent)
    fits = FitReport()
    kinds, forced, missed = _households(config, read, small, large, seed, fits, report)
    notes = [*read.notes, *(one.text() for one in adjusted), *_fit_notes(fits, forced, missed)]
    persons = None
    if config.persons is not None:
        report("settling persons", 0.85)
        areas = small if config.persons.zones == small.name else large
        if areas is None:
            raise ConfigError(f"{controls}: persons name zones without a table.")
        area = np.arange(len(small.codes)) if areas is small else small.parent
        kinds, persons = settle_sizes(config, read, kinds, areas, area, random_seed=seed, k=k)
        notes.append(persons.text())
    report("growing tables", 0.9)
    attributes, dropped = table_attributes(config, read, TreeOptions(k=k))
    notes += dropped
    types = {zones.name: _type_of(zones) for zones in (small, large) if zones is not None}
    origin = {
        "method": "synthesised",
        "source": table.name,
        "rows": len(read.codes),
        "weight": weight or config.weight,
        "columns": {s: n for s, n in read.names.items() if s != n},
        "dropped": list(config.ignore),
        "k": k,
        "seed": seed,
        "notes": notes,
    }
    data = {
        "kind": "declared",
        "name": config.name,
        "version": config.version,
        "locale": config.locale,
        "about": config.about or f"Synthesised from {table.name} and {controls.name}.",
        "origin": {key: value for key, value in origin.items() if value not in (None, {}, [])},
        "attributes": [
            counted_attribute(config, read, file=counts_name, types=types),
            *attributes,
            *(one.model_dump(exclude_defaults=True) | {"kind": "derived"}
              for one in config.derived),
        ],
        "rules": rules_on_values(config, attributes),
    }  # fmt: skip
    text = _counts_text(config, read, kinds, small, large)
    results = tuple(compare_controls(config, kinds, small, large))
    return Synthesis(data, text, results, persons, tuple(notes), int(kinds.count.sum()))


def write_synthesis(made: Synthesis, path: Path, counts_name: str) -> Population:
    """Write the population file and its counts, then read them back.

    Raises:
        PopulationError: If they cannot be written, or rules and tables contradict each other.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / counts_name).write_text(made.counts, encoding="utf-8", newline="\n")
    except OSError as error:
        raise PopulationError(
            f"{path.parent / counts_name} cannot be written ({error.strerror}); "
            "choose another --out."
        ) from error
    write_population(made.data, path)
    population = Population.from_file(path)
    try:
        population.sample(0, 0, min(made.n_households, _MOST_TRIED))
    except PopulationError as error:
        raise PopulationError(
            f"{path} was written, but its rules leave some kind of household without any "
            f"completion ({error}). If totals force that kind, forbid it by a rule on the columns "
            "of the dimensions themselves, so that it is not made; else relax the rule."
        ) from error
    return population


def _households(
    config: SynthesisConfig,
    read: Seed,
    small: Zones,
    large: Zones | None,
    seed: int,
    fits: FitReport,
    report: Progress,
) -> tuple[Kinds, dict[str, int], dict[str, int]]:
    """Fit and round all zones; return the kinds, and forced and missed households by zone."""

    def numbers(name: str, n: int) -> NDArray[np.float64]:
        return uniforms(seed, f"synthesis/{config.name}/{name}", 0, n)

    n_zones = int((small.households > 0).sum())
    done = 0
    zones, cells, counts = [], [], []
    forced: dict[str, int] = {}
    missed: dict[str, int] = {}

    def tick() -> None:
        nonlocal done
        done += 1
        report(f"households of {done:,} of {n_zones:,} zones", 0.05 + 0.8 * done / n_zones)

    for position in range(len(large.codes) if large else 1):
        fitted = fit_large_zone(
            config, read.joint, small, large, position, uniforms=numbers, report=fits
        )
        rounded = round_zones(fitted, read.possible, numbers, tick=tick)
        for zone, whole in zip(fitted, rounded, strict=True):
            where = np.argwhere(whole.cells)
            zones.append(np.full(len(where), zone.zone))
            cells.append(where)
            counts.append(whole.cells[tuple(where.T)])
            if whole.n_forced:
                forced[small.codes[zone.zone]] = whole.n_forced
            if whole.n_missed:
                missed[small.codes[zone.zone]] = whole.n_missed
    kinds = Kinds(np.concatenate(zones), np.concatenate(cells), None, np.concatenate(counts))
    return kinds, forced, missed


def _fit_notes(fits: FitReport, forced: dict[str, int], missed: dict[str, int]) -> list[str]:
    notes = []
    if fits.not_converged:
        notes.append(
            f"fitting: in {len(fits.not_converged):,} of {fits.n_fits:,} fits no mixture of seed "
            f"households meets the totals exactly (first: {', '.join(fits.not_converged[:5])}); "
            "rounding to whole households decided there"
        )
    if forced:
        notes.append(
            f"{sum(forced.values()):,} households in {len(forced):,} zones are of kinds that the "
            f"seed lacks; the totals leave no other (first: {', '.join(list(forced)[:5])})"
        )
    if missed:
        notes.append(
            f"{len(missed):,} zones miss their totals by {sum(missed.values()):,} households, as "
            f"only impossible ones would meet them (first: {', '.join(list(missed)[:5])})"
        )
    return notes


def _type_of(zones: Zones) -> str:
    whole = all(code.isascii() and code.isdigit() and str(int(code)) == code
                for code in zones.codes)  # fmt: skip
    return "integer" if whole else "word"


def _counts_text(
    config: SynthesisConfig, read: Seed, kinds: Kinds, small: Zones, large: Zones | None
) -> str:
    labels = [tuple(one.categories) for one in config.dimensions]
    header = [small.name, *([large.name] if large else []), *(d.name for d in config.dimensions)]
    if kinds.size is not None and config.persons is not None:
        named = next(d for d in config.dimensions if d.name == config.persons.dimension)
        header.append(read.names[named.column])
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*header, COUNTS])
    keys = [kinds.zone, *kinds.cell.T, *([] if kinds.size is None else [kinds.size])]
    for row in np.lexsort(keys[::-1]):
        zone = int(kinds.zone[row])
        cells: list[Any] = [small.codes[zone]]
        if large:
            cells.append(large.codes[small.parent[zone]])
        cells += [words[code] for words, code in zip(labels, kinds.cell[row], strict=True)]
        if kinds.size is not None:
            cells.append(int(kinds.size[row]))
        writer.writerow([*cells, int(kinds.count[row])])
    return stream.getvalue()
