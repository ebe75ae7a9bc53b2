"""Prompt templates: facts in, chat messages out, rendered once in a sandbox with budgets.

A template is a file `<name>.jinja` with a block `user` and, if wanted, a block `system`; beside it
may stand `<name>.examples.yaml` with few-shot examples, each `facts` and the `output` to answer.
Facts are data: they are never read as template text, whatever they hold. The shared text comes
first and the varying part last, so that an engine's prefix cache serves all but the last message.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta, nodes

from ..personas.errors import ConfigError, PromptError
from ..personas.near_name import near_name
from ..personas.safe_yaml import load_yaml
from .control_tokens import neutralise
from .message import Message
from .sandbox import MAX_OUTPUT_CHARS, PromptEnvironment, render_budget

EXAMPLES_PER_PROMPT = 4
SLOTS_PER_EXAMPLE_SET = 32
"""Neighbouring slots that share one set of examples, so that the prefix cache pays."""
MAX_FACT_NESTING = 8

_PACKAGED = Path(__file__).parent / "templates"
_NAME = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")
_TOP_LEVEL = (nodes.Macro, nodes.Import, nodes.FromImport, nodes.Assign, nodes.AssignBlock)


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """One prompt, ready for an engine."""

    messages: tuple[Message, ...]
    prefix_key: str
    """Equal for prompts that differ in the last message only: issue those together."""
    sha256: str
    """Of all roles and contents."""


@dataclass(frozen=True, slots=True)
class _Example:
    user: Message
    assistant: Message


@dataclass(frozen=True, slots=True)
class _Head:
    system: str | None
    messages: tuple[Message, ...]
    key: str
    digest: hashlib._Hash


class PromptTemplate:
    """One loaded template with its examples. `load` makes it, `render` uses it."""

    def __init__(
        self,
        name: str,
        template: jinja2.Template,
        variables: frozenset[str],
        sha256: str,
        examples: Sequence[_Example],
        examples_per_prompt: int,
    ) -> None:
        self.name = name
        self.variables = variables
        """Names that the template and what it includes look up among the facts."""
        self.sha256 = sha256
        """Of the template, what it includes, and its examples."""
        self._template = template
        n_per_set = min(examples_per_prompt, len(examples))
        n_sets = len(examples) // n_per_set if n_per_set else 1
        self._heads: dict[int, _Head] = {}
        self._example_sets = tuple(
            tuple(examples[i * n_per_set : (i + 1) * n_per_set]) for i in range(n_sets)
        )

    @classmethod
    def load(
        cls,
        name_or_path: str | Path,
        *,
        search: Sequence[Path] = (),
        examples_per_prompt: int = EXAMPLES_PER_PROMPT,
    ) -> PromptTemplate:
        """Load a template and render its examples once.

        Args:
            name_or_path: A name such as `retail/last_trip`, looked for in `search` and then among
                the packaged templates; or the path of a file that ends in `.jinja`.
            search: The user's own template folders. Includes are read from the same places.
            examples_per_prompt: Examples shown before each request; with twice as many in the
                file, every 32 slots the next set is shown. 0 shows none.

        Raises:
            PromptError: If the template is missing, has an error, or an example does not render.
        """
        name, relative, roots = _locate(name_or_path, search)
        environment = PromptEnvironment(roots)
        with _errors_of(name):
            sources = _sources(environment, relative)
            variables = _variables(environment, sources)
            template = _compile(environment, name, relative, sources[relative])
        examples_path = next(
            root / relative for root in roots if (root / relative).is_file()
        ).with_suffix(".examples.yaml")
        raw = _read_examples(examples_path) if examples_per_prompt > 0 else []
        digest = hashlib.sha256(
            json.dumps([sources, raw], sort_keys=True, ensure_ascii=True, default=str).encode()
        ).hexdigest()
        bare = cls(name, template, variables, digest, (), 0)
        examples = [bare._render_example(entry, i) for i, entry in enumerate(raw)]
        return cls(name, template, variables, digest, examples, examples_per_prompt)

    def check(self, known: Collection[str]) -> None:
        """Refuse the template if it uses a name that the facts will not have.

        Raises:
            PromptError: With the missing names and the nearest known ones.
        """
        missing = sorted(self.variables - {*known, "slot"})
        if not missing:
            return
        hints = [
            f"'{name}'" + (f" (did you mean '{near}'?)" if (near := near_name(name, known)) else "")
            for name in missing
        ]
        raise PromptError(
            f"template '{self.name}' uses {', '.join(hints)}, which the facts lack; there are "
            f"{', '.join(sorted(known)) or 'none'}. Add the attribute to the population or correct "
            "the template."
        )

    def render(self, facts: Mapping[str, Any], *, slot: int, attempt: int = 0) -> RenderedPrompt:
        """Return the messages for one slot.

        Args:
            facts: Attributes and identity by name: strings, numbers, booleans, null, and lists or
                mappings of them.
            slot: Index of the slot; chooses the example set and is known to templates as `slot`.
            attempt: Each further attempt is shown the next example set: a model that failed on one
                tends to fail on it again.

        Raises:
            PromptError: If a fact is missing or of another type, or a budget is exceeded.
        """
        values = {**_plain_facts(facts, self.name), "slot": slot}
        system = self._render_block("system", values) if "system" in self._template.blocks else None
        turn = slot // SLOTS_PER_EXAMPLE_SET + attempt
        head = self._head(turn % len(self._example_sets), system)
        user = Message("user", self._render_block("user", values))
        digest = head.digest.copy()
        digest.update(_message_bytes(user))
        return RenderedPrompt((*head.messages, user), head.key, digest.hexdigest())

    def _head(self, number: int, system: str | None) -> _Head:
        """Return what stands before the last message; neighbouring slots share it."""
        found = self._heads.get(number)
        if found is None or found.system != system:
            messages = [] if system is None else [Message("system", system)]
            for example in self._example_sets[number]:
                messages.extend((example.user, example.assistant))
            digest = hashlib.sha256(b"".join(map(_message_bytes, messages)))
            found = _Head(system, tuple(messages), digest.hexdigest()[:16], digest)
            self._heads[number] = found
        return found

    def _render_block(self, block: str, values: Mapping[str, Any]) -> str:
        with _errors_of(self.name), render_budget():
            context = self._template.new_context(dict(values))
            # Only printed values are counted while rendering; template text is finite in itself
            # except in loops, so pieces are counted as they come.
            pieces: list[str] = []
            n_chars = 0
            for piece in self._template.blocks[block](context):
                n_chars += len(piece)
                if n_chars > MAX_OUTPUT_CHARS:
                    raise PromptError(
                        f"template '{self.name}': block '{block}' writes more than "
                        f"{MAX_OUTPUT_CHARS:,} characters; shorten the template or its facts."
                    )
                pieces.append(piece)
        text = neutralise("".join(pieces)).strip()
        if block == "user" and not text:
            raise PromptError(
                f"template '{self.name}': block 'user' came out empty; it must ask for something."
            )
        return text

    def _render_example(self, entry: Mapping[str, Any], index: int) -> _Example:
        try:
            values = {**_plain_facts(entry["facts"], self.name), "slot": index}
            user = self._render_block("user", values)
        except PromptError as error:
            raise PromptError(f"example {index + 1}: {error}") from error
        output = json.dumps(entry["output"], ensure_ascii=False, separators=(",", ":"))
        return _Example(Message("user", user), Message("assistant", neutralise(output)))


def _locate(name_or_path: str | Path, search: Sequence[Path]) -> tuple[str, str, list[Path]]:
    """Return the template's name, its file name below the first root, and the roots."""
    path = Path(name_or_path)
    if path.suffix == ".jinja":
        if not path.is_file():
            raise PromptError(
                f"template file '{name_or_path}' does not exist; correct the path, or name a "
                f"packaged template: {_packaged_names()}"
            )
        return path.stem, path.name, [path.parent, *search, _PACKAGED]
    name = str(name_or_path)
    if _NAME.fullmatch(name) is None:
        raise PromptError(
            f"template name '{name[:80]}' is not one: use letters, digits, '_', '-' and '/', "
            "or the path of a file that ends in .jinja"
        )
    roots = [*search, _PACKAGED]
    for index, root in enumerate(roots):
        if (root / f"{name}.jinja").is_file():
            return name, f"{name}.jinja", [root, *roots[:index], *roots[index + 1 :]]
    near = near_name(name, _packaged_list())
    hint = f"did you mean '{near}'?" if near else f"packaged are {_packaged_names()}"
    raise PromptError(
        f"there is no template '{name}' in {len(search)} search folder(s) or the package; {hint}"
    )


