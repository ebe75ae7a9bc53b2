"""The filters of a run as data: which screens, in which order, with which thresholds.

Row screens run in the order of the list, so put cheap ones first; the set screens run at commit.
The default chain is the order of cost: rules, grounding, pii, near_duplicates.
"""

from __future__ import annotations

from typing import Annotated, TypeGuard

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .grounding import GroundingConfig, GroundingScreen
from .naturalness import NaturalnessConfig, NaturalnessScreen
from .near_duplicates import NearDuplicatesConfig, NearDuplicateScreen
from .pii import PiiConfig, PiiScreen
from .rules import RulesConfig, RulesScreen
from .verdict import RowScreen

RowScreenConfig = RulesConfig | NaturalnessConfig | GroundingConfig | PiiConfig
ScreenConfig = Annotated[
    RulesConfig | NaturalnessConfig | GroundingConfig | PiiConfig | NearDuplicatesConfig,
    Field(discriminator="kind"),
]


class FiltersConfig(BaseModel):
    """What is kept: the screens in the order in which they are asked."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    screens: tuple[ScreenConfig, ...] = (
        RulesConfig(),
        GroundingConfig(),
        PiiConfig(),
        NearDuplicatesConfig(),
    )
    """One entry per screen, each kind at most once; an empty list keeps every draft."""

    @model_validator(mode="after")
    def _each_kind_once(self) -> FiltersConfig:
        kinds = [screen.kind for screen in self.screens]
        twice = sorted({kind for kind in kinds if kinds.count(kind) > 1})
        if twice:
            raise ValueError(
                f"screens names {', '.join(twice)} more than once; expected each kind at most "
                "once. Join the entries into one."
            )
        return self


def is_set_screen(
    config: RowScreenConfig | NearDuplicatesConfig,
) -> TypeGuard[NearDuplicatesConfig]:
    """Return whether the screen compares with earlier rows and so runs at commit."""
    return isinstance(config, NearDuplicatesConfig)


def row_screen(config: RowScreenConfig | NearDuplicatesConfig) -> RowScreen:
    """Return the row screen that `config` describes; it loads nothing until it is started."""
    if isinstance(config, RulesConfig):
        return RulesScreen(config)
    if isinstance(config, NaturalnessConfig):
        return NaturalnessScreen(config)
    if isinstance(config, GroundingConfig):
        return GroundingScreen(config)
    if isinstance(config, PiiConfig):
        return PiiScreen(config)
    raise TypeError(f"{config.kind} compares with earlier rows; build it with set_screen")


def set_screen(config: NearDuplicatesConfig) -> NearDuplicateScreen:
    """Return the set screen that `config` describes; it loads nothing until it is started."""
    return NearDuplicateScreen(config)
