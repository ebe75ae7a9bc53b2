"""How many CPU threads vLLM gets, chosen from what this process may use and how busy it is.

Measured: on a quiet host all cores give 1.75 times the tokens of vLLM's own binding; on a busy one
a thread that shares its core stalls all others (up to 12 times slower), so we take fewer. The
choice changes speed, never text.
"""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from pathlib import Path

from ...personas.errors import ConfigError

# A core that others use for less than this share still counts as free for us.
_TOLERATED_BUSY_CORES = 0.25


@dataclass(frozen=True, slots=True)
class ThreadChoice:
    """The threads for one engine process."""

    n_threads: int
    cpus: tuple[int, ...] | None
    """CPUs to bind to, or None to let the kernel move the threads around busy neighbours."""
    note: str
    """What was chosen and why, for the run's notes."""

    def environment(self) -> dict[str, str]:
        """Return the variables that OpenMP and vLLM read when the process starts."""
        variables = {"OMP_NUM_THREADS": str(self.n_threads)}
        if self.cpus is None:
            variables["VLLM_CPU_OMP_THREADS_BIND"] = "nobind"
        else:
            listed = [str(cpu) for cpu in self.cpus]
            variables["VLLM_CPU_OMP_THREADS_BIND"] = ",".join(listed)
            variables["OMP_PLACES"] = ",".join(f"{{{cpu}}}" for cpu in listed)
            variables["OMP_PROC_BIND"] = "true"
        return variables


def choose_threads(setting: str | int, *, measure_seconds: float = 0.4) -> ThreadChoice:
    """Return the threads for `setting`: `auto`, a count, or a CPU list such as `0-3,6`.

    `auto` watches the machine for `measure_seconds` (it blocks) and leaves out as many cores as
    others keep busy. An inherited OMP_NUM_THREADS is a wish by the user and is followed.

    Raises:
        ConfigError: If a listed CPU is not one this process may use.
    """
    allowed = _allowed_cpus()
    if isinstance(setting, int):
        return ThreadChoice(setting, None, f"{setting} CPU threads, as configured, not bound")
    if setting != "auto":
        wanted = tuple(_parse_cpu_list(setting))
        if missing := sorted(set(wanted) - set(allowed)):
            raise ConfigError(
                f"engine.threads names CPU {missing[0]}, which this process may not use; "
                f"it may use {list(allowed)}. Correct the list or use 'auto'."
            )
        return ThreadChoice(len(wanted), wanted, f"bound to CPUs {setting}, as configured")
    inherited = os.environ.get("OMP_NUM_THREADS", "")
    if inherited.isdigit() and int(inherited) >= 1:
        return ThreadChoice(
            int(inherited), None, f"{inherited} CPU threads, from OMP_NUM_THREADS, not bound"
        )
    limit = _cpu_quota(len(allowed))
    busy = _cores_busy_by_others(allowed, measure_seconds)
    return _choice(allowed, limit, busy)


def _choice(allowed: tuple[int, ...], limit: int, busy: float) -> ThreadChoice:
    free = math.floor(len(allowed) - busy + _TOLERATED_BUSY_CORES)
    n_threads = max(1, min(limit, free))
    seen = f"{busy:.1f} of {len(allowed)} cores were busy at start"
    if n_threads == len(allowed):
        return ThreadChoice(n_threads, allowed, f"bound to all {n_threads} CPUs ({seen})")
    return ThreadChoice(n_threads, None, f"{n_threads} CPU threads, not bound ({seen})")


def _allowed_cpus() -> tuple[int, ...]:
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def _parse_cpu_list(text: str) -> list[int]:
    cpus: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        cpus.update(range(int(first), int(last or first) + 1))
    return sorted(cpus)


def _cpu_quota(n_cpus: int) -> int:
    """A container may see 64 cores and be allowed the time of two."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
    except (OSError, ValueError):
        return n_cpus
    if quota == "max":
        return n_cpus
    return max(1, min(n_cpus, round(int(quota) / int(period))))


def _cores_busy_by_others(cpus: tuple[int, ...], seconds: float) -> float:
    """Return how many of `cpus` other processes kept busy; 0 where the system does not tell."""
    before, own_before, start = _busy_ticks(cpus), time.process_time(), time.monotonic()
    time.sleep(seconds)
    after, own_after, end = _busy_ticks(cpus), time.process_time(), time.monotonic()
    if before is None or after is None:
        return 0.0
    ticks_per_second = os.sysconf("SC_CLK_TCK")
    busy = (after - before) / ticks_per_second - (own_after - own_before)
    return min(float(len(cpus)), max(0.0, busy / (end - start)))


def _busy_ticks(cpus: tuple[int, ...]) -> int | None:
    try:
        lines = Path("/proc/stat").read_text().splitlines()
    except OSError:
        return None
    wanted = {f"cpu{cpu}" for cpu in cpus}
    total = 0
    for line in lines:
        name, *numbers = line.split()
        if name in wanted:
            # user, nice, system, irq, softirq, steal; idle and iowait are free for us.
            total += sum(int(numbers[i]) for i in (0, 1, 2, 5, 6, 7) if i < len(numbers))
    return total
