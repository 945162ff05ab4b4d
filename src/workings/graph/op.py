"""The record of an op, and the one table of them.

An op is everything that workings knows of one operation, in one place: its value over the scalar
words, its partial derivatives as expressions, the rule and the sentence that justify them, how it is
written, where it is defined and what it does at a kink. Backends, printers and pages read records;
none of them names an op.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Required, TypedDict, Unpack

from workings.graph.expr import Expr, apply
from workings.graph.words.tape import Slot, Tape


@dataclass(frozen=True, slots=True)
class Infix:
    """Written between its arguments: `a + b`. `strength` decides where brackets stand."""

    plain: str
    latex: str
    strength: int


@dataclass(frozen=True, slots=True)
class Juxtaposed:
    """Written side by side: `w x`."""


@dataclass(frozen=True, slots=True)
class Fraction:
    """Written as a fraction: `a/b`."""


@dataclass(frozen=True, slots=True)
class Superscript:
    """Written with a raised second argument: `z²`; `base` stands for a fixed first one: `e^z`."""

    base: str = ""


@dataclass(frozen=True, slots=True)
class Prefix:
    """Written with a sign before its argument: `−z`."""

    plain: str
    latex: str


@dataclass(frozen=True, slots=True)
class Named:
    """Written as a function: `log(z)`."""

    plain: str
    latex: str


@dataclass(frozen=True, slots=True)
class Fenced:
    """Written between two bars or brackets, with `between` where there are two arguments: `[a > b]`."""

    left: str
    right: str
    between: str = ""


@dataclass(frozen=True, slots=True)
class Cases:
    """Written as two cases with a condition: `(a if z > 0 else b)`, the condition its first argument."""


@dataclass(frozen=True, slots=True)
class Radical:
    """Written under a root sign."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A constant that is written as a letter: `π`."""

    plain: str
    latex: str


Layout = Infix | Juxtaposed | Fraction | Superscript | Prefix | Named | Fenced | Cases | Radical | Letter


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of an expression for an op to be defined and to have a slope: `z > 0`, `b ≠ 0`."""

    of: Expr
    relation: Literal[">", "≠"]

    def holds(self, value: float) -> bool:
        """Say whether a value of the expression fits; a NaN does not."""
        return value > 0 if self.relation == ">" else value < 0 or value > 0


def positive(of: Expr) -> Condition:
    """Return the condition `of > 0`."""
    return Condition(of, ">")


def nonzero(of: Expr) -> Condition:
    """Return the condition `of ≠ 0`."""
    return Condition(of, "≠")


def nowhere(*_: Expr) -> tuple[()]:
    """Return nothing: no condition on the arguments, no edge."""
    return ()


#: What a function is used as in a network.
Use = Literal["", "activation", "loss"]


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One operation on scalars.

    `value(tape, *slots)` is its meaning in scalar words. `partials(*args)` gives the derivative by
    each argument, as an expression. `rule` is what a teacher calls the rule that uses them, `reason`
    the sentence beside it. `samples` are points of the domain, away from kinks, at which the op's laws
    are tested. `whole` gives the one expression that some arguments make together: two whole numbers in lowest
    terms are a fraction, so what is written reads back.

    `domain(*args)` are the conditions under which the op and its slopes are defined, none where they always are.
    `kink` says what is taken where the slope is a choice, `edges(*args)` are the expressions that are 0 there.

    `spellings` are the words a reader may write for it, `in_words` what prose calls it, `known_as` its name elsewhere
    ("onnx", "torch", "numpy"). `forms` are other formulas of the same function, 1/(1 + e^(−z)) of σ(z); `use` is what
    it serves as in a network; `commutes` that its arguments may change places.
    """

    name: str
    arity: int
    value: Callable[..., Slot]
    partials: Callable[..., tuple[Expr, ...]]
    rule: str
    reason: str
    layout: Layout
    law: str
    samples: tuple[tuple[float, ...], ...]
    domain: Callable[..., tuple[Condition, ...]] = nowhere
    kink: str = ""
    edges: Callable[..., tuple[Expr, ...]] = nowhere
    spellings: tuple[str, ...] = ()
    in_words: tuple[str, ...] = ()
    known_as: Mapping[str, str] = field(default_factory=dict[str, str])
    forms: tuple[Callable[..., Expr], ...] = ()
    use: Use = ""
    commutes: bool = False
    whole: Callable[..., Expr | None] | None = None

    def __call__(self, *args: Expr) -> Expr:
        """Return the expression of the op applied to `args`."""
        return apply(self, *args)

    @property
    def is_smooth(self) -> bool:
        """Whether the op has a slope of its own everywhere in its domain."""
        return not self.kink

    def record(self, tape: Tape, *slots: Slot) -> Slot:
        """Record the op's value on a tape and return its slot."""
        return self.value(tape, *slots)

    def __reduce__(self) -> tuple[Callable[[str], Op], tuple[str]]:
        """Return how to find the op again: a pickle names it, and it comes back as itself."""
        return named, (self.name,)

    def __repr__(self) -> str:
        """Show the op's name."""
        return f"Op({self.name})"


