"""README.md and croissant.json: what the set is, for people, for the hub and for dataset search."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from ..personas.persona_reading import SOURCES_KEY
from ..scoring.row_layout import RowLayout
from ..scoring.scorecard import Scorecard
from .config import ExportConfig
from .page_templates import environment
from .report import column_table, verdict_of
from .run_summary import RunSummary
from .visible_text import visible

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

# Vocabulary of Croissant 1.0, https://docs.mlcommons.org/croissant/docs/croissant-spec.html.
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def render_card(
    summary: RunSummary,
    scorecard: Scorecard,
    layout: RowLayout,
    config: ExportConfig,
    *,
    schema: pa.Schema | None,
    data_files: Mapping[str, str],
    dataset_sha256: str | None,
) -> str:
    """Return README.md: a hub-readable head in YAML, then the card in Markdown.

    Args:
        summary: Counts and versions of the run.
        scorecard: Scores to list.
        layout: Role of each column.
        config: Title, description, licence, language.
        schema: Of the exported rows; None when there are none.
        data_files: Relative name of each data file -> its SHA-256; empty when the gate refused.
        dataset_sha256: Hash over the rows in order.
    """
    judged = [score for score in scorecard.scores if score.passed is not None]
    template = environment().get_template("card.md.jinja")
    return template.render(
        front_matter=_front_matter(summary, config, tuple(data_files)),
        summary=summary,
        config=config,
        verdict=verdict_of(summary, scorecard),
        judged=judged,
        reported=[score for score in scorecard.scores if score.passed is None],
        columns=column_table(schema, layout) if schema is not None and data_files else [],
        data_files=list(data_files),
        has_csv=any(name.endswith(".csv") for name in data_files),
        dataset_sha256=dataset_sha256,
        visible_line=lambda text: visible(" ".join(text.split())),
    )


def render_croissant(
    summary: RunSummary,
    config: ExportConfig,
    *,
    schema: pa.Schema,
    data_files: Mapping[str, str],
) -> str:
    """Return croissant.json, metadata of the set in Croissant 1.0."""
    objects = [
        {
            "@type": "cr:FileObject",
            "@id": name,
            "name": name,
            "contentUrl": name,
            "encodingFormat": _MEDIA_TYPES[name.rsplit(".", 1)[1]],
            "sha256": sha256,
        }
        for name, sha256 in data_files.items()
    ]
    source = next((name for name in data_files if name.endswith(".parquet")), "")
    record_sets = []
    if source:
        fields = [_croissant_field(field, config.file_stem, source) for field in schema]
        record_sets.append(
            {
                "@type": "cr:RecordSet",
                "@id": config.file_stem,
                "name": config.file_stem,
                "field": fields,
            }
        )
    body = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": config.file_stem,
        "description": visible(config.description or f"{config.title}, all rows synthetic."),
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": config.license,
        "version": "1.0.0",
        "datePublished": summary.created,
        "inLanguage": config.language,
        "keywords": ["synthetic", "personas"],
        "isLiveDataset": False,
        "distribution": objects,
        "recordSet": record_sets,
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


_MEDIA_TYPES = {
    "parquet": "application/x-parquet",
    "jsonl": "application/jsonlines",
    "csv": "text/csv",
}


def _croissant_field(field: pa.Field, record_set: str, source: str) -> dict[str, Any]:
    kind = field.type.value_type if pa.types.is_list(field.type) else field.type
    entry: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{record_set}/{field.name}",
        "name": field.name,
        "dataType": _croissant_type(kind),
        "source": {"fileObject": {"@id": source}, "extract": {"column": field.name}},
    }
    if sources := (field.metadata or {}).get(SOURCES_KEY.encode()):
        entry["description"] = f"Written from: {', '.join(json.loads(sources)) or 'no fact'}."
    if pa.types.is_list(field.type):
        entry["repeated"] = True
    return entry


def _croissant_type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    return "sc:Float" if pa.types.is_floating(kind) else "sc:Text"


def _front_matter(summary: RunSummary, config: ExportConfig, data_files: tuple[str, ...]) -> str:
    import yaml

    size = next((name for limit, name in _SIZES if summary.exported < limit), "n>1M")
    head: dict[str, Any] = {
        "license": config.license,
        "language": [config.language],
        "pretty_name": visible(config.title),
        "size_categories": [size],
        "tags": ["synthetic", "personas", "populace"],
    }
    for ending in (".parquet", ".jsonl", ".csv"):
        main = [name for name in data_files if name.endswith(ending)]
        if main:
            split = {"split": "train", "path": main[0]}
            head["configs"] = [{"config_name": "default", "data_files": [split]}]
            break
    text: str = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=100)
    return text
