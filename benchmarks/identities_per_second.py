"""Identities drawn per second of processor time, for each locale.

python benchmarks/identities_per_second.py
"""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
from populace.personas.identity import IDENTITY_LOCALES, sample_identities

N = 100_000


def main() -> None:
    """Print one line per locale."""
    people = pa.table({"sex": ["female", "male"] * (N // 2), "age": np.arange(N) % 101})
    for locale in IDENTITY_LOCALES:
        sample_identities(people.slice(0, 10), seed=1, start=0, locale=locale)
        wall, cpu = time.perf_counter(), time.process_time()
        sample_identities(people, seed=1, start=0, locale=locale)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(f"{locale}: {N / cpu:,.0f} per second of CPU, {N / wall:,.0f} per second")


if __name__ == "__main__":
    main()
