"""The sections of a persona: every typed attribute with its unit, range and words.

A field is named like the column of an exported row it is read from, unless its `column` says
otherwise. Values are strict: a number as text, a word that is not listed or a figure outside its
range is refused. The words are those of configs/populations/retail_us.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .persona_traits import TRAITS

Words = Annotated[str, Field(min_length=1, max_length=200)]
"""A word or short phrase out of a long list that belongs to the population."""
Text = Annotated[str, Field(min_length=1, max_length=20_000)]
"""A text that a model wrote."""
TScore = Annotated[int, Field(ge=20, le=80)]
"""Whole T-score: mean 50, standard deviation 10 over the population, 20 to 80."""
Level = Literal["low", "medium", "high"]


class Section(BaseModel):
    """Base of all sections: frozen, strict, no unknown field."""

    # Built at first use: `import populace.personas` stays instant.
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        use_attribute_docstrings=True,
        defer_build=True,
    )


class Person(Section):
    """Who the person is."""

    age: int = Field(ge=18, le=110)
    """Years; adults only."""
    sex: Literal["female", "male"]
    """Sex, which also decides pronouns and given names."""
    ethnicity: Literal["white", "Hispanic or Latino", "Black", "Asian", "another or several"]
    """Group of the census table the population is declared from; no prompt uses it."""
    marital_status: Literal[
        "married", "living with partner", "never married", "divorced", "separated", "widowed"
    ]
    """Legal status, and living with a partner as one of its own."""
    education: Literal[
        "no diploma", "high school diploma", "some college", "bachelor's degree", "graduate degree"
    ]
    """Highest level completed."""


class Locale(Section):
    """Where the person lives and comes from."""

    locale: str | None = Field(default=None, pattern=r"^[a-z]{2,3}_[A-Z]{2}$")
    """Locale of the identity, such as en_US; None when the row does not say."""
    region: Words
    """Region of the country."""
    state: Words
    """State or province."""
    city: Words
    """City of residence."""
    city_size: Literal["small", "medium", "large"]
    """Below 150,000 residents, below 500,000, or more."""
    birthplace: Literal["United States", "Latin America", "Europe", "Asia", "Africa", "elsewhere"]
    """Country or part of the world of birth."""
    language_at_home: Words
    """Main language at home."""


class Identity(Section):
    """Sanctioned identity: drawn by us, from ranges assigned to nobody."""

    given_name: Words
    """Given name, in agreement with sex and locale."""
    family_name: Words
    """Family name."""
    email: str = Field(min_length=6, max_length=200, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    """Address under a reserved domain (RFC 2606)."""
    phone: Words
    """Number from a range reserved for fiction."""
    street_address: Words
    """House number and an invented street."""
    postcode: Words
    """Postal code in agreement with state and city."""
    user_name: Words | None = None
    """Name for accounts; None when the row has none."""
    national_id: Words | None = None
    """National number from a range that is never issued; None when the row has none."""
    card_number: Words | None = None
    """Payment card number from a test range; None when the row has none."""
    iban: Words | None = None
    """Account number of a bank that does not exist; None where accounts have no IBAN."""


class Economics(Section):
    """Work and money."""

    employment: Literal[
        "full-time", "part-time", "self-employed", "student", "homemaker", "unemployed", "retired"
    ]
    """Main activity."""
    occupation: Words
    """Job title; of a retired person the former one; `none` without a job."""
    works_from_home: bool
    """Works mostly at home."""
    commute_minutes: int = Field(ge=0, le=240)
    """Minutes to work, one way; 0 without a way to work."""
    income: int = Field(ge=0, le=5_000_000)
    """Yearly income before tax in USD, of the person and a partner in the home."""
    payment_method: Words
    """What the person usually pays with."""
    weekly_grocery_spend: float = Field(ge=0.0, le=5_000.0)
    """USD per week on groceries, for the household."""


class Psychographics(Section):
    """Big Five and retail traits as T-scores; see `persona_traits` for what they can claim."""

    openness: TScore
    """Openness to experience."""
    conscientiousness: TScore
    """Conscientiousness."""
    extraversion: TScore
    """Extraversion."""
    agreeableness: TScore
    """Agreeableness."""
    neuroticism: TScore
    """Neuroticism, the opposite of emotional stability."""
    price_consciousness: TScore
    """How much the lowest price counts."""
    brand_attachment: TScore
    """How strongly the person holds on to brands."""
    deal_proneness: TScore
    """Pleasure in coupons and sales."""
    novelty_seeking: TScore
    """Liking for new and different products."""
    quality_consciousness: TScore
    """Insistence on good quality."""
    online_affinity: TScore
    """Readiness to buy online."""
    reliability: dict[str, float] = Field(
        default_factory=lambda: {name: trait.reliability for name, trait in TRAITS.items()}
    )
    """Cronbach's alpha, 0 to 1, of the scale behind each score; the same for everyone."""

    @model_validator(mode="after")
    def _has_a_reliability_per_score(self) -> Self:
        if self.reliability.keys() != TRAITS.keys():
            raise ValueError("reliability must name every score of the section, and no other")
        if not all(0.0 <= alpha <= 1.0 for alpha in self.reliability.values()):
            raise ValueError("a reliability lies outside 0 to 1")
        return self


