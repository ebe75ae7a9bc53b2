from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.generation.engines import (
    Completion,
    EngineDied,
    Request,
    RequestRefused,
    ScriptedEngine,
    ScriptedEngineConfig,
)
from populace.personas.errors import ConfigError, SchemaError

from .engine_requests import make_request

WIDE_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "story": {"type": "string", "minLength": 200, "maxLength": 400},
        "short": {"type": "string", "maxLength": 12},
        "mood": {"enum": ["glad", "cross"]},
        "unit": {"const": "USD"},
        "stars": {"type": "integer", "minimum": 1, "maximum": 5},
        "price": {"type": "number", "minimum": 0.5, "maximum": 0.75},
        "above": {"type": "integer", "exclusiveMinimum": 10},
        "below": {"type": "number", "maximum": -5},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}, "minItems": 2, "maxItems": 4},
        "either": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
        "day": {"type": "string", "format": "date"},
        "both": {"allOf": [{"type": "string", "minLength": 3}, {"maxLength": 30}]},
    },
    "required": ["story", "tags"],
    "additionalProperties": False,
    "$defs": {"tag": {"type": "string", "minLength": 3, "maxLength": 20}},
}


def complete_all(config: ScriptedEngineConfig, requests: list[Request]) -> list[Any]:
    """Return an answer or an exception for each request, in the order of `requests`."""

    async def scenario() -> list[Any]:
        engine = ScriptedEngine(config)
        await engine.start()
        return await asyncio.gather(
            *(engine.complete(request) for request in requests), return_exceptions=True
        )

    return asyncio.run(scenario())


def numbered(n_slots: int, **settings: Any) -> list[Request]:
    return [make_request(f"{slot}.story.1", **settings) for slot in range(n_slots)]


@settings(max_examples=60, deadline=None)
@given(request_id=st.text(min_size=1, max_size=20), seed=st.integers(0, 2**40))
def test_every_value_fits_its_schema(request_id: str, seed: int) -> None:
    request = make_request("x", json_schema=WIDE_SCHEMA, max_tokens=2000, n=2)
    request = Request(request_id, request.messages, WIDE_SCHEMA, 2000, request.sampling)
    (completion,) = complete_all(ScriptedEngineConfig(seed=seed), [request])
    checker = jsonschema.Draft202012Validator(
        WIDE_SCHEMA, format_checker=jsonschema.FormatChecker()
    )
    for choice in completion.choices:
        checker.validate(json.loads(choice.text))


def test_answers_do_not_depend_on_order_window_or_delay() -> None:
    requests = numbered(50, n=2)
    straight = complete_all(ScriptedEngineConfig(), requests)
    backward = complete_all(ScriptedEngineConfig(), requests[::-1])[::-1]
    shuffled = complete_all(ScriptedEngineConfig(delay_ms=2, order="shuffled"), requests)
    assert straight == backward == shuffled
    assert complete_all(ScriptedEngineConfig(seed=1), requests) != straight


def test_texts_are_varied() -> None:
    texts = [c.choices[0].text for c in complete_all(ScriptedEngineConfig(), numbered(500))]
    assert len(set(texts)) == 500


@pytest.mark.parametrize("order", ["late", "shuffled"])
@pytest.mark.parametrize("delay_ms", [0, 5])
def test_answers_overtake_each_other(order: str, delay_ms: float) -> None:
    finished: list[str] = []

    async def scenario() -> None:
        engine = ScriptedEngine(
            ScriptedEngineConfig.model_validate({"order": order, "delay_ms": delay_ms})
        )
        await engine.start()

        async def one(request: Request) -> None:
            finished.append((await engine.complete(request)).request_id)

        await asyncio.gather(*(one(request) for request in numbered(100)))

    asyncio.run(scenario())
    assert finished != [f"{slot}.story.1" for slot in range(100)]


