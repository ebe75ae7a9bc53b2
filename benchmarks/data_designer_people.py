"""Persons of NeMo Data Designer as JSON lines; run by the interpreter that has `data-designer`.

    python -m venv /tmp/dd && /tmp/dd/bin/pip install data-designer
    /tmp/dd/bin/python benchmarks/data_designer_people.py --people 10000 --out people.jsonl

Its person sampler needs no download when it takes `person_from_faker`. The census-based one
(`person`) reads files that have to be fetched with an account of the vendor; it is not judged here.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import json
import random
import tempfile
from datetime import date
from pathlib import Path


def write_people(people: int, seed: int, out: Path) -> None:
    """Sample `people` adults with Data Designer's own builder and write one JSON object a line."""
    config = importlib.import_module("data_designer.config")
    interface = importlib.import_module("data_designer.interface")
    faker = importlib.import_module("faker")
    # It draws from these two global generators and takes no seed of its own.
    random.seed(seed)
    faker.Faker.seed(seed)
    builder = config.DataDesignerConfigBuilder(model_configs=[])
    builder.add_column(
        config.SamplerColumnConfig(
            name="person",
            sampler_type=config.SamplerType.PERSON_FROM_FAKER,
            params=config.PersonFromFakerSamplerParams(locale="en_US", age_range=[18, 90]),
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        designer = interface.DataDesigner(artifact_path=folder)
        persons = designer.preview(builder, num_records=people).dataset["person"]
    # Its birth dates are counted from the day of the run.
    note = {
        "data_designer_version": importlib.metadata.version("data-designer"),
        "sampled_in_year": date.today().year,
    }
    with out.open("w", encoding="utf-8") as file:
        for person in persons:
            file.write(json.dumps({**person, **note}) + "\n")


def main() -> None:
    """Write the persons, or say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("data_designer_people.jsonl"))
    arguments = parser.parse_args()
    if importlib.util.find_spec("data_designer") is None:
        print("data-designer is not installed here; see the head of this file.")
        return
    write_people(arguments.people, arguments.seed, arguments.out)


if __name__ == "__main__":
    main()
