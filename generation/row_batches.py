"""Rows and rejections as Arrow batches, joined from the plan and the journal on the way.

Nothing is held: facts are sampled again from (seed, slot), texts come from the journal, and one
batch is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pyarrow as pa

from ..scoring.row_layout import RowLayout
from .journal import Journal, Outcome
from .plan import CHUNK_SLOTS
from .preparation import PROVENANCE_FIELDS, Prepared

_ARROW_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}

REJECTION_SCHEMA = pa.schema(
    [
        ("slot", pa.int64()),
        ("part", pa.string()),
        ("attempt", pa.int64()),
        ("choice", pa.int64()),
        ("stage", pa.string()),
        ("reason", pa.string()),
        ("field", pa.string()),
        ("evidence", pa.string()),
    ]
)


class RowBatches:
    """The kept rows of a run as a re-iterable stream of record batches."""

    def __init__(self, prepared: Prepared, journal: Journal, *, model: str) -> None:
        """Describe the stream; reading starts with `rows` or `rejections`."""
        self._prepared = prepared
        self._journal = journal
        self._model = model
        population = prepared.plan.population
        sample = prepared.plan.chunk(0, 1)
        identity = tuple(sample.identities.column_names)
        attributes = tuple(population.attribute_types)
        self.layout = RowLayout(
            identity=identity,
            attributes=attributes,
            texts=prepared.text_fields,
            provenance=PROVENANCE_FIELDS,
        )
        texts = [
            pa.field(name, _arrow_type(part.schema.original["properties"][name]))
            for part in prepared.parts
            for name in part.schema.original["properties"]
        ]
        self.schema = pa.schema(
            [
                pa.field("id", pa.string(), nullable=False),
                pa.field("slot", pa.int64(), nullable=False),
                *(sample.identities.schema.field(name) for name in identity),
                *(sample.attributes.schema.field(name) for name in self._own_attributes()),
                *texts,
                pa.field("attempts", pa.int64()),
                pa.field("prompt_sha256", pa.list_(pa.string())),
                pa.field("model", pa.string()),
            ]
        )

    def _own_attributes(self) -> tuple[str, ...]:
        """Attributes that are not also part of the identity: each column stands once."""
        return tuple(n for n in self.layout.attributes if n not in self.layout.identity)

    def rows(self) -> Iterator[pa.RecordBatch]:
        """Yield exported rows in slot order."""
        outcomes = self._journal.outcomes("exported")
        pending = next(outcomes, None)
        for start in range(0, self._prepared.plan.n, CHUNK_SLOTS):
            stop = min(start + CHUNK_SLOTS, self._prepared.plan.n)
            here: list[Outcome] = []
            while pending is not None and pending.slot < stop:
                here.append(pending)
                pending = next(outcomes, None)
            if here:
                yield self._batch(start, stop, here)

    def rejections(self) -> Iterator[pa.RecordBatch]:
        """Yield the rejection ledger in order of slot, part, attempt and choice."""
        names = [part.name for part in self._prepared.parts]
        records: list[dict[str, Any]] = []
        for found in self._journal.rejections():
            records.append(
                {
                    "slot": found.slot,
                    "part": names[found.part],
                    "attempt": found.attempt,
                    "choice": found.choice,
                    "stage": found.stage,
                    "reason": found.reason,
                    "field": found.field,
                    "evidence": _compact(found.evidence),
                }
            )
            if len(records) == 4096:
                yield pa.RecordBatch.from_pylist(records, schema=REJECTION_SCHEMA)
                records = []
        if records:
            yield pa.RecordBatch.from_pylist(records, schema=REJECTION_SCHEMA)

    def _batch(self, start: int, stop: int, outcomes: list[Outcome]) -> pa.RecordBatch:
        plan = self._prepared.plan
        chunk = plan.chunk(start, stop)
        keep = pa.array([outcome.slot - start for outcome in outcomes])
        identities, attributes = chunk.identities.take(keep), chunk.attributes.take(keep)
        columns: list[Any] = [
            pa.array([plan.row_id(outcome.slot) for outcome in outcomes], pa.string()),
            pa.array([outcome.slot for outcome in outcomes], pa.int64()),
        ]
        columns += [identities.column(n).combine_chunks() for n in self.layout.identity]
        columns += [attributes.column(n).combine_chunks() for n in self._own_attributes()]
        for name in self.layout.texts:
            kind = self.schema.field(name).type
            values = [outcome.row["fields"].get(name) for outcome in outcomes]
            if kind == pa.string():
                values = [v if v is None or isinstance(v, str) else _compact(v) for v in values]
            columns.append(pa.array(values, kind))
        columns.append(pa.array([o.row["attempts"] for o in outcomes], pa.int64()))
        columns.append(pa.array([o.row["prompts"] for o in outcomes], pa.list_(pa.string())))
        columns.append(pa.array([self._model] * len(outcomes), pa.string()))
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def _compact(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _arrow_type(schema: dict[str, Any]) -> pa.DataType:
    """Return the column type of one property; values without one plain type travel as JSON."""
    kind = schema.get("type")
    if kind == "array":
        return pa.list_(_arrow_type(schema.get("items", {"type": "string"})))
    if kind == "object":
        properties = schema.get("properties", {})
        return pa.struct([(name, _arrow_type(sub)) for name, sub in properties.items()])
    if kind in _ARROW_TYPES:
        return _ARROW_TYPES[kind]
    return pa.string()
