"""Narratives as a set: distinctness, drift of sentiment, repeated names, stereotypes.

    python benchmarks/narratives.py measure runs/retail_narratives --fields summary,day
    python benchmarks/narratives.py flip configs/retail_narratives.yaml --people 60

`measure` reads an exported run. `flip` writes each person's texts three times with the run's own
model: as planned, with sex and given name exchanged and nothing else, and again as planned with
other examples in the prompt (the paraphrase control). The sentiment probe is a logistic regression
on sentence embeddings, trained on ../shared/data/amazon_snippets; its held-out accuracy is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv as csv
import pyarrow.parquet as pq
from numpy.typing import NDArray
from populace.filters.embeddings import TextEncoder
from populace.generation.config import load_config
from populace.generation.draft_reading import Part
from populace.generation.engine_choice import build_engine
from populace.generation.locked_config import read_locked_config, unpack_locked_config
from populace.generation.plan import Slot
from populace.generation.preparation import prepare
from populace.generation.strict_json import ParseFailure, parse_object
from populace.prompts.template import PromptTemplate
from populace.scoring.wording import words
from scipy import stats
from sklearn.linear_model import LogisticRegression

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
REAL_SETS = (
    ("clothing_reviews", "text"),
    ("amazon_snippets", "text"),
    ("banking77", "text"),
    ("clinc150", "text"),
    ("sms_spam", "text"),
)
# fmt: off
_MONEY = frozenset((
    "price", "prices", "dollar", "dollars", "money", "cheap", "cost", "costs", "coupon", "coupons",
    "pay", "paid", "income", "salary", "afford", "expensive", "budget", "bargain", "sale",
))
# fmt: on
Floats = NDArray[np.float64]


class Sentiment:
    """The probability that a text is positive rather than negative, 0 to 1."""

    def __init__(self) -> None:
        self.encoder = TextEncoder(batch_texts=64)
        train, validation = (_snippets(part) for part in ("train", "validation"))
        self.model = LogisticRegression(C=10.0, max_iter=2000)
        self.model.fit(self.encoder.encode(train[0]), train[1])
        guesses = self.model.predict(self.encoder.encode(validation[0]))
        self.accuracy = float(np.mean(guesses == np.array(validation[1])))

    def share_positive(self, texts: Sequence[str]) -> float:
        """Return the share of texts whose likeliest class is positive."""
        return float(np.mean(self.model.predict(self.encoder.encode(texts)) == "positive"))

    def score(self, texts: Sequence[str]) -> Floats:
        """Return P(positive) - P(negative) per text."""
        likely = self.model.predict_proba(self.encoder.encode(texts))
        column = {name: i for i, name in enumerate(self.model.classes_)}
        return np.asarray(likely[:, column["positive"]] - likely[:, column["negative"]], np.float64)


def _snippets(part: str) -> tuple[list[str], list[str]]:
    with gzip.open(SHARED / "amazon_snippets" / f"{part}.csv.gz") as file:
        table = csv.read_csv(file)
    return table.column("text").to_pylist(), table.column("label").to_pylist()


def measure(run: Path, fields: Sequence[str]) -> dict[str, Any]:
    """Return distinctness, drift and name shares of an exported run."""
    rows = [
        row
        for file in sorted((run / "data").glob("*.parquet"))
        for row in pq.read_table(file).to_pylist()
    ]
    if len(rows) < 2:
        raise SystemExit(f"{run}: {len(rows)} exported rows; expected at least 2.")
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(unpack_locked_config(read_locked_config(run), Path(folder)))
    sentiment = Sentiment()
    report: dict[str, Any] = {"rows": len(rows), "sentiment_probe_accuracy": sentiment.accuracy}
    for part in prepared.parts:
        for field in sorted(part.field_names & set(fields)):
            texts = [row[field] for row in rows]
            notes = [_notes(part.template, row) for row in rows]
            similarity = sentiment.encoder.encode(texts)
            cosine = similarity @ similarity.T
            np.fill_diagonal(cosine, -1.0)
            told, given = (sentiment.share_positive(some) for some in (texts, notes))
            report[field] = {
                "largest_cosine": float(cosine.max()),
                "rows_with_a_twin_at_0.95": float(np.mean(cosine.max(axis=1) >= 0.95)),
                "exact_duplicates": len(texts) - len(set(texts)),
                "positive_share": told,
                "positive_share_of_the_facts_given": given,
                "drift": told - given,
                **_variety(texts),
                "facts_given": _variety(notes),
            }
    names = Counter(row["given_name"] for row in rows)
    report["most_frequent_given_name_share"] = names.most_common(1)[0][1] / len(rows)
    report["real_sets"] = {name: _variety(_real_texts(name, key)) for name, key in REAL_SETS}
    return report


def _notes(template: PromptTemplate, row: Mapping[str, Any]) -> str:
    return template.render(row, slot=row["slot"], attempt=0).messages[-1].content


def _real_texts(name: str, key: str) -> list[str]:
    file = next(f for f in sorted((SHARED / name).glob("*.csv.gz")) if "validation" not in f.name)
    with gzip.open(file) as stream:
        table = csv.read_csv(
            stream, parse_options=csv.ParseOptions(newlines_in_values=True, quote_char='"')
        )
    column = key if key in table.column_names else "Review Text"
    return [text for text in table.column(column).to_pylist() if text]


def _variety(texts: Sequence[str], *, window_words: int = 1000, references: int = 50) -> Any:
    """Return vocabulary per 1,000 words, distinct pairs, and Self-BLEU of a fixed sample."""
    order = np.random.default_rng(7).permutation(len(texts))
    told = [words(texts[i]) for i in order]
    flat = [word for text in told for word in text]
    windows = [
        flat[i : i + window_words] for i in range(0, len(flat) - window_words + 1, window_words)
    ][:40]
    sample = [text for text in told if len(text) >= 4][: references + 1]
    return {
        "distinct_words_per_1000": _mean([len(set(w)) for w in windows]),
        "distinct_pairs": _mean([len(set(pairwise(w))) / (len(w) - 1) for w in windows]),
        "self_bleu_4": float(
            np.mean([_bleu(t, sample[:i] + sample[i + 1 :]) for i, t in enumerate(sample)])
        ),
    }


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _bleu(text: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Return BLEU-4 with uniform weights and add-one smoothing (Papineni et al. 2002)."""
    logs = []
    for n in range(1, 5):
        own = Counter(tuple(text[i : i + n]) for i in range(len(text) - n + 1))
        best: Counter[tuple[str, ...]] = Counter()
        for other in references:
            best |= Counter(tuple(other[i : i + n]) for i in range(len(other) - n + 1))
        hits = (own & best).total()
        logs.append(math.log((hits + 1) / (own.total() + 1)))
    return math.exp(sum(logs) / 4)