def _packaged_list() -> list[str]:
    paths = sorted(_PACKAGED.rglob("*.jinja"))
    return [path.relative_to(_PACKAGED).with_suffix("").as_posix() for path in paths]


def _packaged_names() -> str:
    return ", ".join(_packaged_list())


def _sources(environment: PromptEnvironment, relative: str) -> dict[str, str]:
    """Return the source of the template and of everything it names, by file name."""
    sources: dict[str, str] = {}
    stack = [relative]
    while stack:
        name = stack.pop()
        if name in sources:
            continue
        if environment.loader is None:
            raise jinja2.TemplateNotFound(name)
        sources[name] = environment.loader.get_source(environment, name)[0]
        tree = environment.parse(sources[name], name)
        if next(tree.find_all(nodes.Extends), None) is not None:
            raise jinja2.TemplateSyntaxError("extends is not offered; use include or import", 1)
        for other in meta.find_referenced_templates(tree):
            if other is None:
                raise jinja2.TemplateSyntaxError(
                    "include and import need a name in quotes, so that it can be checked", 1
                )
            stack.append(other)
    return sources


def _variables(environment: PromptEnvironment, sources: Mapping[str, str]) -> frozenset[str]:
    found: set[str] = set()
    for name, source in sources.items():
        tree = environment.parse(source, name)
        _share_top_level(tree)
        found |= meta.find_undeclared_variables(tree) - _set_in_every_branch(tree)
    return frozenset(found - {"slot"})


