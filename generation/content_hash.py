"""SHA-256 of JSON values, the same on every machine."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson


def sha256_of_json(value: Any) -> str:
    """Return the hex digest of `value` as compact JSON with sorted keys."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
