"""A claim: what a person says is equal, and what it rests on. The judge decides claims, and knows nothing of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workings.check.judge.readings import READINGS, Reading
from workings.graph.expr import Expr
from workings.source import NOWHERE, Place

#: How the sides are related; an update gives a weight a new value, which its right side says.
Relation = Literal["=", "<-"]


@dataclass(frozen=True, slots=True)
class Assumption:
    """An inequality `low < high` that the text states; `own` where it stands beside the claim itself."""

    low: Expr
    high: Expr
    own: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """`left = right`, over names of the network, the derivatives still open; how ∂ is read, what is assumed, where."""

    left: Expr
    right: Expr
    relation: Relation = "="
    reading: Reading = READINGS[0]
    assumptions: tuple[Assumption, ...] = ()
    place: Place = NOWHERE