def _set_in_every_branch(tree: nodes.Template) -> set[str]:
    """Names that an if, each elif and the else all set: Jinja's own analysis misses these."""
    found: set[str] = set()
    for choice in tree.find_all(nodes.If):
        found |= _assigned([choice])
    return found


def _assigned(body: Sequence[nodes.Node]) -> set[str]:
    found: set[str] = set()
    for node in body:
        if isinstance(node, nodes.Assign | nodes.AssignBlock):
            targets = [node.target, *node.target.find_all(nodes.Name)]
            found |= {target.name for target in targets if isinstance(target, nodes.Name)}
        elif isinstance(node, nodes.If) and node.else_:
            branches = [node.body, *(branch.body for branch in node.elif_), node.else_]
            found |= set.intersection(*map(_assigned, branches))
    return found


def _compile(
    environment: PromptEnvironment, name: str, relative: str, source: str
) -> jinja2.Template:
    tree = environment.parse(source, relative)
    _refuse_loose_text(tree, name)
    _share_top_level(tree)
    code = environment.compile(tree, relative, relative)
    template = jinja2.Template.from_code(environment, code, environment.make_globals(None), None)
    if "user" not in template.blocks:
        raise PromptError(
            f"template '{name}' has no block 'user'; write {{% block user %}}...{{% endblock %}}"
        )
    return template


def _refuse_loose_text(tree: nodes.Template, name: str) -> None:
    for node in tree.body:
        if isinstance(node, (nodes.Block, nodes.ExprStmt, *_TOP_LEVEL)):
            continue
        if isinstance(node, nodes.Output) and all(
            isinstance(item, nodes.TemplateData) and not item.data.strip() for item in node.nodes
        ):
            continue
        raise PromptError(
            f"template '{name}', line {node.lineno}: only set, macro and import may stand outside "
            "the blocks 'system' and 'user'; move the text into one of them."
        )


