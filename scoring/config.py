"""What is scored and how good it must be; every limit says where it comes from."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Check(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    enabled: bool = True
    """False leaves the check out; the report then says that it was not made."""


class AttributeFitConfig(_Check):
    """Do the rows have the attributes of the declared population, one by one and in pairs?

    A limit is never tighter than what a faultless sample of the same size shows by chance.
    """

    one_way_mean: float = Field(default=0.03, gt=0, lt=1)
    """Mean total variation over attributes. Origin: from 10,000 rows on, half of what moves a
    label mix visibly (0.05); smaller sets are held to the sampling floor instead."""
    one_way_worst: float = Field(default=0.05, gt=0, lt=1)
    """Total variation of any one attribute. Origin: the label-mix limit of the gate, 0.05."""
    two_way_mean: float = Field(default=0.06, gt=0, lt=1)
    """Mean total variation over pairs of attributes. Origin: twice the one-way limit."""
    two_way_worst: float = Field(default=0.10, gt=0, lt=1)
    """Total variation of any one pair. Origin: twice the one-way limit."""
    floor_quantile: float = Field(default=0.995, ge=0.9, lt=1)
    """Quantile of faultless samples that still passes; four scores at 0.995 refuse at most
    2 % of faultless sets, the worst ones corrected for the number of comparisons."""
    floor_draws: int = Field(default=400, ge=100, le=5000)
    """Faultless samples drawn to learn what chance alone gives."""
    interval_draws: int = Field(default=200, ge=50, le=5000)
    """Bootstrap samples of the rows behind each interval."""
    numeric_bins: int = Field(default=8, ge=2, le=30)
    """Bins for numbers, cut at the quantiles of the reference."""
    max_values: int = Field(default=30, ge=2, le=200)
    """Values kept apart per attribute; rarer ones count together as `other`."""
    exclude: tuple[str, ...] = ()
    """Attributes that are not compared."""


class DuplicatesConfig(_Check):
    """Does any row repeat another, to the letter or in other words?"""

    max_exact: int = Field(default=0, ge=0)
    """Rows that repeat an earlier row's text. Origin: the promise of the main job, none."""
    min_words: int = Field(default=5, ge=1)
    """A single field this long that repeats another row's counts too; shorter ones may recur."""
    near_cosine: float = Field(default=0.95, gt=0, le=1)
    """Cosine similarity from which two rows count as the same story. Origin: the gate's 0.95."""
    max_near_pairs: int = Field(default=0, ge=0)
    """Pairs at or above `near_cosine`. Origin: the promise of the main job, none."""
    max_overlap: float = Field(default=0.8, gt=0, le=1)
    """Largest share of common word 3-grams of two rows. Origin: four words in five copied."""
    encode_rows: int = Field(default=20_000, ge=100)
    """Rows embedded at most; a seeded sample beyond, which the score states."""
    encode_batch_rows: int = Field(default=256, ge=1)
    """Rows per call of the encoder; changes speed and memory, never the result."""


class LexicalBandConfig(_Check):
    """Is the wording as varied as real writing: neither one template nor word salad?

    Origin of all bands: seven real sets (banking77, clinc150, hwu64, sms_spam, amazon_snippets,
    clothing_reviews) measured by this code in windows of 1,000 words, and widened, because
    rows about one subject repeat its words; the salads and the template of tests/ stay outside.
    """

    window_words: int = Field(default=1000, ge=200)
    """Words per window. The bands hold for 1,000; distinct-2 falls with more."""
    max_windows: int = Field(default=40, ge=1)
    """Windows measured at most, of rows in seeded order."""
    distinct_2: tuple[float, float] = (0.5, 0.985)
    """Distinct word pairs over all pairs. Real sets 0.77 to 0.96, a template 0.11, salad 1.0."""
    type_token: tuple[float, float] = (0.18, 0.62)
    """Distinct words over all words. Real sets 0.31 to 0.53, a template 0.07, salad 0.7 to 0.9."""
    word_order: float = Field(default=1.6, gt=1)
    """At least this many times more repeated word pairs than after shuffling the words. Real sets
    2.5 to 5.6; shuffled real words 0.9 to 1.1."""
    max_repeated_openings: float = Field(default=0.5, gt=0, le=1)
    """Share of 200 rows whose first four words open another one. Real sets 0.0 to 0.12, a
    template 0.94; between, because a first name and an age open many honest sketches."""
    mean_words: tuple[float, float] = (5.0, 600.0)
    """Words per row. Origin: below five no persona is told, above 600 the encoder reads half."""

    @model_validator(mode="after")
    def _bands_run_upwards(self) -> Self:
        for name in ("distinct_2", "type_token", "mean_words"):
            low, high = getattr(self, name)
            if not 0 <= low < high:
                raise ValueError(f"{name} is ({low}, {high}); expected 0 <= low < high")
        return self


class IdentifiersConfig(_Check):
    """Does a final scan of what leaves find an identifier that is not the row's own?"""

    max_foreign: int = Field(default=0, ge=0)
    """Such identifiers in the whole set. Origin: the identity promise, none."""


class CoherenceConfig(_Check):
    """Do the facts of a row agree with each other: e-mail with name, postcode with state?"""

    min_share: float = Field(default=1.0, gt=0, le=1)
    """Share of rows without a contradiction. Origin: the facts are ours, so all of them."""


class ScoringConfig(BaseModel):
    """The scores of a set and the limits that the gate applies to them."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    attribute_fit: AttributeFitConfig = AttributeFitConfig()
    """Agreement with the declared population."""
    duplicates: DuplicatesConfig = DuplicatesConfig()
    """Exact and near copies within the set."""
    lexical: LexicalBandConfig = LexicalBandConfig()
    """Variety of the wording."""
    identifiers: IdentifiersConfig = IdentifiersConfig()
    """Identifiers found on the final rescan."""
    coherence: CoherenceConfig = CoherenceConfig()
    """Agreement of facts within a row."""
    gate_override: str | None = None
    """Why the set may leave although scores failed; printed in card, report and manifest."""
