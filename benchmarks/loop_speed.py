"""Rows per second and resident memory of the run loop itself, with an engine that answers at once.

    python benchmarks/loop_speed.py [--rows 10000 200000] [--parts 1]

Runs `populace run` on the retail population with the scripted engine and no screens, each size in
a process of its own, and prints one line per size and the ratio of peak memory. The whole process
counts: start, sampling, prompts, journal, scores, Parquet, JSONL and report.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent


def write_config(folder: Path, *, rows: int, parts: int) -> Path:
    """Write the retail run with the scripted engine, without screens, beside its population."""
    config: dict[str, Any] = yaml.safe_load((ROOT / "configs/retail_personas.yaml").read_text())
    config |= {"engine": {"kind": "scripted"}, "filters": {"screens": []}}
    config["plan"]["n"] = rows
    config["parts"] = config["parts"][:parts]
    for part in config["parts"]:
        part.get("sampling", {}).pop("n", None)
    # The words of a scripted engine say nothing, so what judges words is switched off.
    config["scoring"] = {name: {"enabled": False} for name in ("duplicates", "lexical")}
    shutil.copytree(ROOT / "configs/populations", folder / "populations")
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    return path


def measure(rows: int, parts: int) -> dict[str, Any]:
    """Run one size; return its figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = write_config(folder, rows=rows, parts=parts)
        command = [sys.executable, "-m", "populace.generation.cli", "run", str(config)]
        started = time.monotonic()
        process = subprocess.Popen(
            [*command, "--out", str(folder / "run"), "--json"], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        last = list(process.stdout)[-1]
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        result = json.loads(last)
        journal_bytes = (folder / "run" / "journal.sqlite").stat().st_size
        return {
            "rows": rows,
            "parts": parts,
            "exit_code": process.returncode,
            "exported": result["exported"],
            "seconds": round(seconds, 2),
            "rows_per_second": round(rows / seconds),
            "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
            "peak_rss_mb": round(usage.ru_maxrss / 1024, 1),
            "journal_bytes_per_row": round(journal_bytes / rows),
            "phases": result["phases"],
        }


def main() -> None:
    """Measure each size and print the ratio of memory between the last and the first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 200_000])
    parser.add_argument("--parts", type=int, default=1, help="requests per row, 1 to 3")
    arguments = parser.parse_args()
    found = [measure(rows, arguments.parts) for rows in arguments.rows]
    for figures in found:
        print(json.dumps(figures))
    print(f"peak memory, last / first: {found[-1]['peak_rss_mb'] / found[0]['peak_rss_mb']:.2f}")


if __name__ == "__main__":
    main()
