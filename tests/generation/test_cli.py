"""Bad input, each: one clear line, its exit code, no traceback, nothing written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..conftest import WriteConfig

POPULACE = [sys.executable, "-m", "populace.generation.cli"]


def _populace(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*POPULACE, *arguments], capture_output=True, text=True, check=False, cwd=cwd, timeout=120
    )


SUMMARY_SCHEMA = "parts.0.schema"

BAD_CONFIGS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"sed": 1}, "did you mean 'seed'"),
    "unknown nested key": ({"loop.max_atempts": 3}, "max_attempts"),
    "wrong type": ({"plan.n": "many"}, "plan.n"),
    "no rows": ({"plan.n": 0}, "plan.n"),
    "name that is a path": ({"name": "../x"}, "name"),
    "shares that miss one": (
        {"people.attributes.1.shares": {"female": 0.5, "male": 0.6}}, "1.1"),
    "negative share": ({"people.attributes.1.shares": {"female": 1.5, "male": -0.5}}, "-0.5"),
    "contradictory rules": (
        {"people.rules": [{"name": "nobody", "reason": "t", "forbid": {"age": {"at_least": 18}}}]},
        "nobody"),
    "template with an unknown variable": (
        {"template": "{% block user %}{{ agee }}{% endblock %}"}, "agee"),
    "template that does not parse": (
        {"template": "{% block user %}{{ age {% endblock %}"}, "summary"),
    "template that is not there": ({"parts.0.template": "nowhere.jinja"}, "nowhere"),
    "unsupported keyword": (
        {SUMMARY_SCHEMA: {"type": "object", "properties": {"summary": {"type": "string"}},
                          "propertis": {}}}, "propertis"),
    "recursion without exit": (
        {SUMMARY_SCHEMA: {"type": "object", "properties": {"summary": {"$ref": "#"}},
                          "required": ["summary"]}}, "never"),
    "remote reference": (
        {SUMMARY_SCHEMA: {"type": "object",
                          "properties": {"summary": {"$ref": "https://example.com/s.json"}}}},
        "emote"),
    "field that is a column already": (
        {SUMMARY_SCHEMA: {"type": "object", "properties": {"age": {"type": "string"}}}}, "'age'"),
    "reference to the environment": ({"population": "${HOME}"}, "environment"),
    "unreadable model path": (
        {"engine": {"kind": "vllm", "model": "/nowhere/model"}}, "/nowhere/model"),
    "population that is not there": ({"population": "absent.yaml"}, "absent.yaml"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_CONFIGS)
def test_bad_configuration_is_one_clear_message(
    case: str, write_config: WriteConfig, tmp_path: Path
) -> None:
    changes, needle = BAD_CONFIGS[case]
    found = _populace("run", str(write_config(changes)), "--out", str(tmp_path / "run"))
    assert found.returncode == 2, found.stderr
    assert "Traceback" not in found.stderr
    assert needle in found.stderr
    assert not (tmp_path / "run" / "data").exists()


def test_a_template_that_loops_is_stopped(write_config: WriteConfig, tmp_path: Path) -> None:
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"
    config = write_config({"template": "{% block user %}{{ age }}" + loop + "{% endblock %}"})
    found = _populace("run", str(config), "--out", str(tmp_path / "run"))
    assert found.returncode == 2, found.stderr
    assert "Traceback" not in found.stderr
    assert "summary" in found.stderr


@pytest.mark.parametrize(
    ("text", "needle"),
    [
        ("name: a\nname: b\n", "name"),
        ("!!python/object/apply:os.system ['true']\n", "tag"),
        ("- just\n- a list\n", "mapping"),
        ("", "empty"),
        ("a: [1, 2\n", "line"),
    ],
)
def test_bad_yaml_is_one_clear_message(tmp_path: Path, text: str, needle: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    found = _populace("run", str(path), cwd=tmp_path)
    assert found.returncode == 2
    assert "Traceback" not in found.stderr
    assert needle in found.stderr


def test_a_read_only_place_is_refused(write_config: WriteConfig) -> None:
    found = _populace("run", str(write_config()), "--out", "/proc/populace-run")
    assert found.returncode == 2
    assert "cannot be created" in found.stderr
    assert "Traceback" not in found.stderr


def test_a_full_disk_is_one_line_and_the_run_can_be_resumed(
    write_config: WriteConfig, tmp_path: Path
) -> None:
    config = write_config({"plan.n": 3000})
    directory = tmp_path / "run"
    limited = ["sh", "-c", 'ulimit -f 600; exec "$@"', "sh"]
    full = subprocess.run(
        [*limited, *POPULACE, "run", str(config), "--out", str(directory), "--quiet"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert full.returncode == 2, full.stderr
    assert "Traceback" not in full.stderr
    assert "cannot be written" in full.stderr
    after = _populace("run", str(config), "--out", str(directory), "--json")
    assert after.returncode == 0, after.stderr
    result = json.loads(after.stdout.splitlines()[-1])
    assert result["exported"] == 3000


def test_a_second_process_on_one_directory_is_refused(
    write_config: WriteConfig, tmp_path: Path
) -> None:
    config = write_config(
        {"plan.n": 3000, "loop.window": 4, "engine": {"kind": "scripted", "delay_ms": 40.0}}
    )
    command = [*POPULACE, "run", str(config), "--out", str(tmp_path / "run"), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        first.stdout.readline()
        second = _populace("run", str(config), "--out", str(tmp_path / "run"))
        first.terminate()
        first.stdout.read()
        assert first.wait() == 4
    assert second.returncode == 2
    assert "another populace process" in second.stderr


def test_help_names_the_exit_codes() -> None:
    found = _populace("run", "--help")
    assert found.returncode == 0
    assert "gate refused" in found.stdout
    assert "shortfall" in found.stdout


def test_the_persona_schema_is_a_valid_json_schema() -> None:
    from jsonschema import Draft202012Validator

    document = json.loads(_populace("schema", "persona").stdout)
    Draft202012Validator.check_schema(document)
    assert document["properties"]["schema_version"]["const"] == "1.0"
    assert document["$defs"]["Psychographics"]["properties"]["openness"]["maximum"] == 80


def test_the_config_schema_is_a_valid_json_schema() -> None:
    from jsonschema import Draft202012Validator

    found = _populace("schema", "config")
    document = json.loads(found.stdout)
    Draft202012Validator.check_schema(document)
    assert {"name", "plan", "population", "parts", "engine"} <= document["properties"].keys()


def test_resume_of_a_directory_without_a_run_says_so(tmp_path: Path) -> None:
    found = _populace("resume", str(tmp_path))
    assert found.returncode == 2
    assert "holds no run" in found.stderr
