"""The `near_duplicates` screen: no row says what a row before it said.

Four checks from cheap to dear: the same folded text, shared word shingles, openings used too
often, cosine similarity of embeddings. Drafts are compared with admitted rows of the same part
only. The state is a function of the admitted drafts in order, so a resumed run rebuilds it.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from .embeddings import Precision, TextEncoder
from .verdict import Draft, Verdict
from .wording import field_name, fold, ngrams, words

_BANDS, _BAND_ROWS = 21, 3
# 21 bands of 3 find a pair at Jaccard 0.7 with probability 1 - (1 - 0.7^3)^21 = 0.9999, and take a
# pair at 0.1 for a candidate in 2 of 100 cases; candidates are then compared exactly.
_PERMUTATIONS = _BANDS * _BAND_ROWS
_SHINGLE_WORDS = 3


class NearDuplicatesConfig(BaseModel):
    """Reject a draft that repeats an admitted row in its letters, its words or its meaning."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kind: Literal["near_duplicates"] = "near_duplicates"
    fields: tuple[str, ...] = ()
    """Fields that make up the compared text; empty means every text of the draft."""
    cosine: float = Field(default=0.9, gt=0, le=1)
    """Cosine at or above which a draft is rejected. 0.95 is the usual drop and 0.90 the usual look
    line for MiniLM; the lower one is the default because a new attempt is cheap."""
    jaccard: float = Field(default=0.7, gt=0, le=1)
    """Jaccard similarity of 3-word shingles at or above which a draft is rejected; light edits of
    one sentence stay above 0.7."""
    opening_words: int = Field(default=5, ge=2)
    """Words at the start of a field that count as its opening."""
    max_rows_per_opening: int = Field(default=3, ge=1)
    """Admitted rows that may share the opening of a field; the next one is rejected."""
    max_opening_share: float = Field(default=0.02, ge=0, le=1)
    """Share of the admitted rows that may share an opening, where that is more than the count:
    in 1,000 rows 20 may begin alike."""
    use_embeddings: bool = True
    """Whether to compare by cosine too; without it no model is loaded."""
    precision: Precision = "float32"
    """`auto` takes bfloat16 where the processor has AMX: faster, but then two kinds of machine may
    disagree on a pair close to the threshold."""
    encode_batch_texts: int = Field(default=1, gt=0)
    """Texts per forward pass; above 1 an embedding may depend on its batch in the last bits."""


class NearDuplicateScreen:
    """Compare drafts with the rows admitted before them; ask it in slot order."""

    stage = "near_duplicates"

    def __init__(self, config: NearDuplicatesConfig, encoder: TextEncoder | None = None) -> None:
        """Set up without loading; `encoder` shares one loaded model between users."""
        self._config = config
        self._encoder = encoder or TextEncoder(
            precision=config.precision, batch_texts=config.encode_batch_texts
        )
        self._parts: defaultdict[str, _Admitted] = defaultdict(_Admitted)

    def start(self) -> None:
        """Load the embedding model if it is used; idempotent."""
        if self._config.use_embeddings:
            self._encoder.start()

    def prepare(self, drafts: Sequence[Draft]) -> None:
        """Embed drafts ahead of `judge`; changes speed, never a verdict."""
        if self._config.use_embeddings:
            self._encoder.encode([text for draft in drafts if (text := self._text(draft))])

    def judge(self, draft: Draft) -> Verdict:
        """Return the verdict on `draft` against everything admitted so far."""
        text = self._text(draft)
        admitted = self._parts[draft.part]
        if not text:
            return Verdict("keep", self.stage)
        if _digest(text) in admitted.digests:
            return self._reject("exact_duplicate", slot=admitted.digests[_digest(text)])
        jaccard, row = admitted.nearest_by_words(_shingles(text))
        if jaccard >= self._config.jaccard:
            return self._reject("shared_words", jaccard=round(jaccard, 3), slot=admitted.slots[row])
        allowed = max(
            self._config.max_rows_per_opening,
            math.floor(self._config.max_opening_share * len(admitted.slots)),
        )
        for path, opening in self._openings(draft):
            if (used := admitted.openings[opening]) >= allowed:
                return Verdict(
                    "reject", self.stage, "opening_used", path, {"rows": used, "allowed": allowed}
                )
        if not self._config.use_embeddings:
            return Verdict("keep", self.stage, evidence={"jaccard": round(jaccard, 3)})
        cosine, row = admitted.nearest_by_meaning(self._encoder.encode([text])[0])
        if cosine >= self._config.cosine:
            return self._reject("same_meaning", cosine=round(cosine, 3), slot=admitted.slots[row])
        evidence = {"cosine": round(cosine, 3), "jaccard": round(jaccard, 3)}
        return Verdict("keep", self.stage, evidence=evidence)

    def admit(self, draft: Draft) -> None:
        """Remember a kept draft; later drafts are compared with it."""
        text = self._text(draft)
        if not text:
            return
        vector = self._encoder.encode([text])[0] if self._config.use_embeddings else None
        self._parts[draft.part].add(
            draft.slot,
            _digest(text),
            _shingles(text),
            vector,
            [opening for _, opening in self._openings(draft)],
        )

    def _text(self, draft: Draft) -> str:
        chosen = self._config.fields
        return " ".join(
            text for path, text in draft.texts() if not chosen or field_name(path) in chosen
        ).strip()

    def _openings(self, draft: Draft) -> list[tuple[str, tuple[str, ...]]]:
        """Return (path, field and first words) of the chosen texts that are longer than an opening."""
        found: dict[tuple[str, ...], str] = {}
        for path, text in draft.texts():
            name, said = field_name(path), words(text)
            if self._config.fields and name not in self._config.fields:
                continue
            if len(said) > self._config.opening_words:
                found.setdefault((name, *said[: self._config.opening_words]), path)
        return [(path, opening) for opening, path in found.items()]

    def _reject(self, reason: str, **evidence: float) -> Verdict:
        return Verdict("reject", self.stage, reason, "", evidence)


