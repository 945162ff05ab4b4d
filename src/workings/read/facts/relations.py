"""Relations that are no equations: memberships, which give domains, and inequalities, which define nothing."""

from __future__ import annotations

from workings.graph.expr import Expr
from workings.read.facts.page import Page
from workings.read.facts.records import Declared, Parse, RawDomain
from workings.read.formula.statement import Side, Statement
from workings.read.formula.tree import Fence, Formula, Node, Word, bare, items_of
from workings.read.names.elaborate import elaborate
from workings.read.names.queries import defined, mentions, single_name
from workings.read.names.vocabulary import Vocabulary


def take_membership(page: Page, statement: Statement) -> None:
    """Take `x ∈ {0, 1}` as the domain of x."""
    names = _members(page, statement)
    domain = _domain_of(statement.sides[1])
    if not names or domain is None:
        why = "its domain is not one of numbers" if names else "it does not say whose domain it is"
        page.unused(statement, why)
        return
    why = f"`{statement.at.content}`"
    page.facts.declared += [Declared(name, None, domain, statement.at, why) for name in names]


def _members(page: Page, statement: Statement) -> list[str]:
    """Return the names on the left of `∈`, or the symbol that the line explains."""
    side = statement.sides[0]
    if side.empty:
        before = _symbol_before(page, statement)
        return [before] if before else []
    found = [defined(item, page.words) for item in items_of(side.root)]
    return [name[0] for name in found if name] if all(name and name[1] is None for name in found) else []


def _symbol_before(page: Page, statement: Statement) -> str | None:
    r"""Return the symbol that the line explains: `$w$ = a weight $\in [0, 1]$`."""
    text = statement.at.text
    line_start = text.content.rfind("\n", 0, statement.at.start) + 1
    for other in page.statements:
        if not other.relations and other.at.text is text and line_start <= other.at.start < statement.at.start:
            return single_name(other, page.words)
    return None


def take_inequality(page: Page, statement: Statement) -> None:
    """List an inequality as no definition; one between two iterations is a wish, and remarked on."""
    if _is_wish(page, statement):
        note = (
            f"line {statement.at.place.line}: `{statement.at.content}` compares the errors of two iterations, and "
            "those see different patterns as it is written; it is read as a wish for one pattern: its error "
            "after the nudge is smaller than before. The table of the descent says for each step whether it "
            "came true."
        )
        page.facts.notes.append(note)
        page.unused(statement, "a wish, not an equation: see the remark")
    else:
        page.unused(statement, "an inequality: it defines nothing")


def _is_wish(page: Page, statement: Statement) -> bool:
    """`E(ŷ_i, y_i) > E(ŷ_{i+1}, y_{i+1})`: the same written twice, one iteration apart."""
    if len(statement.sides) != 2 or not page.words.iteration:
        return False
    left, right = (
        [page.words.settled(m.name) for m in mentions(side.root, page.words)] for side in statement.sides
    )  # fmt: skip
    return left == right and bool(left)


def _domain_of(side: Side) -> RawDomain | None:
    r"""Return the domain that a side writes, `\{0, 1\}`, `[0, 1]`, `\mathbb{R}`; None where it is none of numbers."""
    root = bare(side.root)
    if isinstance(root, Word) and root.text in ("R", "ℝ"):
        return RawDomain("reals", (), side.at)
    written = side.at.text.content[side.at.start : side.at.end].lstrip()
    if not isinstance(root, Fence):
        # Plain braces only group in a tree, so that `{0, 1}` is what stands between them.
        inner = side.root.inside if isinstance(side.root, Fence) else None
        if inner is None:
            return None
        return RawDomain("finite", tuple(_value(side, item) for item in items_of(inner)), side.at)
    values = tuple(_value(side, item) for item in items_of(root.inside))
    finite = written.startswith(("\\{", "\\lbrace", "\\left\\{", "{"))
    if finite:
        return RawDomain("finite", values, side.at)
    if root.left == "[" and len(values) == 2:
        return RawDomain("interval", values, side.at)
    return None


def _value(side: Side, node: Node) -> Parse:
    def parse(words: Vocabulary) -> Expr:
        return elaborate(Formula(node), side.at.text, words).expr

    return parse
