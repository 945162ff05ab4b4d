"""The record of an explanation: a statement, the numbers it was made from, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workings.derive.step import Prose

#: Proved: by algebra on the derived equations. Measured: read off this run, and true of this run.
Level = Literal["proved", "measured"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands out; `numbers` are what the statement says, by name."""

    statement: Prose
    level: Level
    numbers: Mapping[str, float] = field(default_factory=dict[str, float])
