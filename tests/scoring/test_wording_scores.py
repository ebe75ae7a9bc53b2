"""Copies are found and counted; template and word salad fall outside the lexical band."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from populace.scoring import DuplicatesConfig, LexicalBandConfig, RowSource, Score
from populace.scoring.duplicates import Duplicates, near_pairs
from populace.scoring.lexical import LexicalBand, distinct_ratio
from populace.scoring.wording import words

Texts = Callable[..., list[str]]
Rows = Callable[..., pa.Table]
Source = Callable[..., RowSource]


def band(rows: pa.Table, seed: int = 0) -> dict[str, Score]:
    check = LexicalBand(("story",), LexicalBandConfig(), seed)
    for batch in rows.to_batches(max_chunksize=100):
        check.update(batch)
    return {score.name: score for score in check.scores()}


def failed(scores: dict[str, Score]) -> set[str]:
    return {
        name.removeprefix("lexical_") for name, score in scores.items() if score.passed is False
    }


@pytest.mark.parametrize("seed", range(3))
def test_plain_prose_stays_inside_the_band(seed: int, honest_texts: Texts, text_rows: Rows) -> None:
    assert failed(band(text_rows(honest_texts(300, seed)), seed)) == set()


def test_one_template_falls_out_of_the_band(text_rows: Rows) -> None:
    chooser = random.Random(0)
    template = "I am a {} from {} and I like to buy {} at the store because it is good and cheap."
    texts = [
        template.format(
            chooser.choice(["nurse", "clerk", "welder"]),
            chooser.choice(["Ohio", "Iowa"]),
            chooser.choice(["milk", "bread", "rice", "tea"]),
        )
        for _ in range(300)
    ]
    assert {"distinct_2", "type_token", "repeated_openings"} <= failed(band(text_rows(texts)))


def test_shuffled_words_of_good_prose_fail_by_word_order(
    honest_texts: Texts, text_rows: Rows
) -> None:
    pool = [word for text in honest_texts(300) for word in words(text)]
    random.Random(0).shuffle(pool)
    salad = [" ".join(pool[i : i + 40]) for i in range(0, len(pool) - 40, 40)]
    assert "word_order" in failed(band(text_rows(salad)))


def test_random_vocabulary_fails_by_distinct_words(text_rows: Rows) -> None:
    chooser = random.Random(0)
    vocabulary = ["".join(chooser.choices("abcdefghijklmnop", k=7)) for _ in range(4000)]
    texts = [" ".join(chooser.choices(vocabulary, k=40)) for _ in range(100)]
    assert {"distinct_2", "type_token", "word_order"} <= failed(band(text_rows(texts)))


def test_too_little_text_is_stated_and_not_judged(text_rows: Rows) -> None:
    score = band(text_rows(["Just a few honest words here."]))["lexical_distinct_2"]
    assert score.passed is None
    assert "less than one window" in score.note


def test_distinct_ratio_counts_by_hand() -> None:
    """A b a b | a b: three of four pairs are `a b`, one is `b a`."""
    window = [["a", "b", "a", "b"], ["a", "b"]]
    assert distinct_ratio(window, 2) == pytest.approx(2 / 4)
    assert distinct_ratio(window, 1) == pytest.approx(2 / 6)


def copies(rows: pa.Table, source: Source, **settings: object) -> dict[str, Score]:
    check = Duplicates(("story",), DuplicatesConfig(), **settings)  # type: ignore[arg-type]
    for batch in rows.to_batches(max_chunksize=64):
        check.update(batch)
    return {score.name: score for score in check.scores(source(rows, 64))}


def test_distinct_rows_are_no_copies(honest_texts: Texts, text_rows: Rows, batches: Source) -> None:
    scores = copies(text_rows(honest_texts(300)), batches)
    assert scores["duplicates_exact"].value == 0
    assert scores["duplicates_overlap"].passed


def test_copies_are_counted_whatever_their_typography(
    honest_texts: Texts, text_rows: Rows, batches: Source
) -> None:
    texts = honest_texts(200)
    texts[50] = texts[10].upper() + "!!"
    texts[60] = "  " + texts[20].replace(",", " ,")
    scores = copies(text_rows(texts), batches)
    assert scores["duplicates_exact"].value == 2
    assert scores["duplicates_exact"].worst == ("p-00050", "p-00060")
    assert scores["duplicates_overlap"].value == 1.0


def test_a_row_with_one_word_changed_is_found_across_batches(
    honest_texts: Texts, text_rows: Rows, batches: Source
) -> None:
    texts = honest_texts(200)
    texts[199] = texts[3] + " Truly."
    score = copies(text_rows(texts), batches)["duplicates_overlap"]
    assert score.passed is False
    assert score.worst == ("p-00003", "p-00199")


def test_near_pairs_agree_with_all_pairs_whatever_the_block() -> None:
    points = np.random.default_rng(0).normal(size=(150, 8)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    points[140] = points[2]
    whole = np.triu(points @ points.T, k=1)
    expected = int((whole >= 0.6).sum())
    for block_rows in (1, 7, 64, 1000):
        closest, count, pair = near_pairs(points, 0.6, block_rows=block_rows)
        assert (count, pair) == (expected, (2, 140))
        assert closest == pytest.approx(1.0, abs=1e-6)


def test_an_encoder_counts_pairs_that_say_the_same(
    text_rows: Rows, batches: Source, honest_texts: Texts
) -> None:
    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows about soup point one way, every other row a way of its own."""
        vectors = np.random.default_rng(len(texts)).normal(size=(len(texts), 64))
        for place, text in enumerate(texts):
            if "soup twin" in text:
                vectors[place] = 1.0
        return vectors.astype(np.float32)

    texts = honest_texts(50)
    texts[4] += " soup twin"
    texts[40] += " soup twin"
    score = copies(text_rows(texts), batches, encoder=encode)["duplicates_near"]
    assert (score.value, score.passed, score.worst) == (1.0, False, ("p-00004", "p-00040"))