def test_rates_hit_about_their_share_and_always_the_same_requests() -> None:
    """With 2,000 draws at 10 % the count lies within 6 standard deviations (80) of 200."""
    config = ScriptedEngineConfig(
        truncated_rate=0.1, invalid_rate=0.1, empty_rate=0.1, refuse_rate=0.1, duplicate_rate=0.1
    )
    outcomes = complete_all(config, numbered(2000, max_tokens=500))
    answers = [each for each in outcomes if isinstance(each, Completion)]
    assert abs(len(outcomes) - len(answers) - 200) < 80
    assert all(isinstance(e, RequestRefused) for e in outcomes if not isinstance(e, Completion))
    choices = [answer.choices[0] for answer in answers]
    assert abs(sum(c.finish_reason == "length" for c in choices) - 162) < 80
    assert abs(sum(c.text == "" for c in choices) - 180) < 80
    invalid = [c for c in choices if c.text and c.finish_reason == "stop" and not _is_good(c.text)]
    assert abs(len(invalid) - 146) < 80
    repeated = len(choices) - len({c.text for c in choices})
    assert repeated > 200
    again = complete_all(config, numbered(2000, max_tokens=500))
    assert [repr(a) for a in again] == [repr(a) for a in outcomes]


def _is_good(text: str) -> bool:
    try:
        return set(json.loads(text)) == {"quote", "reason"} and "\\ud800" not in text
    except ValueError:
        return False


def test_a_death_takes_all_in_flight_along_and_happens_once() -> None:
    async def scenario() -> None:
        engine = ScriptedEngine(ScriptedEngineConfig(delay_ms=5, die_rate=1.0))
        await engine.start()
        requests = numbered(5)
        first = await asyncio.gather(*map(engine.complete, requests), return_exceptions=True)
        assert all(isinstance(outcome, EngineDied) for outcome in first)
        with pytest.raises(EngineDied, match="not running"):
            await engine.complete(requests[0])

    asyncio.run(scenario())


def test_some_requests_are_never_answered_until_the_engine_closes() -> None:
    async def scenario() -> None:
        engine = ScriptedEngine(ScriptedEngineConfig(never_rate=1.0))
        await engine.start()
        task = asyncio.create_task(engine.complete(make_request("0")))
        done, _ = await asyncio.wait([task], timeout=0.05)
        assert not done
        await engine.close()
        with pytest.raises(EngineDied, match="in flight"):
            await task

    asyncio.run(scenario())


def test_replies_from_a_file_answer_their_requests(tmp_path: Path) -> None:
    path = tmp_path / "replies.jsonl"
    path.write_text(
        '{"request_id": "0.story.1", "text": {"quote": "a", "reason": "b"}}\n\n'
        '{"request_id": "1.story.1", "choices": [{"text": "x", "finish_reason": "length"}]}\n'
    )
    first, second, third = complete_all(ScriptedEngineConfig(replies=str(path)), numbered(3))
    assert first.choices[0].text == '{"quote":"a","reason":"b"}'
    assert (second.choices[0].text, second.choices[0].finish_reason) == ("x", "length")
    assert third == complete_all(ScriptedEngineConfig(), numbered(3))[2]


def test_a_bad_replies_file_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "replies.jsonl"
    path.write_text('{"request_id": "0", "text": "a"}\n{"text": "b"}\n')
    engine = ScriptedEngine(ScriptedEngineConfig(replies=str(path)))
    with pytest.raises(ConfigError, match=r"line 2 of engine.replies 'replies.jsonl'"):
        asyncio.run(engine.start())
    engine = ScriptedEngine(ScriptedEngineConfig(replies=str(tmp_path / "absent")))
    with pytest.raises(ConfigError, match="'absent' cannot be read"):
        asyncio.run(engine.start())


def test_endless_recursion_is_refused() -> None:
    schema = {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}
    (outcome,) = complete_all(ScriptedEngineConfig(), [make_request("0", json_schema=schema)])
    assert isinstance(outcome, SchemaError)
    assert "never ends" in str(outcome)


def test_optional_recursion_ends() -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "left": {"$ref": "#"},
            "right": {"$ref": "#"},
        },
        "required": ["name"],
    }
    (outcome,) = complete_all(
        ScriptedEngineConfig(), [make_request("0", json_schema=schema, max_tokens=10**6)]
    )
    jsonschema.validate(json.loads(outcome.choices[0].text), schema)


@pytest.mark.slow
def test_the_fake_is_never_the_bottleneck() -> None:
    """The run loop's own pace is measured against it; 5,000 a second even on a busy machine."""

    async def scenario() -> float:
        engine = ScriptedEngine(ScriptedEngineConfig())
        await engine.start()
        requests = numbered(20_000)
        began = time.process_time()
        for start in range(0, len(requests), 250):
            await asyncio.gather(*map(engine.complete, requests[start : start + 250]))
        return len(requests) / (time.process_time() - began)

    assert asyncio.run(scenario()) > 5_000
