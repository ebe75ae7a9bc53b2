"""Synthesise the households around Corvallis and check them from the outside (specification, A4).

    python benchmarks/households.py ../shared/data/pums_households --out runs/households --compare

Counts a sample of all households again from the zone tables as they are, with code of its own, and
applies the impossibilities below to that sample and to 100,000 households. `--compare` also rounds
the same fitted zones with humanleague's `qisi`.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from populace.personas.population import Population
from populace.personas.random_stream import uniforms
from populace.personas.synthesis import read_controls, synthesise, write_synthesis
from populace.personas.synthesis_fitting import FitReport, FittedZone, fit_large_zone
from populace.personas.synthesis_rounding import round_zones
from populace.personas.synthesis_seed import read_seed
from populace.personas.synthesis_zones import read_zones

CONTROLS = Path(__file__).parent / "households_pums.yaml"
Columns = dict[str, NDArray[Any]]


def categories(people: Columns) -> dict[str, dict[str, NDArray[np.bool_]]]:
    """Return who belongs to which column of the zone tables, from the values, by geography."""
    size, age, income = people["np"], people["agehoh"], people["hhincadj"]
    work, kind = people["nwesr"], people["htype"]
    edges = (-np.inf, 21297, 42593, 85185, np.inf)
    ages = (-np.inf, 24, 54, 64, np.inf)
    taz = {f"HHSIZE{i}": size == i for i in (1, 2, 3)} | {"HHSIZE4": size >= 4}
    for i in range(4):
        taz[f"HHAGE{i + 1}"] = (age > ages[i]) & (age <= ages[i + 1])
        taz[f"HHINC{i + 1}"] = (income > edges[i]) & (income <= edges[i + 1])
    tract = {f"HHWORK{i}": work == i for i in (0, 1, 2)} | {"HHWORK3": work >= 3}
    tract |= {"SF": kind == 1, "MF": kind == 2, "MH": kind == 3, "DUP": kind == 4}
    everyone = np.ones(len(size), dtype=np.bool_)
    return {"taz": taz | {"HHBASE": everyone}, "tract": tract | {"HHBASE": everyone}}


def impossibilities(p: Columns) -> dict[str, int]:
    """Return how many households are impossible, by reason; the rules written once more."""
    some = {name: ~np.isnan(p[name].astype(float)) for name in ("grntp", "val", "npf", "smocp")}
    alone, family = np.isin(p["hht"], [4, 6]), np.isin(p["hht"], [1, 2, 3])
    found = {
        "more workers than members": p["nwesr"] > p["np"],
        "more workers than adults": p["nwesr"] > p["np"] - p["nrc"],
        "as many own children as members": p["noc"] >= p["np"],
        "as many related children as members": p["nrc"] >= p["np"],
        "own children, but none under 18": (p["noc"] > 0) & (p["r18"] == 0),
        "owner with gross rent": (p["ten"] != 3) & some["grntp"],
        "tenant with a value of the home": (p["ten"] >= 3) & some["val"],
        "tenant with owner costs": (p["ten"] >= 3) & some["smocp"],
        "alone with others": alone & (p["np"] != 1),
        "one person in a household of several": ~alone & (p["np"] == 1),
        "family without a size": family & ~some["npf"],
        "family larger than the household": some["npf"] & (p["npf"].astype(float) > p["np"]),
        "householder of 65 without anyone of 65": (p["agehoh"] >= 65) & (p["r65"] == 0),
        "two of 65 in a household of one": (p["r65"] == 2) & (p["np"] == 1),
        "more bedrooms than rooms": p["bds"] > p["rms"],
        "type and building disagree": (p["htype"] == 1) != (p["bld"] == 2),
        "householder under 15": p["agehoh"] < 15,
    }
    return {name: int(mask.sum()) for name, mask in found.items()}


def check(people: Columns, data: Path) -> list[dict[str, Any]]:
    """Return a line for each column of the zone tables."""
    import pandas as pd

    lines = []
    files = {"taz": ("control_totals_taz.csv.gz", "TAZ"),
             "tract": ("control_totals_tract.csv.gz", "TRACTGEOID")}  # fmt: skip
    masks = categories(people)
    for level, (file, zone) in files.items():
        table = pd.read_csv(data / file)
        place = {code: i for i, code in enumerate(table[zone])}
        where = np.array([place[code] for code in people[level]])
        for name, mask in masks[level].items():
            made = np.bincount(where[mask], minlength=len(table))
            lines.append(_line(level, name, table[zone], made, table[name].to_numpy(), near=1))
        made = np.bincount(where, people["np"], len(table))
        wanted = table["POPBASE"].to_numpy()
        lines.append(_line(level, "POPBASE", table[zone], made, wanted, near=1))
    return lines


def _line(
    level: str, name: str, codes: Any, made: NDArray[Any], wanted: NDArray[Any], *, near: int
) -> dict[str, Any]:
    miss = np.abs(made - wanted)
    worst = int(np.argmax(miss))
    return {
        "zones": level, "column": name, "n": len(wanted),
        "met": float((miss <= np.maximum(near, 0.05 * wanted)).mean()),
        "exact": float((miss == 0).mean()), "worst": int(miss[worst]),
        "worst_zone": str(codes.iloc[worst]), "region": int(wanted.sum()),
        "region_miss": float(abs(made.sum() - wanted.sum()) / max(wanted.sum(), 1)),
    }  # fmt: skip


def compare(data: Path, *, n_tracts: int = 8) -> dict[str, Any]:
    """Round the same fitted zones with our programs and with humanleague's `qisi`."""
    import humanleague

    config = read_controls(CONTROLS)
    seed = read_seed(data / "seed_households.csv.gz", config, weight=None, k=11)
    small, large, _ = read_zones(config, data)

    def numbers(name: str, n: int) -> NDArray[np.float64]:
        return uniforms(0, f"compare/{name}", 0, n)

    figures = {"zones": 0, "qisi gave up": 0, "qisi seconds": 0.0, "ours seconds": 0.0}
    distance: dict[str, list[float]] = {"qisi": [], "ours": []}
    for tract in range(n_tracts):
        zones = fit_large_zone(config, seed.joint, small, large, tract, uniforms=numbers,
                               report=FitReport())  # fmt: skip
        begin = time.perf_counter()
        ours = round_zones(zones, seed.possible, numbers)
        figures["ours seconds"] += time.perf_counter() - begin
        pools = {name: np.zeros(seed.joint.shape) for name in ("fit", "fit q", "ours", "qisi")}
        begin = time.perf_counter()
        for zone, rounded in zip(zones, ours, strict=True):
            figures["zones"] += 1
            pools["fit"] += zone.fractions
            pools["ours"] += rounded.cells
            try:
                made = _qisi(humanleague, zone)
            except RuntimeError:
                figures["qisi gave up"] += 1
                continue
            pools["fit q"] += zone.fractions
            pools["qisi"] += made
        figures["qisi seconds"] += time.perf_counter() - begin
        for name, base in (("ours", "fit"), ("qisi", "fit q")):
            total = pools[base].sum()
            distance[name].append(float(np.abs(pools[name] - pools[base]).sum() / 2 / total))
    mean = {f"{name}: mean TVD to the fit": float(np.mean(d)) for name, d in distance.items()}
    return {**figures, **mean}