async def flip(config: Path, people: int) -> dict[str, Any]:
    """Return how far texts move when only sex and given name change, beside the control."""
    loaded = load_config(config)
    prepared = prepare(loaded)
    prepared.plan.n = max(prepared.plan.n, people)
    slots = [prepared.plan.slot(index) for index in range(people)]
    names = {
        sex: [s.identity["given_name"] for s in slots if s.attributes["sex"] == sex]
        for sex in ("female", "male")
    }
    engine = build_engine(loaded.config, note=lambda text: print(text, file=sys.stderr))
    await engine.start()
    try:
        told = {
            variant: await _write(engine, prepared.parts, slots, variant, names)
            for variant in ("planned", "flipped", "control")
        }
    finally:
        await engine.close()
    return _compare(told, slots)


async def _write(
    engine: Any,
    parts: Sequence[Part],
    slots: Sequence[Slot],
    variant: str,
    names: Mapping[str, Sequence[str]],
) -> dict[tuple[int, str], str]:
    async def one(slot: Slot, part: Part) -> tuple[tuple[int, str], str]:
        changed = _flipped(slot, names) if variant == "flipped" else slot
        prompt = part.render(changed, int(variant == "control"))
        request = part.request(f"{slot.index}.{part.name}.{variant}", prompt, 0)
        completion = await engine.complete(replace(request, sampling=replace(part.sampling, n=1)))
        choice = completion.choices[0]
        parsed = parse_object(choice.text, finish_reason=choice.finish_reason)
        text = (
            "" if isinstance(parsed, ParseFailure) else " ".join(map(str, parsed.fields.values()))
        )
        return (slot.index, part.name), text

    return dict(await asyncio.gather(*(one(slot, part) for slot in slots for part in parts)))


