"""What the names of a document are, settled once for all its formulas.

Whether `A(w x)` applies a function or multiplies is not written on the page; it is settled by what A is. A
`Vocabulary` is found by asking trees (`found`, `layers`), and makes expressions of them (`elaborate`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Literal

from workings.graph.op import OPS, Fenced, Letter, Named, Op, Radical, Superscript
from workings.graph.ops import arithmetic as _arithmetic
from workings.graph.writing.spelling import canonical, mark_of

_ = _arithmetic  # importing the ops fills the table that the spellings below are read from

#: What a name is: a quantity, a function of the author's, one of the known functions, a constant's letter, or a
#: function's name with primes.
Kind = Literal["name", "function", "known", "letter", "primed"]


def _known_functions() -> dict[str, Op]:
    words: dict[str, Op] = {}
    for op in OPS.values():
        if isinstance(op.layout, Named | Radical | Fenced) and op.arity and not any(" " in s for s in op.spellings):
            words |= {canonical(spelling): op for spelling in op.spellings}
    # On a page `Sigmoid` and `TANH` are the functions too; two letters alone (Ln) may be a product.
    return (
        {w.lower(): op for w, op in words.items() if len(w) > 3}
        | {w.capitalize(): op for w, op in words.items() if len(w) > 3}
        | words
    )


#: Functions that are known unless the author defines them, by canonical name.
KNOWN = _known_functions()
#: Constants that are letters unless the author uses the letter: π and e.
LETTERS = {s: op for op in OPS.values() if isinstance(op.layout, Letter) for s in op.spellings}
#: The op that a raised e stands for.
EULER_POWER = next(op for op in OPS.values() if isinstance(op.layout, Superscript) and op.layout.base == "e")
#: Words of the field that are one name, though a lone run of letters is a product: target − out.
FIELD_WORDS = frozenset(
    ("target", "output", "out", "input", "loss", "cost", "error", "net", "bias", "label", "pred", "hidden", "desired",
     "actual", "ideal", "Loss", "Cost", "Error", "weight", "prediction")
)  # fmt: skip
#: Names that programs give to slopes.
CALLED_AFTER_A_SLOPE = re.compile(r"d\w+_d\w+|d[A-Z]\w*D\w+|grad_\w+")
#: Letters and words that are targets by convention, where nothing defines them.
TARGETS = frozenset(("t", "y", "target", "label"))


#: So many examples stand for all of them, where the page does not say how many there are.
EXAMPLES = 3

Answers = defaultdict[str, dict[Hashable, object]]


@dataclass(frozen=True)
class Vocabulary:
    """What the document's names are.

    `names` are quantities, weights, inputs; `functions` the author's functions; `families` single letters that carry
    subscripts (w in w₂); `iteration` subscripts that only count steps (the i of wᵢ); `marked` the superscripts that
    are no powers (`a^(1)`, `a^l`), `doubtful` those that nobody can tell; `multiplied` letters that are numbers, so
    that a bracket behind them multiplies; `fonts` the letters that the page writes in several cuts (upright and
    script L), each of which is a name of its own; `split` words of plain text that are products of letters (`ax`);
    `vectors` letters and words that are vectors or matrices; `standing` every name of the page, but for those of
    which dots leave some out; `sampled` whether three examples stand for all, `counts` what their number is called
    then, and `counted_by` the letter that counts those, or the layers of a chain; `alone` whether the data are one
    example, so that a sum or a mean over them is their only term; `labels` names that are 0 or 1.
    """

    names: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    iteration: frozenset[str] = frozenset()
    multiplied: frozenset[str] = field(default=frozenset())
    marked: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    fonts: frozenset[str] = frozenset()
    split: frozenset[str] = frozenset()
    vectors: frozenset[str] = frozenset()
    alone: bool = False
    labels: frozenset[str] = frozenset()
    standing: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()
    counted_by: str = ""
    sampled: bool = False
    #: What was asked of trees, by vocabulary: those that are made of one another remember together.
    memory: dict[Hashable, Answers] = field(default_factory=dict[Hashable, "Answers"], compare=False, repr=False)

    def __post_init__(self) -> None:
        """Freeze what came as another set: the keys of a mapping and its kin."""
        object.__setattr__(self, "names", frozenset(self.names))
        object.__setattr__(self, "functions", frozenset(self.functions))

    @cached_property
    def answers(self) -> Answers:
        """What was found out with this vocabulary, by question."""
        return self.memory.setdefault(self, defaultdict(dict))

    @cached_property
    def on_names(self) -> Answers:
        """What was asked of the names in trees, by question and tree; see `asked`.

        What an example, a vector or a number is has no say in that.
        """
        marks = self.marked, self.doubtful
        spelling = (self.names, self.functions, self.families, self.iteration, marks, self.fonts, self.split)
        return self.memory.setdefault(spelling, defaultdict(dict))

    @cached_property
    def known(self) -> frozenset[str]:
        """Its names, those of functions too."""
        return self.names | self.functions

    @cached_property
    def nameless(self) -> Vocabulary:
        """The vocabulary of a page whose names are not known yet."""
        return replace(self, names=frozenset(), functions=frozenset(), doubtful=frozenset())

    def __getstate__(self) -> dict[str, object]:
        """Return what a pickle keeps: all but what was found out."""
        state: dict[str, object] = {item.name: getattr(self, item.name) for item in fields(self)}
        state["memory"] = dict[Hashable, Answers]()
        return state

    def inside(self, parameters: Iterable[str]) -> Vocabulary:
        """Return the vocabulary of a function's body: its parameters hide outer names."""
        hidden = frozenset(parameters)
        marked = frozenset(key for key in self.marked if key.partition("^")[0] not in hidden)
        doubtful = frozenset(key for key in self.doubtful if key.partition("^")[0] not in hidden)
        return replace(
            self, names=self.names | hidden, functions=self.functions - hidden, marked=marked, doubtful=doubtful
        )

    def kind(self, name: str, *, applied: bool) -> Kind:
        """Return what a name is, `applied` where a bracket follows it: then one that is not known is a function."""
        if name in self.functions:
            return "function"
        if name in self.names:
            return "name"
        if name in KNOWN:
            return "known"
        if name in LETTERS:
            return "letter"
        bare = name.rstrip("'")
        if bare != name and (bare in self.functions or bare in KNOWN):
            return "primed"
        if applied and name not in self.multiplied:
            return "function"
        return "name"

    def settled(self, name: str) -> str:
        """Return a name without a subscript that only counts iterations."""
        if not self.iteration or "_" not in name:
            return name
        if mark_of(name):
            bare, _, behind = name.rpartition("_")
            return f"{self.settled(bare)}_{behind}"
        bare, _, last = name.rpartition("_")
        if bare and (last in self.iteration or last.rstrip("+-1") in self.iteration):
            return bare
        return name


def both(a: Vocabulary, b: Vocabulary) -> Vocabulary:
    """Return the vocabulary of two documents that are read together, the first one having the say on functions."""
    return Vocabulary(
        a.names | (b.names - a.functions), a.functions | (b.functions - a.names), a.families | b.families,
        a.iteration | b.iteration, a.multiplied | b.multiplied, a.marked | b.marked, a.doubtful | b.doubtful,
        a.fonts | b.fonts, a.split | b.split, alone=a.alone and b.alone, labels=a.labels | b.labels,
        standing=a.standing | b.standing,
    )  # fmt: skip
