"""The chain keeps the order, stops at the first rejection, fails closed and counts everything."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from populace.filters import (
    Draft,
    FiltersConfig,
    GroundingConfig,
    NearDuplicatesConfig,
    RulesConfig,
    ScreenChain,
    Verdict,
)
from pydantic import ValidationError

LIGHT = FiltersConfig(
    screens=(RulesConfig(), GroundingConfig(), NearDuplicatesConfig(use_embeddings=False))
)
POOL = [
    "I stop by the market on my way home for a bag of oranges.",
    "\u200bMy list is short and my patience is shorter.",
    "Sure! Here is the quote.",
    "I paid $99.95 for a melon.",
    "the end of something",
]


def draft(slot: int, text: str) -> Draft:
    return Draft(slot, "quote", {"last_item_price": 4.5}, {"given_name": "Nadia"}, {"quote": text})


class Shouter:
    """Upper-cases what holds 'mend', raises on 'boom', rejects 'bad'."""

    stage = "shouter"

    def judge(self, drafts: Sequence[Draft]) -> list[Verdict]:
        return [self._one(item) for item in drafts]

    def _one(self, item: Draft) -> Verdict:
        text = str(item.fields["quote"])
        if "boom" in text:
            raise RuntimeError(f"secret: {text}")
        if "bad" in text:
            return Verdict("reject", self.stage, "bad")
        if "mend" in text:
            return Verdict(
                "mend", self.stage, "shouted", fields={"quote": text.upper()}, quality=1.0
            )
        return Verdict("keep", self.stage, quality=0.5)


class Reader:
    """Keeps everything and remembers what it was shown."""

    stage = "reader"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def judge(self, drafts: Sequence[Draft]) -> list[Verdict]:
        self.seen.extend(str(item.fields["quote"]) for item in drafts)
        return [Verdict("keep", self.stage, quality=0.25) for _ in drafts]


def test_mends_feed_the_next_screen_and_rejected_drafts_go_no_further() -> None:
    reader = Reader()
    chain = ScreenChain(FiltersConfig(screens=()), [Shouter(), reader])
    results = chain.judge([draft(i, t) for i, t in enumerate(["mend me", "bad", "fine"])])
    assert [r.verdict.action for r in results] == ["mend", "reject", "keep"]
    assert reader.seen == ["MEND ME", "fine"]
    assert results[0].draft.fields == {"quote": "MEND ME"}
    assert [r.quality for r in results] == [1.25, 0.0, 0.75]


def test_a_screen_that_raises_rejects_that_draft_alone_without_its_text() -> None:
    chain = ScreenChain(FiltersConfig(screens=()), [Shouter()])
    results = chain.judge([draft(i, t) for i, t in enumerate(["fine", "boom", "fine too"])])
    assert [r.is_kept for r in results] == [True, False, True]
    failed = results[1].verdict
    assert (failed.reason, failed.evidence) == ("screen_error", {"error": "RuntimeError"})
    assert "secret" not in repr(failed)
    assert chain.counts["shouter"].rejected == {"screen_error": 1}


def test_counts_add_up_by_stage() -> None:
    chain = ScreenChain(FiltersConfig(screens=()), [Shouter(), Reader()])
    chain.judge([draft(i, t) for i, t in enumerate(["mend", "bad", "fine", "boom", "fine"])])
    for counts in chain.counts.values():
        assert counts.judged == counts.kept + counts.mended + counts.rejected.total()
    assert chain.counts["shouter"].judged == 5
    assert chain.counts["reader"].judged == 3


def test_nothing_in_nothing_out() -> None:
    assert ScreenChain(LIGHT).judge([]) == []


@given(st.lists(st.sampled_from(POOL), max_size=8))
def test_order_is_kept_and_the_batch_does_not_matter(texts: list[str]) -> None:
    chain = ScreenChain(LIGHT)
    drafts = [draft(i, t) for i, t in enumerate(texts)]
    together = chain.judge(drafts)
    assert [r.draft.slot for r in together] == list(range(len(texts)))
    assert together == [chain.judge([item])[0] for item in drafts]


@given(st.lists(st.sampled_from(POOL), max_size=6))
def test_judging_what_was_kept_keeps_it_unchanged(texts: list[str]) -> None:
    chain = ScreenChain(LIGHT)
    kept = [r.draft for r in chain.judge([draft(i, t) for i, t in enumerate(texts)]) if r.is_kept]
    again = chain.judge(kept)
    assert all(r.verdict.action == "keep" for r in again)
    assert [r.draft for r in again] == kept


def test_commit_admits_what_it_keeps_and_restore_comes_to_the_same_state() -> None:
    texts = [
        "I like a short list and a full cart.",
        "I like a short list and a full cart!",
        "Nobody restocks the oat milk before noon around here.",
    ]
    drafts = [draft(i, t) for i, t in enumerate(texts)]
    chain, resumed = ScreenChain(LIGHT), ScreenChain(LIGHT)
    actions = [chain.commit(item).action for item in drafts]
    assert actions == ["keep", "reject", "keep"]
    resumed.restore([d for d, action in zip(drafts, actions, strict=True) if action == "keep"])
    probe = draft(9, "Nobody restocks the oat milk before noon around here.")
    assert resumed.commit(probe) == chain.commit(probe)
    assert chain.counts["near_duplicates"].judged == 4


def test_a_screen_may_be_listed_once() -> None:
    with pytest.raises(ValidationError, match="rules more than once"):
        FiltersConfig(screens=(RulesConfig(), RulesConfig()))


def test_the_configuration_reads_back_from_plain_data() -> None:
    config = FiltersConfig()
    assert FiltersConfig.model_validate(config.model_dump(mode="json")) == config
    assert [screen.kind for screen in config.screens] == [
        "rules",
        "grounding",
        "pii",
        "near_duplicates",
    ]


def test_an_unknown_screen_is_refused() -> None:
    with pytest.raises(ValidationError, match="does not match any of the expected tags"):
        FiltersConfig.model_validate({"screens": [{"kind": "vibes"}]})
