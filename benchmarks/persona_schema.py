"""Share of sampled rows that are valid personas (S1), and how fast they are read.

    python benchmarks/persona_schema.py --people 10000

Rows are those of a run of the retail population without texts. Each is read with
`Persona.from_row`, written as JSON, read back, and compared; the exit code is 1 below 100 %.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from populace.personas import Persona, persona_id, sample_identities
from populace.personas.errors import PersonaError
from populace.personas.population import Population
from populace.personas.schema import SCHEMA_VERSION, typed_attributes

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Read the rows and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20261122)
    arguments = parser.parse_args()
    population = Population.from_file(ROOT / "configs" / "populations" / "retail_us.yaml")
    people = population.sample(arguments.seed, 0, arguments.people)
    identities = sample_identities(people, seed=arguments.seed, start=0)
    pairs = zip(people.to_pylist(), identities.to_pylist(), strict=True)
    rows = [
        {"id": persona_id(population.sha256, arguments.seed, slot), "slot": slot, **one, **other}
        for slot, (one, other) in enumerate(pairs)
    ]
    valid = 0
    problems: set[str] = set()
    packs: set[str] = set()
    started = time.monotonic()
    for row in rows:
        try:
            persona = Persona.from_row(row)
        except PersonaError as error:
            problems.add(str(error))
            continue
        valid += Persona.model_validate_json(persona.model_dump_json()) == persona
        packs |= persona.packs.keys()
    seconds = time.monotonic() - started
    figures = {
        "schema": SCHEMA_VERSION,
        "typed attributes": len(typed_attributes()),
        "people": len(rows),
        "valid": valid,
        "rows per second, there and back": round(len(rows) / seconds),
        "columns in packs": sorted(packs),
        "problems": sorted(problems)[:5],
    }
    print(json.dumps(figures))
    return int(valid != len(rows))


if __name__ == "__main__":
    sys.exit(main())