def _flipped(slot: Slot, names: Mapping[str, Sequence[str]]) -> Slot:
    other = "male" if slot.attributes["sex"] == "female" else "female"
    name = names[other][slot.index % len(names[other])]
    return replace(
        slot,
        attributes={**slot.attributes, "sex": other},
        identity={**slot.identity, "given_name": name},
    )


def _compare(told: Mapping[str, Mapping[Any, str]], slots: Sequence[Slot]) -> dict[str, Any]:
    sentiment = Sentiment()
    keys = [key for key in told["planned"] if all(texts[key] for texts in told.values())]
    jobs = {slot.index: set(words(str(slot.attributes["occupation"]))) for slot in slots}
    measures: dict[str, Callable[[str], Floats]] = {
        "sentiment": lambda v: sentiment.score([told[v][k] for k in keys]),
        "money_words": lambda v: np.array(
            [sum(w in _MONEY for w in words(told[v][k])) for k in keys], float
        ),
        "own_occupation_words": lambda v: np.array(
            [len(jobs[k[0]] & set(words(told[v][k]))) for k in keys], float
        ),
        "length_words": lambda v: np.array([len(words(told[v][k])) for k in keys], float),
    }
    # Signed so that a stereotype adds up: how the text about a woman differs from that about a man.
    female = {slot.index: slot.attributes["sex"] == "female" for slot in slots}
    sign = np.array([1.0 if female[key[0]] else -1.0 for key in keys])
    report: dict[str, Any] = {"texts": len(keys)}
    values = {name: {v: one(v) for v in told} for name, one in measures.items()}
    tests = {}
    for name, found in values.items():
        effect = sign * (found["planned"] - found["flipped"])
        control = np.abs(found["planned"] - found["control"])
        spread = float(np.std(found["planned"])) or 1.0
        p = float(stats.ttest_1samp(effect, 0.0).pvalue) if np.any(effect) else 1.0
        tests[name] = p
        report[name] = {
            "female_minus_male_d": float(effect.mean() / spread),
            "mean_change_flip": float(np.abs(found["planned"] - found["flipped"]).mean()),
            "mean_change_control": float(control.mean()),
            "p": p,
        }
    for rank, name in enumerate(sorted(tests, key=lambda key: tests[key])):
        adjusted = min(1.0, tests[name] * (len(tests) - rank))
        report[name]["p_holm"] = adjusted
        report[name]["passes"] = adjusted > 0.05 or abs(report[name]["female_minus_male_d"]) < 0.1
    return report


def main() -> int:
    """Run one of the two measurements and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    first = commands.add_parser("measure")
    first.add_argument("run", type=Path)
    first.add_argument("--fields", default="summary,day")
    second = commands.add_parser("flip")
    second.add_argument("config", type=Path)
    second.add_argument("--people", type=int, default=60)
    arguments = parser.parse_args()
    if arguments.command == "measure":
        report = measure(arguments.run, arguments.fields.split(","))
    else:
        report = asyncio.run(flip(arguments.config, arguments.people))
    print(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
