"""The population page shows every measure beside its baselines, and hides nothing it was given."""

from __future__ import annotations

import pytest
from populace.export.population_page import render_population_page
from populace.scoring import AttributeShares, PopulationDetail, Score, Scorecard
from populace.scoring.population_detail import MeasureLine, SpreadLine, TellingColumn

HOSTILE = "<script>window.hit = 1</script>\u202e"

DETAIL = PopulationDetail(
    reference="900 rows of real.csv",
    n_set=300,
    n_reference=900,
    lines=(
        MeasureLine(
            "population_2way_mean", "Pairs of attributes, mean distance",
            0.088, 0.082, 0.094, 0.064, 0.095, 0.079, 0.08, at_least=False, passed=False,
        ),
    ),
    map_attributes=("region", "state", HOSTILE),
    map_ratios=((), (6.0,), (1.0, 1.7)),
    telling=(TellingColumn("state", 0.15, f"“{HOSTILE}” more often"),),
    spreads=(SpreadLine("age", 0.5, 0.4, 0.6),),
    n_pairs=3,
    n_triples=1,
    all_triples=1,
    notes=("only in the set: id",),
)  # fmt: skip
CARD = Scorecard(
    (Score("population_2way_mean", "Distance", 0.088, "at_most", 0.08, False),),
    300,
    (
        AttributeShares("mild", ("a", "b"), (0.5, 0.5), (0.5, 0.5), 0.0, 0.02, 0.1),
        AttributeShares("worst", (HOSTILE, "b"), (0.5, 0.5), (0.9, 0.1), 0.4, 0.02, 0.1),
    ),
    DETAIL,
)


def test_the_page_tells_the_verdict_the_baselines_and_the_worst_first() -> None:
    page = render_population_page(CARD, subject="set.csv")
    for words in (
        "This set is not like 900 rows of real.csv.",
        "Pairs of attributes, mean distance",
        "0.082 to 0.094",
        "0.079",
        "at most 0.080",
        "Only in the set: id.",
        "0.400 of 0.100",
    ):
        assert words in page, words
    assert page.index("<h3>worst</h3>") < page.index("<h3>mild</h3>")
    # Region and state are six floors apart, the strongest level; one pair is a little off.
    assert page.count('<path class="heat-') == 3
    assert '<path class="heat-4" d="M158 24h18v18h-18z"/>' in page


def test_labels_of_a_users_table_are_shown_not_run() -> None:
    page = render_population_page(CARD, subject=HOSTILE)
    assert "<script" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'; style-src 'sha256-" in page.replace("&#39;", "'")


def test_a_card_without_a_population_part_has_no_page() -> None:
    with pytest.raises(ValueError, match="no population part"):
        render_population_page(Scorecard(()), subject="x")
