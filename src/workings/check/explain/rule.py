"""Which rule leads from one side of a line to the next: what justifies a line that holds."""

from __future__ import annotations

from workings.check.judge.meaning import Meaning
from workings.derive.chain import first_slope
from workings.derive.rules import Rewrite, Scope, derivative
from workings.graph.expr import ZERO, Apply, Call, Expr, Partial, Symbol, children, names, partial, postorder, replace
from workings.graph.network import Network
from workings.graph.op import OPS
from workings.graph.ops.arithmetic import add, mul, sub
from workings.graph.terms import terms

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
            return "total derivative" if len(terms(after, add, sub)) > 1 else "chain rule"
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
    found = _worked_out(of, slope.by, scope)
    if not found:
        return None
    return next((rewrite for rewrite in found if not rewrite.small), found[0]).rule


def _rules_of(meaning: Meaning, slope: Partial) -> set[str]:
    """Return the rules that work a derivative out, those of the formulas behind its names among them."""
    of = meaning.path(slope.of, slope.by)
    rules = {rewrite.rule for rewrite in _worked_out(of, slope.by, Scope(Network((), functions=meaning.functions)))}
    return rules | ({"chain rule"} if "power and chain rule" in rules else set())


def _worked_out(of: Expr, by: Symbol, scope: Scope) -> list[Rewrite]:
    """Return the rewrites that work a derivative out, from outside in."""
    current: Expr = partial(of, by)
    found: list[Rewrite] = []
    while (inner := first_slope(current)) is not None and len(found) < _MOST_RULES:
        if isinstance(inner.of, Call) and inner.of.function not in scope.network.functions:
            break
        rewrite = derivative(inner, scope)
        found.append(rewrite)
        current = replace(current, {inner: rewrite.becomes})
    return found


_MOST_RULES = 40


# Reasons that a person writes


#: Where a person says the one, the other is right too: the field uses the words so.
_ALSO: dict[str, tuple[str, ...]] = {
    "chain rule": ("total derivative", "power and chain rule"),
    "total derivative": ("chain rule",),
    "power rule": ("power and chain rule",),
    "sum rule": ("constant rule", "constant factor rule"),
    "constant factor rule": ("product rule", "sum rule"),
    "product rule": ("constant factor rule",),
}


def not_that_rule(meaning: Meaning, before: Expr, after: Expr, named: str, *, first: bool) -> str:
    """Return what is said of a step whose reason names another rule than the one that leads there; else nothing.

    A step may use several rules, and each of them may be named.
    """
    if named in rules_between(meaning, before, after):
        return ""
    found = rule_between(meaning, before, after, first=first)
    wanted = {named, *_ALSO.get(named, ())}
    if found not in RULES or any(rule in found for rule in wanted):
        return ""
    return f"the {found} leads here; the reason beside it names the {named}"


def rules_between(meaning: Meaning, before: Expr, after: Expr) -> set[str]:
    """Return every rule that works out a derivative which the step takes away."""
    has = _slopes(after)
    found = {rule for slope in _slopes(before) if slope not in has for rule in _rules_of(meaning, slope)}
    return found | ({"chain rule", "total derivative"} if has else set())