class _Admitted:
    """What is remembered of the admitted rows of one part: hashes and vectors, no text."""

    def __init__(self) -> None:
        self.slots: list[int] = []
        self.digests: dict[bytes, int] = {}
        self.openings: Counter[tuple[str, ...]] = Counter()
        self._shingles: list[NDArray[np.uint32]] = []
        self._buckets: defaultdict[bytes, list[int]] = defaultdict(list)
        self._vectors = np.zeros((256, TextEncoder.dimensions), np.float32)

    def add(
        self,
        slot: int,
        digest: bytes,
        shingles: NDArray[np.uint32],
        vector: NDArray[np.float32] | None,
        openings: Sequence[tuple[str, ...]],
    ) -> None:
        row = len(self.slots)
        self.slots.append(slot)
        self.digests.setdefault(digest, slot)
        self.openings.update(openings)
        self._shingles.append(shingles)
        for key in _band_keys(shingles):
            self._buckets[key].append(row)
        if vector is not None:
            if row >= len(self._vectors):
                grown = np.zeros((2 * len(self._vectors), self._vectors.shape[1]), np.float32)
                grown[: len(self._vectors)] = self._vectors
                self._vectors = grown
            self._vectors[row] = vector

    def nearest_by_words(self, shingles: NDArray[np.uint32]) -> tuple[float, int]:
        """Return the highest Jaccard similarity among band candidates, and its row (-1: none)."""
        rows = sorted({row for key in _band_keys(shingles) for row in self._buckets.get(key, ())})
        best, nearest = 0.0, -1
        for row in rows:
            shared = len(np.intersect1d(shingles, self._shingles[row], assume_unique=True))
            value = shared / (len(shingles) + len(self._shingles[row]) - shared)
            if value > best:
                best, nearest = value, row
        return best, nearest

    def nearest_by_meaning(self, vector: NDArray[np.float32]) -> tuple[float, int]:
        """Return the highest cosine and its row, or (0.0, -1) when nothing was admitted."""
        if not self.slots:
            return 0.0, -1
        cosines = self._vectors[: len(self.slots)] @ vector
        row = int(np.argmax(cosines))
        return float(cosines[row]), row


def _digest(text: str) -> bytes:
    return hashlib.blake2b(fold(text).encode(), digest_size=16).digest()


def _shingles(text: str) -> NDArray[np.uint32]:
    """Return the sorted distinct hashes of the word 3-grams; a shorter text is one shingle."""
    said = words(text)
    runs = set(ngrams(said, _SHINGLE_WORDS)) or {tuple(said)}
    hashed = {
        int.from_bytes(hashlib.blake2b(" ".join(run).encode(), digest_size=4).digest(), "big")
        for run in runs
    }
    return np.array(sorted(hashed), np.uint32)


def _permutation_constants() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return odd multipliers and offsets of the hash family, the same in every process."""
    stream = np.random.Generator(np.random.PCG64(0))
    multipliers = stream.integers(1, 2**63, _PERMUTATIONS, np.uint64) | np.uint64(1)
    return multipliers, stream.integers(0, 2**63, _PERMUTATIONS, np.uint64)


_MULTIPLIERS, _OFFSETS = _permutation_constants()


def _band_keys(shingles: NDArray[np.uint32]) -> list[bytes]:
    """Return the MinHash signature cut into bands, each with its number in front.

    Source: Broder (1997), "On the resemblance and containment of documents"; the hash family is
    multiply-shift on 64 bits (Dietzfelbinger et al. 1997).
    """
    values = shingles.astype(np.uint64)[:, None] * _MULTIPLIERS + _OFFSETS
    signature = (values >> np.uint64(32)).min(axis=0).astype(np.uint32)
    return [
        bytes([band]) + signature[band * _BAND_ROWS : (band + 1) * _BAND_ROWS].tobytes()
        for band in range(_BANDS)
    ]
