"""One part of a plan at work: what it asks, and how an answer becomes drafts.

The structure screen lives here because it decides whether there is a draft at all: an answer that
does not parse strictly, or does not meet its JSON Schema, never reaches the other screens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..filters.verdict import Draft, Verdict
from ..prompts.template import PromptTemplate, RenderedPrompt
from .engines.protocol import Completion, Request, Sampling
from .json_schema import CompiledSchema
from .plan import Slot
from .strict_json import ParseFailure, parse_object

STRUCTURE = "structure"
_WARMER_STEP, _WARMER_LIMIT = 0.1, 0.4
"""Temperature added per further attempt, and at most: at 0.8 small models answer a refused prompt
with the same words again, above 1.2 they lose the facts."""


@dataclass(frozen=True, slots=True)
class Part:
    """One request of a row: template, schema and sampling, checked and compiled."""

    index: int
    name: str
    template: PromptTemplate
    schema: CompiledSchema
    sampling: Sampling
    max_tokens: int
    field_names: frozenset[str]

    @property
    def sources(self) -> tuple[str, ...]:
        """Attributes and identity facts that the template looks up, sorted: all it is shown."""
        return tuple(sorted(self.template.variables))

    def render(self, slot: Slot, attempt: int) -> RenderedPrompt:
        """Render the prompt of one slot; a further attempt is shown other examples."""
        known = {**slot.attributes, **slot.identity}
        # What is not a source never reaches the template: the provenance of its fields is complete.
        facts = {name: known[name] for name in self.sources if name in known}
        return self.template.render(facts, slot=slot.index, attempt=attempt)

    def request(self, request_id: str, prompt: RenderedPrompt, attempt: int) -> Request:
        """Build the request for one attempt; a further one is drawn a little more freely."""
        warmer = self.sampling.temperature + min(attempt * _WARMER_STEP, _WARMER_LIMIT)
        return Request(
            request_id=request_id,
            messages=prompt.messages,
            json_schema=self.schema.grammar,
            max_tokens=self.max_tokens,
            sampling=replace(self.sampling, temperature=warmer),
        )


def read_choices(
    part: Part, slot: Slot, prompt: RenderedPrompt, completion: Completion
) -> Iterator[Draft | Verdict]:
    """Yield, choice by choice, the draft it parses to or the verdict that refuses it."""
    *shown, notes = (message.content for message in prompt.messages)
    for choice in completion.choices:
        parsed = parse_object(choice.text, finish_reason=choice.finish_reason)
        if isinstance(parsed, ParseFailure):
            yield Verdict("reject", STRUCTURE, parsed.reason, evidence={"tokens": choice.n_tokens})
            continue
        violations = part.schema.violations(parsed.fields)
        if violations:
            first = violations[0]
            yield Verdict(
                "reject",
                STRUCTURE,
                f"schema_{first.keyword}",
                field=first.pointer.lstrip("/").replace("/", "."),
                evidence={"violations": len(violations)},
            )
            continue
        yield Draft(
            slot.index,
            part.name,
            slot.attributes,
            slot.identity,
            parsed.fields,
            tuple(shown),
            notes,
        )
