"""Are the Big Five of the shipped pack those of psych::bfi, and do sampled people show them?

    python benchmarks/psychographics.py
    python benchmarks/psychographics.py --population configs/populations/retail_us.yaml

Three parts, each a JSON line, exit code 1 when one fails: (1) every Big Five figure in the pack is
recomputed from the item answers and must agree to the second decimal; (2) a sample of 10,000 people
must show the ten correlations within 0.05 and the age and sex effects within 0.08, and the same
people with independent N(50, 10) scores must not; (3) how far random parts of bfi differ from each
other, so that the tolerances can be read.

bfi is a volunteer sample of 2010 (median age 25), GPL, used here as a reference only: nothing of it
is shipped but statistics. Without the data, part 2 is judged against the figures in the pack.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from populace.personas.population import Population
from populace.personas.safe_yaml import load_yaml

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "big_five_bfi" / "bfi.csv.gz"
PACK = ROOT / "configs" / "populations" / "packs" / "psychographics.yaml"

TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
REVERSED = ("A1", "C4", "C5", "E1", "E2", "O2", "O5")
"""Items scored 7 - answer (psych::bfi.keys)."""
PAIR_TOLERANCE, EFFECT_TOLERANCE = 0.05, 0.08
"""S3 of the specification."""
DEGREE, GRADUATE = ("bachelor's degree", "graduate degree"), ("graduate degree",)

SMALL_POPULATION: dict[str, Any] = {
    "kind": "declared",
    "name": "small_adults",
    "version": "1",
    "attributes": [
        {"name": "sex", "kind": "categorical", "shares": {"female": 0.51, "male": 0.49}},
        {
            "name": "age",
            "kind": "integer",
            "bands": [
                {"low": 18, "high": 34, "share": 0.29},
                {"low": 35, "high": 64, "share": 0.49},
                {"low": 65, "high": 90, "share": 0.22},
            ],
        },
        {
            "name": "education",
            "kind": "categorical",
            "rows": [
                {
                    "when": {"age": {"at_most": 23}},
                    "shares": {"high school diploma": 0.5, "some college": 0.5},
                },
                {
                    "shares": {
                        "no diploma": 0.1,
                        "high school diploma": 0.28,
                        "some college": 0.25,
                        "bachelor's degree": 0.23,
                        "graduate degree": 0.14,
                    }
                },
            ],
        },
        {
            "name": "income",
            "kind": "integer",
            "rows": [
                {
                    "when": {"education": list(DEGREE)},
                    "lognormal": {"median": 95000, "sigma": 0.5, "low": 20000, "high": 400000},
                },
                {"lognormal": {"median": 52000, "sigma": 0.5, "low": 10000, "high": 250000}},
            ],
        },
        {"pack": "packs/psychographics.yaml"},
    ],
}
"""What the pack needs above it, and nothing else."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is compared, by name such as `r openness extraversion` or `d female openness`."""

    pairs: Mapping[str, float]
    """The ten correlations between traits."""
    effects: Mapping[str, float]
    """Correlations with age and differences between women and men, in pooled sd."""
    education: Mapping[str, float]
    """Differences between people with and without a degree, and with and without a graduate one."""


def figures_of(
    traits: Mapping[str, NDArray[np.float64]],
    *,
    age: NDArray[np.float64],
    female: NDArray[np.bool_],
    degree: NDArray[np.float64],
    graduate: NDArray[np.float64],
) -> Figures:
    """Return the figures of some people; an absent score or education leaves only its pairs out.

    Args:
        traits: Scores of each of `TRAITS`, NaN where absent.
        age: Years.
        female: Who is a woman.
        degree: 1 with a bachelor's or graduate degree, 0 without, NaN where unknown.
        graduate: The same for a graduate degree.
    """
    pairs = {f"r {a} {b}": _r(traits[a], traits[b]) for a, b in combinations(TRAITS, 2)}
    effects = {f"r age {name}": _r(traits[name], age) for name in TRAITS}
    effects |= {f"d female {name}": cohen_d(traits[name], female.astype(float)) for name in TRAITS}
    education = {f"d degree {name}": cohen_d(traits[name], degree) for name in TRAITS}
    education |= {f"d graduate {name}": cohen_d(traits[name], graduate) for name in TRAITS}
    return Figures(pairs, effects, education)


def cohen_d(score: NDArray[np.float64], group: NDArray[np.float64]) -> float:
    """Return mean(group 1) - mean(group 0) in pooled standard deviations."""
    known = np.isfinite(score) & np.isfinite(group)
    inside, outside = score[known & (group == 1)], score[known & (group == 0)]
    n, m = len(inside), len(outside)
    pooled = ((n - 1) * inside.var(ddof=1) + (m - 1) * outside.var(ddof=1)) / (n + m - 2)
    return float((inside.mean() - outside.mean()) / np.sqrt(pooled))


