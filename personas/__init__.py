"""WHO: the population model, sanctioned identities and the persona schema."""

from .config_error import config_error
from .identity import (
    IDENTITY_FIELDS,
    IDENTITY_LOCALES,
    identity_breaches,
    sample_identities,
)
from .persona_reading import read_personas
from .population import Population
from .population_config import PopulationConfig
from .random_stream import uniforms
from .safe_yaml import load_yaml, parse_yaml
from .schema import PERSONA_ID, SCHEMA_VERSION, Persona, persona_id

__all__ = [
    "IDENTITY_FIELDS",
    "IDENTITY_LOCALES",
    "PERSONA_ID",
    "SCHEMA_VERSION",
    "Persona",
    "Population",
    "PopulationConfig",
    "config_error",
    "identity_breaches",
    "load_yaml",
    "parse_yaml",
    "persona_id",
    "read_personas",
    "sample_identities",
    "uniforms",
]
