"""Which rule leads from one side of a line to the next: what justifies a line that holds."""

from __future__ import annotations

from workings.check.meaning import Meaning
from workings.derive.chain import first_slope
from workings.derive.rules import Rewrite, Scope, derivative
from workings.graph.expr import ZERO, Apply, Expr, Partial, Symbol, children, names, partial, postorder, replace
from workings.graph.network import Network
from workings.graph.op import OPS
from workings.graph.ops.arithmetic import add, mul, sub

#: Every rule that a line may be justified by.
RULES = tuple(sorted({
    *(op.rule for op in OPS.values()), "total derivative", "chain rule", "power and chain rule", "exponential rule",
    "constant factor rule", "identity rule", "definition", "definition of the derivative", "zero terms", "algebra",
    "gradient descent", "numbers put in", "arithmetic",
}))  # fmt: skip


def rule_between(meaning: Meaning, before: Expr, after: Expr, *, first: bool) -> str:
    """Return the name of the rule by which `after` comes from `before`; both still hold their derivatives."""
    had, has = _slopes(before), _slopes(after)
    if has and first and isinstance(before, Partial):
        linked = [s for s in has if s is not before]
        if (linked and len({s.by for s in linked}) > 1) or any(s.by is not before.by for s in linked):
            return "total derivative" if _terms(after) > 1 else "chain rule"
    gone = [s for s in had if s not in has]
    if gone and has and _same_subject(meaning, gone, has):
        return "definition"
    if gone:
        rules = [rule for s in gone if (rule := _rule_of(meaning, s)) is not None]
        told = [rule for rule in dict.fromkeys(rules) if rule != "constant rule"] or rules
        return " and ".join(dict.fromkeys(told[:2])) if told else "rules of differentiation"
    if has and not had:
        return "definition of the derivative"
    if _zero_terms(before) and not _zero_terms(after):
        return "zero terms"
    if set(names(before)) != set(names(after)):
        return "definition"
    return "algebra"


def _slopes(expr: Expr) -> list[Partial]:
    """Return the derivatives in an expression, but for those that are differentiated again."""
    parts = postorder(expr, into=lambda part: () if isinstance(part, Partial) else children(part))
    return [part for part in parts if isinstance(part, Partial)]


def _terms(expr: Expr) -> int:
    if isinstance(expr, Apply) and expr.op in (add, sub):
        return _terms(expr.args[0]) + _terms(expr.args[1])
    return 1


def _zero_terms(expr: Expr) -> bool:
    return any(isinstance(p, Apply) and p.op is mul and ZERO in p.args for p in postorder(expr))


def _same_subject(meaning: Meaning, gone: list[Partial], has: list[Partial]) -> bool:
    """Say whether each derivative that went came back as that of its definition: ∂ŷ/∂w → ∂A(w x)/∂w."""
    fresh = [s for s in has if s not in gone]
    return len(gone) == len(fresh) and all(
        a.by is b.by and meaning.flat(a.of) is meaning.flat(b.of) for a, b in zip(gone, fresh, strict=True)
    )


def _rule_of(meaning: Meaning, slope: Partial) -> str | None:
    """Return the name of the outermost rule that works a derivative out."""
    of: Expr = slope.of
    while isinstance(of, Symbol) and of.name in meaning.formulas and of is not slope.by:
        of = meaning.formulas[of.name]
    network = Network((), functions=meaning.functions)
    if isinstance(of, Symbol):
        return "identity rule" if of is slope.by else "constant rule"
    scope = Scope(network)
    if not scope.reads(of, slope.by.name):
        below = meaning.depends_through(of, slope.by.name)
        return "chain rule" if below else "constant rule"
    current: Expr = partial(of, slope.by)
    rules: list[Rewrite] = []
    while (inner := first_slope(current)) is not None and len(rules) < _MOST_RULES:
        found = derivative(inner, scope)
        rules.append(found)
        current = replace(current, {inner: found.becomes})
    return next((found for found in rules if not found.small), rules[0]).rule


_MOST_RULES = 40
