"""The `grounding` screen: what a text claims has to agree with the facts of its row.

Which attribute grounds which kind of claim is configuration (`GroundingLinks`), and so are the
phrases that clash with a value (`Contradiction`) and the counted things (`CountLink`); the defaults
fit the shipped retail population. The checks read English. Evidence names attributes, not text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..personas.identity import IDENTITY_NUMBERS
from .ages import age_differs, partner_age_differs, said_ages
from .contradictions import Contradiction
from .family import Children, children_differ, children_of
from .figures import RETAIL_COUNTS, CountLink, Figures, check_figures, mentions_price, numbers_in
from .habits import time_differs, trips_differ
from .measures import RETAIL_MEASURES, MeasureLink, measure_differs
from .occupations import occupation_differs, still_works
from .own_name import with_pronouns
from .people_places import check_names, check_sex, head_words, mentions
from .places import place_differs
from .retail_attitudes import PRICES_AND_DEALS
from .retail_degrees import DEGREES
from .retail_diet import DIET
from .retail_dwelling import HOME
from .retail_home import HOUSEHOLD, PETS, SEX
from .retail_stores import CHANNELS, PAYING, TRANSPORT
from .retail_work import SCHOOL, WORK
from .stated_values import stated_value_differs
from .verdict import Draft, Verdict
from .wording import field_name, sentences, stem, words

RETAIL_CONTRADICTIONS = (
    *HOUSEHOLD,
    *WORK,
    *SCHOOL,
    *HOME,
    *PETS,
    *SEX,
    *DIET,
    *PRICES_AND_DEALS,
    *DEGREES,
    *CHANNELS,
    *PAYING,
    *TRANSPORT,
)
"""Contradictions of the shipped retail population, with English wording."""


_READ_BY_CHECKS = frozenset(
    ("city", "state", "birthplace", "occupation", "shopping_time", "transport")
)
"""Attributes whose own phrases show a check what is spoken of: 'at the warehouse club'."""
_SHARED_HOME = re.compile(
    r"\bliv(?:e|es|ed|ing)\b.*\bwith\b.*\b(?:wife|husband|partner|boyfriend|girlfriend|spouse)\b"
    r"|\bsingle (?:\w+ )?(?:mom|dad|mother|father|parent)\b|\balone\b|\bon (?:her|his|my) own\b",
    re.IGNORECASE,
)
"""Words that speak of who lives together rather than of how many children there are."""


_LIVES_WITH = re.compile(r"\bliv(?:e|es|ed|ing)\b.*\bwith\b", re.IGNORECASE)


class GroundingLinks(BaseModel):
    """Which attribute grounds which kind of claim; an empty name switches a check off."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    prices: tuple[str, ...] = ("last_item_price",)
    """Amounts of money that may be named, to the cent."""
    incomes: tuple[str, ...] = ("income",)
    """Yearly amounts that may be named, also rounded when a word like 'about' stands before."""
    age: str = "age"
    """Age in years."""
    sex: str = "sex"
    """female or male; read for pronouns in third-person texts."""
    children: str = "children"
    """Number of children at home."""
    household: str = "household"
    """Who the persona lives with."""
    occupation: str = "occupation"
    """Job title, or none."""
    region: str = "region"
    """Census region."""
    city: str = "city"
    """Where the persona lives."""
    state: str = "state"
    """Its state, by name."""
    birthplace: str = "birthplace"
    """State or country of birth."""
    employment: str = "employment"
    """Kind of employment; of the retired the occupation is a former one."""
    youngest_child: str = "youngest_child"
    """Age group of the youngest child at home."""
    youngest_child_age: str = "youngest_child_age"
    """Age of the youngest child at home, in years."""
    oldest_child_age: str = "oldest_child_age"
    """Age of the oldest child at home, in years."""
    partner_age: str = "partner_age"
    """Age of the partner in the home."""
    trips_per_week: str = "trips_per_week"
    """Shopping trips a week."""
    last_item: str = "last_item"
    """The purchase that texts tell of."""
    shopping_time: str = "shopping_time"
    """When the persona shops: weekday or weekend, part of the day."""


