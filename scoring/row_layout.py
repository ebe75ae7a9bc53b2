"""What the scores and the export know of a row: which columns it has and what each is for.

Rows arrive as a callable that starts a fresh stream of record batches each time it is called. A
set of any size is therefore read in bounded memory, as often as needed; nobody holds all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa

from ..personas.errors import ConfigError

RowSource: TypeAlias = Callable[[], Iterator[pa.RecordBatch]]
"""Starts a new pass over the rows, in slot order; each call gives the same rows again."""

ID_COLUMN = "id"
SLOT_COLUMN = "slot"


@dataclass(frozen=True, slots=True)
class RowLayout:
    """The role of each column of an exported row, in the order in which the columns leave.

    A name may be both identity and attribute (`city`, `state`): the column exists once.
    """

    identity: tuple[str, ...]
    """Sanctioned identity columns: given_name, family_name, email, phone, ..."""
    attributes: tuple[str, ...]
    """Sampled facts: string, int64, double, bool or list<string>."""
    texts: tuple[str, ...]
    """What the model wrote, strings."""
    provenance: tuple[str, ...]
    """How the row came to be: attempts, prompt_sha256, model."""

    @property
    def columns(self) -> tuple[str, ...]:
        """All column names once, in export order, `id` and `slot` first."""
        named = (
            ID_COLUMN,
            SLOT_COLUMN,
            *self.identity,
            *self.attributes,
            *self.texts,
            *self.provenance,
        )
        return tuple(dict.fromkeys(named))

    def role_of(self, column: str) -> str:
        """Return `key`, `identity`, `attribute`, `text` or `provenance`."""
        if column in (ID_COLUMN, SLOT_COLUMN):
            return "key"
        if column in self.identity:
            return "identity"
        if column in self.attributes:
            return "attribute"
        return "text" if column in self.texts else "provenance"

    def check(self, schema: pa.Schema) -> None:
        """Refuse a schema that lacks a column of this layout or holds text as another type.

        Raises:
            ConfigError: Naming the columns.
        """
        missing = [name for name in self.columns if name not in schema.names]
        if missing:
            raise ConfigError(
                f"rows lack the columns {missing}; they have {schema.names}. "
                "Name in the layout only columns that every batch carries."
            )
        for name in (ID_COLUMN, *self.identity, *self.texts):
            if schema.field(name).type != pa.string():
                raise ConfigError(
                    f"column {name!r} is {schema.field(name).type}; expected string. "
                    "Cast it before the rows are scored or exported."
                )


def row_dicts(batch: pa.RecordBatch, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the named columns of a batch as one dict per row."""
    rows: list[dict[str, Any]] = batch.select(list(columns)).to_pylist()
    return rows


def row_texts(batch: pa.RecordBatch, texts: tuple[str, ...]) -> list[str]:
    """Return the text fields of each row joined by line breaks; an absent field counts as empty."""
    columns = [batch.column(name).to_pylist() for name in texts]
    return ["\n".join(field or "" for field in fields) for fields in zip(*columns, strict=True)]
