"""Valid rows of a small model under a six-field schema, beside the same prompts unconstrained.

    python benchmarks/valid_rows.py --model smollm2-135m-instruct --rows 1000

Both passes go through our engine in one process: the same prompts, sampling and token limit, once
with the schema enforced while decoding and once as free text. Every answer is parsed strictly and
validated with format checks; truncated answers are counted apart.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from populace.generation.engines.config import VllmEngineConfig
from populace.generation.engines.protocol import Request, Sampling
from populace.generation.engines.resilient import ResilientEngine
from populace.generation.engines.vllm_engine import VllmEngine
from populace.generation.json_schema import CompiledSchema, compile_schema
from populace.generation.strict_json import ParseFailure, parse_object
from populace.generation.weights import resolve_model
from populace.personas.population import Population
from populace.prompts.message import Message

ROOT = Path(__file__).resolve().parent.parent

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "headline": {"type": "string", "minLength": 1, "maxLength": 80},
        "mood": {"enum": ["happy", "neutral", "annoyed"]},
        "visits_per_month": {"type": "integer", "minimum": 0, "maximum": 31},
        "likes": {"type": "array", "items": {"type": "string", "maxLength": 30}, "maxItems": 3},
        "would_recommend": {"type": "boolean"},
        "favourite_day": {"enum": ["monday", "friday", "saturday", "sunday"]},
    },
    "required": [
        "headline", "mood", "visits_per_month", "likes", "would_recommend", "favourite_day",
    ],
    "additionalProperties": False,
}  # fmt: skip


async def measure(model: str, rows: int, free_rows: int) -> list[dict[str, Any]]:
    """Ask with the grammar for `rows` rows and without for the first `free_rows` of them."""
    resolved = resolve_model(model, progress=None)
    engine = ResilientEngine(
        VllmEngine(
            VllmEngineConfig(model=resolved.name, max_num_seqs=256),
            model=str(resolved.path),
            model_sha256=resolved.sha256,
        )
    )
    schema = compile_schema(SCHEMA, source="benchmark")
    people = Population.from_file(ROOT / "configs/populations/retail_us.yaml").sample(1, 0, rows)
    fields = ", ".join(SCHEMA["properties"])
    prompts = [
        f"Write a JSON object with the keys {fields} about a {p['age']}-year-old {p['occupation']} "
        f"who shops at a {p['channel']}. Answer with the JSON object only."
        for p in people.to_pylist()
    ]
    await engine.start()
    found = []
    try:
        passes = (("constrained", schema.grammar, rows), ("unconstrained", None, free_rows))
        for name, grammar, n_rows in passes:
            if n_rows:
                found.append(await _pass(engine, name, schema, grammar, prompts[:n_rows]))
    finally:
        await engine.close()
    return found


async def _pass(
    engine: ResilientEngine,
    name: str,
    schema: CompiledSchema,
    grammar: Mapping[str, Any] | None,
    prompts: list[str],
) -> dict[str, Any]:
    """Ask for every prompt; under the grammar ask again, as the run loop does, up to five times."""
    started = time.monotonic()
    reasons: Counter[str] = Counter()
    left, n_tokens, n_first = list(enumerate(prompts)), 0, 0
    for attempt in range(1 if grammar is None else 5):
        answers = await asyncio.gather(
            *(
                engine.complete(
                    Request(
                        f"{name}.{index}.{attempt}",
                        (Message("user", prompt),),
                        grammar,
                        schema.max_tokens,
                        Sampling(temperature=0.8),
                    )
                )
                for index, prompt in left
            )
        )
        refused = []
        for entry, answer in zip(left, answers, strict=True):
            choice = answer.choices[0]
            n_tokens += choice.n_tokens
            parsed = parse_object(choice.text, finish_reason=choice.finish_reason)
            if isinstance(parsed, ParseFailure):
                reasons[parsed.reason] += 1
            elif violations := schema.violations(parsed.fields):
                reasons[f"schema_{violations[0].keyword}"] += 1
            else:
                continue
            refused.append(entry)
        n_first = n_first or len(prompts) - len(refused)
        left = refused
    return {
        "pass": name,
        "rows": len(prompts),
        "valid": len(prompts) - len(left),
        "valid at first": n_first,
        "refused answers": dict(sorted(reasons.items())),
        "tokens": n_tokens,
        "seconds": round(time.monotonic() - started, 1),
    }


def main() -> None:
    """Measure and print one JSON line per pass."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--free-rows", type=int, default=250)
    arguments = parser.parse_args()
    for figures in asyncio.run(measure(arguments.model, arguments.rows, arguments.free_rows)):
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
