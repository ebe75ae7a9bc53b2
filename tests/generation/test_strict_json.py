"""Strict parsing: one reason for each way in which a completion is no JSON object."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from populace.generation.strict_json import ParsedObject, ParseFailure, parse_object

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=3
        )
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4), PLAIN, max_size=4
)


def reason(text: str, finish_reason: str = "stop") -> str:
    answer = parse_object(text, finish_reason=finish_reason)
    return answer.reason if isinstance(answer, ParseFailure) else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("Sure! Here it is", "not_json"),
        ("12 monkeys", "not_json"),
        ('{"a": 1', "not_json"),
        ("{'a': 1}", "not_json"),
        ('{"a": "\n"}', "not_json"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ('{"a": {"b": 1, "\\u0062": 2}}', "duplicate_key"),
        ('{"a":1,"a":2,"b":"\\u003a"}', "duplicate_key"),
        ('{"a":":","a":""}', "duplicate_key"),
        ('{"a": NaN}', "non_finite"),
        ('{"a": -Infinity}', "non_finite"),
        ('{"a": 1e999}', "non_finite"),
        ('{"a": -1E999}', "non_finite"),
        ('{"a": 9007199254740993}', "number_too_large"),
        ('{"a": -9007199254740993}', "number_too_large"),
        ('{"a": ' + "9" * 5000 + "}", "number_too_large"),
        ('{"a": 0.' + "1" * 5000 + "}", "number_too_large"),
        ('{"a": "\\ud800"}', "lone_surrogate"),
        ('{"a": "\ud800"}', "lone_surrogate"),
        ('{"\\udc00": 1}', "lone_surrogate"),
        ("[1]", "not_an_object"),
        ('"text"', "not_an_object"),
        ("42", "not_an_object"),
        ("null", "not_an_object"),
        ('{"a": 1} and more', "trailing_text"),
        ('{"a": 1}{"a": 1}', "trailing_text"),
        ("[" * 100_000, "too_deep"),
        ('{"a":' * 65 + "1" + "}" * 65, "too_deep"),
    ],
)
def test_each_defect_has_its_reason(text: str, expected: str) -> None:
    assert reason(text) == expected


def test_truncated_needs_both_a_cut_and_the_finish_reason_length() -> None:
    assert reason('{"a": "bro', "length") == "truncated"
    assert reason("", "length") == "truncated"
    assert reason('{"a": "bro', "stop") == "not_json"
    assert parse_object('{"a": 1}', finish_reason="length") == ParsedObject({"a": 1})
    assert reason('{"a": 1, "a": 2}', "length") == "duplicate_key"


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 9007199254740992}',
        '{"a": 1.5e3, "b": "x: y", "c:d": {":": []}}',
        ' \n{"a": "\\ud83d\\ude00 \\u003a"}\n',
        '{"a":' * 64 + "1" + "}" * 64,
        '{"a": "' + "[{" * 100 + '"}',
        "{}",
    ],
)
def test_what_is_sound_is_read_as_json_reads_it(text: str) -> None:
    assert parse_object(text, finish_reason="stop") == ParsedObject(json.loads(text))


@given(st.text(), st.sampled_from(["stop", "length", "error"]))
def test_no_text_raises(text: str, finish_reason: str) -> None:
    parse_object(text, finish_reason=finish_reason)
    parse_object("{" + text, finish_reason=finish_reason)
    parse_object('{"a":' + text + "}", finish_reason=finish_reason)


@given(OBJECTS, st.booleans())
def test_every_plain_object_comes_back(value: dict[str, Any], ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert parse_object(text, finish_reason="stop") == ParsedObject(value)


@given(OBJECTS, st.data())
def test_a_mutated_object_never_raises_and_never_reads_a_key_twice(
    value: dict[str, Any], data: st.DataObject
) -> None:
    text = json.dumps(value)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    mutated = text[:start] + data.draw(st.sampled_from(["", text, "NaN", ",", '"'])) + text[end:]
    parse_object(mutated, finish_reason="stop")
    doubled = '{"k":0,' + text[1:-1] + ("," if value else "") + '"k":1}'
    assert reason(doubled) == "duplicate_key"
