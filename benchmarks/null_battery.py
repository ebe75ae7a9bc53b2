"""Null battery: spoil sets on purpose and count which scores notice; judge clean sets as well.

Run: `python benchmarks/null_battery.py --data ../shared/data --sizes 64,300,2000 --seeds 20`.
For adult, gss_people and the shipped retail population it prints, per spoiling and size, the scores
that failed, and how many clean sets failed any score. Exit code 1 when a spoiled set of 300 rows or
more passes or a clean set fails.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from populace.personas.population import Population
from populace.scoring import PopulationFit, PopulationFitConfig, fit_population
from populace.scoring.population_tables import read_people

ROOT = Path(__file__).resolve().parents[1]
RETAIL = ROOT / "configs" / "populations" / "retail_us.yaml"


@dataclass(frozen=True)
class Material:
    """People to spoil, people to compare with, and people the maker has seen."""

    name: str
    """Name of the data."""
    draw: Callable[[int, int], tuple[pa.Table, pa.Table, pa.Table]]
    """(rows, seed) -> clean set, reference, training table; none shares a row with another."""
    region: str
    """Column whose most frequent other value is passed off as everybody."""
    foreign: str
    """A value of it: the wrong region."""


def material_of_table(path: Path, drop: tuple[str, ...], region: str, foreign: str) -> Material:
    """Return a table of real people as material."""
    table = read_people(path).drop(list(drop))

    def draw(n: int, seed: int) -> tuple[pa.Table, pa.Table, pa.Table]:
        order = np.random.default_rng([seed, 7]).permutation(table.num_rows)
        third = table.num_rows // 3
        size = min(n, third)
        return (
            table.take(order[:size]),
            table.take(order[third : 2 * third]),
            table.take(order[2 * third :]),
        )

    return Material(path.parent.name, draw, region, foreign)


def material_of_population(path: Path, region: str, foreign: str) -> Material:
    """Return a declared population as material."""
    population = Population.from_file(path)
    reference = population.reference(20_000)

    def draw(n: int, seed: int) -> tuple[pa.Table, pa.Table, pa.Table]:
        return population.sample(seed, 0, n), reference, population.sample(seed, n, n + 3000)

    return Material(path.stem, draw, region, foreign)


def shuffled(rows: pa.Table, seed: int) -> pa.Table:
    """Return the rows with each column in an order of its own."""
    generator = np.random.default_rng([seed, 1])
    return pa.table(
        {n: rows.column(n).take(generator.permutation(rows.num_rows)) for n in rows.column_names}
    )


def ten_personas(rows: pa.Table, seed: int) -> pa.Table:
    """Return ten of the people, over and over."""
    generator = np.random.default_rng([seed, 2])
    chosen = generator.choice(rows.num_rows, 10, replace=False)
    return rows.take(chosen[np.arange(rows.num_rows) % 10])


def halved_variance(rows: pa.Table, seed: int) -> pa.Table:
    """Return the rows with each number moved towards its mean: half the variance."""
    generator = np.random.default_rng([seed, 3])
    columns = {}
    for name in rows.column_names:
        column = rows.column(name)
        kind = column.type
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            values = column.cast(pa.float64())
            mean = pc.mean(values).as_py() or 0.0
            moved = pc.add(pc.multiply(pc.subtract(values, mean), 0.5**0.5), mean)
            if pa.types.is_integer(kind):
                # Rounded at random, so that no fraction gives the set away.
                dither = pa.array(generator.random(rows.num_rows))
                column = pc.floor(pc.add(moved, dither)).cast(pa.int64())
            else:
                column = moved
        columns[name] = column
    return pa.table(columns)


def battery(material: Material, n: int, seed: int) -> dict[str, tuple[pa.Table, bool]]:
    """Return each spoiled set, and whether the training table is given with it."""
    clean, _, training = material.draw(n, seed)
    larger, _, _ = material.draw(40 * n, seed)
    wrong = pc.equal(larger.column(material.region), material.foreign)
    foreign = larger.filter(wrong).slice(0, n)
    return {
        "shuffled columns": (shuffled(clean, seed), False),
        "10 personas": (ten_personas(clean, seed), False),
        "variance halved": (halved_variance(clean, seed), False),
        "wrong region": (foreign, False),
        "copied rows": (training.slice(0, n), True),
    }


def failed_scores(fit: PopulationFit) -> list[str]:
    """Return the names of the scores that missed their limits."""
    return [s.name.removeprefix("population_") for s in fit.scores if s.passed is False]


def judge(
    material: Material, rows: pa.Table, seed: int, *, training: pa.Table | None = None
) -> list[str]:
    """Return what failed when `rows` are compared with the material's reference."""
    _, reference, _ = material.draw(20, seed)
    fit = fit_population(rows, reference, PopulationFitConfig(), trained_on=training, seed=seed)
    return failed_scores(fit)


def materials(data: Path) -> list[Material]:
    """Return adult, gss_people and the retail population, those that are there."""
    found = [material_of_population(RETAIL, "region", "West")]
    if (data / "adult").is_dir():
        adult = data / "adult" / "adult.csv.gz"
        found.append(material_of_table(adult, ("fnlwgt",), "native_country", "Mexico"))
    if (data / "gss_people").is_dir():
        people = data / "gss_people" / "people.csv.gz"
        found.append(material_of_table(people, ("person",), "state", "SC"))
    return found


def main() -> int:
    """Print the table; return 1 when something was missed or a clean set was flagged."""
    parser = argparse.ArgumentParser(description="Spoil sets on purpose; see what notices.")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--sizes", default="64,300,2000")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    bad = 0
    for material in materials(arguments.data):
        if arguments.only not in material.name:
            continue
        for n in (int(size) for size in arguments.sizes.split(",")):
            start = time.perf_counter()
            _, _, training = material.draw(20, 0)
            for name, (rows, with_training) in battery(material, n, 0).items():
                if rows.num_rows < 20:
                    sys.stdout.write(f"{material.name:12s} {n:5d} {name:18s} too few rows\n")
                    continue
                found = judge(material, rows, 0, training=training if with_training else None)
                bad += not found and n >= 300
                sys.stdout.write(
                    f"{material.name:12s} {rows.num_rows:5d} {name:18s} "
                    f"{'FLAGGED' if found else 'missed '} {', '.join(found)}\n"
                )
                sys.stdout.flush()
            flagged = []
            for seed in range(arguments.seeds):
                clean, _, training = material.draw(n, seed)
                flagged += judge(material, clean, seed, training=training)
            bad += len(flagged)
            sys.stdout.write(
                f"{material.name:12s} {n:5d} clean, {arguments.seeds} seeds: "
                f"{len(flagged)} scores failed {flagged} "
                f"({time.perf_counter() - start:.0f} s)\n"
            )
            sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
