"""How many planted contradictions the grounding screen catches, and how many true texts it rejects.

    python benchmarks/grounding.py FILE [--key unseen] [--json]

FILE is YAML or JSON lines: a list of `{facts, text, contradiction}` with the attribute that the
text contradicts, or null; `identity` and `field` (first or third person) may stand beside them. It
may also be a mapping like tests/filters/grounding_corpus.yaml: personas, and lists of
`[persona, attribute or keep, text]`. A contradiction counts as caught if the screen rejects the
text, and as named if the verdict says which attribute. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from populace.filters import Draft, GroundingConfig, GroundingScreen


@dataclass(frozen=True, slots=True)
class Case:
    """One text with its facts, and the attribute that it contradicts."""

    facts: Mapping[str, Any]
    identity: Mapping[str, str]
    text: str
    contradiction: str | None


def read_cases(path: Path, key: str) -> list[Case]:
    """Return the cases of a file in either form."""
    raw = path.read_text("utf-8")
    if path.suffix == ".jsonl":
        content: Any = [json.loads(line) for line in raw.splitlines() if line.strip()]
    else:
        content = yaml.safe_load(raw)
    if isinstance(content, dict) and "personas" in content:
        personas = content["personas"]
        return [
            Case(personas[who]["facts"], personas[who].get("identity", {}), text, _named(label))
            for who, label, text in content[key]
        ]
    listed: Any = content[key] if isinstance(content, dict) else content
    return [
        Case(case["facts"], case.get("identity") or {}, case["text"], _named(case["contradiction"]))
        for case in listed
    ]


def _named(label: object) -> str | None:
    return None if label in (None, "", "keep", "none") else str(label)


def measure(cases: Sequence[Case]) -> dict[str, Any]:
    """Return counts, shares with intervals and texts a second."""
    screen = GroundingScreen(GroundingConfig())
    drafts = [Draft(0, "text", c.facts, c.identity, {"text": c.text}) for c in cases]
    screen.judge(
        [Draft(0, "text", case.facts, case.identity, {"text": case.text}) for case in cases[:20]]
    )
    caught: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    named, alarms = 0, Counter[str]()
    started = time.perf_counter()
    for case, draft in zip(cases, drafts, strict=True):
        [verdict] = screen.judge([draft])
        rejected = verdict.action == "reject"
        if case.contradiction is None:
            alarms.update([str(verdict.evidence.get("attribute") or verdict.reason)] * rejected)
            continue
        (caught if rejected else missed)[case.contradiction] += 1
        named += rejected and verdict.evidence.get("attribute") == case.contradiction
    seconds = time.perf_counter() - started
    n_true = sum(case.contradiction is None for case in cases)
    n_planted = len(cases) - n_true
    return {
        "planted": n_planted,
        "caught": _share(caught.total(), n_planted),
        "named_the_same_attribute": _share(named, n_planted),
        "true_texts": n_true,
        "false_alarms": _share(alarms.total(), n_true),
        "false_alarms_by_attribute": dict(sorted(alarms.items())),
        "by_attribute": {
            name: {"caught": caught[name], "missed": missed[name]}
            for name in sorted(caught.keys() | missed.keys())
        },
        "texts_per_second": round(len(cases) / seconds, 1) if seconds else 0.0,
    }


def _share(k: int, n: int) -> dict[str, float]:
    """Return count, share and Wilson's 95 % interval."""
    if n == 0:
        return {"count": 0, "share": 0.0, "low": 0.0, "high": 1.0}
    z, p = 1.959964, k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return {"count": k, "share": round(p, 4), "low": round(low, 4), "high": round(high, 4)}


def _line(name: str, share: Mapping[str, float], n: int) -> str:
    return (
        f"{name:14} {share['count']:4.0f} of {n:4}  {share['share']:7.1%}  "
        f"[{share['low']:.1%}, {share['high']:.1%}]"
    )


def main() -> None:
    """Read the arguments and print the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", default="texts", help="list to read where the file has several")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = measure(read_cases(arguments.file, arguments.key))
    if arguments.json:
        json.dump(result, sys.stdout, indent=2)
        return
    print(_line("caught", result["caught"], result["planted"]))
    print(_line("named", result["named_the_same_attribute"], result["planted"]))
    print(_line("false alarms", result["false_alarms"], result["true_texts"]))
    for name, counts in result["by_attribute"].items():
        print(f"  {name:22} caught {counts['caught']:3}  missed {counts['missed']:3}")
    for name, count in result["false_alarms_by_attribute"].items():
        print(f"  false alarm: {name:22} {count}")
    print(f"{result['texts_per_second']} texts/s on one core")


if __name__ == "__main__":
    main()
