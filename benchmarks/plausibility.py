"""Share of persons that agree with plausibility rules: ours, Faker's and Data Designer's.

    python benchmarks/plausibility.py --people 10000
    python benchmarks/plausibility.py --data-designer people.jsonl --json figures.json

The rules (plausibility_rules.py) know nothing of any generator. Each is judged on the persons whom
it concerns and whose fields it needs, so a generator with few fields is judged by few rules. The
last line is the share of persons that break none of them. Data Designer's persons are read from
a file that data_designer_people.py writes in an environment of its own; without that file they
are left out.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from plausibility_rules import RULES, Person
from populace.personas.identity import sample_identities
from populace.personas.population import Population

ROOT = Path(__file__).resolve().parent.parent
POPULATION = ROOT / "configs" / "populations" / "retail_us.yaml"
REFERENCE_DAY = date(2026, 11, 22)
"""The day on which Faker's ages are counted; fixed, so that a seed gives the same figures."""

_EDUCATION = {
    "secondary_education": "high school diploma",
    "some_college": "some college",
    "associates": "some college",
    "bachelors": "bachelor's degree",
    "graduate": "graduate degree",
    "doctorate": "doctorate",
}
_MARITAL = {"married_present": "married", "never_married": "never married"}
_TITLE = re.compile(r"^(?:Mr|Mrs|Ms|Miss|Dr)\.\s+|\s+(?:MD|DDS|PhD|DVM|Jr\.|[IV]+)$")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the rules found on the persons of one generator."""

    generator: str
    """Name and version."""
    persons: int
    """How many were judged."""
    rules: dict[str, tuple[int, int]]
    """Persons concerned and persons that agree, by rule; rules without any person are left out."""
    without_breach: int
    """Persons that agree with every rule that can be judged on them."""

    def share(self, rule: str) -> float | None:
        """Return the share that agrees with `rule`; None where nobody could be judged."""
        concerned, agree = self.rules.get(rule, (0, 0))
        return agree / concerned if concerned else None

    @property
    def perfect(self) -> int:
        """Number of rules that everybody concerned agrees with."""
        return sum(concerned == agree for concerned, agree in self.rules.values())


def judge(generator: str, persons: Iterable[Person]) -> Figures:
    """Judge every person by every rule."""
    found = {rule.name: [0, 0] for rule in RULES}
    n = without_breach = 0
    for person in persons:
        verdicts = {rule.name: rule.judge(person) for rule in RULES}
        for name, verdict in verdicts.items():
            if verdict is not None:
                found[name][0] += 1
                found[name][1] += verdict
        n += 1
        without_breach += False not in verdicts.values()
    rules = {name: (counts[0], counts[1]) for name, counts in found.items() if counts[0]}
    return Figures(generator, n, rules, without_breach)


def our_people(people: int, seed: int) -> list[dict[str, Any]]:
    """Sample the shipped retail population with its sanctioned identities."""
    population = Population.from_file(POPULATION)
    table = population.sample(seed, 0, people)
    identities = sample_identities(table, seed=seed, start=0, locale=population.config.locale)
    pairs = zip(table.to_pylist(), identities.to_pylist(), strict=True)
    return [{**attributes, **identity} for attributes, identity in pairs]


def faker_people(people: int, seed: int) -> list[dict[str, Any]]:
    """Sample Faker's `profile()` in en_US, with a phone number of its provider."""
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(seed)
    return [_from_faker(fake.profile(), fake.phone_number()) for _ in range(people)]


def data_designer_people(path: Path) -> list[dict[str, Any]]:
    """Read what data_designer_people.py wrote and put it into our words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_from_data_designer(json.loads(line)) for line in lines]


def _from_faker(profile: Mapping[str, Any], phone: str) -> dict[str, Any]:
    name = profile["name"]
    while (shorter := _TITLE.sub("", name)) != name:
        name = shorter
    given, _, family = name.partition(" ")
    born = profile["birthdate"]
    had_birthday = (REFERENCE_DAY.month, REFERENCE_DAY.day) >= (born.month, born.day)
    # Military addresses ("FPO AP 12345") have no state and are left out of rules on it.
    place = re.search(r", ([A-Z]{2}) (\d{5})$", profile["address"])
    return {
        "given_name": given,
        "family_name": family,
        "sex": {"F": "female", "M": "male"}[profile["sex"]],
        "age": REFERENCE_DAY.year - born.year - (not had_birthday),
        "email": profile["mail"],
        "user_name": profile["username"],
        "occupation": profile["job"],
        "phone": phone,
        "street_address": profile["address"].split("\n")[0] if place else None,
        "state": place[1] if place else None,
        "postcode": place[2] if place else None,
    }


def _from_data_designer(person: Mapping[str, Any]) -> dict[str, Any]:
    marital = person["marital_status"]
    return {
        "generator_version": person["data_designer_version"],
        "given_name": person["first_name"],
        "family_name": person["last_name"],
        "sex": person["sex"].lower(),
        "age": person["age"],
        "birth_year": int(person["birth_date"][:4]),
        "reference_year": person["sampled_in_year"],
        "education": _EDUCATION[person["education_level"]],
        "degree_field": person["bachelors_field"],
        "marital_status": _MARITAL.get(marital, marital),
        "occupation": person["occupation"],
        "phone": person["phone_number"],
        "email": person.get("email_address"),
        "street_address": f"{person['street_number']} {person['street_name']}",
        "state": person["state"],
        "postcode": person["postcode"],
        "country": person["country"],
    }


def _table(figures: Sequence[Figures]) -> list[str]:
    header = f"{'rule':28}" + "".join(f"{one.generator[:22]:>24}" for one in figures)
    lines = [header, "-" * len(header)]
    for rule in RULES:
        cells = []
        for one in figures:
            concerned, share = one.rules.get(rule.name, (0, 0))[0], one.share(rule.name)
            cells.append("-" if share is None else f"{_percent(share)} of {concerned:,}")
        lines.append(f"{rule.name:28}" + "".join(f"{cell:>24}" for cell in cells))
    lines.append("-" * len(header))
    for name, cells in {
        "rules that can be judged": [f"{len(one.rules)} of {len(RULES)}" for one in figures],
        "rules without exception": [str(one.perfect) for one in figures],
        "persons judged": [f"{one.persons:,}" for one in figures],
        "persons that keep all": [_percent(one.without_breach / one.persons) for one in figures],
    }.items():
        lines.append(f"{name:28}" + "".join(f"{cell:>24}" for cell in cells))
    return lines


def _percent(share: float) -> str:
    """Return a share as a percentage that never rounds an exception away."""
    return "100 %" if share == 1 else f"{min(share, 0.9999):.2%}".replace("%", " %")


def main() -> None:
    """Print the table and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--ours-only", action="store_true", help="leave the others out")
    parser.add_argument(
        "--data-designer", type=Path, help="file written by data_designer_people.py"
    )
    parser.add_argument("--json", type=Path, help="write the figures there")
    arguments = parser.parse_args()
    figures = [judge("ours", our_people(arguments.people, arguments.seed))]
    if not arguments.ours_only:
        import faker

        persons = faker_people(arguments.people, arguments.seed)
        figures.append(judge(f"Faker {faker.VERSION}", persons))
    if arguments.data_designer:
        persons = data_designer_people(arguments.data_designer)
        version = persons[0]["generator_version"]
        figures.append(judge(f"Data Designer {version}", persons))
    print("\n".join(_table(figures)))
    if arguments.json:
        text = json.dumps([asdict(one) for one in figures], indent=2)
        arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
