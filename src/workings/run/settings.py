"""How a run is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from workings.graph.expr import Expr
from workings.run.order import Order

if TYPE_CHECKING:
    from workings.run.kernel.text import Bits

#: The arithmetic of a run: IEEE doubles as written, or fused and with short polynomials in 64 or 32 bits.
Numbers = Literal["exact", "fast", "fast32"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run was asked for; with the network and the starts it fixes every bit of the run.

    `batch` is the number of patterns in a step, `constants` the method's own (β, λ, …), `schedule` the rate as a
    formula, with the text that it was written in; `horizon` the number of steps that it was asked for, T in a
    schedule. `every` says which states are recorded: 1 all of them, k each k-th, 0 none but the last.
    """

    rate: float
    order: Order = "cyclic"
    seed: int = 0
    batch: int = 1
    method: str = "descent"
    constants: Mapping[str, float] = field(default_factory=dict[str, float])
    schedule: Expr | None = None
    schedule_text: str = ""
    horizon: int = 0
    numbers: Numbers = "exact"
    every: int = 1

    @property
    def bits(self) -> Bits:
        """The bits of a number."""
        return 32 if self.numbers == "fast32" else 64