@dataclass(frozen=True, slots=True)
class Answers:
    """The shared bfi rows, scored."""

    traits: Mapping[str, NDArray[np.float64]]
    """Mean of the available keyed items of each trait."""
    alphas: Mapping[str, float]
    """Cronbach's alpha of each trait over people who answered its five items."""
    age: NDArray[np.float64]
    female: NDArray[np.bool_]
    education: NDArray[np.float64]
    """1 no diploma, 2 high school, 3 some college, 4 college graduate, 5 graduate degree."""

    def figures(self, who: NDArray[np.bool_] | None = None) -> Figures:
        """Return the figures of all people, or of some."""
        at = np.ones(len(self.age), dtype=bool) if who is None else who
        education = self.education[at]
        return figures_of(
            {name: score[at] for name, score in self.traits.items()},
            age=self.age[at],
            female=self.female[at],
            degree=np.where(np.isfinite(education), education >= 4, np.nan),
            graduate=np.where(np.isfinite(education), education >= 5, np.nan),
        )


def read_answers(path: Path) -> Answers:
    """Score bfi: reversed items keyed, the mean over the items that a person answered."""
    table = np.genfromtxt(path, delimiter=",", names=True)
    traits, alphas = {}, {}
    for name in TRAITS:
        items = np.stack(
            [
                7 - table[item] if item in REVERSED else table[item]
                for item in (f"{name[0].upper()}{i}" for i in range(1, 6))
            ]
        )
        traits[name] = np.nanmean(items, axis=0)
        full = items[:, np.isfinite(items).all(axis=0)]
        total = full.sum(axis=0).var(ddof=1)
        alphas[name] = float(5 / 4 * (1 - full.var(axis=1, ddof=1).sum() / total))
    return Answers(traits, alphas, table["age"], table["gender"] == 2, table["education"])


def people_figures(columns: Mapping[str, NDArray[Any]]) -> Figures:
    """Return the figures of sampled people.

    Args:
        columns: `age`, `sex`, `education` and the five traits, by name.
    """
    return figures_of(
        {name: np.asarray(columns[name], dtype=np.float64) for name in TRAITS},
        age=np.asarray(columns["age"], dtype=np.float64),
        female=np.asarray(columns["sex"]) == "female",
        degree=np.isin(columns["education"], DEGREE).astype(float),
        graduate=np.isin(columns["education"], GRADUATE).astype(float),
    )


def s3_misses(found: Figures, wanted: Figures) -> list[str]:
    """Return each figure outside the tolerance, in words; empty when S3 is met."""
    misses = []
    for mine, reference, limit in (
        (found.pairs, wanted.pairs, PAIR_TOLERANCE),
        (found.effects, wanted.effects, EFFECT_TOLERANCE),
    ):
        for name, value in reference.items():
            if not abs(mine[name] - value) <= limit:
                misses.append(f"{name}: {mine[name]:+.3f}, reference {value:+.3f}")
    return misses


def pack_figures(path: Path = PACK) -> tuple[Figures, dict[str, float]]:
    """Return what the pack declares of the Big Five, and the alphas in its descriptions."""
    group = next(a for a in load_yaml(path)["attributes"] if a["name"] == "big_five")
    pairs = {frozenset(one["pair"]): one["r"] for one in group["correlations"]}
    effects, education = {}, {}
    for one in group["effects"]:
        if "attribute" in one:
            effects[f"r {one['attribute']} {one['column']}"] = one["r"]
        elif "sex" in one["when"]:
            effects[f"d {one['when']['sex']} {one['column']}"] = one["d"]
        else:
            level = "degree" if isinstance(one["when"]["education"], list) else "graduate"
            education[f"d {level} {one['column']}"] = one["d"]
    alphas = {
        name: float(column["about"].split("alpha ")[1].split()[0].rstrip(".,;"))
        for name, column in group["columns"].items()
    }
    ordered = {f"r {a} {b}": pairs[frozenset((a, b))] for a, b in combinations(TRAITS, 2)}
    return Figures(ordered, effects, education), alphas


