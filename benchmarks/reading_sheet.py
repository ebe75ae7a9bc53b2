"""Print exported personas as a reader would want them: facts in one line, texts below.

python benchmarks/reading_sheet.py runs/retail_personas --rows 40 > sheet.md
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pyarrow.parquet as pq

TEXTS = ("summary", "quote", "last_trip")
HIDDEN = {"id", "slot", "attempts", "prompt_sha256", "model", "given_name", "family_name", *TEXTS}
CONTACT = {"email", "phone", "street_address", "postcode"}


def main() -> None:
    """Print the first rows of a run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--rows", type=int, default=40)
    arguments = parser.parse_args()
    [path] = (arguments.directory / "data").glob("*.parquet")
    for row in pq.read_table(path).slice(0, arguments.rows).to_pylist():
        print(f"### {row['slot']}. {row['given_name']} {row['family_name']}\n")
        print("; ".join(f"{k.replace('_', ' ')}: {v}" for k, v in row.items()
                        if k not in HIDDEN | CONTACT) + "\n")  # fmt: skip
        for name in TEXTS:
            print(f"- **{name.replace('_', ' ')}**: {row[name]}")
        print()


if __name__ == "__main__":
    main()
