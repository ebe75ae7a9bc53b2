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

from .contradictions import Contradiction
from .figures import RETAIL_COUNTS, CountLink, Figures, check_figures, mentions_price, numbers_in
from .people_places import (
    Names,
    check_names,
    check_occupation,
    check_places,
    check_relations,
    check_sex,
    check_time,
    head_words,
    mentions,
)
from .retail_people import PEOPLE_CONTRADICTIONS
from .retail_shopping import SHOPPING_CONTRADICTIONS
from .verdict import Draft, Verdict
from .wording import field_name, sentences, stem, word_list, words


RETAIL_CONTRADICTIONS = (*PEOPLE_CONTRADICTIONS, *SHOPPING_CONTRADICTIONS)


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
    """Type of household."""
    occupation: str = "occupation"
    """Job title, or none."""
    places: tuple[str, ...] = ("city", "state", "region")
    """Places where the persona may live."""
    region: str = "region"
    """Census region."""
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
    occupation_titles: tuple[str, ...] | None = None
    """Job titles that a text may be caught claiming; null takes the packaged list."""
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
        self._names = Names(
            age=links.age,
            sex=links.sex,
            children=links.children,
            household=links.household,
            occupation=links.occupation,
            places=links.places,
            region=links.region,
            shopping_time=links.shopping_time,
            titles=tuple(sorted(word_list("occupation_titles")))
            if config.occupation_titles is None
            else config.occupation_titles,
        )
        self._figure_names = {
            "price": links.prices[0] if links.prices else "",
            "income": links.incomes[0] if links.incomes else "",
            "age": links.age,
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
        row, names = draft.attributes, self._names
        told = _without_own_phrases(text, row)
        figure = check_figures(told, figures, row, self._config.counts, self._figure_names)
        if figure is not None:
            return figure.reason, figure.attribute
        found = (
            check_relations(text, row, names, said=said)
            or check_places(text, row, draft.identity, names)
            or check_names(text, draft.identity, said)
            or check_occupation(text, row, names)
            or check_time(text, row, names)
            or self._declared(told, row)
        )
        if found is None and self._is_third_person(path, text):
            found = check_sex(text, row, names)
        return found

    def _declared(self, text: str, row: Mapping[str, Any]) -> tuple[str, str] | None:
        told = sentences(text)
        for contradiction in self._config.contradictions:
            if not contradiction.applies(row):
                continue
            if any(contradiction.clashes(sentence) for sentence in told):
                reason = contradiction.reason or f"{contradiction.attribute}_differs"
                return reason, contradiction.attribute
        return None

    def _is_third_person(self, path: str, text: str) -> bool:
        if self._config.third_person_fields:
            return field_name(path) in self._config.third_person_fields
        return not {"i", "i'm", "my", "me", "we", "our", "i've", "i'd"} & set(words(text))

    def _figures(self, draft: Draft) -> Figures:
        row, links = draft.attributes, self._config.links
        age = row.get(links.age)
        return Figures(
            prices=[float(row[key]) for key in links.prices if _is_number(row.get(key))],
            incomes=[float(row[key]) for key in links.incomes if _is_number(row.get(key))],
            age=age if isinstance(age, int) and not isinstance(age, bool) else None,
            numbers=frozenset(numbers_in([*row.values(), *draft.identity.values()])),
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


def _without_own_phrases(text: str, row: Mapping[str, Any]) -> str:
    """Return the text with the row's own phrases cut out.

    'Eating fish twice a week' as the reason of a purchase counts no trips, and 'diaper rash
    cream' is no dairy.
    """
    phrases = sorted((p for p in _strings(row.values()) if " " in p), key=len, reverse=True)
    for phrase in phrases:
        text = re.sub(re.escape(phrase), "it", text, flags=re.IGNORECASE)
    return text


def _strings(values: Any) -> list[str]:
    found: list[str] = []
    for value in values:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, list | tuple):
            found.extend(_strings(value))
    return found