def _share_top_level(tree: nodes.Template) -> None:
    """Give each block what the file declares at its top: blocks are rendered by themselves."""
    shared = [node for node in tree.body if isinstance(node, _TOP_LEVEL)]
    if not shared or next(tree.find_all(nodes.Block), None) is None:
        return
    for node in tree.body:
        if isinstance(node, nodes.Block):
            node.body = [*shared, *node.body]
    tree.body = [node for node in tree.body if not isinstance(node, _TOP_LEVEL)]


def _read_examples(path: Path) -> list[Mapping[str, Any]]:
    if not path.is_file():
        return []
    try:
        entries = load_yaml(path)
    except ConfigError as error:
        raise PromptError(str(error)) from error
    if not isinstance(entries, list):
        raise PromptError(f"{path.name}: expected a list of examples, each with facts and output")
    for index, entry in enumerate(entries):
        if (
            not isinstance(entry, Mapping)
            or set(entry) != {"facts", "output"}
            or not all(isinstance(entry[key], Mapping) for key in ("facts", "output"))
        ):
            raise PromptError(
                f"{path.name}: example {index + 1} must hold exactly two mappings, 'facts' and "
                "'output'"
            )
    return entries


def _plain_facts(facts: Mapping[str, Any], name: str) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key, value in facts.items():
        plain[str(key)] = _plain(value, name, str(key), 0)
    return plain


def _plain(value: Any, name: str, key: str, depth: int) -> Any:
    """Return the value as plain Python data: an object with methods is never given to Jinja."""
    if value is None or isinstance(value, bool):
        return value
    for kind in (str, int, float):
        if isinstance(value, kind):
            return value if type(value) is kind else kind(value)
    if depth < MAX_FACT_NESTING:
        if isinstance(value, Mapping):
            return {str(k): _plain(v, name, key, depth + 1) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [_plain(item, name, key, depth + 1) for item in value]
    raise PromptError(
        f"template '{name}': fact '{key}' is of type {type(value).__name__}; expected text, a "
        f"number, true or false, null, or lists and mappings of them, at most {MAX_FACT_NESTING} "
        "deep."
    )


def _message_bytes(message: Message) -> bytes:
    return json.dumps([message.role, message.content], ensure_ascii=True).encode()


@contextmanager
def _errors_of(name: str) -> Iterator[None]:
    """Turn what Jinja raises into a `PromptError` that names the template, and no fact."""
    try:
        yield
    except PromptError:
        raise
    except jinja2.TemplateSyntaxError as error:
        raise PromptError(
            f"template '{name}', line {error.lineno}: {error.message}. Correct the template."
        ) from error
    except jinja2.UndefinedError as error:
        raise PromptError(
            f"template '{name}': {error.message}. Add the fact or correct the template."
        ) from error
    except jinja2.TemplateNotFound as error:
        raise PromptError(
            f"template '{name}' includes '{error.name}', which is in no search folder."
        ) from error
    except jinja2.exceptions.SecurityError as error:
        raise PromptError(
            f"template '{name}' was stopped: {error.message}. Simplify the template."
        ) from error
    except RecursionError as error:
        raise PromptError(
            f"template '{name}' was stopped: it includes or calls itself too deeply."
        ) from error
    except (UnicodeDecodeError, OSError) as error:
        raise PromptError(
            f"template '{name}' cannot be read: {type(error).__name__}. Save it as UTF-8."
        ) from error
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        # The message may quote a fact; the kind of error and the place are enough to find it.
        raise PromptError(
            f"template '{name}'{_line_in_template(error)}: {type(error).__name__} while "
            "rendering. An operation does not fit the type of its fact; correct the template."
        ) from error


def _line_in_template(error: BaseException) -> str:
    step = error.__traceback__
    line = 0
    while step is not None:
        if step.tb_frame.f_code.co_filename.endswith(".jinja"):
            line = step.tb_lineno
        step = step.tb_next
    return f", line {line}" if line else ""
