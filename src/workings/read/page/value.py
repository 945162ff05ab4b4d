"""Values: objects that never change once they are made, and are made by the thousand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_C = TypeVar("_C")


@dataclass_transform(frozen_default=True, eq_default=False)
def value(*, slots: bool = True, eq: bool = False) -> Callable[[type[_C]], type[_C]]:
    """Make a class one of values: `eq` where two of the same parts are the same, else each is itself alone.

    That nobody changes one is what the type checker sees to: to forbid it at run time makes each cost three times as
    much to make.
    """
    return dataclass(slots=slots, eq=eq, unsafe_hash=eq)
