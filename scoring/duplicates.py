"""Duplicates within a set: rows that repeat another to the letter, in part, or in other words.

Exact repeats and shared word 3-grams are found over all rows; embeddings, when an encoder is
passed, over a seeded sample once the set outgrows `encode_rows`. Only hashes stay in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .config import DuplicatesConfig
from .row_layout import ID_COLUMN, RowSource, row_texts
from .scorecard import Score
from .wording import folded, words

Encoder: TypeAlias = Callable[[Sequence[str]], NDArray[np.float32]]
"""Turns n texts into an array of shape (n, dimensions); rows need not have unit length."""

_SHINGLE_WORDS = 3
# MinHash bands of three values each: a pair that shares 60 % of its shingles meets in at least
# one of 20 bands with probability 1 - (1 - 0.6**3)**20 = 0.992, at 80 % in practice always.
_BANDS = 20
_VALUES_PER_BAND = 3
_MERSENNE = np.uint64((1 << 61) - 1)
# Rows that meet in a band are paired with the next two only, and of all pairs those are looked at
# that meet in most bands: a set of copies stays within memory and still shows its closest pair.
_NEXT_ROWS = (1, 2)
_MOST_PAIRS = 5000


class Duplicates:
    """Hashes rows batch by batch; the closest pairs are looked at in a second pass."""

    def __init__(
        self,
        texts: tuple[str, ...],
        config: DuplicatesConfig,
        *,
        encoder: Encoder | None = None,
        seed: int = 0,
    ) -> None:
        self._texts = texts
        self._config = config
        self._encoder = encoder
        self._generator = np.random.default_rng([seed, 0xD0B1])
        constants = np.random.default_rng(0x51173)  # fixed: the same shingles meet in every run
        size = _BANDS * _VALUES_PER_BAND
        self._factor = constants.integers(1, 1 << 31, size, dtype=np.uint64)
        self._offset = constants.integers(0, 1 << 31, size, dtype=np.uint64)
        self._hashes: list[NDArray[np.uint64]] = []
        self._bands: list[NDArray[np.uint64]] = []
        self._n_rows = 0

    def update(self, batch: pa.RecordBatch) -> None:
        """Take in one batch of rows."""
        fields = [batch.column(name).to_pylist() for name in self._texts]
        whole = row_texts(batch, self._texts)
        bands = np.empty((len(whole), _BANDS), dtype=np.uint64)
        hashes = np.empty((len(whole), len(fields) + 1), dtype=np.uint64)
        for row in range(len(whole)):
            hashes[row] = self._part_hashes([folded(column[row] or "") for column in fields])
            bands[row] = self._band_keys(_shingle_hashes(words(whole[row])))
        self._bands.append(bands.astype(np.uint32))
        self._hashes.append(hashes)
        self._n_rows += len(whole)

    def scores(self, rows: RowSource) -> tuple[Score, ...]:
        """Return the scores, after the last batch.

        Args:
            rows: The same rows again, to look at the closest pairs.
        """
        scores = [self._exact_score(rows), self._overlap_score(rows)]
        if self._encoder is not None:
            scores.append(self._near_score(rows, self._encoder))
        return tuple(scores)

    def _part_hashes(self, fields: Sequence[str]) -> list[int]:
        """Return a hash per field and one of the row; 0 for a field too short to count."""
        hashes = [
            _hash(field) if field.count(" ") + 1 >= self._config.min_words else 0
            for field in fields
        ]
        return [*hashes, _hash("\n".join(fields))]

    def _repeated_places(self) -> list[int]:
        is_repeat = np.zeros(self._n_rows, dtype=bool)
        for column in np.concatenate(self._hashes).T if self._hashes else ():
            counted = np.flatnonzero(column)
            _, first = np.unique(column[counted], return_index=True)
            later = np.ones(len(counted), dtype=bool)
            later[first] = False
            is_repeat[counted[later]] = True
        places: list[int] = np.flatnonzero(is_repeat).tolist()
        return places

    def _band_keys(self, shingles: NDArray[np.uint64]) -> NDArray[np.uint64]:
        mixed = (shingles[:, None] * self._factor + self._offset) % _MERSENNE
        smallest = mixed.min(axis=0).reshape(_BANDS, _VALUES_PER_BAND)
        key = np.zeros(_BANDS, dtype=np.uint64)
        for column in smallest.T:
            key = key * np.uint64(0x9E3779B97F4A7C15) + column
        return key >> np.uint64(32)

    def _exact_score(self, rows: RowSource) -> Score:
        places = self._repeated_places()
        limit = self._config.max_exact
        return Score(
            name="duplicates_exact",
            title="Rows that repeat another row's text",
            value=float(len(places)),
            direction="at_most",
            threshold=float(limit),
            passed=len(places) <= limit,
            note=f"case, spacing and punctuation ignored; a field of {self._config.min_words} "
            "words or more counts by itself",
            origin="the promise of the main job",
            worst=tuple(row_id for _, row_id, _ in _rows_at(rows, self._texts, places[:10])),
        )

    def _overlap_score(self, rows: RowSource) -> Score:
        pairs = self._candidate_pairs()
        wanted = sorted({place for pair in pairs for place in pair})
        shingles: dict[int, NDArray[np.uint64]] = {}
        ids: dict[int, str] = {}
        for place, row_id, text in _rows_at(rows, self._texts, wanted):
            shingles[place] = np.unique(_shingle_hashes(words(text)))
            ids[place] = row_id
        closest = 0.0
        worst: tuple[str, ...] = ()
        for a, b in pairs:
            common = len(np.intersect1d(shingles[a], shingles[b], assume_unique=True))
            overlap = common / (len(shingles[a]) + len(shingles[b]) - common)
            if overlap > closest:
                closest, worst = overlap, (ids[a], ids[b])
        limit = self._config.max_overlap
        return Score(
            name="duplicates_overlap",
            title="Largest share of common word 3-grams of two rows",
            value=closest,
            direction="at_most",
            threshold=limit,
            passed=closest <= limit,
            note=f"{len(pairs):,} pairs compared, found by MinHash (pairs at 0.6 are found with "
            "probability 0.99); 0 means no such pair",
            origin="four of five word 3-grams in common is a copy",
            worst=worst,
        )

    def _candidate_pairs(self) -> list[tuple[int, int]]:
        if not self._bands:
            return []
        table = np.concatenate(self._bands)
        met: list[NDArray[np.int64]] = []
        for band in table.T:
            order = np.argsort(band, kind="stable")
            ranked = band[order]
            for step in _NEXT_ROWS:
                here = np.flatnonzero(ranked[step:] == ranked[:-step])
                met.append(order[here] * self._n_rows + order[here + step])
        pairs, n_bands = np.unique(np.concatenate(met), return_counts=True)
        closest = np.sort(np.argsort(-n_bands, kind="stable")[:_MOST_PAIRS])
        return [divmod(int(pair), self._n_rows) for pair in pairs[closest]]

    def _near_score(self, rows: RowSource, encoder: Encoder) -> Score:
        config = self._config
        places: Sequence[int] = range(self._n_rows)
        note = f"all {self._n_rows:,} rows"
        if self._n_rows > config.encode_rows:
            places = np.sort(
                self._generator.choice(self._n_rows, config.encode_rows, replace=False)
            ).tolist()
            note = f"a sample of {config.encode_rows:,} of {self._n_rows:,} rows"
        ids, embeddings = _embed(
            _rows_at(rows, self._texts, places), encoder, config.encode_batch_rows
        )
        closest, n_pairs, worst = near_pairs(embeddings, config.near_cosine)
        return Score(
            name="duplicates_near",
            title=f"Pairs of rows at cosine {config.near_cosine:g} or more",
            value=float(n_pairs),
            direction="at_most",
            threshold=float(config.max_near_pairs),
            passed=n_pairs <= config.max_near_pairs,
            note=f"{note}; the closest pair is at {closest:.3f}",
            origin="the promise of the main job",
            worst=tuple(ids[place] for place in worst),
        )


def near_pairs(
    embeddings: NDArray[np.float32], cosine: float, *, block_rows: int = 1024
) -> tuple[float, int, tuple[int, ...]]:
    """Return the closest cosine, the number of pairs at or above `cosine`, and the closest pair.

    Args:
        embeddings: Shape (n, dimensions), rows of unit length.
        cosine: From which similarity on a pair counts.
        block_rows: Rows compared at a time; bounds memory, never changes the result.

    Returns:
        Closest cosine (0 with fewer than two rows), number of pairs, places of the closest pair.
    """
    closest, n_pairs = 0.0, 0
    worst: tuple[int, ...] = ()
    tolerance = 1e-6  # of float32 products
    for start in range(0, len(embeddings), block_rows):
        block = embeddings[start : start + block_rows]
        for other in range(start, len(embeddings), block_rows):
            similarity = block @ embeddings[other : other + block_rows].T
            if other == start:
                similarity[np.tril_indices(len(block))] = -1.0
            n_pairs += int((similarity >= cosine - tolerance).sum())
            place = np.unravel_index(int(np.argmax(similarity)), similarity.shape)
            if float(similarity[place]) > closest:
                closest = float(similarity[place])
                worst = (start + int(place[0]), other + int(place[1]))
    return min(closest, 1.0), n_pairs, worst


def _embed(
    rows: Iterable[tuple[int, str, str]], encoder: Encoder, batch_rows: int
) -> tuple[list[str], NDArray[np.float32]]:
    ids: list[str] = []
    parts: list[NDArray[np.float32]] = []
    waiting: list[str] = []

    def encode() -> None:
        part = np.asarray(encoder(waiting), dtype=np.float32)
        parts.append(part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12))
        waiting.clear()

    for _, row_id, text in rows:
        ids.append(row_id)
        waiting.append(text)
        if len(waiting) == batch_rows:
            encode()
    if waiting:
        encode()
    return ids, np.concatenate(parts) if parts else np.empty((0, 1), dtype=np.float32)


def _rows_at(
    rows: RowSource, texts: tuple[str, ...], places: Sequence[int]
) -> Iterable[tuple[int, str, str]]:
    """Yield (place, id, text) for ascending places; stops reading after the last."""
    if not places:
        return
    wanted = iter(places)
    next_place: int | None = next(wanted)
    start = 0
    for batch in rows():
        end = start + batch.num_rows
        if next_place is not None and next_place < end:
            ids = batch.column(ID_COLUMN).to_pylist()
            whole = row_texts(batch, texts)
            while next_place is not None and next_place < end:
                yield next_place, ids[next_place - start], whole[next_place - start]
                next_place = next(wanted, None)
        if next_place is None:
            return
        start = end


def _shingle_hashes(row_words: Sequence[str]) -> NDArray[np.uint64]:
    count = max(1, len(row_words) - _SHINGLE_WORDS + 1)
    shingles = {" ".join(row_words[i : i + _SHINGLE_WORDS]) for i in range(count)}
    return np.array([_hash(shingle) >> 32 for shingle in sorted(shingles)], dtype=np.uint64)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
