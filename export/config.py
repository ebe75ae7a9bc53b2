"""How an exported set is named, described and written."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ExportConfig(BaseModel):
    """What leaves the run, and under which name."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    file_stem: str = Field(default="personas", pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    """Name of the data files without their ending; lower-case letters, digits, `-` and `_`."""
    title: str = Field(default="Synthetic personas", min_length=1, max_length=200)
    """Heading of the report and the dataset card."""
    description: str = Field(default="", max_length=2000)
    """What the set is for, in one paragraph; printed in the card."""
    license: str = Field(default="other", pattern=r"^[a-z0-9.-]{1,40}$")
    """Hub identifier of the licence that you give the set: `cc-by-4.0`, `apache-2.0`, `other`."""
    language: str = Field(default="en", pattern=r"^[a-z]{2,3}$")
    """Language of the texts, as an ISO 639 code."""
    formats: tuple[Literal["parquet", "jsonl", "csv"], ...] = ("parquet", "jsonl")
    """Data files to write. Parquet and JSON lines are byte-true; CSV neutralises formulas."""
    row_group_rows: int = Field(default=5000, ge=1)
    """Rows per Parquet row group; bounds the memory of writer and reader."""
    report_examples: int = Field(default=20, ge=0, le=200)
    """Personas shown in full in the report, evenly spread over the set."""
