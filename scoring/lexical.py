"""Lexical band: is the wording as varied as real writing, neither a template nor word salad?

Diversity scores reward noise, so each is a band, and none is "higher is better". They also fall
with the amount of text, so all are taken in windows of the same number of words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from .config import LexicalBandConfig
from .row_layout import ID_COLUMN, row_texts
from .scorecard import Direction, Score
from .wording import words

# Rows held for the windows and the openings; 40 windows of 1,000 words need fewer.
_HELD_ROWS = 4000
_OPENING_ROWS = 200
_OPENING_WORDS = 4
_SHUFFLES = 5
_ORIGIN = "real sets measured by this code, widened; see LexicalBandConfig"

Window = list[list[str]]


class LexicalBand:
    """Keeps a seeded sample of the rows' texts and measures their wording."""

    def __init__(self, texts: tuple[str, ...], config: LexicalBandConfig, seed: int) -> None:
        self._texts = texts
        self._config = config
        self._generator = np.random.default_rng([seed, 0x1E81])
        self._held: list[_HeldRow] = []
        self._n_rows = 0
        self._n_words = 0

    def update(self, batch: pa.RecordBatch) -> None:
        """Take in one batch of rows."""
        ids = batch.column(ID_COLUMN).to_pylist()
        fields = [batch.column(name).to_pylist() for name in self._texts]
        for row, text in enumerate(row_texts(batch, self._texts)):
            row_words = words(text)
            self._n_rows += 1
            self._n_words += len(row_words)
            openings = tuple(
                " ".join(words((column[row] or "")[:400])[:_OPENING_WORDS]) for column in fields
            )
            self._held.append(_HeldRow(float(self._generator.random()), ids[row], text, openings))
        if len(self._held) > 2 * _HELD_ROWS:
            self._held = sorted(self._held, key=lambda row: row.priority)[:_HELD_ROWS]

    def scores(self) -> tuple[Score, ...]:
        """Return the five scores, after the last batch."""
        rows = sorted(self._held, key=lambda row: row.priority)[:_HELD_ROWS]
        config = self._config
        windows = _windows([words(row.text) for row in rows], config)
        scores = [self._mean_length()]
        if windows:
            shuffled = [self._shuffled_repeats(window) for window in windows]
            repeats = [_repeated_pairs(window) for window in windows]
            order = [(real + 1) / (twin + 1) for real, twin in zip(repeats, shuffled, strict=True)]
            scores += [
                self._window_score(
                    "distinct_2", "Distinct word pairs", "band", config.distinct_2,
                    [distinct_ratio(window, 2) for window in windows],
                ),
                self._window_score(
                    "type_token", "Distinct words", "band", config.type_token,
                    [distinct_ratio(window, 1) for window in windows],
                ),
                self._window_score(
                    "word_order", "Word order, against the same words shuffled", "at_least",
                    config.word_order, order,
                ),
            ]  # fmt: skip
        else:
            scores.append(
                Score(
                    name="lexical_distinct_2",
                    title="Distinct word pairs",
                    value=0.0,
                    direction="band",
                    note=f"not judged: {self._n_words:,} words are less than one window of "
                    f"{config.window_words:,}",
                    origin=_ORIGIN,
                )
            )
        scores.append(self._openings(rows[:_OPENING_ROWS]))
        return tuple(scores)

    def _window_score(
        self,
        name: str,
        title: str,
        direction: Direction,
        threshold: float | tuple[float, float],
        values: Sequence[float],
    ) -> Score:
        value = float(np.mean(values))
        half = (
            1.96 * float(np.std(values, ddof=1)) / len(values) ** 0.5 if len(values) > 1 else None
        )
        low, high = threshold if isinstance(threshold, tuple) else (threshold, float("inf"))
        return Score(
            name=f"lexical_{name}",
            title=title,
            value=value,
            direction=direction,
            threshold=threshold,
            passed=low <= value <= high,
            low=None if half is None else value - half,
            high=None if half is None else value + half,
            note=f"mean of {len(values)} windows of {self._config.window_words:,} words",
            origin=_ORIGIN,
        )

    def _mean_length(self) -> Score:
        value = self._n_words / max(1, self._n_rows)
        low, high = self._config.mean_words
        return Score(
            name="lexical_mean_words",
            title="Words per row",
            value=value,
            direction="band",
            threshold=(low, high),
            passed=low <= value <= high,
            note=f"{self._n_words:,} words in {self._n_rows:,} rows",
            origin="below, no persona is told; above, the encoder reads only a part",
        )

    def _openings(self, rows: Sequence[_HeldRow]) -> Score:
        worst_share, worst_field = 0.0, ""
        worst_ids: tuple[str, ...] = ()
        for index, field in enumerate(self._texts):
            openings = [row.openings[index] for row in rows]
            counts = Counter(openings)
            repeated = [
                row.row_id
                for row in rows
                if row.openings[index] and counts[row.openings[index]] > 1
            ]
            share = len(repeated) / max(1, len(rows))
            if share > worst_share or not worst_field:
                worst_share, worst_field, worst_ids = share, field, tuple(repeated[:10])
        limit = self._config.max_repeated_openings
        return Score(
            name="lexical_repeated_openings",
            title="Texts that open with the same four words as another",
            value=worst_share,
            direction="at_most",
            threshold=limit,
            passed=worst_share <= limit,
            note=f"field {worst_field!r}, the worst of {len(self._texts)}, in {len(rows)} rows",
            origin=_ORIGIN,
            worst=worst_ids,
        )

    def _shuffled_repeats(self, window: Window) -> float:
        flat = [word for text in window for word in text]
        counts = []
        for _ in range(_SHUFFLES):
            order = self._generator.permutation(len(flat))
            shuffled, start = [], 0
            for text in window:
                shuffled.append([flat[place] for place in order[start : start + len(text)]])
                start += len(text)
            counts.append(_repeated_pairs(shuffled))
        return float(np.mean(counts))


@dataclass(frozen=True, slots=True)
class _HeldRow:
    priority: float
    row_id: str
    text: str
    openings: tuple[str, ...]


def distinct_ratio(window: Window, n: int) -> float:
    """Return distinct n-grams over all n-grams; no n-gram runs over the end of a text.

    Source: Li et al. (2016), "A Diversity-Promoting Objective Function", arXiv:1510.03055.
    """
    grams = [tuple(text[i : i + n]) for text in window for i in range(len(text) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0


def _repeated_pairs(window: Window) -> int:
    pairs = [pair for text in window for pair in pairwise(text)]
    return len(pairs) - len(set(pairs))


def _windows(texts: Sequence[list[str]], config: LexicalBandConfig) -> list[Window]:
    windows: list[Window] = []
    window: Window = []
    room = config.window_words
    for text in texts:
        window.append(text[:room])
        room -= len(window[-1])
        if room == 0:
            windows.append(window)
            window, room = [], config.window_words
        if len(windows) == config.max_windows:
            break
    return windows
