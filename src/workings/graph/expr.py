"""Expressions: what stands on paper, as a graph that shares equal parts.

The problem: a derivation writes the same factor on twenty lines, and a network of a thousand layers
would be walked a thousand times. The idea: every node is made once. Two expressions that are written
alike are the same object, so `is` compares them, a dictionary remembers what was found out about
them, and no walk visits a part twice. Nodes never change.

    E = ½ (ŷ − y)²   is   mul(½, power(sub(ŷ, y), 2))

Nothing here recurses: depth costs memory, not the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Literal, TypeVar, cast
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from workings.graph.op import Op


class Node:
    """What every node can do: come back from a pickle, or from a copy, as itself; and what was found out about it."""

    __slots__ = ("below", "inside", "parts")

    #: The length of the longest way to a leaf, the names that stand in it, and its parts without itself, each after
    #: those that it is made of, once somebody has asked.
    below: int
    inside: tuple[str, ...]
    parts: tuple[Expr, ...]

    def __reduce__(self) -> tuple[Callable[..., Expr], tuple[object, ...]]:
        """Return how to make the node again, its parts in a flat list: depth costs no stack here either."""
        return _remade, (_flat(cast("Expr", self)),)


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Number(Node):
    """An exact number that is not negative; `decimal` keeps how it was written (0.5, not ½)."""

    value: Fraction
    decimal: bool = False

    def __repr__(self) -> str:
        """Show the value."""
        return f"Number({self.value})"


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Symbol(Node):
    """A name of the network, by its canonical ASCII spelling."""

    name: str

    def __repr__(self) -> str:
        """Show the name."""
        return self.name


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Apply(Node):
    """An op of the table applied to its arguments."""

    op: Op
    args: tuple[Expr, ...]

    def __repr__(self) -> str:
        """Show the op's name only: an argument may be deep."""
        return f"{self.op.name}(…)"


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Call(Node):
    """A function of the author's, applied: `A(w x)`; `orders` counts its derivative in each argument.

    `A′(z)` has orders (1,), the plain call (0,).
    """

    function: str
    args: tuple[Expr, ...]
    orders: tuple[int, ...]

    def __repr__(self) -> str:
        """Show the function's name only."""
        return f"{self.function}(…)"


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Partial(Node):
    """The derivative `∂of/∂by`; `held` are the names that stay fixed where the direct part is meant."""

    of: Expr
    by: Symbol
    held: tuple[Symbol, ...] = ()

    def __repr__(self) -> str:
        """Show both sides."""
        return f"∂{self.of!r}/∂{self.by!r}"


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Target(Node):
    """What a step makes of a name, and no page can spell: its new value, or the nudge that moves it."""

    of: Symbol
    kind: Literal["new", "nudge"]

    def __repr__(self) -> str:
        """Show the kind and the name."""
        return f"{self.kind} {self.of!r}"


Expr = Number | Symbol | Apply | Call | Partial | Target

_table: WeakValueDictionary[tuple[object, ...], Expr] = WeakValueDictionary()
_lock = Lock()

_E = TypeVar("_E", Number, Symbol, Apply, Call, Partial, Target)


def _shared(key: tuple[object, ...], make: Callable[[], _E]) -> _E:
    found = _table.get(key)
    if found is None:
        with _lock:
            found = _table.get(key)
            if found is None:
                found = _table[key] = make()
    return found  # pyright: ignore[reportReturnType]  # the key begins with the node's class


def number(value: Fraction | int, decimal: bool = False) -> Number:
    """Return the node of an exact number ≥ 0; a whole number is no decimal: 1.0 is written 1.

    Raises:
        ValueError: for a negative value, which is written as a negation.
    """
    if value < 0:
        raise ValueError("a negative number is the negation of a positive one")
    exact = Fraction(value)
    decimal = decimal and exact.denominator > 1
    # The hash of a fraction costs more than those of its two numbers.
    return _shared((Number, exact.numerator, exact.denominator, decimal), lambda: Number(exact, decimal))


@lru_cache(maxsize=1024)  # Half of all nodes that are asked for are the few names of a page.
def symbol(name: str) -> Symbol:
    """Return the node of a canonical name."""
    return _shared((Symbol, name), lambda: Symbol(name))


def apply(op: Op, *args: Expr) -> Expr:
    """Return `op` applied to `args`, or what the op says is the same thing written in one piece (1/2 is ½).

    Raises:
        ValueError: when the number of arguments is not the op's.
    """
    if len(args) != op.arity:
        raise ValueError(f"{op.name} takes {op.arity} arguments, not {len(args)}")
    whole = op.whole(*args) if op.whole is not None else None
    return whole if whole is not None else _shared((Apply, op, args), lambda: Apply(op, args))


def call(function: str, args: tuple[Expr, ...], orders: tuple[int, ...] | None = None) -> Call:
    """Return the author's function applied to `args`, differentiated as often as `orders` says."""
    counts = (0,) * len(args) if orders is None else orders
    return _shared((Call, function, args, counts), lambda: Call(function, args, counts))


def partial(of: Expr, by: Symbol, held: Iterable[Symbol] = ()) -> Partial:
    """Return the derivative of `of` by `by`; with `held`, its direct part, those names kept fixed."""
    fixed = tuple(held)
    return _shared((Partial, of, by, fixed), lambda: Partial(of, by, fixed))


def target(of: Symbol, kind: Literal["new", "nudge"]) -> Target:
    """Return the node of a name's new value, or of its nudge."""
    return _shared((Target, of, kind), lambda: Target(of, kind))


ZERO, ONE, TWO = number(0), number(1), number(2)


