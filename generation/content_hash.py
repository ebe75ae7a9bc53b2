"""SHA-256 of JSON values and files, the same on every machine."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import orjson


def sha256_of_json(value: Any) -> str:
    """Return the hex digest of `value` as compact JSON with sorted keys."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def sha256_of_file(path: Path) -> str:
    """Return the hex digest of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
