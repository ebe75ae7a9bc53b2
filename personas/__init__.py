"""WHO: the population model, sanctioned identities and the persona schema."""

from .config_error import config_error
from .population import Population
from .population_config import PopulationConfig
from .random_stream import uniforms
from .safe_yaml import load_yaml, parse_yaml
from .schema import PERSONA_ID, persona_id

__all__ = [
    "PERSONA_ID",
    "Population",
    "PopulationConfig",
    "config_error",
    "load_yaml",
    "parse_yaml",
    "persona_id",
    "uniforms",
]
