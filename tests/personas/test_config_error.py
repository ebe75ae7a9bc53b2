"""Pydantic's problems, retold for the person who wrote the file."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from populace.personas.config_error import MAX_PROBLEMS, config_error
from populace.personas.errors import ConfigError
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

STRICT = ConfigDict(extra="forbid", frozen=True)


class Near(BaseModel):
    model_config = STRICT
    kind: Literal["near_duplicate"]
    threshold: float = Field(default=0.9, gt=0, le=1)


class Length(BaseModel):
    model_config = STRICT
    kind: Literal["length"]
    most_chars: int = 10


class Engine(BaseModel):
    model_config = STRICT
    url: str
    api_key: str = ""
    cookie: SecretStr = SecretStr("")


class Config(BaseModel):
    model_config = STRICT
    seed: int
    mode: Literal["fast", "slow"] = "fast"
    engine: Engine | None = None
    screens: list[Annotated[Near | Length, Field(discriminator="kind")]] = []
    words: dict[str, str | list[str]] = {}


def message(data: object) -> str:
    with pytest.raises(ValidationError) as caught:
        Config.model_validate(data)
    error = config_error(caught.value, model=Config, source="run.yaml")
    assert isinstance(error, ConfigError)
    return str(error)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"sede": 1, "seed": 2}, "sede: unknown key; did you mean 'seed'?"),
        (
            {"seed": 1, "engine": {"ulr": "x", "url": "y"}},
            "engine.ulr: unknown key; did you mean 'url'?",
        ),
        (
            {"seed": 1, "screens": [{"kind": "near_duplicate", "treshold": 0.5}]},
            "screens[0].treshold: unknown key; did you mean 'threshold'?",
        ),
        ({"seed": 1, "zzz": 2}, "zzz: unknown key; expected one of 'engine', 'mode', 'screens'"),
        ({}, "seed: missing; add it."),
        ({"seed": "seven"}, "seed: found the text 'seven'; expected a valid integer"),
        ({"seed": 1.5}, "seed: found the number 1.5; expected a valid integer"),
        ({"seed": None}, "seed: found nothing (null)"),
        ({"seed": 1, "mode": "fsat"}, "Did you mean 'fast'?"),
        ({"seed": 1, "screens": [{"kind": "lenght"}]}, "Did you mean 'length'?"),
        (
            {"seed": 1, "screens": [{}]},
            "screens[0]: found a mapping with 0 keys; expected a mapping",
        ),
        (
            {"seed": 1, "screens": [{"kind": "length", "most_chars": []}]},
            "screens[0].most_chars: found",
        ),
        ({"seed": 1, "words": {"a": 3}}, "words.a: found the number 3"),
        ([1], "the file: found a list of 1"),
    ],
)
def test_each_problem_says_where_what_and_what_next(data: object, expected: str) -> None:
    assert expected in message(data)


@pytest.mark.parametrize("key", ["api_key", "cookie"])
def test_a_secret_is_never_shown(key: str) -> None:
    found = message({"seed": 1, "engine": {"url": "x", key: ["hunter2", 12345]}})
    assert "hunter2" not in found
    assert "12345" not in found
    assert f"engine.{key}: found a secret value" in found


def test_a_long_value_is_cut() -> None:
    assert len(message({"seed": "x" * 10_000})) < 250


def test_a_flood_of_problems_is_counted() -> None:
    found = message({"seed": 1, **{f"{n:05d}": 1 for n in range(500)}})
    assert "run.yaml: 500 problems." in found
    assert f"and {500 - MAX_PROBLEMS} more" in found
    assert len(found.splitlines()) == MAX_PROBLEMS + 2
