"""The `pii` screen: free text may hold the row's own identity and no other identifier.

Direct identifiers (names, mail, phones, addresses, cards, ids, links) of anyone else reject the
draft, or are masked or replaced where the configuration says so. Places, organisations and dates
are quasi-identifiers: the grounding screen compares them with the facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .identifiers import IdentifierScanner, Span
from .verdict import Draft, Verdict

QUASI_TYPES = frozenset({"LOCATION", "ORGANIZATION", "DATE_TIME", "NRP", "AGE"})
"""Types that point to a person only together with others."""

# From ranges assigned to nobody: RFC 2606 domains, RFC 5737 addresses, 555-01xx numbers, and test
# card and account numbers that issuers publish.
_SURROGATES: Mapping[str, str] = {
    "EMAIL_ADDRESS": "someone@example.org",
    "PHONE_NUMBER": "202-555-0100",
    "URL": "example.org",
    "IP_ADDRESS": "192.0.2.1",
    "CREDIT_CARD": "4111 1111 1111 1111",
    "PERSON": "a friend",
    "STREET_ADDRESS": "an address nearby",
}


class PiiConfig(BaseModel):
    """Handle identifiers in free text that are not the row's own."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kind: Literal["pii"] = "pii"
    threshold: float = Field(default=0.35, ge=0, le=1)
    """Least recogniser score; 0.35 gave the best F2 on two labelled sets."""
    action: Literal["reject", "mask", "surrogate"] = "reject"
    """`mask` writes the type in brackets, `surrogate` a reserved value if there is one."""
    quasi_types: tuple[str, ...] = tuple(sorted(QUASI_TYPES))
    """Entity types that do not count here."""


class PiiScreen:
    """Scan every text with Presidio and act on what is not the row's own."""

    stage = "pii"

    def __init__(self, config: PiiConfig, scanner: IdentifierScanner | None = None) -> None:
        """Set up without loading; `scanner` shares one loaded model between users."""
        self._config = config
        self.scanner = scanner or IdentifierScanner(threshold=config.threshold)

    def start(self) -> None:
        """Load the models; idempotent."""
        self.scanner.start()

    def judge(self, drafts: Sequence[Draft]) -> list[Verdict]:
        """Return one verdict per draft, in order."""
        held = [(index, path, text) for index, d in enumerate(drafts) for path, text in d.texts()]
        facts = [_facts(draft) for draft in drafts]
        scanned = self.scanner.scan(
            [text for _, _, text in held],
            [self._allowed(drafts[index].identity) for index, _, _ in held],
            [facts[index] for index, _, _ in held],
        )
        unknown: list[dict[str, list[Span]]] = [{} for _ in drafts]
        for (index, path, _), spans in zip(held, scanned, strict=True):
            foreign = [
                span
                for span in spans
                if span.owner == "unknown" and span.entity_type not in self._config.quasi_types
            ]
            if foreign:
                unknown[index][path] = foreign
        return [self._verdict(draft, spans) for draft, spans in zip(drafts, unknown, strict=True)]

    def _allowed(self, identity: Mapping[str, str]) -> dict[str, str]:
        """Return the identity, with the surrogates where they may stand in a text."""
        if self._config.action != "surrogate":
            return dict(identity)
        return {**identity, **{f"surrogate_{kind}": text for kind, text in _SURROGATES.items()}}

    def _verdict(self, draft: Draft, unknown: Mapping[str, list[Span]]) -> Verdict:
        if not unknown:
            return Verdict("keep", self.stage)
        path = next(iter(unknown))
        types = sorted({span.entity_type for spans in unknown.values() for span in spans})
        evidence = {"types": types, "spans": sum(map(len, unknown.values()))}
        if self._config.action == "surrogate":
            unknown = {where: _with_surrogates(spans) for where, spans in unknown.items()}
        if self._config.action == "reject" or not all(unknown.values()):
            return Verdict("reject", self.stage, f"unknown_{types[0].lower()}", path, evidence)
        mended = _replaced("", draft.fields, unknown, mask=self._config.action == "mask")
        changed = replace(draft, fields=mended)
        if self._still_foreign(changed):
            return Verdict("reject", self.stage, "unknown_after_replacing", path, evidence)
        return Verdict("mend", self.stage, "replaced", path, evidence, mended)

    def _still_foreign(self, draft: Draft) -> bool:
        """Return whether a second scan finds anything that is not a surrogate itself."""
        texts = [text for _, text in draft.texts()]
        allowed = self._allowed(draft.identity)
        scanned = self.scanner.scan(texts, [allowed] * len(texts), [_facts(draft)] * len(texts))
        return any(
            span.owner == "unknown" and span.entity_type not in self._config.quasi_types
            for spans in scanned
            for span in spans
        )


def _facts(draft: Draft) -> list[str]:
    """Return the sampled strings that the text may name: its product, job, city."""
    found: list[str] = []
    for value in draft.attributes.values():
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, list | tuple):
            found.extend(item for item in value if isinstance(item, str))
    return found


def _with_surrogates(spans: Sequence[Span]) -> list[Span]:
    """Return the spans that have a surrogate, or nothing if one lies outside of all of them."""
    chosen = [span for span in spans if span.entity_type in _SURROGATES]
    covered = all(any(c.start <= s.start and s.end <= c.end for c in chosen) for s in spans)
    return chosen if covered else []


def _replaced(path: str, value: Any, unknown: Mapping[str, list[Span]], *, mask: bool) -> Any:
    if isinstance(value, str):
        text, cut = value, len(value)
        for span in sorted(unknown.get(path, ()), key=lambda s: (-s.end, s.start)):
            if span.end > cut:
                continue
            label = f"[{span.entity_type.lower()}]" if mask else _SURROGATES[span.entity_type]
            text = text[: span.start] + label + text[span.end :]
            cut = span.start
        return text
    if isinstance(value, Mapping):
        return {
            key: _replaced(f"{path}.{key}" if path else str(key), item, unknown, mask=mask)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [
            _replaced(f"{path}.{index}", item, unknown, mask=mask)
            for index, item in enumerate(value)
        ]
    return value