def children(expr: Expr) -> tuple[Expr, ...]:
    """Return the parts that an expression is made of; a derivative is a leaf but for what it is of."""
    # Asked more often than anything else.
    if type(expr) is Apply or type(expr) is Call:
        return expr.args
    return (expr.of,) if type(expr) is Partial else ()


def rebuild(expr: Expr, parts: tuple[Expr, ...]) -> Expr:
    """Return `expr` with `parts` in the place of its children."""
    if parts == children(expr):
        return expr
    if isinstance(expr, Apply):
        return apply(expr.op, *parts)
    if isinstance(expr, Call):
        return call(expr.function, parts, expr.orders)
    if isinstance(expr, Partial):
        return partial(parts[0], expr.by, expr.held)
    return expr


#: An expression of no more parts remembers their order: most are asked again and again.
_FEW = 64


def postorder(*roots: Expr, into: Callable[[Expr], Iterable[Expr]] = children) -> Iterator[Expr]:
    """Yield every part of `roots` once, each after the parts it is made of."""
    if into is not children or len(roots) > 2:
        return _walk(roots, into)
    if len(roots) == 2:
        return iter(dict.fromkeys((*_in_order(roots[0]), *_in_order(roots[1]))))
    return iter(_in_order(roots[0]) if roots else ())


def _in_order(root: Expr) -> tuple[Expr, ...]:
    try:
        return (*root.parts, root)
    except AttributeError:
        found = tuple(_walk((root,), children))
        if len(found) <= _FEW:
            object.__setattr__(root, "parts", found[:-1])
        return found


def _walk(roots: Sequence[Expr], into: Callable[[Expr], Iterable[Expr]]) -> Iterator[Expr]:
    seen: set[Expr] = set()
    # A part that waits for its own parts stands on the stack a second time, below a None.
    stack: list[Expr | None] = list(reversed(roots))
    while stack:
        top = stack.pop()
        if top is None:
            top = stack.pop()
            if top is not None and top not in seen:
                seen.add(top)
                yield top
        elif top not in seen:
            parts = tuple(into(top))
            if parts:
                stack += (top, None, *reversed(parts))
            else:
                seen.add(top)
                yield top


_T = TypeVar("_T")


def fold(root: Expr, combine: Callable[[Expr, tuple[_T, ...]], _T]) -> _T:
    """Combine an expression from its leaves up: `combine(node, what its children became)`."""
    done: dict[Expr, _T] = {}
    for expr in postorder(root):
        done[expr] = combine(expr, tuple(done[child] for child in children(expr)))
    return done[root]


def replace(root: Expr, changes: Mapping[Expr, Expr]) -> Expr:
    """Return `root` with every occurrence of a key of `changes` replaced; outermost matches win."""
    if changes.keys().isdisjoint(postorder(root)):
        return root

    def into(expr: Expr) -> tuple[Expr, ...]:
        return () if expr in changes else children(expr)

    done: dict[Expr, Expr] = {}
    for expr in postorder(root, into=into):
        if expr in changes:
            done[expr] = changes[expr]
        else:
            parts = children(expr)
            done[expr] = rebuild(expr, tuple([done[part] for part in parts])) if parts else expr
    return done[root]


def names(root: Expr) -> tuple[str, ...]:
    """Return the names that stand in an expression, in the order in which they are read."""
    try:
        return root.inside
    except AttributeError:
        found = tuple(dict.fromkeys(e.name for e in postorder(root) if isinstance(e, Symbol)))
        object.__setattr__(root, "inside", found)
        return found


def contains(root: Expr, wanted: Callable[[Expr], bool]) -> bool:
    """Say whether some part of an expression is wanted."""
    return any(wanted(expr) for expr in postorder(root))


def depth(root: Expr) -> int:
    """Return the length of the longest way from an expression to a leaf."""
    for expr in postorder(root, into=_unmeasured):
        if not hasattr(expr, "below"):
            object.__setattr__(expr, "below", 1 + max((part.below for part in children(expr)), default=0))
    return root.below


def _unmeasured(expr: Expr) -> tuple[Expr, ...]:
    return () if hasattr(expr, "below") else children(expr)


# Pickled: each part after the parts it is made of, which it names by their places


def _flat(root: Expr) -> tuple[tuple[object, ...], ...]:
    places: dict[Expr, int] = {}
    found: list[tuple[object, ...]] = []
    for expr in postorder(root):
        places[expr] = len(found)
        below = tuple(places[part] for part in children(expr))
        if isinstance(expr, Number):
            found.append((number, (), expr.value, expr.decimal))
        elif isinstance(expr, Symbol):
            found.append((symbol, (), expr.name))
        elif isinstance(expr, Apply):
            found.append((apply, below, expr.op))
        elif isinstance(expr, Call):
            found.append((_called, below, expr.function, expr.orders))
        elif isinstance(expr, Target):
            found.append((_targeted, (), expr.of.name, expr.kind))
        else:
            found.append((_differentiated, below, expr.by.name, tuple(name.name for name in expr.held)))
    return tuple(found)


def _remade(flat: tuple[tuple[Callable[..., Expr], tuple[int, ...], object], ...]) -> Expr:
    made: list[Expr] = []
    for make, below, *rest in flat:
        made.append(make(*rest, *(made[place] for place in below)))
    return made[-1]


def _called(function: str, orders: tuple[int, ...], *args: Expr) -> Expr:
    return call(function, args, orders)


def _differentiated(by: str, held: tuple[str, ...], of: Expr) -> Expr:
    return partial(of, symbol(by), map(symbol, held))


def _targeted(of: str, kind: Literal["new", "nudge"]) -> Expr:
    return target(symbol(of), kind)