def pack_misses(answers: Answers, path: Path = PACK) -> list[str]:
    """Return every Big Five figure of the pack that is not the measured one, rounded."""
    declared, alphas = pack_figures(path)
    measured = answers.figures()
    stated = {**declared.pairs, **declared.effects, **declared.education}
    stated |= {f"alpha {name}": value for name, value in alphas.items()}
    known = {**measured.pairs, **measured.effects, **measured.education}
    known |= {f"alpha {name}": value for name, value in answers.alphas.items()}
    # A graduate effect is declared where it says more than the degree alone: openness.
    needed = known.keys() - {n for n in known if n.startswith("d graduate")} | stated.keys()
    return [
        f"{name}: pack {stated.get(name)}, measured {known.get(name, float('nan')):+.4f}"
        for name in sorted(needed)
        if name not in stated or name not in known or abs(stated[name] - known[name]) > 0.00501
    ]


def sample_columns(population: Path | None, n: int, seed: int) -> dict[str, NDArray[Any]]:
    """Sample people from a population file, or from a small one that has the pack only."""
    if population is not None:
        table = Population.from_file(population).sample(seed, 0, n)
    else:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            (home / "packs").mkdir()
            shutil.copy(PACK, home / "packs" / PACK.name)
            (home / "small.yaml").write_text(json.dumps(SMALL_POPULATION))
            table = Population.from_file(home / "small.yaml").sample(seed, 0, n)
    return {name: table.column(name).to_numpy() for name in table.column_names}


def independent_columns(columns: Mapping[str, NDArray[Any]], seed: int) -> dict[str, NDArray[Any]]:
    """Return the same people with T-scores that know of nothing: what other generators draw."""
    random = np.random.default_rng(seed)
    drawn = {
        name: np.clip(np.round(random.normal(50, 10, len(columns["age"]))), 20, 80)
        for name in TRAITS
    }
    return {**columns, **drawn}


def sampling_error(answers: Answers, repeats: int = 200) -> dict[str, float]:
    """Return how far random parts of bfi differ, and how often bfi meets S3 against a third of it.

    The largest difference is taken over the ten pairs, or the ten effects, and its median over the
    splits. A reference of some 930 people is so uncertain that even the other two thirds of the
    same data miss a tolerance of 0.05 as often as the second figure says.
    """
    random = np.random.default_rng(0)
    pairs, effects, met = [], [], []
    n = len(answers.age)
    for _ in range(repeats):
        order = random.permutation(n)
        half, third = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        half[order[: n // 2]] = third[order[: n // 3]] = True
        one, other = answers.figures(half), answers.figures(~half)
        pairs.append(_largest(one.pairs, other.pairs))
        effects.append(_largest(one.effects, other.effects))
        met.append(not s3_misses(answers.figures(~third), answers.figures(third)))
    return {
        "halves, largest pair difference": round(float(np.median(pairs)), 3),
        "halves, largest age or sex difference": round(float(np.median(effects)), 3),
        "share of splits in which two thirds of bfi meet S3 against the third": float(np.mean(met)),
    }


def _largest(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return max(abs(one[name] - other[name]) for name in one)


def _r(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    known = np.isfinite(one) & np.isfinite(other)
    return float(np.corrcoef(one[known], other[known])[0, 1])


def main() -> int:
    """Run the three parts and print one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--population", type=Path, help="Population file; default a small one.")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--data", type=Path, default=DATA, help="bfi.csv.gz")
    arguments = parser.parse_args()
    failed = False
    if arguments.data.is_file():
        answers = read_answers(arguments.data)
        reference = answers.figures()
        misses = pack_misses(answers)
        failed |= bool(misses)
        print(json.dumps({"part": "pack against bfi", "people": len(answers.age),
                          "misses": misses}))  # fmt: skip
    else:
        reference, answers = pack_figures()[0], None
        print(json.dumps({"part": "pack against bfi", "skipped": "bfi.csv.gz is not here"}))
    columns = sample_columns(arguments.population, arguments.people, arguments.seed)
    found = people_figures(columns)
    misses = s3_misses(found, reference)
    control = s3_misses(people_figures(independent_columns(columns, arguments.seed)), reference)
    failed |= bool(misses) or not control
    print(json.dumps({"part": "S3", "people": arguments.people,
                      "population": arguments.population and arguments.population.name,
                      "largest pair error": round(_largest(reference.pairs, found.pairs), 4),
                      "largest age or sex error":
                          round(_largest(reference.effects, found.effects), 4),
                      "misses": misses,
                      "misses of independent scores": f"{len(control)} of 20"}))  # fmt: skip
    if answers is not None:
        adults = answers.figures(answers.age >= 18)
        print(json.dumps({"part": "sampling error of bfi", **sampling_error(answers),
                          "adults only, largest pair difference":
                              round(_largest(reference.pairs, adults.pairs), 3),
                          "adults only, largest age or sex difference":
                              round(_largest(reference.effects, adults.effects), 3)}))  # fmt: skip
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
