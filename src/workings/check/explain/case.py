"""A refuted claim as a case: what it should be equal to, what it is instead, and what the text says around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from workings.check.claim import Claim
from workings.check.explain.hypothesis import Supposed
from workings.check.explain.part import Part, Repair, Written
from workings.check.explain.places import Node, places
from workings.check.explain.sampling import Sampler
from workings.check.judge.budget import AN_EXPLANATION, Budget, UnsettledError
from workings.check.judge.judge import Judge
from workings.check.judge.meaning import Meaning
from workings.derive.tidy import tidy
from workings.graph.expr import Expr, Partial, postorder
from workings.graph.network import Network


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is not its left side's, as facts: what is written and what is right, and how near they are.

    `several` are names that the text gives more than one number; `within` says that only the rounding of others
    admits it, `near` that the two agree to six digits, `begins` that the one is where the other begins,
    `twice_rounded` and `short_rounded` that it fits as a number rounded twice, or one whose short decimals are
    rounded; `step_unread` that a step above was not read, `loose` that nothing says that it is a step,
    `some_steps_before` that it fits the weights of an earlier step, `supposed` that the words before it may give
    other numbers; `follows_wrong` is the line of a number that is not right and that this one comes from.
    """

    wrote: float
    truth: float
    several: tuple[str, ...] = ()
    within: bool = False
    near: bool = False
    begins: bool = False
    twice_rounded: bool = False
    short_rounded: bool = False
    step_unread: bool = False
    loose: bool = False
    some_steps_before: bool = False
    supposed: bool = False
    follows_wrong: int = 0
    signs_lost: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What the text says around a claim, as facts: no hypothesis reads words.

    `given` are the numbers that it writes for names. `others` are quantities that it defines a second time,
    `defined_at` where it defines the left side, if this claim may define it anew. `region` says that words beside the
    claim name a region (“suppose both are active”). `beside` are numbers that its own sentence gives names,
    `in_this_case` says that it speaks of them as a case (“for x = 1 this is”), `restated` are those with which the text
    has written a definition again (`L = −log(1 − a)` for y = 0). `numbers_agree` says that the sides
    agree at the numbers given, `numbers_before` that numbers were put in before. Of an update: `method` is another
    way of stepping that the text names, `in_parts` that several lines move the weight, `conditional` that a condition
    stands beside it. Of a side of numbers: `figure` is what is known of its number.
    """

    given: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    others: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    defined_at: str = ""
    region: bool = False
    beside: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    in_this_case: bool = False
    restated: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    numbers_agree: bool = False
    numbers_before: bool = False
    method: str = ""
    in_parts: bool = False
    conditional: bool = False
    figure: Figure | None = None


@dataclass
class Case:
    """A refuted claim.

    `truth` is its left side opened, `wrong` its right side, `before` the side before it in the chain, opened, where
    that held. `parts` are the pieces of the side as they stand in the text, `raw` the side as it was read, and `meant`
    what each piece means, opened.
    """

    judge: Judge
    claim: Claim
    truth: Expr
    wrong: Expr
    before: Expr | None = None
    text: Context = field(default_factory=Context)
    raw: Expr | None = None
    parts: tuple[Part, ...] = ()
    meant: Mapping[Expr, Expr] = field(default_factory=dict[Expr, Expr])
    repairs: list[Repair] | None = None
    budget: Budget = field(default_factory=lambda: Budget(AN_EXPLANATION))

    @property
    def meaning(self) -> Meaning:
        """What the names mean here."""
        return self.judge.meaning

    @property
    def network(self) -> Network:
        """The network that the text gives."""
        return self.meaning.network

    @cached_property
    def references(self) -> list[Expr]:
        """Right sides in the forms that a person may have had in mind."""
        found = [tidy(self.truth)]
        if self.before is not None:
            found.insert(0, self.before)
        return found

    @cached_property
    def pieces(self) -> frozenset[Expr]:
        """All that stands in the right side, in any of its forms, by what it means."""
        return frozenset(self.meaning.flat(part) for reference in self.references for part in postorder(reference))

    @cached_property
    def nodes(self) -> list[tuple[Node, Expr]]:
        """The places at which the left side's derivative can be worked out wrongly."""
        return list(places(self.judge, self.claim.left)) if isinstance(self.claim.left, Partial) else []

    @cached_property
    def written(self) -> Written:
        """The person's side with its parts."""
        return Written(self.raw or self.wrong, self.wrong, self.parts, self.meant)

    @cached_property
    def sampler(self) -> Sampler:
        """The values of expressions at a few points, by which most hypotheses are ruled out."""
        return Sampler(self.meaning, self.budget)


def with_formulas(network: Network, formulas: Mapping[str, Expr]) -> Network:
    """Return a network with other formulas in the place of some."""
    equations = tuple(replace(e, formula=formulas.get(e.name, e.formula)) for e in network.equations)
    return replace(network, equations=equations)


def claim_of(
    case: Case, network: Network, words: str, others: Mapping[str, Expr] = MappingProxyType({})
) -> Iterator[Supposed]:
    """Yield the claim as it is of another network, in which names of the person's own may be `others` too."""
    meaning = Meaning(network)
    meaning.functions = dict(case.meaning.functions)
    meaning.forget()
    with suppress(UnsettledError):
        for name, formula in case.meaning.added.items():
            meaning.define(name, others.get(name, formula))
        a, b = (meaning.opened(side, case.claim.reading) for side in (case.claim.left, case.claim.right))
        yield Supposed(a, b, judge=Judge(meaning), words=words)
