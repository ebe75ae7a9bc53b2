"""What a plausible person in the United States looks like, one plain predicate a rule.

A rule reads the fields it names and nothing else, so it judges persons of any generator that has
these fields. `concerns` says whom a rule is about: a rule on degrees is judged on those who have
one. The limits are such that next to nobody in the population lies beyond them; they are
judgements of ours, not statistics.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from plausibility_facts import (
    BACHELOR_JOB,
    GRADUATE_JOB,
    HANDS_ON_JOB,
    LEADING_JOB,
    REGION_OF,
    YOUNG_BODY_JOB,
    only_of_sex,
    postcode_fits,
    state_code,
    state_of_area_code,
    ten_digits,
)

Person = Mapping[str, Any]
Predicate = Callable[[Person], bool]

WORKING = frozenset({"full-time", "part-time", "self-employed"})
COUPLES = frozenset({"couple without children at home", "couple with children at home"})
PAIRED = frozenset({"married", "living with partner"})
DEGREES = frozenset({"bachelor's degree", "graduate degree", "doctorate"})
HIGHER_DEGREES = frozenset({"graduate degree", "doctorate"})
CHILD_AGES = {
    "none": (-1, -1), "baby": (0, 1), "toddler": (1, 4), "grade-schooler": (5, 12),
    "teenager": (13, 17),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One claim that holds for plausible persons."""

    name: str
    """Short name."""
    reason: str
    """Why, in one line."""
    fields: tuple[str, ...]
    """Fields that it reads; a person without one of them cannot be judged."""
    holds: Predicate
    """Whether a person agrees."""
    concerns: Predicate = lambda person: True
    """Whom the claim is about."""

    def judge(self, person: Person) -> bool | None:
        """Return whether `person` agrees; None where a field is missing or it is not concerned."""
        if any(person.get(field) is None for field in self.fields) or not self.concerns(person):
            return None
        return self.holds(person)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def _shares_name(handle: str, person: Person) -> bool:
    letters = _letters(handle)
    given, family = _letters(person["given_name"]), _letters(person["family_name"])
    return family in letters or given in letters


def _area_state(phone: str) -> str | None:
    digits = ten_digits(phone)
    return state_of_area_code(digits[:3]) if digits else None


def _is(field: str, *values: object) -> Predicate:
    return lambda person: person[field] in values


def _at_least(field: str, bound: float) -> Predicate:
    return lambda person: bool(person[field] >= bound)


def _at_most(field: str, bound: float) -> Predicate:
    return lambda person: bool(person[field] <= bound)


def _job(pattern: re.Pattern[str]) -> Predicate:
    return lambda person: pattern.search(person["occupation"]) is not None


def _active(person: Person) -> bool:
    """Whether the occupation is held now; so it is where nothing says otherwise."""
    return person.get("employment", "full-time") in WORKING


def _offline(person: Person) -> bool:
    return not person["smartphone"] and not person["home_internet"]


