"""What is scored and how good it must be; every limit says where it comes from."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Check(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    enabled: bool = True
    """False leaves the check out; the report then says that it was not made."""


class PopulationFitConfig(_Check):
    """Do the rows come from the population that they claim, one by one, together and as people?

    The reference is a sample of the declared population, or a table of real people. No limit is
    tighter than chance: each is the configured one or the chance limit, whichever is larger. Chance
    is learnt by shuffling the rows of both sides together and dealing them out again.
    """

    real: str | None = None
    """A CSV or Parquet table of real people, relative to the configuration file, to compare with
    instead of the declared population."""
    weight: str | None = None
    """Weight column, used on whichever side has it; such a column is not compared itself."""
    exclude: tuple[str, ...] = ()
    """Attributes that are not compared."""
    one_way_mean: float = Field(default=0.02, gt=0, lt=1)
    """Mean total variation over attributes. Origin: a share of 50 % shown as 52 %."""
    one_way_worst: float = Field(default=0.05, gt=0, lt=1)
    """Total variation of any one attribute. Origin: the label-mix limit of the gate, 0.05."""
    two_way_mean: float = Field(default=0.03, gt=0, lt=1)
    """Mean total variation over pairs of attributes. Origin: the specification's target on its
    largest table, 0.032; independent columns give 0.12 there, a tree of pairs 0.06."""
    two_way_worst: float = Field(default=0.10, gt=0, lt=1)
    """Total variation of any one pair. Origin: twice the one-way limit."""
    three_way_mean: float = Field(default=0.05, gt=0, lt=1)
    """Mean total variation over triples. Origin: as `two_way_mean`, for one attribute more."""
    three_way_worst: float = Field(default=0.15, gt=0, lt=1)
    """Total variation of any one triple. Origin: three times the one-way limit."""
    floor_ratio: float = Field(default=1.25, ge=1)
    """A mean distance up to this many floors passes. Origin: target A1 of the specification."""
    classifier_auc: float = Field(default=0.55, ge=0.5, lt=1)
    """How well boosted trees may tell the set from the reference; 0.5 is guessing. Origin: target
    A2 of the specification."""
    rare_cell_share: float = Field(default=0.01, gt=0, lt=0.5)
    """Reference share below which a combination of three attributes counts as rare."""
    correlation_error: float = Field(default=0.05, gt=0, lt=1)
    """Mean error of rank correlations between numbers. Origin: target S3 of the specification."""
    spread: tuple[float, float] = (0.85, 1.15)
    """Variance of a number in the set over that in the reference. Origin: target P3."""
    training_matches: float = Field(default=0.01, ge=0, lt=1)
    """Full-row matches with the training table above those of the reference. Origin: target A7."""
    distance_ratio: float = Field(default=0.95, gt=0, le=1)
    """Nearest training record, the set's distance over the reference's. Origin: target A7."""
    membership_auc: float = Field(default=0.55, ge=0.5, lt=1)
    """How well closeness to the set tells training people from others. Origin: target A7."""
    chance_margin: float = Field(default=5.0, ge=2, le=10)
    """Standard deviations above the mean of faultless sets that still pass; 1.4 times as many
    for a worst case of many. One faultless set in several hundred fails any of the scores."""
    chance_draws: int = Field(default=100, ge=40, le=2000)
    """Faultless sets dealt out to learn what chance alone gives."""
    interval_draws: int = Field(default=40, ge=20, le=2000)
    """Bootstrap samples behind each interval."""
    triples: int = Field(default=200, ge=0, le=20_000)
    """Triples of attributes compared: all if there are no more, else a seeded sample."""
    numeric_bins: int = Field(default=8, ge=2, le=30)
    """Bins for numbers, cut at quantiles."""
    max_values: int = Field(default=30, ge=2, le=200)
    """Values kept apart when one attribute is compared; rarer ones count as `other`."""
    groups: int = Field(default=8, ge=2, le=16)
    """Groups per attribute when pairs and triples are compared, of about equal mass."""

    @model_validator(mode="after")
    def _spread_holds_one(self) -> Self:
        if not 0 < self.spread[0] < 1 < self.spread[1]:
            raise ValueError(f"spread is {self.spread}; expected low < 1 < high")
        return self


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

    population: PopulationFitConfig = PopulationFitConfig()
    """Agreement with the declared population, or with a table of real people."""
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
