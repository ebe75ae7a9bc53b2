"""Check an exported set from the outside: what the acceptance of the main job asks of every row.

    python benchmarks/check_rows.py runs/retail_personas

Reads the Parquet file and the locked configuration, nothing else of the run, and prints one line
per check. The schema check uses `jsonschema` with its own format checker, not our compiled schema.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from populace.filters.embeddings import TextEncoder
from populace.filters.identifiers import IdentifierScanner
from populace.filters.pii import QUASI_TYPES
from populace.generation.journal import Journal
from populace.generation.locked_config import read_locked_config
from populace.personas.identity import IDENTITY_FIELDS, identity_breaches


def check(directory: Path, locale: str = "en_US") -> dict[str, Any]:
    """Return the figures of one run directory."""
    [path] = (directory / "data").glob("*.parquet")
    rows = pq.read_table(path).to_pylist()
    parts = read_locked_config(directory).config["parts"]
    texts = [name for part in parts for name in part["schema"]["properties"]]
    narratives = ["\n".join(row[name] for name in texts) for row in rows]
    vectors = TextEncoder().encode(narratives)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1.0)
    identities = [{key: row[key] for key in IDENTITY_FIELDS} for row in rows]
    facts = [[v for k, v in row.items() if isinstance(v, str) and k not in texts] for row in rows]
    spans = IdentifierScanner().scan(narratives, identities, facts)
    foreign = [
        span.entity_type
        for found in spans
        for span in found
        if span.owner == "unknown" and span.entity_type not in QUASI_TYPES
    ]
    journal = Journal(directory / "journal.sqlite")
    outcomes = journal.count_outcomes()
    rejections = list(journal.rejections())
    journal.close()
    return {
        "rows": len(rows),
        "planned = exported + rejected + failed": outcomes,
        "schema violations": sum(
            _violations(part["schema"], row) for part in parts for row in rows
        ),
        "exact duplicates": len(narratives) - len(set(narratives)),
        "pairs at cosine 0.95 or more": int((cosines >= 0.95).sum() // 2),
        "largest cosine": round(float(cosines.max()), 3),
        "identifiers not the row's own": len(foreign),
        "rows whose e-mail, postcode or phone disagree": sum(
            bool(identity_breaches(identity, row, locale=locale))
            for identity, row in zip(identities, rows, strict=True)
        ),
        "rejections": len(rejections),
        "rejections without stage or reason": sum(not (r.stage and r.reason) for r in rejections),
    }


def _violations(schema: dict[str, Any], row: dict[str, Any]) -> int:
    instance = {name: row[name] for name in schema["properties"]}
    validator_for(schema, Draft202012Validator).check_schema(schema)
    checker = Draft202012Validator.FORMAT_CHECKER
    return len(list(Draft202012Validator(schema, format_checker=checker).iter_errors(instance)))


def main() -> int:
    """Print the figures; exit 1 when one of them breaks a promise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--locale", default="en_US", help="locale of the population")
    given = parser.parse_args()
    figures = check(given.directory, given.locale)
    for name, value in figures.items():
        print(f"{name}: {json.dumps(value)}")
    zero = [
        "schema violations", "exact duplicates", "pairs at cosine 0.95 or more",
        "identifiers not the row's own", "rows whose e-mail, postcode or phone disagree",
        "rejections without stage or reason",
    ]  # fmt: skip
    return int(any(figures[name] for name in zero))


if __name__ == "__main__":
    sys.exit(main())
