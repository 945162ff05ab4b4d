"""The ways of reading ∂ where the page leaves a choice.

Where b stands in a's own formula beside a path through other names, `∂a/∂b` may be the direct part alone, or count
every path. One reading is taken for a whole document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workings.graph.expr import Expr, Partial, Symbol
from workings.graph.ops.arithmetic import add, mul, sub
from workings.graph.terms import terms

#: Which derivatives are direct where there is a choice: the first factors of a chain (`∂E/∂ŷ · ∂ŷ/∂w`), those of
#: a formula that is written out (`∂f(x, h)/∂x`), both, every one in a product of several, or none.
Direct = Literal["links", "written", "links and written", "factors", "none", "every", "right sides"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of reading ∂ where the page leaves a choice."""

    direct: Direct = "links"
    #: Whether what stands side by side behind a slash goes below it: `a/b c` is a/(b c).
    tight: bool = False

    def __str__(self) -> str:
        """Say the reading in words."""
        slash = "; `a/b c` is a/(b c)" if self.tight else ""
        return {**_IN_WORDS, **_HELD}[self.direct] + slash

    def is_direct(self, *, link: bool, written: bool) -> bool:
        """Say whether a derivative is direct that is the first link of a chain, or that of a written formula."""
        if self.direct in ("every", "right sides"):
            return True
        first = link and ("links" in self.direct or self.direct == "factors")
        return first or (written and "written" in self.direct)

    def links(self, product: Expr) -> frozenset[Partial]:
        """Return the factors `∂a/∂b` of a product that another factor `∂b/∂c` goes on, or every one of several."""
        slopes = _slopes(product)
        if self.direct == "factors" and len(slopes) > 1:
            return frozenset(slopes)
        begun = {s.of.name for s in slopes if isinstance(s.of, Symbol)}
        return frozenset(s for s in slopes if s.by.name in begun)

    def beside(self, total: Expr) -> frozenset[Partial]:
        """Return the derivatives of a sum that another term of it takes over other names: `∂a/∂c + ∂a/∂b ∂b/∂c`.

        Would the first one count every path, it would count those of the second term too.
        """
        return frozenset(held_beside(total))


def held_beside(total: Expr) -> dict[Partial, frozenset[str]]:
    """Return the derivatives of a sum that other terms of it take over other names, each with those names.

    What leads over them is in the other terms: `∂a/∂c + ∂a/∂b ∂b/∂c` holds b in its first term.
    """
    whole = [_slopes(term) for term in terms(total, add, sub)]
    found: dict[Partial, frozenset[str]] = {}
    for own in whole:
        for slope in own:
            others = [term for term in whole if term is not own and _leads(slope, term)]
            over = {f.by.name for term in others for f in term if f.of is slope.of and f.by is not slope.by}
            if over:
                found[slope] = frozenset(over)
    return found


def _leads(slope: Partial, factors: Sequence[Partial]) -> bool:
    """Say whether factors lead from what a derivative is of to what it is by, over other names."""
    begins = any(f.of is slope.of and f.by is not slope.by for f in factors)
    return begins and any(f.by is slope.by and f.of is not slope.of for f in factors)


def _slopes(product: Expr) -> list[Partial]:
    return [factor for factor in terms(product, mul) if isinstance(factor, Partial)]


_IN_WORDS: dict[Direct, str] = {
    "links": "the first factors of a chain are direct, every other ∂ counts all paths",
    "written": "∂ of a formula that is written out is direct, every other ∂ counts all paths",
    "links and written": "first factors of a chain and ∂ of a written formula are direct, others count all paths",
    "factors": "every ∂ in a product of several is direct, one that stands alone counts all paths",
    "none": "every ∂ counts all paths",
}
_HELD: dict[Direct, str] = {
    "every": "every ∂ is direct, the other quantities held fixed",
    "right sides": "a left side counts all paths, and every ∂ behind it is direct",
}
READINGS = tuple(Reading(direct) for direct in _IN_WORDS)
#: Readings of a text that tells a total derivative from a partial one, which holds other quantities fixed.
IMMEDIATE: tuple[Reading, ...] = (Reading("every"), Reading("right sides"))
#: The same where a slash with factors side by side behind it can be read in two ways as well.
SLASHED = (*READINGS, *(Reading(direct, tight=True) for direct in _IN_WORDS))
