"""Hostile and surprising YAML: what is data, what is refused, and where the message points."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from populace.personas.errors import ConfigError
from populace.personas.safe_yaml import MAX_DEPTH, MAX_NODES, MAX_SIZE_BYTES, load_yaml, parse_yaml


@pytest.mark.parametrize(
    "text",
    [
        "NO",
        "no",
        "yes",
        "Yes",
        "on",
        "off",
        "y",
        "n",
        "True",
        "FALSE",
        "Null",
        "2024-01-31",
        "010",
        "0o17",
        "0x1F",
        "1_000",
        "12:30:00",
        "1e3x",
        ".5.5",
        "00501",
    ],
)
def test_what_yaml_1_1_would_guess_stays_text(text: str) -> None:
    assert parse_yaml(f"value: {text}", "t") == {"value": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("+3", 3),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-2.5e-3", -0.0025),
        ("'12'", "12"),
        ('"true"', "true"),
    ],
)
def test_plain_scalars_of_yaml_1_2(text: str, value: object) -> None:
    found = parse_yaml(f"value: {text}", "t")["value"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", r"t\.yaml, line 3, column 1: key 'a' appears twice"),
        ("a: &x [1]\nb: *x", r"line 2, column 4: alias \*x; aliases are refused"),
        ("a: !!python/object/apply:os.system [ls]", "line 1, column 4: tag .* are refused"),
        ("a: !custom 1", "tag !custom; tags are refused"),
        ("<<: {a: 1}", "merge key"),
        ("[1, 2]: x", "mapping or list as a key"),
        ("1.5: x", "empty or fractional key"),
        ("null: x", "empty or fractional key"),
        ("a: 1\n---\nb: 2", "a second document"),
        ("", "is empty"),
        ("# only a comment\n", "is empty"),
        ("a: [1, 2", "while parsing a flow sequence that begins in line 1"),
        ("a:\n\t- 1", "line 2"),
        ("a: b: c", "line 1, column 5"),
        ("a: \0", "line 1: a NUL character"),
        ("a: \x07", "a character that YAML does not allow"),
        ("a: \ud800", "line 1: half of a surrogate pair"),
        ("- " * (MAX_DEPTH + 1) + "x", f"nested deeper than {MAX_DEPTH}"),
        ("[" * 100_000, f"nested deeper than {MAX_DEPTH}"),
        ("{a: " * 3_000, f"nested deeper than {MAX_DEPTH}"),
        ("a: " + "9" * 5_000, "a number of 5000 characters"),
        ("a: " + "x" * MAX_SIZE_BYTES, "at most 4,194,304 are read"),
    ],
)
def test_refused_text_names_place_and_reason(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_yaml(text, "t.yaml")


def test_too_many_nodes_are_refused() -> None:
    text = "[" + "1," * (MAX_NODES + 1) + "]"
    with pytest.raises(ConfigError, match="more than 200000 values"):
        parse_yaml(text, "t")


def test_files_that_are_no_text_files_are_refused(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo.yaml"
    os.mkfifo(fifo)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"name: x\ncity: Montr\xe9al\n")
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MAX_SIZE_BYTES + 1))
    for path, message in [
        (tmp_path, "folder, pipe or device"),
        (fifo, "folder, pipe or device"),
        (Path(os.devnull), "folder, pipe or device"),
        (tmp_path / "missing.yaml", "does not exist"),
        (tmp_path / ("x" * 300), "cannot be read"),
        (latin, r"line 2, byte 12: not UTF-8 \(byte 0xe9\)"),
        (large, "at most 4,194,304 are read"),
    ]:
        with pytest.raises(ConfigError, match=message):
            load_yaml(path)


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\n")
    assert load_yaml(path) == {"name": "x"}


@given(st.text(max_size=80))
def test_any_text_is_data_or_a_config_error(text: str) -> None:
    with contextlib.suppress(ConfigError):
        parse_yaml(text, "t")


# Beyond U+FFFF, JSON escapes are surrogate pairs, which YAML lacks.
WORDS = st.text(st.characters(max_codepoint=0xD7FF), max_size=8)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | WORDS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
        max_leaves=12,
    )
)
def test_json_comes_back_unchanged(value: object) -> None:
    """JSON with escapes is YAML, so what JSON says is what we must read."""
    assert parse_yaml(json.dumps(value), "t") == value