class Shopping(Section):
    """Where, when and how the person shops."""

    channel: Literal[
        "supermarket",
        "supercenter",
        "warehouse club",
        "discount grocer",
        "natural foods store",
        "online delivery",
    ]
    """Where most of the shopping is done."""
    trips_per_week: int = Field(ge=0, le=21)
    """Shopping trips, or orders online, per week."""
    shopping_time: Words
    """Usual time of shopping."""
    transport: Words
    """How the person gets to the store."""
    store_distance_miles: float = Field(ge=0.0, le=200.0)
    """Miles to the usual store."""
    shops_with: Words
    """Company on a usual trip; `nobody` for none."""
    shopping_list: Literal["none", "on paper", "on the phone"]
    """Whether and where a list is kept."""
    loyalty_card: bool
    """Has the store's card or membership."""
    loyalty_years: int = Field(ge=0, le=80)
    """Full years as a customer of the usual store."""
    newsletter: bool
    """Gets the store's newsletter."""
    online_orders_per_month: int = Field(ge=0, le=200)
    """Orders online per month, of any kind of goods."""
    returns_per_year: int = Field(ge=0, le=500)
    """Purchases returned per year."""
    reviews_per_year: int = Field(ge=0, le=500)
    """Product reviews written per year."""
    service_contact: Literal["phone", "service desk", "chat", "e-mail"]
    """How the person turns to customer service."""
    smartphone: bool
    """Owns a smartphone."""
    pet_peeve: Words
    """What annoys the person about shopping, in words that follow "cannot stand"."""


class CategoryNeeds(Section):
    """What the person needs from the store."""

    interest: Words
    """The part of the store the person cares about most."""
    diet: Literal[
        "no restriction", "vegetarian", "vegan", "gluten-free", "low-sugar", "lactose-free"
    ]
    """Diet that decides what is bought."""
    meals_cooked_per_week: int = Field(ge=0, le=21)
    """Meals cooked at home per week."""
    last_item: Words
    """The last purchase worth a story."""
    last_item_category: Words
    """Its category."""
    last_item_price: float = Field(gt=0.0, le=100_000.0)
    """Its price in USD."""
    last_item_reason: Words
    """Why it was bought."""
    new_products: Literal["waits for others", "tries some", "among the first"]
    """How the person meets new products."""
    when_out_of_stock: Literal["waits for it", "goes to another store", "takes another brand"]
    """What the person does when a favourite is sold out."""


class Price(Section):
    """How the person reacts to prices."""

    price_sensitivity: Level
    """How much prices decide, in words."""
    price_elasticity: float = Field(ge=-20.0, lt=0.0)
    """Own-price elasticity of demand: percent of quantity per percent of price."""
    willingness_to_pay_index: float = Field(gt=0.0, le=20.0)
    """Willingness to pay over that of the median person; log-normal, 1 at the median."""
    brand_loyalty: Level
    """How rarely the person changes brands, in words."""
    deal_seeking: Literal["ignores coupons", "uses coupons now and then", "plans around weekly ads"]
    """What the person does for a deal."""
    store_brands: Literal["prefers store brands", "buys some store brands", "avoids store brands"]
    """Stance on private labels."""
    coupons_per_month: int = Field(ge=0, le=500)
    """Coupons redeemed per month."""
    impulse_buying: Level
    """How often purchases are unplanned, in words."""


class Values(Section):
    """Attitudes, habits and manner."""

    environmental_concern: Level
    """How much the environment counts in what is bought."""
    health_consciousness: Level
    """How much health counts in what is bought."""
    exercise: Literal["rarely", "one or two days a week", "three or more days a week"]
    """How often the person exercises."""
    hobby: Words
    """Favourite pastime."""
    media_habit: Words
    """Medium used most."""
    social_media_use: Literal["never", "weekly", "daily"]
    """How often social media are used."""
    tone: Words
    """How the person talks."""


class Narrative(Section):
    """What a model wrote about or for the person, from attributes only."""

    summary: Text | None = None
    """Who the person is, in the third person."""
    day: Text | None = None
    """A usual day."""
    shopper_story: Text | None = None
    """How the person shops, as a story."""
    voice: Text | None = None
    """How the person talks, in the first person."""
    texts: dict[str, Text] = Field(default_factory=dict)
    """Every further text that the run wrote, by column."""

    def by_field(self) -> Mapping[str, str]:
        """Return every text that is there, by column."""
        named = {name: getattr(self, name) for name in type(self).model_fields if name != "texts"}
        return {name: text for name, text in named.items() if text is not None} | self.texts


class MemoryEvent(Section):
    """Something that happened to the person in a simulation."""

    day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    """ISO date in the simulation."""
    kind: Words
    """What kind of event: `purchase`, `return`, `visit`, ..."""
    text: Text
    """What happened."""


class MemoryAnswer(Section):
    """An answer that the person gave."""

    day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    """ISO date on which it was given, in the simulation."""
    question_id: Words
    """Identifier of the question in its questionnaire."""
    question: Text
    """The question as it was asked."""
    answer: Text
    """The answer as it was given."""


class Memory(Section):
    """What the person remembers; empty until a simulation or a panel writes to it."""

    events: tuple[MemoryEvent, ...] = ()
    """Events in the order in which they happened."""
    answers: tuple[MemoryAnswer, ...] = ()
    """Answers in the order in which they were given."""


class Provenance(Section):
    """How the persona came to be."""

    model: Words | None = None
    """Model that wrote the texts; None when there are none."""
    prompt_sha256: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...] = ()
    """Hash of each prompt behind the texts, in the order of the run's parts."""
    attempts: int = Field(default=0, ge=0)
    """Requests that the texts took, rejected ones included."""
    field_sources: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Facts (columns) that each text was written from; the model was shown no other of the row."""
