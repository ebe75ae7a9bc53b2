"""Repeats are found by letters, by words, by opening and by meaning, in slot order only."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.filters import Draft, NearDuplicatesConfig, NearDuplicateScreen, TextEncoder

LEXICAL = NearDuplicatesConfig(use_embeddings=False)
FIRST = "I went to the market for two lemons and came home with a whole bag of limes instead."


def draft(slot: int, text: str, part: str = "trip") -> Draft:
    return Draft(slot, part, {}, {}, {"trip": text})


def admitted(*texts: str, config: NearDuplicatesConfig = LEXICAL) -> NearDuplicateScreen:
    screen = NearDuplicateScreen(config)
    for slot, text in enumerate(texts):
        screen.admit(draft(slot, text))
    return screen


def test_the_same_letters_are_an_exact_duplicate() -> None:
    verdict = admitted(FIRST).judge(draft(5, FIRST.upper().replace(" ", "  ").replace(".", "!")))
    assert (verdict.reason, verdict.evidence) == ("exact_duplicate", {"slot": 0})


def test_one_changed_word_in_a_long_text_is_found_by_its_shingles() -> None:
    long = f"{FIRST} The cashier laughed because it was the second time this week that I did so."
    verdict = admitted(long).judge(draft(1, long.replace("cashier", "clerk")))
    assert verdict.reason == "shared_words"
    assert verdict.evidence["jaccard"] >= 0.7


def test_other_words_are_kept() -> None:
    assert admitted(FIRST).judge(draft(1, "She never buys fruit in winter.")).action == "keep"


def test_parts_are_compared_apart() -> None:
    assert admitted(FIRST).judge(draft(1, FIRST, part="summary")).action == "keep"


def test_an_opening_is_used_up_after_the_allowed_rows() -> None:
    endings = ["a melon today", "nothing at all", "soap and a sponge", "too many figs"]
    texts = [f"Yesterday I went out and got {ending}." for ending in endings]
    config = NearDuplicatesConfig(use_embeddings=False, max_rows_per_opening=3)
    screen = NearDuplicateScreen(config)
    for slot, text in enumerate(texts[:3]):
        assert screen.judge(draft(slot, text)).action == "keep"
        screen.admit(draft(slot, text))
    verdict = screen.judge(draft(3, texts[3]))
    assert (verdict.reason, verdict.field) == ("opening_used", "trip")


def test_judging_does_not_admit() -> None:
    screen = NearDuplicateScreen(LEXICAL)
    assert screen.judge(draft(0, FIRST)) == screen.judge(draft(0, FIRST))


@settings(max_examples=25)
@given(st.lists(st.text("ab ", min_size=1, max_size=12), max_size=12))
def test_kept_rows_never_share_their_letters_and_a_restored_screen_agrees(texts: list[str]) -> None:
    screen = NearDuplicateScreen(LEXICAL)
    kept = []
    for slot, text in enumerate(texts):
        if screen.judge(draft(slot, text)).action == "keep":
            screen.admit(draft(slot, text))
            kept.append(draft(slot, text))
    folded = [str(d.fields["trip"]).replace(" ", "") for d in kept]
    assert len(set(filter(None, folded))) == len([f for f in folded if f])
    restored = NearDuplicateScreen(LEXICAL)
    for item in kept:
        restored.admit(item)
    for text in [*texts, FIRST]:
        assert restored.judge(draft(99, text)) == screen.judge(draft(99, text))


@pytest.mark.parametrize("similarity", [0.75, 0.85, 0.95])
def test_pairs_above_the_jaccard_threshold_are_found(similarity: float) -> None:
    """100 planted pairs at a known similarity among 100 others: all are found."""
    stream = np.random.default_rng(3)
    screen = NearDuplicateScreen(
        NearDuplicatesConfig(use_embeddings=False, max_rows_per_opening=99)
    )
    length = 120
    texts = [[f"w{n}" for n in stream.integers(0, 5000, length)] for _ in range(100)]
    for slot, said in enumerate(texts):
        screen.admit(draft(slot, " ".join(said)))
    # A changed tail of t words keeps s = length - 2 - t shingles of the union s + 2t.
    tail = round((length - 2) * (1 - similarity) / (1 + similarity)) - 1
    found = 0
    for said in texts:
        edited = [*said[: length - tail], *(f"x{n}" for n in range(tail))]
        found += screen.judge(draft(999, " ".join(edited))).reason == "shared_words"
    assert found >= 99


@pytest.mark.model
def test_meaning_is_compared_and_an_embedding_does_not_depend_on_its_batch() -> None:
    encoder = TextEncoder()
    texts = [
        "I bought a bag of coffee beans because my sister was visiting.",
        "Because my sister came to visit, I purchased a bag of coffee beans.",
        "The self-checkout froze again and nobody came to help.",
        "Limes.",
    ]
    together = encoder.encode(texts)
    assert together.shape == (4, TextEncoder.dimensions)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    alone = np.concatenate([TextEncoder.encode(_Fresh.of(encoder), [t]) for t in texts])
    assert np.array_equal(together, alone)

    config = NearDuplicatesConfig(cosine=0.9)
    screen = NearDuplicateScreen(config, encoder)
    screen.prepare([draft(0, texts[0])])
    screen.admit(draft(0, texts[0]))
    same = screen.judge(draft(1, texts[1]))
    assert same.reason == "same_meaning"
    assert same.evidence["cosine"] >= 0.9
    other = screen.judge(draft(2, texts[2]))
    assert other.action == "keep"
    assert other.evidence["cosine"] < 0.5


class _Fresh:
    """An encoder with the same model and nothing remembered."""

    @staticmethod
    def of(encoder: TextEncoder) -> TextEncoder:
        fresh = TextEncoder()
        fresh._model = encoder._model
        return fresh
