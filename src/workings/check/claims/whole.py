"""What a program says as a whole: where each name is first used, how often it is given, which functions it writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property

from workings.check.claims.chain import head_name, own_arguments
from workings.check.claims.derived import Defined, is_closed
from workings.graph.expr import Call, Expr, Symbol, names
from workings.graph.ops.arithmetic import mul
from workings.graph.terms import calls_in, terms
from workings.read.lines.line import Side, WrittenLine


class WholeProgram:
    """The lines of a page's programs, asked as a whole; nothing is read before it is asked."""

    def __init__(
        self, lines: Sequence[WrittenLine], read: Callable[[Side], Expr | None],
        body: Callable[[Side, tuple[str, ...]], Expr | None],
    ) -> None:  # fmt: skip
        """Take the lines, and what reads a side: by itself, and as the body of a function of some parameters."""
        self.lines, self.read, self.body = lines, read, body

    @cached_property
    def first_used(self) -> dict[str, int]:
        """By name, where a program first computes with it."""
        found: dict[str, int] = {}
        for line in self.lines:
            if line.code and line.relations:
                for side in line.sides[1:]:
                    for name in names(value) if side and (value := self.read(side)) is not None else ():
                        found.setdefault(name, line.at.start)
        return found

    @cached_property
    def assignments(self) -> Counter[str]:
        """How often a program gives each name a value."""
        return Counter(head_name(line) for line in self.lines if line.code and line.relations)

    @cached_property
    def steps(self) -> dict[str, set[tuple[str, str]]]:
        """By name, the weights that a program steps against it, each with the rate: g of `w -= lr * g`."""
        found: dict[str, set[tuple[str, str]]] = {}
        for line in self.lines:
            head = self.read(line.sides[0]) if line.code and line.sides[0] and line.relations[:1] == ("-=",) else None
            value = self.read(line.sides[1]) if isinstance(head, Symbol) and line.sides[1] is not None else None
            factors = [part.name for part in terms(value, mul) if isinstance(part, Symbol)] if value is not None else []
            if isinstance(head, Symbol) and value is not None and len(factors) == len(terms(value, mul)) == 2:
                for rate, name in (factors, factors[::-1]):
                    found.setdefault(name, set()).add((head.name, rate))
        return found

    @cached_property
    def functions(self) -> dict[str, Defined]:
        """The functions that a program defines by their parameters alone."""
        found: dict[str, Defined] = {}
        for line in self.lines:
            head = self.read(line.sides[0]) if line.code and line.sides[0] is not None and line.relations else None
            if isinstance(head, Call) and head.function not in found and (side := line.sides[1]) is not None:
                own = own_arguments(head)
                body = self.body(side, own)
                if body is not None and is_closed(Defined(own, body)):
                    found[head.function] = Defined(own, body)
        return found

    @cached_property
    def applied_to(self) -> dict[str, list[Expr]]:
        """By function, what the page applies it to, its definition aside."""
        found: dict[str, list[Expr]] = {}
        sides = (side for line in self.lines for side in line.sides[line.sides[0] is not None :] if side is not None)
        for value in filter(None, map(self.read, sides)):
            for part in calls_in(value):
                found.setdefault(part.function, []).extend(part.args[:1])
        return found
