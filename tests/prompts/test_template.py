"""Prompt templates: golden renderings, values as data, budgets, and clear errors."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from populace.personas.errors import PromptError
from populace.prompts import Message, PromptTemplate

GOLDEN = Path(__file__).parent / "golden"
FACTS = {"given_name": "Ines", "age": 29, "city": "Boise"}


def write(folder: Path, user: str, *, name: str = "t", rest: str = "") -> Path:
    path = folder / f"{name}.jinja"
    path.write_text(f"{rest}{{% block user %}}{user}{{% endblock %}}", encoding="utf-8")
    return path


def rendered(folder: Path, user: str, **facts: Any) -> str:
    template = PromptTemplate.load(write(folder, user))
    return template.render(facts, slot=0).messages[-1].content


def test_the_packaged_introduction_renders_as_reviewed() -> None:
    prompt = PromptTemplate.load("generic/introduction").render(FACTS, slot=0)
    text = "".join(f"=== {m.role}\n{m.content}\n" for m in prompt.messages)
    assert text == (GOLDEN / "introduction.txt").read_text(encoding="utf-8")


def test_a_template_needs_neither_system_block_nor_examples(tmp_path: Path) -> None:
    prompt = PromptTemplate.load(write(tmp_path, "Hi {{ a }}")).render({"a": "b"}, slot=0)
    assert prompt.messages == (Message("user", "Hi b"),)


def test_only_the_last_message_differs_within_an_example_set(tmp_path: Path) -> None:
    write(tmp_path, "Say {{ a }}")
    entries = [f"- facts: {{a: {i}}}\n  output: {{o: '{i}'}}\n" for i in range(5)]
    (tmp_path / "t.examples.yaml").write_text("".join(entries), encoding="utf-8")
    template = PromptTemplate.load("t", search=[tmp_path], examples_per_prompt=2)
    prompts = [template.render({"a": f"x{slot}"}, slot=slot) for slot in range(128)]
    assert {p.prefix_key for p in prompts[:32]} == {prompts[0].prefix_key}
    assert prompts[31].prefix_key != prompts[32].prefix_key
    assert [p.prefix_key for p in prompts[64:]] == [p.prefix_key for p in prompts[:64]]
    assert [m.content for m in prompts[0].messages] == [
        *("Say 0", '{"o":"0"}', "Say 1", '{"o":"1"}', "Say x0")
    ]
    assert [m.content for m in prompts[32].messages[:2]] == ["Say 2", '{"o":"2"}']
    assert len({p.sha256 for p in prompts}) == 128


def test_the_digest_of_a_template_covers_what_it_includes(tmp_path: Path) -> None:
    path = write(tmp_path, "{% include 'part.jinja' %}")
    (tmp_path / "part.jinja").write_text("one {{ a }}", encoding="utf-8")
    first = PromptTemplate.load(path)
    (tmp_path / "part.jinja").write_text("two {{ a }}", encoding="utf-8")
    assert first.sha256 != PromptTemplate.load(path).sha256
    assert first.variables == {"a"}


@given(st.text())
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    prompt = PromptTemplate.load("generic/introduction").render(
        {**FACTS, "city": "{{ 7 * 7 }}{% raw %}" + value}, slot=0
    )
    assert "{{ 7 * 7 }}{% raw %}" in prompt.messages[-1].content


@pytest.mark.parametrize(
    "token",
    ["<|im_start|>", "<|im_end|>", "</s>", "[INST]", "<start_of_turn>", "<<SYS>>", "<think>"],
)
def test_control_tokens_are_broken_even_when_two_values_form_one(
    tmp_path: Path, token: str
) -> None:
    text = rendered(tmp_path, "{{ a }}{{ b }} {{ c }}", a=token[:3], b=token[3:], c=token)
    assert token not in text
    assert text.replace(" ", "") == token * 2


def test_invisible_and_direction_characters_are_dropped(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ a }}", a="a\x00b\u202ec\u200bd\ud800e\u00e9") == "abcde\u00e9"


def test_declarations_at_the_top_reach_every_block(tmp_path: Path) -> None:
    top = "{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{% set k = 'v' %}\n"
    path = write(tmp_path, "{{ twice(a) }}{{ k }}", rest=top)
    assert PromptTemplate.load(path).render({"a": "z"}, slot=0).messages[0].content == "zzv"


def test_money_and_ordinal_read_as_in_a_sentence(tmp_path: Path) -> None:
    source = "{{ 11.5 | money }} {{ -1234 | money }} {{ 1 | ordinal }} {{ 12 | ordinal }}"
    assert rendered(tmp_path, source) == "$11.50 -$1,234.00 1st 12th"


def test_an_unknown_variable_is_found_before_rendering(tmp_path: Path) -> None:
    template = PromptTemplate.load(write(tmp_path, "{% if x %}{{ incme }}{% endif %}{{ slot }}"))
    with pytest.raises(PromptError, match=r"'t' uses 'incme' \(did you mean 'income'\?\), which"):
        template.check({"income", "x"})
    template.check({"incme", "x"})


def test_a_name_set_in_every_branch_is_not_asked_of_the_facts(tmp_path: Path) -> None:
    source = (
        "{% if a %}{% set b = 1 %}{% elif c %}{% set b = 2 %}{% else %}{% set b = 3 %}{% endif %}"
        "{% if a %}{% set d = 1 %}{% endif %}{{ b }}{{ d }}"
    )
    assert PromptTemplate.load(write(tmp_path, source)).variables == {"a", "c", "d"}


@pytest.mark.parametrize("name", ["day", "last_trip", "quote", "summary"])
def test_the_packaged_retail_templates_load_with_their_examples(name: str) -> None:
    assert PromptTemplate.load(f"retail/{name}").variables


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ a", r"line \d+: .*end of print statement"),
        ("{{ a | nosuch }}", "No filter named 'nosuch'"),
        ("{% extends 'x' %}", "extends is not offered"),
        ("{% include a %}", "need a name in quotes"),
        ("{% include '../../etc/passwd' %}", "in no search folder"),
        ("{% include '/etc/passwd' %}", "in no search folder"),
    ],
)
def test_a_faulty_template_is_refused_when_loaded(
    tmp_path: Path, source: str, message: str
) -> None:
    with pytest.raises(PromptError, match=message):
        PromptTemplate.load(write(tmp_path, source))


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(900) %}{% for j in range(900) %}{% endfor %}{% endfor %}",
        "{% for i in range(10 ** 9) %}{% endfor %}",
        "{{ 'x' * 500000000 }}",
        "{{ [1] * 500000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ (-9) ** 9999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%*d' % (999999999, 1) }}",
        "{{ '%999999999d' | format(1) }}",
        "{{ 'x'.center(999999999) }}",
        "{{ '{:>999999999}'.format(1) }}",
        "{% set n = namespace(x='xx') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}"
        "{% endfor %}",
        "{% set n = namespace(x='xx') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}"
        "{% endfor %}",
        "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}"
        "{% endfor %}",
        "{% set n = namespace(x='xx') %}{% for i in range(99) %}{% set c %}{{ n.x }}{{ n.x }}"
        "{% endset %}{% set n.x = c %}{% endfor %}",
        "{% set n = namespace(x='xx') %}{% for i in range(99) %}"
        "{% set n.x = [n.x, n.x] | join('-') %}{% endfor %}",
        "{% set n = namespace(x=1) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}"
        "{{ n.x }}",
        "{% set n = namespace(x=1) %}{% for i in range(99) %}{% set n.x = dict(a=n.x, b=n.x) %}"
        "{% endfor %}",
        "{% set n = namespace(x=9) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 't.jinja' %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ (1).__class__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{% for i in range(1000) %}" + "x" * 100 + "{% endfor %}",
    ],
)
def test_a_template_that_runs_on_or_reaches_out_is_stopped(tmp_path: Path, source: str) -> None:
    path = write(tmp_path, source)
    template = PromptTemplate.load(path)
    started = time.process_time()
    with pytest.raises(PromptError, match="template 't'"):
        template.render({}, slot=0)
    assert time.process_time() - started < 5


def test_a_list_is_joined_and_never_printed_whole(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ a | join(', ') }}", a=["x", 1]) == "x, 1"
    with pytest.raises(PromptError, match="use join"):
        rendered(tmp_path, "{{ a }}", a=["x", 1])


def test_text_outside_the_blocks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="outside the blocks"):
        PromptTemplate.load(write(tmp_path, "x", rest="Hello"))


def test_a_missing_block_template_and_fact_are_named(tmp_path: Path) -> None:
    (tmp_path / "e.jinja").write_text("{% block sytem %}{% endblock %}", encoding="utf-8")
    with pytest.raises(PromptError, match="no block 'user'"):
        PromptTemplate.load(tmp_path / "e.jinja")
    with pytest.raises(PromptError, match="did you mean 'generic/introduction'"):
        PromptTemplate.load("generic/introdution")
    with pytest.raises(PromptError, match="is not one: use letters"):
        PromptTemplate.load("../secrets")
    with pytest.raises(PromptError, match=r"'city' is undefined"):
        PromptTemplate.load("generic/introduction").render({"given_name": "A", "age": 1}, slot=0)


def test_a_fact_that_is_an_object_is_refused_without_its_value(tmp_path: Path) -> None:
    template = PromptTemplate.load(write(tmp_path, "{{ a }}"))
    with pytest.raises(PromptError, match="fact 'a' is of type PosixPath"):
        template.render({"a": Path("secret")}, slot=0)


def test_an_operation_on_the_wrong_type_names_the_line_and_not_the_value(tmp_path: Path) -> None:
    template = PromptTemplate.load(write(tmp_path, "\n\n{{ a | money }}"))
    with pytest.raises(PromptError, match=r"'t'.*TypeError") as caught:
        template.render({"a": "my secret"}, slot=0)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("facts: {}", "expected a list"),
        ("- facts: {a: 1}", "exactly two mappings"),
        ("- facts: {}\n  output: {}", "example 1: template 't': 'a' is undefined"),
        ("- facts: {a: 1, a: 2}\n  output: {}", "a"),
    ],
)
def test_a_faulty_example_is_refused_when_loaded(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "t.examples.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PromptError, match=message):
        PromptTemplate.load(write(tmp_path, "{{ a }}"))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.jinja").write_text("secret", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.jinja").symlink_to(tmp_path / "outside.jinja")
    with pytest.raises(PromptError, match="in no search folder"):
        PromptTemplate.load(write(inner, "{% include 'link.jinja' %}"))
