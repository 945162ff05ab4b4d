"""What a person's line says: its derivatives opened, its names led back to what the network gives.

    ∂E/∂ŷ ∂ŷ/∂w   →   (ŷ − y) · A(w x)(1 − A(w x)) x

`∂a/∂b` counts every path by which b reaches a. Where b also stands directly in a's own formula beside a path
through others, a person may mean the direct part alone; a `Reading` says which, and one reading is taken for a
whole document.
"""

from __future__ import annotations

from workings.check.judge.budget import LimitError
from workings.check.judge.formulas import Formulas, NotGivenError, count_steps
from workings.check.judge.readings import IMMEDIATE, READINGS, SLASHED, Reading, held_beside
from workings.check.judge.slopes import slope, times, total
from workings.check.judge.unlinked import unlinked
from workings.graph.expr import (
    ONE,
    ZERO,
    Apply,
    Expr,
    Partial,
    Symbol,
    children,
    depth,
    names,
    postorder,
    rebuild,
    symbol,
)
from workings.graph.network import Network
from workings.graph.ops.arithmetic import add, mul, sub
from workings.graph.terms import changed

#: A line nested deeper is not opened.
DEEPEST_LINE = 250

__all__ = ["IMMEDIATE", "READINGS", "SLASHED", "LimitError", "Meaning", "NotGivenError", "Reading"]


class Meaning(Formulas):
    """A network, with the names that the person adds on the way; opens derivatives and puts definitions in."""

    def __init__(self, network: Network) -> None:
        """Begin with the network: its formulas, with the functions put in that use names of their own."""
        super().__init__(network)
        #: Whether some ∂ left a choice between its direct part and all paths.
        self.chosen = False
        self._opened: dict[tuple[Expr, Reading], Expr] = {}
        #: The derivatives that some sum takes over other names in a further term, and those names.
        self._held: dict[Partial, frozenset[str]] = {}

    def forget(self) -> None:
        """Forget what was opened before a name changed its meaning."""
        super().forget()
        self._opened.clear()

    def unlinked(self, expr: Expr) -> Partial | None:
        """Return the first derivative that is 0 only because the text leaves out what leads from name to name."""
        return unlinked(self, expr)

    def opened(self, expr: Expr, reading: Reading) -> Expr:
        """Return an expression without open derivatives, over the names of the network.

        Raises:
            NotGivenError: when the line needs what the text does not give.
            LimitError: when it is nested too deep.
        """
        key = (expr, reading)
        if key not in self._opened:
            if depth(expr) > DEEPEST_LINE:
                raise LimitError(f"it is nested more than {DEEPEST_LINE} deep")
            self._opened[key] = self._open(expr, reading, frozenset())
        return self._opened[key]

    def _open(self, expr: Expr, reading: Reading, links: frozenset[Partial]) -> Expr:
        if isinstance(expr, Partial):
            return self._derivative(expr, reading, link=expr in links)
        if isinstance(expr, Apply) and expr.op is mul:
            links = links | reading.links(expr)
        if isinstance(expr, Apply) and expr.op in (add, sub):
            links = links | reading.beside(expr)
            self._held |= held_beside(expr)
        parts = tuple(self._open(part, reading, links) for part in children(expr))
        return rebuild(expr, parts) if parts else expr

    def _derivative(self, whole: Partial, reading: Reading, *, link: bool) -> Expr:
        of, by, held = self.subject(whole.of, whole.by), whole.by, frozenset(s.name for s in whole.held)
        of = self._open(of, reading, frozenset())
        if held:
            return self._slope(of if not isinstance(of, Symbol) else self.formulas.get(of.name, of), by, None, held)
        written = not isinstance(whole.of, Symbol)
        own = self.formulas.get(of.name, of) if isinstance(of, Symbol) else of
        # What a derivative is differentiated again is its value, by every path.
        if not isinstance(whole.of, Partial) and self.ambiguous(own, by.name):
            self.chosen = True
            if reading.is_direct(link=link, written=written):
                return self._slope(own, by, None)
        over = frozenset(n for n in self._held.get(whole, ()) if self.depends(n, by.name))
        if over and isinstance(of, Symbol):
            self.chosen = True
            if reading.is_direct(link=link, written=written):
                return self._slope(own, by, None, over)
        return self._slope(of, by, frozenset())

    def ambiguous(self, own: Expr, by: str) -> bool:
        """Say whether a name stands in a formula both directly and behind other names."""
        direct = self.reads(own)
        return by in direct and any(n != by and n in self.formulas and self.depends(n, by) for n in direct)

    def path(self, of: Expr, by: Symbol) -> Expr:
        """Return what a derivative is of, written out down to the variable."""
        return self._down_to(self.subject(of, by), by.name, frozenset())

    def by_names(self, expr: Expr) -> Expr:
        """Return an expression with its derivatives worked out path by path, the names on each path kept.

        ∂E/∂w is then `(ŷ − y) ŷ (1 − ŷ) x`, into which a number for ŷ can be put.
        """
        known: dict[tuple[str, Symbol], Expr] = {}

        def of_name(name: str, by: Symbol) -> Expr:
            key = (name, by)
            if key not in known:
                if name == by.name or name not in self.formulas:
                    known[key] = ONE if name == by.name else ZERO
                else:
                    known[key] = along(self.formulas[name], by)
            return known[key]

        def along(of: Expr, by: Symbol) -> Expr:
            own = self.without_free(of)
            below = [name for name in names(own) if name == by.name or self.depends(name, by.name)]
            return total(times(slope(own, symbol(name)), of_name(name, by)) for name in below)

        def worked_out(part: Expr) -> Expr:
            return along(self.subject(part.of, part.by), part.by) if isinstance(part, Partial) else part

        return changed(expr, worked_out)

    # Differentiating

    def _slope(self, of: Expr, by: Symbol, through: frozenset[str] | None, held: frozenset[str] = frozenset()) -> Expr:
        """Return the derivative of an expression: through every path, or (`through` None) of its own formula."""
        inner = self.without_free(of) if through is None else self._down_to(of, by.name, held)
        if held:
            inner = self._down_to(of, by.name, held)
        return slope(inner, by)

    def _down_to(self, of: Expr, by: str, held: frozenset[str]) -> Expr:
        """Put in the formulas of the names that depend on `by`, but for `by` itself and what is held."""
        done: dict[Expr, Expr] = {}
        reaches: dict[Expr, bool] = {}
        steps = count_steps()

        def into(part: Expr) -> tuple[Expr, ...]:
            steps()
            if not isinstance(part, Symbol):
                return children(part)
            fixed = part.name == by or part.name in held or part.name not in self.formulas
            return () if fixed else (self.formulas[part.name],)

        root = self.without_free(of)
        for part in postorder(root, into=into):
            inner = into(part)
            reaches[part] = any(reaches[p] for p in inner) or (isinstance(part, Symbol) and part.name == by)
            if isinstance(part, Symbol):
                # A name that does not lead to `by` keeps its name.
                done[part] = done[inner[0]] if inner and reaches[part] else part
            else:
                done[part] = rebuild(part, tuple(done[p] for p in inner)) if inner else part
        return done[root]
