"""How fast a population is sampled, in how much memory, and whether it keeps its promises.

    python benchmarks/sampler.py [--rows 1000000] [--population FILE]

Without a file a model as `populace fit` writes it is made up: 24 attributes with tables of 50 to
300 rows, cut as a decision tree cuts them. Printed are rows/s, the peak of resident memory, the
ratio to a sampler of independent marginals on the same stream, whether the first 1,000 people are
the same in a run of 1,000 and of all rows, and how many of 100,000 people break a rule.
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
from populace.personas.conditions import Column, holds
from populace.personas.population import Population
from populace.personas.population_config import PopulationConfig

N_ATTRIBUTES = 24
_SEED = 7


def main() -> int:
    """Print one JSON object; return 1 if a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--population", type=Path, default=None)
    arguments = parser.parse_args()
    started = time.perf_counter()
    if arguments.population is not None:
        population = Population.from_file(arguments.population)
    else:
        population = Population.from_config(tree_like_model(), base_dir=Path())
    built = time.perf_counter() - started
    seconds = stream_seconds(population, arguments.rows)
    independent = stream_seconds(independent_of(population), arguments.rows)
    first = population.sample(1, 0, 1_000)
    is_prefix = next(population.stream(1, 0, arguments.rows)).slice(0, 1_000).equals(first)
    breaches = rule_breaches(population, 100_000)
    result = {
        "rows": arguments.rows,
        "columns": len(population.attribute_types),
        "table_rows": sum(len(getattr(a, "rows", ())) for a in population.config.attributes),
        "build_seconds": round(built, 2),
        "seconds": round(seconds, 2),
        "rows_per_second": round(arguments.rows / seconds),
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "ratio_to_independent": round(seconds / independent, 2),
        "prefix_is_stable": is_prefix,
        "rule_breaches_in_100000": breaches,
    }
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
    return 0 if is_prefix and breaches == 0 else 1


def stream_seconds(population: Population, n: int) -> float:
    """Return how long `n` rows take as Arrow tables, each dropped before the next."""
    started = time.perf_counter()
    for table in population.stream(1, 0, n):
        del table
    return time.perf_counter() - started


def rule_breaches(population: Population, n: int) -> int:
    """Count people who break a rule, judged anew on the finished table."""
    table = population.sample(2, 0, n)
    columns = {}
    for name, info in population.columns.items():
        if info.hidden:
            continue
        values = table[name].to_numpy()
        if info.categories is None:
            columns[name] = Column(values)
        else:
            place = {value: position for position, value in enumerate(info.categories)}
            codes = np.array([place[value] for value in values.tolist()], dtype=np.int64)
            columns[name] = Column(codes, info.categories)
    broken = np.zeros(n, dtype=np.bool_)
    for rule in population.config.rules:
        if rule.forbid.keys() <= columns.keys():
            broken |= holds(rule.forbid, columns, n)
    return int(broken.sum())


def independent_of(population: Population) -> Population:
    """Return a population with the same columns, each drawn by itself from its first row."""
    attributes = []
    for attribute in population.config.attributes:
        data: dict[str, Any] = attribute.model_dump(exclude_defaults=True)
        data["kind"] = attribute.kind
        if attribute.kind in {"categorical", "boolean", "integer", "number"}:
            row = {k: v for k, v in data.pop("rows", [{}])[-1].items() if k != "when"}
            attributes.append(data | row)
    config = PopulationConfig.model_validate(
        {"name": "independent", "version": "1", "attributes": attributes}
    )
    return Population.from_config(config, base_dir=Path())


def tree_like_model() -> PopulationConfig:
    """Return a model whose tables are the leaves of trees over up to four attributes above."""
    random = np.random.default_rng(_SEED)
    attributes: list[dict[str, Any]] = []
    for number in range(N_ATTRIBUTES):
        name = f"a{number}"
        whole = number % 4 == 3
        leaves = int(random.integers(50, 301)) if number >= 4 else 1
        rows = []
        for when in _leaves(random, attributes, leaves):
            if whole:
                share = random.dirichlet(np.ones(5))
                bands = [
                    {"low": 10 * k, "high": 10 * k + 9, "share": float(s)}
                    for k, s in enumerate(share)
                ]
                rows.append({"when": when, "bands": bands})
            else:
                shares = random.dirichlet(np.ones(4 + number % 6))
                rows.append(
                    {"when": when, "weights": {f"v{k}": float(s) for k, s in enumerate(shares)}}
                )
        attributes.append(
            {"name": name, "kind": "integer" if whole else "categorical", "rows": rows}
        )
    rules = [
        {"name": "r1", "forbid": {"a4": "v0", "a7": {"at_least": 30}}, "reason": "a promise"},
        {"name": "r2", "forbid": {"a9": "v1", "a12": ["v0", "v1"]}, "reason": "a promise"},
    ]
    return PopulationConfig.model_validate(
        {"name": "trees", "version": "1", "attributes": attributes, "rules": rules}
    )


def _leaves(
    random: np.random.Generator, above: list[dict[str, Any]], n: int
) -> list[dict[str, Any]]:
    """Split everyone by random attributes above until there are `n` leaves; return their `when`."""
    if not above or n == 1:
        return [{}]
    chosen = random.choice(len(above), size=min(4, len(above)), replace=False)
    parents = [above[i] for i in chosen]
    domains: list[dict[str, Any]] = [
        {p["name"]: (0, 50) if p["kind"] == "integer" else _values(p) for p in parents}
    ]
    while len(domains) < n:
        domains.sort(key=_size)
        domain = domains.pop()
        splittable = [name for name, values in domain.items() if _length(values) > 1]
        if not splittable:
            domains.append(domain)
            break
        name = splittable[int(random.integers(len(splittable)))]
        values = domain[name]
        if isinstance(values, tuple):
            cut = int(random.integers(values[0] + 1, values[1]))
            domains += [domain | {name: (values[0], cut)}, domain | {name: (cut, values[1])}]
        else:
            cut = int(random.integers(1, len(values)))
            domains += [domain | {name: values[:cut]}, domain | {name: values[cut:]}]
    full = {p["name"]: (0, 50) if p["kind"] == "integer" else _values(p) for p in parents}
    return [
        {
            name: {"at_least": values[0], "below": values[1]}
            if isinstance(values, tuple)
            else values
            for name, values in domain.items()
            if values != full[name]
        }
        for domain in domains
    ]


def _values(attribute: dict[str, Any]) -> list[str]:
    return list(attribute["rows"][0]["weights"])


def _length(values: Any) -> int:
    return values[1] - values[0] if isinstance(values, tuple) else len(values)


def _size(domain: dict[str, Any]) -> float:
    return float(np.prod([_length(values) for values in domain.values()]))


if __name__ == "__main__":
    sys.exit(main())