class GroundingConfig(BaseModel):
    """Reject texts whose numbers, names, places or relations disagree with the row's facts."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kind: Literal["grounding"] = "grounding"
    links: GroundingLinks = GroundingLinks()
    """Which attribute grounds which kind of claim."""
    counts: tuple[CountLink, ...] = RETAIL_COUNTS
    """Attributes that count something, and the phrases for it."""
    contradictions: tuple[Contradiction, ...] = RETAIL_CONTRADICTIONS
    """Phrases that clash with values of attributes."""
    measures: tuple[MeasureLink, ...] = RETAIL_MEASURES
    """Attributes with a unit, and the words that show that a text speaks of them."""
    max_free_number: int = Field(default=3, ge=0)
    """Bare numbers up to this need no fact: 'two bags', 'three things'. Above it models invent."""
    third_person_fields: tuple[str, ...] = ()
    """Fields about the persona, in which pronouns have to fit its sex; empty: those without 'I'."""
    must_mention: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Attributes a field has to mention: a string by one of its last words, a number as is."""
    salient: tuple[str, ...] = (
        "last_item",
        "last_item_price",
        "last_item_reason",
        "interest",
        "pet_peeve",
        "occupation",
        "channel",
        "shopping_time",
        "diet",
    )
    """Facts whose mention makes a draft better; quality is the share mentioned of those present."""