OPS: dict[str, Op] = {}


class _Record(TypedDict, total=False):
    """The fields of an op that do not depend on how many arguments it takes."""

    name: Required[str]
    rule: Required[str]
    reason: Required[str]
    layout: Required[Layout]
    law: Required[str]
    samples: Required[tuple[tuple[float, ...], ...]]
    kink: str
    spellings: tuple[str, ...]
    in_words: tuple[str, ...]
    known_as: Mapping[str, str]
    use: Use
    commutes: bool
    whole: Callable[..., Expr | None]


class _Unary(_Record, total=False):
    """The fields of an op of one argument."""

    domain: Callable[[Expr], tuple[Condition, ...]]
    edges: Callable[[Expr], tuple[Expr, ...]]
    forms: tuple[Callable[[Expr], Expr], ...]


class _Binary(_Record, total=False):
    """The fields of an op of two arguments."""

    domain: Callable[[Expr, Expr], tuple[Condition, ...]]
    edges: Callable[[Expr, Expr], tuple[Expr, ...]]
    forms: tuple[Callable[[Expr, Expr], Expr], ...]


def named(name: str) -> Op:
    """Return the op of a name. Importing the package, which unpickling does first, has filled the table."""
    return OPS[name]


def register(op: Op) -> Op:
    """Put an op into the table.

    Raises:
        ValueError: when the table has an op of that name already.
    """
    if op.name in OPS:
        raise ValueError(f"two ops are called {op.name}")
    OPS[op.name] = op
    return op


def constant(value: Callable[[Tape], Slot], **record: Unpack[_Record]) -> Op:
    """Register an op without arguments: a known constant, whose derivative is 0."""
    return register(Op(arity=0, value=value, partials=lambda: (), **record))


def unary(value: Callable[[Tape, Slot], Slot], partials: Callable[[Expr], tuple[Expr]], **record: Unpack[_Unary]) -> Op:
    """Register an op of one argument."""
    return register(Op(arity=1, value=value, partials=partials, **record))


def binary(
    value: Callable[[Tape, Slot, Slot], Slot],
    partials: Callable[[Expr, Expr], tuple[Expr, Expr]],
    **record: Unpack[_Binary],
) -> Op:
    """Register an op of two arguments."""
    return register(Op(arity=2, value=value, partials=partials, **record))


def ternary(
    value: Callable[[Tape, Slot, Slot, Slot], Slot],
    partials: Callable[[Expr, Expr, Expr], tuple[Expr, Expr, Expr]],
    **record: Unpack[_Record],
) -> Op:
    """Register an op of three arguments."""
    return register(Op(arity=3, value=value, partials=partials, **record))
