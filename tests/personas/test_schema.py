"""The persona id."""

from __future__ import annotations

import hashlib

from populace.personas.schema import persona_id


def test_an_id_is_the_head_of_a_published_hash() -> None:
    """Worked out with `printf 'abc:7:0' | sha256sum`."""
    assert persona_id("abc", 7, 0) == hashlib.sha256(b"abc:7:0").hexdigest()[:16]


def test_ids_differ_by_population_seed_and_slot() -> None:
    ids = {
        persona_id(p, seed, slot) for p in ("a", "b") for seed in range(20) for slot in range(500)
    }
    assert len(ids) == 2 * 20 * 500
