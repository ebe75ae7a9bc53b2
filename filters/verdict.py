"""What a screen sees (a draft) and what it answers (a verdict).

A row screen judges drafts in any batch and order: its answer for a draft depends on nothing but
that draft. A set screen compares with rows kept earlier and is asked in slot order only, so the
kept set does not depend on the order in which completions arrive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Draft:
    """One candidate answer for one part of one slot, parsed and joined with its facts."""

    slot: int
    """Index of the slot in the plan, from 0."""
    part: str
    """Name of the part (a request of the plan) that wrote `fields`."""
    attributes: Mapping[str, Any]
    """Sampled facts: strings, integers, floats, booleans, or lists of strings."""
    identity: Mapping[str, str]
    """The row's own sanctioned identity: given_name, family_name, email, phone, ..."""
    fields: Mapping[str, Any]
    """What the model wrote: the top-level properties of the part's JSON object."""
    prompt: tuple[str, ...] = ()
    """Contents of the prompt's messages, for the echo check; the examples are among them."""

    def texts(self) -> list[tuple[str, str]]:
        """Return (path, text) for every string the model wrote, nested ones as `field.0.key`."""
        found: list[tuple[str, str]] = []
        _collect("", self.fields, found)
        return found


def _collect(path: str, value: object, found: list[tuple[str, str]]) -> None:
    if isinstance(value, str):
        found.append((path, value))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _collect(f"{path}.{key}" if path else str(key), item, found)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _collect(f"{path}.{index}", item, found)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Keep, mend or reject, with the reason and evidence that never holds the text itself."""

    action: Literal["keep", "mend", "reject"]
    stage: str
    """Name of the screen that decided."""
    reason: str = ""
    """Short fixed phrase, counted in the waterfall: `price_differs`, `refusal`, `truncated`."""
    field: str = ""
    """Path of the text that decided, as `Draft.texts` gives it."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """Numbers and names of types that explain the reason; no text, no identifier."""
    fields: Mapping[str, Any] | None = None
    """The mended fields when `action` is `mend`, else None."""
    quality: float = 0.0
    """How good a kept draft is, higher is better; sums over screens choose among candidates."""


class RowScreen(Protocol):
    """A screen whose answer depends on the draft alone."""

    stage: str

    def judge(self, drafts: Sequence[Draft]) -> list[Verdict]:
        """Return one verdict per draft, in order."""
        ...


class SetScreen(Protocol):
    """A screen that compares a draft with the rows kept before it, in slot order."""

    stage: str

    def judge(self, draft: Draft) -> Verdict:
        """Return the verdict on `draft` against everything admitted so far."""
        ...

    def admit(self, draft: Draft) -> None:
        """Remember a kept draft; later drafts are compared with it."""
        ...
