"""The errors a caller can handle, each with the exit code the command line answers it with.

A message says what was found, where, what was expected and what to do next. It never holds a
record, a prompt, a completion, a detected identifier or a secret.
"""

from __future__ import annotations

from typing import ClassVar


class PopulaceError(Exception):
    """Root of every error that populace raises on purpose."""

    exit_code: ClassVar[int] = 1


class ConfigError(PopulaceError):
    """The configuration, a file it names, or a command-line argument cannot be used."""

    exit_code: ClassVar[int] = 2


class PopulationError(ConfigError):
    """The declared population is impossible: sums, negative shares, contradictory rules."""


class PersonaError(ConfigError):
    """A row cannot be read as a persona: columns are missing, or a value breaks the schema."""


class PromptError(ConfigError):
    """A prompt template cannot be rendered safely with the attributes there are."""


class SchemaError(ConfigError):
    """A JSON Schema asks for something that can be neither enforced nor checked."""


class ModelError(ConfigError):
    """Model weights are missing, unreadable or not the ones that were asked for."""


class EngineError(PopulaceError):
    """The engine failed in a way the run cannot recover from by itself; resume later."""

    exit_code: ClassVar[int] = 5


class RunDirectoryError(PopulaceError):
    """The run directory is in use, read-only, full, or belongs to another configuration."""

    exit_code: ClassVar[int] = 2


class GateRefused(PopulaceError):
    """A score missed its threshold; the set was not exported."""

    exit_code: ClassVar[int] = 6


class IntegrityError(PopulaceError):
    """A file of a run directory differs from what its manifest states."""

    exit_code: ClassVar[int] = 7