def _qisi(humanleague: Any, zone: FittedZone) -> NDArray[np.int64]:
    kept = [np.arange(n) for n in zone.fractions.shape]
    for margin in zone.margins:
        kept[margin.axes[0]] = np.flatnonzero(margin.totals)
    order = sorted(zone.margins, key=lambda m: m.axes[0])
    totals = [m.totals[kept[m.axes[0]]] for m in order]
    cells = np.ascontiguousarray(zone.fractions[np.ix_(*kept)])
    made, found = humanleague.qisi(cells, [[a] for a in range(len(kept))], totals)
    if not found["conv"]:
        raise RuntimeError
    result = np.zeros(zone.fractions.shape, dtype=np.int64)
    result[np.ix_(*kept)] = made
    return result


def columns_of(population: Population, seed: int, n: int) -> Columns:
    """Return a sample as arrays."""
    frame = population.sample(seed, 0, n).to_pandas()
    return {name: frame[name].to_numpy() for name in frame}


def main() -> int:
    """Print the table and write it as JSON; exit 1 when A4 is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder pums_households")
    parser.add_argument("--out", type=Path, default=Path("runs/households"))
    parser.add_argument("--compare", action="store_true")
    options = parser.parse_args()
    begin = time.perf_counter()
    made = synthesise(options.data / "seed_households.csv.gz", CONTROLS, tables=options.data,
                      counts_name="corvallis.counts.csv")  # fmt: skip
    population = write_synthesis(made, options.out / "corvallis.yaml", "corvallis.counts.csv")
    seconds = time.perf_counter() - begin
    people = columns_of(population, 1, made.n_households)
    lines = check(people, options.data)
    impossible = impossibilities(people)
    more = impossibilities(columns_of(population, 2, 100_000))
    print(
        f"{'zones':6} {'column':9} {'n':>4} {'met':>7} {'exact':>7} {'region':>8} {'off':>7}  worst"
    )
    for one in lines:
        print(
            f"{one['zones']:6} {one['column']:9} {one['n']:4} {one['met']:7.1%} "
            f"{one['exact']:7.1%} {one['region']:8,} {one['region_miss']:7.2%}  "
            f"{one['worst']} in {one['worst_zone']}"
        )
    for name in impossible:
        print(
            f"impossible: {name}: {impossible[name]} of {made.n_households:,}, "
            f"{more[name]} of 100,000"
        )
    for note in made.notes:
        print(f"note: {note}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{made.n_households:,} households in {seconds:.0f} s, peak {memory:.2f} GiB")
    figures: dict[str, Any] = {
        "controls": lines, "impossible": impossible, "impossible_in_100000": more,
        "notes": list(made.notes), "seconds": seconds, "peak_gib": memory,
    }  # fmt: skip
    if options.compare:
        figures["compare"] = compare(options.data)
        print(json.dumps(figures["compare"]))
    (options.out / "households.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    counted = [one for one in lines if one["column"] != "POPBASE"]
    met = np.average([one["met"] for one in counted], weights=[one["n"] for one in counted])
    near = all(one["region_miss"] <= 0.005 for one in counted)
    return int(met < 0.95 or not near or any(impossible.values()) or any(more.values()))


if __name__ == "__main__":
    sys.exit(main())
