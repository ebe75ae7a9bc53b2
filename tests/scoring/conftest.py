"""A small population with dependent attributes, and honest-looking texts to go with it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pydoc_data.topics import topics

import numpy as np
import pyarrow as pa
import pytest
from populace.scoring import RowLayout, RowSource

STATES = {"South": ("Texas", "Florida"), "West": ("Oregon", "Nevada"), "Midwest": ("Ohio", "Iowa")}


def _draw_population(n: int, seed: int) -> pa.Table:
    """Draw people: state depends on region, employment on age; a rare value; 60 occupations."""
    generator = np.random.default_rng(seed)
    region = generator.choice(list(STATES), n, p=[0.5, 0.3, 0.2])
    side = generator.choice(2, n, p=[0.6, 0.4])
    age = generator.integers(18, 91, n)
    working = generator.choice(["full-time", "part-time", "student"], n, p=[0.6, 0.25, 0.15])
    return pa.table(
        {
            "age": age,
            "region": region,
            "state": [STATES[r][i] for r, i in zip(region, side, strict=True)],
            "employment": np.where(age > 66, "retired", working),
            "income": np.round(np.exp(generator.normal(10.8, 0.6, n))),
            "children": generator.choice(4, n, p=[0.6, 0.2, 0.15, 0.05]),
            "loyalty_card": generator.random(n) < 0.6,
            "diet": generator.choice(["any", "vegetarian", "vegan"], n, p=[0.75, 0.2, 0.05]),
            "occupation": [f"occupation {i}" for i in generator.integers(0, 60, n)],
            "interests": [[("tea", "bread", "fruit")[i]] for i in generator.integers(0, 3, n)],
        }
    )


def _batches(table: pa.Table, size: int = 500) -> RowSource:
    """Return the rows of a table as a source that can be read again."""

    def start() -> Iterator[pa.RecordBatch]:
        return iter(table.to_batches(max_chunksize=size))

    return start


def _honest_texts(n: int, seed: int = 0) -> list[str]:
    """Return n texts of two sentences that people wrote: the help pages that come with Python."""
    sentences = sorted(
        {
            sentence
            for page in topics.values()
            for sentence in re.findall(r"[A-Z][a-z][^.\n`*:|()]*(?:\n[^.\n`*:|()]+)*\.", page)
            if 8 <= len(sentence.split()) <= 30
        }
    )
    chosen = random.Random(seed).sample(sentences, 2 * n)
    return [" ".join(" ".join(pair).split()) for pair in zip(chosen[:n], chosen[n:], strict=True)]


def _text_rows(texts: list[str], quotes: list[str] | None = None) -> pa.Table:
    """Return rows that hold nothing but ids and texts."""
    columns = {"id": [f"p-{i:05d}" for i in range(len(texts))], "slot": list(range(len(texts)))}
    columns["story"] = texts
    if quotes is not None:
        columns["quote"] = quotes
    return pa.table(columns)


@pytest.fixture(scope="session")
def reference() -> pa.Table:
    return _draw_population(20_000, seed=4711)


@pytest.fixture(scope="session")
def draw_population() -> Callable[[int, int], pa.Table]:
    return _draw_population


@pytest.fixture(scope="session")
def batches() -> Callable[..., RowSource]:
    return _batches


@pytest.fixture(scope="session")
def honest_texts() -> Callable[..., list[str]]:
    return _honest_texts


@pytest.fixture(scope="session")
def text_rows() -> Callable[..., pa.Table]:
    return _text_rows


@pytest.fixture(scope="session")
def text_layout() -> RowLayout:
    return RowLayout(identity=(), attributes=(), texts=("story",), provenance=())
