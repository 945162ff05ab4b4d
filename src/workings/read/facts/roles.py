r"""Prose → role: "the learning rate", "a weight ∈ [0, 1]", "the desired output".

A table of phrases, and three places in which a phrase belongs to a symbol:

    $y$ = the desired output       the symbol opens a line or a sentence, its meaning follows
    an input $x \in \{0, 1\}$      the phrase stands right before the symbol
    $η$ is the learning rate       the symbol, a verb, the phrase
"""

from __future__ import annotations

import re
from typing import NamedTuple

from workings.graph.op import OPS, Op
from workings.graph.ops import pointwise as _pointwise
from workings.read.phrases import MEANINGS, Meaning, begins, heard

_ = _pointwise  # importing the ops fills the table that the names below are looked up in


class Phrase(NamedTuple):
    """A role that some words give, and the words."""

    meaning: Meaning
    words: str


def meaning_after(prose: str, *, opens: bool) -> Phrase | None:
    """Return what the prose behind a symbol says it is; `opens` where the symbol opens a line or sentence."""
    if begins("respectively", prose):
        return None
    match = (begins("is", prose) if opens else None) or begins("is anything", prose) or begins("is directly", prose)
    return _phrase(match) if match else None


def meaning_within(words: str) -> Phrase | None:
    """Return the role that words give, wherever in them it stands: “wanted output for case 1” is a target."""
    match = heard("meaning", words)
    return _phrase(match) if match else None


def meaning_before(prose: str) -> Phrase | None:
    """Return what the prose right before a symbol says it is: "an input …"."""
    tail = prose[-80:]
    match = heard("before a symbol", tail)
    if match is None or heard("not that", tail[: match.start()]):
        return None
    return _phrase(match)


def _phrase(match: re.Match[str]) -> Phrase:
    meaning: Meaning = next(m for m in MEANINGS if match[m])
    found = match[meaning]
    start = max(match.string.rfind("\n", 0, match.start(meaning)) + 1, match.start(meaning) - 12)
    words = match.string[start : match.end(meaning)]
    article = heard("article", words[: match.start(meaning) - start])
    shown = (article[0] if article else "") + found
    return Phrase(meaning, " ".join(shown.split()))


def base_of_logarithm(after: str) -> int:
    """Return the base that the prose gives a logarithm: “log is the logarithm to base 2”; 0 where it gives none."""
    found = begins("a base", after)
    if found is None:
        return 0
    return 2 if found["binary"] or found["base"] in ("2", "two") else 10


def function_in_words(before: str, after: str) -> Op | None:
    """Return the known function that the prose calls a symbol: “f is the sigmoid function”, “the tanh activation f”."""
    for found in (begins("is a function", after), heard("before a function", before[-60:])):
        words = found["words"].lower().split() if found else []
        while words:
            for named in (words, words[1:] if words[0] in _ORDINARY else []):
                if (op := _FUNCTIONS.get(" ".join(named))) is not None:
                    return op
            words = words[:-1] if words[-1] in _KINDS_OF_FUNCTION else []
    return None


#: Words that may stand before the name of a function and behind it.
_ORDINARY = frozenset(("logistic", "standard", "usual", "ordinary"))
_KINDS_OF_FUNCTION = frozenset(("activation", "function", "unit"))


def activations_spoken_of(text: str) -> frozenset[Op]:
    """Return the activations that a text names anywhere, in words or as programs spell them."""
    spaced = " ".join(text.lower().split())
    return frozenset(op for words, op in _FUNCTIONS.items() if op.use == "activation" and words in spaced)


_FUNCTIONS = {
    **{s.lower(): op for op in OPS.values() if op.arity == 1 for s in op.spellings if len(s) > 3 and s.isalpha()},
    **{words: op for op in OPS.values() for words in op.in_words},
}
del _FUNCTIONS["sqrt"], _FUNCTIONS["sigma"], _FUNCTIONS["sign"]
