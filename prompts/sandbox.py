"""A Jinja environment in which a template can neither reach out nor run on.

Jinja's immutable sandbox keeps templates away from Python's internals, but it lets nested loops
spin and strings double. Here every pass of a loop and every call of a macro takes one step from a
budget, every printed character counts, and what could build a large value in one operation is
capped or absent. No clock is involved: the same template always stops at the same place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .wording import money, ordinal

MAX_STEPS = 10_000
"""Loop passes and macro calls in one rendering; ours take fewer than 50."""
MAX_OUTPUT_CHARS = 64_000
"""Printed characters in one rendering, captured blocks included: about 16,000 tokens."""
MAX_RANGE = 1_000
MAX_SEQUENCE = 10_000
MAX_INTEGER = 2**63
MAX_TEMPLATE_BYTES = 256 * 1024

_FILTERS = (
    *("abs", "capitalize", "count", "d", "default", "first", "float", "int", "items", "last"),
    *("length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse"),
    *("round", "select", "selectattr", "sort", "sum", "title", "trim", "unique", "upper"),
)
_GLOBALS = ("namespace", "cycler", "joiner")
_ATTRIBUTES: Mapping[type, frozenset[str]] = {
    str: frozenset(
        {
            *("capitalize", "count", "endswith", "find", "isalpha", "isdigit", "islower"),
            *("isupper", "lower", "lstrip", "removeprefix", "removesuffix", "rstrip", "split"),
            *("splitlines", "startswith", "strip", "title", "upper"),
        }
    ),
    dict: frozenset({"get", "items", "keys", "values"}),
    list: frozenset({"count", "index"}),
    tuple: frozenset({"count", "index"}),
    int: frozenset(),
    float: frozenset({"is_integer"}),
}
_WIDE_FORMAT = re.compile(r"%[^a-zA-Z%]*(?:\*|[0-9]{3,})")

_Node = TypeVar("_Node", bound=nodes.Node)


class BudgetExceededError(SecurityError):
    """A template took too many steps or wrote too much."""


@dataclass(slots=True)
class _Budget:
    steps: int = MAX_STEPS
    chars: int = MAX_OUTPUT_CHARS


_BUDGET: ContextVar[_Budget | None] = ContextVar("_BUDGET", default=None)


@contextmanager
def render_budget() -> Iterator[None]:
    """Give what is rendered inside a fresh budget of steps and characters."""
    token = _BUDGET.set(_Budget())
    try:
        yield
    finally:
        _BUDGET.reset(token)


class PromptEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox with budgets; `search` is all that its loader can see."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, search: Sequence[Path]) -> None:
        super().__init__(
            loader=_FolderLoader(search),
            undefined=StrictUndefined,
            autoescape=False,
            keep_trailing_newline=False,
            finalize=_count_output,
        )
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.filters.update(money=money, ordinal=ordinal, format=_format, join=_join, string=_text)
        # Written into the compiled template by `_guard`; no template can name them.
        self.filters.update({"~": _join, "[]": _sized})
        self.globals = {name: self.globals[name] for name in _GLOBALS}
        self.globals.update(range=_range, dict=_dict)

    def take_step(self) -> str:
        """Count one pass of a loop or one macro call; called by compiled templates."""
        budget = _BUDGET.get()
        if budget is not None:
            budget.steps -= 1
            if budget.steps < 0:
                raise BudgetExceededError(f"more than {MAX_STEPS:,} loop passes and macro calls")
        return ""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Offer only methods of plain values that cannot build something large."""
        for kind, allowed in _ATTRIBUTES.items():
            if isinstance(obj, kind):
                return attr in allowed
        return bool(super().is_safe_attribute(obj, attr, value))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Compute `+ * ** %` unless the result could be large."""
        if operator == "%" and isinstance(left, str):
            return _format(left, *(right if isinstance(right, tuple) else (right,)))
        if operator == "+" and isinstance(left, str | list | tuple):
            if isinstance(left, str) and isinstance(right, str):
                _refuse_long(len(left) + len(right))
            else:
                _sized([left, right])
        elif operator in {"*", "**"}:
            _refuse_large_number(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        _inject_steps(template)
        return template


class _FolderLoader(BaseLoader):
    """Reads templates below the search folders; a link that leads out of them is not followed."""

    def __init__(self, search: Sequence[Path]) -> None:
        self._roots = [root.resolve() for root in search]

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        for root in self._roots:
            path = (root / template).resolve()
            if path.is_relative_to(root) and path.is_file():
                return read_template(path), str(path), None
        raise TemplateNotFound(template)


def read_template(path: Path) -> str:
    """Return the text of a template file.

    Raises:
        SecurityError: If it is longer than a template can sensibly be.
    """
    with path.open("rb") as file:
        data = file.read(MAX_TEMPLATE_BYTES + 1)
    if len(data) > MAX_TEMPLATE_BYTES:
        raise SecurityError(f"the template is longer than {MAX_TEMPLATE_BYTES:,} bytes")
    return data.decode("utf-8-sig")


def _inject_steps(template: nodes.Template) -> None:
    for kind in (nodes.For, nodes.Macro, nodes.CallBlock):
        node: Any
        for node in template.find_all(kind):
            call = nodes.Call(nodes.EnvironmentAttribute("take_step"), [], [], None, None)
            statement = nodes.ExprStmt(call, lineno=node.lineno)
            statement.set_environment(template.environment)  # type: ignore[arg-type]  # set by parse
            call.set_lineno(node.lineno)
            node.body.insert(0, statement)
    _guard(template)


def _guard(node: nodes.Node) -> None:
    """Send `a ~ b` and `[a, b]` through filters that can refuse: Jinja builds without asking."""
    for name, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            _guard(value)
            setattr(node, name, _guarded(value))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, nodes.Node):
                    _guard(item)
                    value[index] = _guarded(item)


def _guarded(node: nodes.Node) -> nodes.Node:
    target: nodes.Expr
    if isinstance(node, nodes.Concat):
        name, target = "~", nodes.List(node.nodes, lineno=node.lineno)
    elif isinstance(node, nodes.List | nodes.Dict) or (
        isinstance(node, nodes.Tuple) and node.ctx == "load"
    ):
        name, target = "[]", node
    else:
        return node
    guarded = nodes.Filter(target, name, [], [], None, None)
    guarded.set_lineno(node.lineno)
    return guarded.set_environment(node.environment)  # type: ignore[arg-type]  # set by parse


def _count_output(value: Any) -> Any:
    budget = _BUDGET.get()
    if budget is not None:
        text = _text(value)
        budget.chars -= len(text)
        if budget.chars < 0:
            raise BudgetExceededError(f"more than {MAX_OUTPUT_CHARS:,} characters")
        return text
    return value


def _text(value: Any) -> str:
    """Return a scalar as text; a nested list can be exponentially long once it is written out."""
    if value is None or isinstance(value, str | int | float | StrictUndefined):
        return str(value)
    raise SecurityError("a list or mapping is printed whole; use join, or name its parts")


def _join(parts: Iterable[Any], separator: str = "") -> str:
    texts = [_text(part) for part in _sized(parts)]
    _refuse_long(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def _sized(value: Any) -> Any:
    """Return a container unless it holds too much, counting what is nested in it."""
    if not isinstance(value, list | tuple | dict):
        value = list(value)
    n_values = 0
    stack = [value]
    while stack:
        item = stack.pop()
        n_values += 1
        if n_values + len(stack) > MAX_SEQUENCE:
            raise BudgetExceededError(f"a list of more than {MAX_SEQUENCE:,} values")
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list | tuple):
            stack.extend(item)
    return value


def _dict(**values: Any) -> dict[str, Any]:
    return dict(_sized(values))


def _format(text: str, *values: Any) -> str:
    if _WIDE_FORMAT.search(text) is not None:
        raise SecurityError("a format width of three digits or `*`")
    result = str(text) % tuple(x if isinstance(x, int | float) else _text(x) for x in values)
    _refuse_long(len(result))
    return result


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > MAX_RANGE:
        raise BudgetExceededError(f"range() of {len(numbers):,}; at most {MAX_RANGE:,} are allowed")
    return numbers


def _refuse_long(length: int) -> None:
    if length > MAX_OUTPUT_CHARS:
        raise BudgetExceededError(f"a value longer than {MAX_OUTPUT_CHARS:,}")


def _refuse_large_number(operator: str, left: Any, right: Any) -> None:
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise SecurityError(f"`{operator}` is for numbers only")
    size = abs(left) or 1
    if operator == "**" and abs(right) * max(1, int(size)).bit_length() > 64:
        raise BudgetExceededError(f"`**` with a result beyond {MAX_INTEGER:,}")
    if operator == "*" and abs(left) * abs(right) > MAX_INTEGER:
        raise BudgetExceededError(f"`*` with a result beyond {MAX_INTEGER:,}")