class GroundingScreen:
    """Compare each text with the attributes and the identity of its row."""

    stage = "grounding"

    def __init__(self, config: GroundingConfig) -> None:
        self._config = config
        links = config.links
        self._figure_names = {
            "price": links.prices[0] if links.prices else "",
            "income": links.incomes[0] if links.incomes else "",
        }

    def judge(self, drafts: Sequence[Draft]) -> list[Verdict]:
        """Return one verdict per draft, in order; quality is the share of facts mentioned."""
        return [self._judge_one(draft) for draft in drafts]

    def _judge_one(self, draft: Draft) -> Verdict:
        figures = self._figures(draft)
        said = " ".join(_strings(draft.attributes.values())).lower()
        texts = [(path, text.replace("’", "'")) for path, text in draft.texts()]
        for path, text in texts:
            finding = self._contradiction(path, text, draft, figures, said)
            if finding is not None:
                reason, attribute = finding
                evidence = {"attribute": attribute} if attribute else {}
                return Verdict("reject", self.stage, reason, path, evidence)
        for path, missing in self._missing(draft, texts):
            return Verdict("reject", self.stage, "fact_missing", path, {"attribute": missing})
        quality, mentioned = self._quality(draft, " ".join(text for _, text in texts))
        return Verdict("keep", self.stage, evidence={"mentioned": mentioned}, quality=quality)

    def _contradiction(
        self, path: str, text: str, draft: Draft, figures: Figures, said: str
    ) -> tuple[str, str] | None:
        row, links = draft.attributes, self._config.links
        read = with_pronouns(text, draft.identity, row.get(links.sex))
        told = _without_own_phrases(read, row)
        children = children_of(
            row,
            number=links.children,
            group=links.youngest_child,
            youngest=links.youngest_child_age,
            oldest=links.oldest_child_age,
            age=links.age,
        )
        declared = [rule for rule in self._config.contradictions if rule.applies(row)]
        if (found := stated_value_differs(sentences(read), row, text)) is not None:
            return found
        weak: tuple[str, str] | None = None
        for sentence in sentences(told):
            found = self._person(sentence, row, children, said)
            if found is None:
                found = self._figure(sentence, row, figures)
                if found is not None and not found[1]:
                    # A number that no attribute explains; what another check finds says more.
                    weak, found = weak or found, None
            found = found or self._declared(sentence, row, declared, said)
            found = found or self._habit(sentence, row, said)
            if found is not None:
                return found
        for sentence in sentences(read):
            found = self._place(sentence, draft, said)
            if found is not None:
                return found
        found = check_names(text, draft.identity, said)
        if found is None and self._is_third_person(path, text):
            given = draft.identity.get("given_name") or ""
            found = check_sex(text, row.get(links.sex), links.sex, given)
        return found or weak

    def _declared(
        self, sentence: str, row: Mapping[str, Any], declared: Sequence[Contradiction], said: str
    ) -> tuple[str, str] | None:
        for rule in declared:
            if rule.clashes(sentence, said.replace(str(row[rule.attribute]).lower(), " ")):
                apart = rule.attribute == "marital_status" and not str(
                    row.get(self._config.links.household, "couple")
                ).startswith("couple")
                if apart and _LIVES_WITH.search(sentence):
                    return "household_differs", self._config.links.household
                return rule.reason or f"{rule.attribute}_differs", rule.attribute
        return None

    def _figure(
        self, sentence: str, row: Mapping[str, Any], figures: Figures
    ) -> tuple[str, str] | None:
        links, read = self._config.links, []
        age = row.get(links.age)
        if isinstance(age, int) and not isinstance(age, bool):
            if age_differs(sentence, age):
                return "age_differs", links.age
            read = [(start, end) for start, end, _, _ in said_ages(sentence)]
        partner = row.get(links.partner_age)
        if isinstance(partner, int | float) and partner_age_differs(sentence, partner):
            return "partner_age_differs", links.partner_age
        attribute = measure_differs(sentence, row, self._config.measures, read)
        if attribute:
            return "measure_differs", attribute
        trips = row.get(links.trips_per_week)
        if isinstance(trips, int | float) and trips_differ(sentence, trips):
            return "count_differs", links.trips_per_week
        finding = check_figures(
            sentence, figures, row, self._config.counts, self._figure_names, read
        )
        return None if finding is None else (finding.reason, finding.attribute)

    def _person(
        self, sentence: str, row: Mapping[str, Any], children: Children | None, said: str
    ) -> tuple[str, str] | None:
        links = self._config.links
        job = str(row.get(links.occupation) or "")
        # 'An elementary school teacher with two children' says nothing of their ages.
        told = sentence.replace(job, "worker") if " " in job else sentence
        if children is not None and (what := children_differ(told, children, said)):
            ages = {"youngest": links.youngest_child_age, "oldest": links.oldest_child_age}
            name = ages.get(what, links.children)
            if name not in row:
                name = links.youngest_child if links.youngest_child in row else links.children
            if what == "number" and children.number == 0 and _SHARED_HOME.search(sentence):
                return "household_differs", links.household
            return "children_differ", links.children if what == "number" else name
        own = row.get(links.occupation)
        if isinstance(own, str) and occupation_differs(
            sentence, own, was=row.get(links.employment) == "retired"
        ):
            # Without an occupation the claim is that the persona works at all.
            attribute = links.occupation
            if own == "none" and row.get(links.employment):
                attribute = links.employment
            return f"{attribute}_differs", attribute
        is_former = row.get(links.employment) == "retired" and own not in (None, "none")
        if is_former and still_works(sentence, str(own)):
            return "employment_differs", links.employment
        return None

    def _habit(self, sentence: str, row: Mapping[str, Any], said: str) -> tuple[str, str] | None:
        links = self._config.links
        time = row.get(links.shopping_time)
        if isinstance(time, str) and time:
            facts = said.replace(time.lower(), " ")
            item = head_words(str(row.get(links.last_item, "")))
            if time_differs(sentence, time, facts, item[-1] if item else ""):
                return "time_differs", links.shopping_time
        return None

    def _place(self, sentence: str, draft: Draft, said: str) -> tuple[str, str] | None:
        row, links = draft.attributes, self._config.links
        home = {
            name: str(row.get(key) or draft.identity.get(name) or "")
            for name, key in (
                ("city", links.city),
                ("state", links.state),
                ("region", links.region),
            )
        }
        what = place_differs(
            sentence,
            city=home["city"],
            state=home["state"],
            region=home["region"],
            birthplace=str(row.get(links.birthplace) or ""),
            others=said,
        )
        attribute = {
            "region": links.region,
            "birthplace": links.birthplace,
            "state": links.state if links.state in row else links.city,
        }.get(what, links.city)
        return ("place_differs", attribute) if what else None

    def _is_third_person(self, path: str, text: str) -> bool:
        if self._config.third_person_fields:
            return field_name(path) in self._config.third_person_fields
        return not {"i", "i'm", "my", "me", "we", "our", "i've", "i'd"} & set(words(text))

    def _figures(self, draft: Draft) -> Figures:
        row, links = draft.attributes, self._config.links
        return Figures(
            prices=[float(row[key]) for key in links.prices if _is_number(row.get(key))],
            incomes=[float(row[key]) for key in links.incomes if _is_number(row.get(key))],
            numbers=frozenset(numbers_in([*row.values(), *_said_identity(draft)])),
            max_free=float(self._config.max_free_number),
        )

    def _missing(self, draft: Draft, texts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        missing: list[tuple[str, str]] = []
        for name, attributes in self._config.must_mention.items():
            parts = [(path, text) for path, text in texts if field_name(path) == name]
            if not parts:
                continue
            joined = " ".join(text for _, text in parts)
            missing.extend(
                (parts[0][0], attribute)
                for attribute in attributes
                if attribute in draft.attributes
                and not self._mentions(joined, attribute, draft.attributes[attribute])
            )
        return missing

    def _mentions(self, text: str, attribute: str, value: object) -> bool:
        if isinstance(value, bool) or value is None:
            return True
        if isinstance(value, int | float):
            if attribute in self._config.links.prices + self._config.links.incomes:
                return mentions_price(text, float(value))
            return float(value) in set(numbers_in([text]))
        stems = frozenset(stem(word) for word in words(text.replace("-", " "))) | frozenset(
            stem(word) for word in words(text)
        )
        if isinstance(value, list | tuple):
            return any(mentions(stems, str(item)) for item in value)
        return mentions(stems, str(value))

    def _quality(self, draft: Draft, text: str) -> tuple[float, int]:
        """Return the share of salient facts mentioned, and how many."""
        present = {
            name: value
            for name in self._config.salient
            if (value := draft.attributes.get(name)) not in (None, "", "none", "no restriction")
            and (not isinstance(value, str) or head_words(value))
        }
        if not present:
            return 0.0, 0
        mentioned = sum(self._mentions(text, name, value) for name, value in present.items())
        return round(mentioned / len(present), 4), mentioned


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said_identity(draft: Draft) -> list[str]:
    """Return the identity, but its national, card and account numbers only where the text has one.

    Otherwise the groups of such a number would support any small number in the text.
    """
    said = "\n".join(text for _, text in draft.texts())
    known = ((name, v) for name, v in draft.identity.items() if v)
    return [v for name, v in known if name not in IDENTITY_NUMBERS or v in said]


def _without_own_phrases(text: str, row: Mapping[str, Any]) -> str:
    """Return the text with the row's own phrases cut out.

    'Eating fish twice a week' as the reason of a purchase counts no trips, and 'diaper rash
    cream' is no dairy.
    """
    told = [value for name, value in row.items() if name not in _READ_BY_CHECKS]
    phrases = sorted((p for p in _strings(told) if " " in p), key=len, reverse=True)
    for phrase in phrases:
        stands_for = "store" if phrase == row.get("channel") else "it"
        text = re.sub(re.escape(phrase), stands_for, text, flags=re.IGNORECASE)
    return text


def _strings(values: Any) -> list[str]:
    found: list[str] = []
    for value in values:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, list | tuple):
            found.extend(_strings(value))
    return found