IDENTITY = (
    Rule("email_well_formed", "An address has one @ and a domain with a dot.", ("email",),
         lambda p: re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", p["email"]) is not None),
    Rule("email_shares_name", "People use their own name in their address.",
         ("email", "given_name", "family_name"),
         lambda p: _shares_name(p["email"].split("@")[0], p)),
    Rule("user_name_shares_name", "A user name made of another person's name is not theirs.",
         ("user_name", "given_name", "family_name"), lambda p: _shares_name(p["user_name"], p)),
    Rule("given_name_fits_sex", "A name that only one sex bears fits the sex.",
         ("given_name", "sex"), lambda p: only_of_sex(p["given_name"]) == p["sex"],
         lambda p: only_of_sex(p["given_name"]) is not None),
    Rule("phone_is_us", "A person in the United States has a number there.", ("phone",),
         lambda p: _area_state(p["phone"]) is not None),
    Rule("area_code_fits_state", "The area code belongs to the state of the address.",
         ("phone", "state"), lambda p: _area_state(p["phone"]) == state_code(p["state"])),
    Rule("state_is_us", "The state is one of the United States or their territories.", ("state",),
         lambda p: state_code(p["state"]) is not None),
    Rule("postcode_has_five_digits", "ZIP codes have five digits.", ("postcode",),
         lambda p: re.fullmatch(r"\d{5}(-\d{4})?", p["postcode"]) is not None),
    Rule("postcode_fits_state", "The ZIP prefix belongs to the state of the address.",
         ("postcode", "state"),
         lambda p: postcode_fits(p["postcode"], state_code(p["state"]) or ""),
         lambda p: state_code(p["state"]) is not None),
    Rule("country_fits_state", "A US state lies in the United States.", ("country", "state"),
         _is("country", "United States", "United States of America", "US", "USA"),
         lambda p: state_code(p["state"]) is not None),
    Rule("region_fits_state", "The Census region holds the state.", ("region", "state"),
         lambda p: REGION_OF.get(state_code(p["state"]) or "") == p["region"]),
    Rule("street_has_number", "A US street address starts with a house number.",
         ("street_address",), lambda p: re.match(r"\d+ \S", p["street_address"]) is not None),
    Rule("birth_date_fits_age", "Age is what the birth date says.",
         ("age", "birth_year", "reference_year"),
         lambda p: p["reference_year"] - p["birth_year"] - p["age"] in (0, 1)),
    Rule("alive_age", "Hardly anybody is older than 110.", ("age",), _at_most("age", 110)),
)  # fmt: skip

EDUCATION_AND_WORK = (
    Rule("some_college_by_age", "Nobody under 18 has some years of college.", ("education", "age"),
         _at_least("age", 18), _is("education", "some college")),
    Rule("bachelor_by_age", "A bachelor's degree takes until 21 as a rule.", ("education", "age"),
         _at_least("age", 21), _is("education", "bachelor's degree")),
    Rule("graduate_by_age", "A graduate degree takes until 23 as a rule.", ("education", "age"),
         _at_least("age", 23), _is("education", "graduate degree")),
    Rule("doctorate_by_age", "A doctorate takes until 25 as a rule.", ("education", "age"),
         _at_least("age", 25), _is("education", "doctorate")),
    Rule("degree_field_needs_degree", "Only graduates have a field of degree.",
         ("education", "degree_field"),
         lambda p: (p["degree_field"] != "no_degree") == (p["education"] in DEGREES)),
    Rule("job_needs_graduate_degree", "Doctors, lawyers, professors hold a graduate degree.",
         ("occupation", "education"), lambda p: p["education"] in HIGHER_DEGREES,
         _job(GRADUATE_JOB)),
    Rule("job_needs_degree", "Engineers, teachers, accountants hold a degree.",
         ("occupation", "education"), lambda p: p["education"] in DEGREES, _job(BACHELOR_JOB)),
    Rule("professional_by_age", "Doctors, lawyers, professors are 24 or older.",
         ("occupation", "age"), _at_least("age", 24), _job(GRADUATE_JOB)),
    Rule("leader_by_age", "Managers and directors are 21 or older.", ("occupation", "age"),
         _at_least("age", 21), _job(LEADING_JOB)),
    Rule("job_by_age", "Nobody under 15 has a job title.", ("occupation", "age"),
         _at_least("age", 15), lambda p: p["occupation"] != "none"),
    Rule("heavy_job_by_age", "Hardly anybody past 75 drives a truck, climbs roofs or polices.",
         ("occupation", "age"), _at_most("age", 75),
         lambda p: _active(p) and _job(YOUNG_BODY_JOB)(p)),
    Rule("no_job_past_90", "Hardly anybody works past 90.", ("occupation", "age"),
         _at_most("age", 90), lambda p: _active(p) and p["occupation"] != "none"),
    Rule("no_full_time_past_80", "Full-time work past 80 is next to unknown.",
         ("employment", "age"), _at_most("age", 80), _is("employment", "full-time")),
    Rule("retired_by_age", "Retirement comes at 50 or later.", ("employment", "age"),
         _at_least("age", 50), _is("employment", "retired")),
    Rule("student_by_age", "Hardly any student is past 60.", ("employment", "age"),
         _at_most("age", 60), _is("employment", "student")),
    Rule("worker_has_occupation", "Whoever works has an occupation.", ("employment", "occupation"),
         lambda p: p["occupation"] != "none", lambda p: p["employment"] in WORKING),
    Rule("no_occupation_without_work", "Students, homemakers, jobless hold no job now.",
         ("employment", "occupation"), _is("occupation", "none"),
         _is("employment", "student", "homemaker", "unemployed")),
    Rule("home_office_needs_work", "Only work can be done at home.",
         ("works_from_home", "employment"), lambda p: p["employment"] in WORKING,
         _is("works_from_home", True)),
    Rule("home_office_fits_job", "Nobody cooks, nurses or drives for others from home.",
         ("works_from_home", "occupation"), lambda p: not _job(HANDS_ON_JOB)(p),
         _is("works_from_home", True)),
    Rule("commute_needs_work", "A commute leads to a workplace outside the home.",
         ("commute_minutes", "employment", "works_from_home"),
         lambda p: p["employment"] in WORKING and not p["works_from_home"],
         lambda p: p["commute_minutes"] > 0),
    Rule("workplace_needs_commute", "A workplace outside the home takes time to reach.",
         ("commute_minutes", "employment", "works_from_home"),
         lambda p: 1 <= p["commute_minutes"] <= 180,
         lambda p: p["employment"] in WORKING and not p["works_from_home"]),
    Rule("shops_outside_working_hours", "Full-time workers do not shop on weekday mornings.",
         ("shopping_time", "employment"),
         lambda p: p["shopping_time"] not in ("weekday mornings", "weekday afternoons"),
         _is("employment", "full-time")),
)  # fmt: skip

HOUSEHOLD = (
    Rule("married_by_age", "Hardly anybody is married before 18.", ("marital_status", "age"),
         _at_least("age", 18), _is("marital_status", "married")),
    Rule("divorced_by_age", "Hardly anybody is divorced or separated before 20.",
         ("marital_status", "age"), _at_least("age", 20),
         _is("marital_status", "divorced", "separated")),
    Rule("widowed_by_age", "Hardly anybody is widowed before 24.", ("marital_status", "age"),
         _at_least("age", 24), _is("marital_status", "widowed")),
    Rule("couple_is_paired", "A couple is married or lives together, others are not.",
         ("household", "marital_status"),
         lambda p: (p["household"] in COUPLES) == (p["marital_status"] in PAIRED)),
    Rule("partner_has_age", "There is a partner's age where there is a partner.",
         ("marital_status", "partner_age"),
         lambda p: (p["marital_status"] in PAIRED) == (p["partner_age"] >= 0)),
    Rule("partner_is_adult", "Partners are adults.", ("partner_age",),
         _at_least("partner_age", 18), lambda p: p["partner_age"] >= 0),
    Rule("partner_near_age", "Partners are at most 20 years apart, nearly always.",
         ("partner_age", "age"), lambda p: abs(p["partner_age"] - p["age"]) <= 20,
         lambda p: p["partner_age"] >= 0),
    Rule("people_add_up", "The household is the sum of its people.",
         ("household_size", "partner_age", "children", "other_people"),
         lambda p: p["household_size"]
         == 1 + (p["partner_age"] >= 0) + p["children"] + p["other_people"]),
    Rule("alone_is_one", "Living alone is a household of one.", ("household", "household_size"),
         lambda p: (p["household"] == "lives alone") == (p["household_size"] == 1)),
    Rule("parents_alive", "Past 70 hardly anybody lives with parents.", ("household", "age"),
         _at_most("age", 70), _is("household", "with parents")),
    Rule("company_is_at_home", "Who comes along shopping lives there.", ("shops_with", "household"),
         lambda p: {"the partner": p["household"] in COUPLES,
                    "a child": p["household"] in ("couple with children at home", "single parent"),
                    "a roommate": p["household"] == "with roommates",
                    "a parent": p["household"] == "with parents"}.get(p["shops_with"], True)),
    Rule("parents_have_children", "Households with children have some, others none.",
         ("household", "children"),
         lambda p: (p["household"] in ("couple with children at home", "single parent"))
         == (p["children"] > 0)),
    Rule("children_have_ages", "There are ages where there are children.",
         ("children", "youngest_child_age", "oldest_child_age"),
         lambda p: (p["children"] > 0) == (p["youngest_child_age"] >= 0)
         == (p["oldest_child_age"] >= 0)),
    Rule("children_in_order", "The oldest is not younger than the youngest, and under 18.",
         ("children", "youngest_child_age", "oldest_child_age"),
         lambda p: p["youngest_child_age"] <= p["oldest_child_age"] <= 17,
         lambda p: p["children"] > 0),
    Rule("children_apart", "Three children take a year at least, an only child is the oldest too.",
         ("children", "youngest_child_age", "oldest_child_age"),
         lambda p: p["oldest_child_age"] - p["youngest_child_age"] >= p["children"] - 2
         and (p["children"] > 1 or p["oldest_child_age"] == p["youngest_child_age"]),
         lambda p: p["children"] > 0),
    Rule("child_group_fits_age", "A toddler is not ten.", ("youngest_child", "youngest_child_age"),
         lambda p: CHILD_AGES[p["youngest_child"]][0] <= p["youngest_child_age"]
         <= CHILD_AGES[p["youngest_child"]][1]),
    Rule("parent_older_than_child", "Parents are at least 15 years older than a child.",
         ("children", "oldest_child_age", "age"),
         lambda p: p["age"] - p["oldest_child_age"] >= 15, lambda p: p["children"] > 0),
    Rule("mother_not_too_old", "Hardly any mother gives birth past 51.",
         ("children", "youngest_child_age", "age", "sex"),
         lambda p: p["age"] - p["youngest_child_age"] <= 51,
         lambda p: p["children"] > 0 and p["sex"] == "female"),
    Rule("father_not_too_old", "Hardly any father is 65 at a birth.",
         ("children", "youngest_child_age", "age", "sex"),
         lambda p: p["age"] - p["youngest_child_age"] <= 65,
         lambda p: p["children"] > 0 and p["sex"] == "male"),
    Rule("years_at_address", "Nobody lives anywhere longer than since birth.",
         ("years_at_address", "age"), lambda p: 0 <= p["years_at_address"] <= p["age"]),
    Rule("vehicles_for_people", "Few homes have more than two vehicles a grown person.",
         ("vehicles", "household_size", "children"),
         lambda p: p["vehicles"] <= 2 * (p["household_size"] - p["children"]) + 2),
    Rule("no_mobile_home_in_new_york", "New York City has next to no mobile homes.",
         ("dwelling", "city"), lambda p: p["dwelling"] != "mobile home", _is("city", "New York")),
)  # fmt: skip

MONEY_AND_SHOPPING = (
    Rule("full_time_earns", "Full-time work at the federal minimum wage makes 12,000 a year.",
         ("employment", "income"), _at_least("income", 12_000), _is("employment", "full-time")),
    Rule("student_income", "A student without a partner earns less than 80,000.",
         ("employment", "income", "household"), _at_most("income", 80_000),
         lambda p: p["employment"] == "student" and p["household"] not in COUPLES),
    Rule("jobless_income", "Whoever is jobless and without a partner has less than 80,000.",
         ("employment", "income", "household"), _at_most("income", 80_000),
         lambda p: p["employment"] == "unemployed" and p["household"] not in COUPLES),
    Rule("professional_income", "Full-time doctors and lawyers earn more than 40,000.",
         ("employment", "income", "occupation"), _at_least("income", 40_000),
         lambda p: p["employment"] == "full-time" and _job(GRADUATE_JOB)(p)),
    Rule("service_income", "Cashiers, dishwashers, cleaners without a partner earn below 130,000.",
         ("income", "occupation", "household", "employment"), _at_most("income", 130_000),
         lambda p: p["household"] not in COUPLES and _active(p) and p["occupation"]
         in ("cashier", "dishwasher", "house cleaner", "stock clerk", "barista", "janitor")),
    Rule("owner_has_means", "A home is not carried alone on less than 12,000.",
         ("tenure", "income", "household", "age"), _at_least("income", 12_000),
         lambda p: p["tenure"] == "owns" and p["age"] < 60
         and p["household"] in ("lives alone", "single parent")),
    Rule("groceries_within_income", "Groceries take at most two thirds of the income.",
         ("weekly_grocery_spend", "income"),
         lambda p: p["weekly_grocery_spend"] * 52 <= p["income"] * 2 / 3),
    Rule("driver_has_car", "Driving to the store needs a vehicle at home.",
         ("transport", "vehicles"), _at_least("vehicles", 1), _is("transport", "drives")),
    Rule("walkable", "Nobody walks more than 3 miles to the store.",
         ("transport", "store_distance_miles"), _at_most("store_distance_miles", 3),
         _is("transport", "walks")),
    Rule("cyclist_by_age", "Hardly anybody past 85 rides a bike to the store.",
         ("transport", "age"), _at_most("age", 85), _is("transport", "rides a bike")),
    Rule("customer_since", "Customers are counted from 16 on.", ("loyalty_years", "age"),
         lambda p: p["loyalty_years"] <= p["age"] - 16),
    Rule("coupons_fit_habit", "Whoever ignores coupons redeems none, others do.",
         ("coupons_per_month", "deal_seeking"),
         lambda p: (p["deal_seeking"] == "ignores coupons") == (p["coupons_per_month"] == 0)),
    Rule("wallet_needs_phone", "A phone wallet needs a smartphone.",
         ("payment_method", "smartphone"), _is("smartphone", True),
         _is("payment_method", "phone wallet")),
    Rule("list_needs_phone", "A list on the phone needs a smartphone.",
         ("shopping_list", "smartphone"), _is("smartphone", True),
         _is("shopping_list", "on the phone")),
    Rule("delivery_is_paid_online", "Deliveries are not paid in cash or by check.",
         ("channel", "payment_method"), lambda p: p["payment_method"] not in ("cash", "check"),
         _is("channel", "online delivery")),
    Rule("online_needs_line", "Orders, newsletters and social media need a phone or a line.",
         ("smartphone", "home_internet", "channel", "online_orders_per_month", "newsletter",
          "social_media_use"),
         lambda p: p["channel"] != "online delivery" and not p["newsletter"]
         and p["online_orders_per_month"] == 0 and p["social_media_use"] == "never", _offline),
    Rule("delivery_means_orders", "Whoever has groceries delivered orders online.",
         ("channel", "online_orders_per_month"), _at_least("online_orders_per_month", 1),
         _is("channel", "online delivery")),
    Rule("club_needs_card", "Warehouse clubs sell to members.", ("channel", "loyalty_card"),
         _is("loyalty_card", True), _is("channel", "warehouse club")),
    Rule("demand_falls_with_price", "Elasticities are negative and rarely below -8.",
         ("price_elasticity",), lambda p: -8 <= p["price_elasticity"] < 0),
    Rule("vegan_buys_no_animal", "A vegan buys neither meat nor dairy.",
         ("diet", "last_item_category"),
         lambda p: p["last_item_category"] not in ("meat and seafood", "dairy and eggs"),
         _is("diet", "vegan")),
    Rule("vegetarian_buys_no_meat", "A vegetarian buys no meat.", ("diet", "last_item_category"),
         lambda p: p["last_item_category"] != "meat and seafood", _is("diet", "vegetarian")),
    Rule("diapers_need_child", "Baby supplies are for homes with a child under 5.",
         ("last_item_category", "youngest_child_age"),
         lambda p: 0 <= p["youngest_child_age"] < 5, _is("last_item_category", "baby supplies")),
    Rule("pet_food_needs_pet", "Pet supplies are for homes with a pet.",
         ("last_item_category", "pet"), lambda p: p["pet"] != "none",
         _is("last_item_category", "pet supplies")),
    Rule("runner_exercises", "Who runs or lifts for a hobby does not exercise rarely.",
         ("hobby", "exercise"), lambda p: p["exercise"] != "rarely",
         _is("hobby", "running", "weightlifting", "rock climbing", "pickup basketball")),
)  # fmt: skip

RULES = (*IDENTITY, *EDUCATION_AND_WORK, *HOUSEHOLD, *MONEY_AND_SHOPPING)
"""Every rule, in the order of the report."""
