r"""Prose → role: "the learning rate", "a weight ∈ [0, 1]", "the desired output".

A table of phrases, and three places in which a phrase belongs to a symbol:

    $y$ = the desired output       the symbol opens a line or a sentence, its meaning follows
    an input $x \in \{0, 1\}$      the phrase stands right before the symbol
    $η$ is the learning rate       the symbol, a verb, the phrase
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from workings.graph.network import Role
from workings.graph.op import OPS, Op
from workings.graph.ops import pointwise as _pointwise

_ = _pointwise  # importing the ops fills the table that the names below are looked up in

Meaning = Role | Literal["error", "output", "minimised"]


class Phrase(NamedTuple):
    """A role that some words give, and the words."""

    meaning: Meaning
    words: str


_PHRASES: tuple[tuple[Meaning, str], ...] = (
    ("rate", r"learning[- ]rate|step[- ]?size|stepsize"),
    ("function", r"activation functions?|target function|feed-?forward function|transfer function|squashing function"),
    ("error", r"(?:error|loss|cost|objective)(?: function)?|energy"),
    ("target", r"(?:desired|expected|target|true|correct|wanted) (?:outputs?|values?|labels?|answers?)|targets?|labels?"
               r"|ground truth|teacher"),
    ("output", r"(?:actual |predicted |network(?:'s)? )?outputs?(?: of)?|predictions?"),
    ("weight", r"(?:trainable )?(?:weights?|parameters?|bias(?:es)?)"),
    ("input", r"inputs?(?: values?)?|features?"),
    ("constant", r"constants?|fixed (?:number|value)"),
    ("minimised", r"minimi[sz]e[sd]?|minimi[sz]ing"),
)  # fmt: skip
_ANY = "|".join(f"(?P<{meaning}>{words})" for meaning, words in _PHRASES)
#: Words that may stand between a verb and the phrase.
_MODIFIERS = (
    "the", "a", "an", "our", "its", "this", "some", "single", "one", "two", "another", "following", "network",
    "network's", "overall", "total", "squared", "mean", "small", "positive", "of", "is", "be",
)  # fmt: skip
_MODIFIER = rf"(?:(?:{'|'.join(_MODIFIERS)})\s+|\()*"
_OPENING = re.compile(
    rf"^\s*(?:=|:|–|—|-|is|are|be|being|denotes?|means?|stands for|represents?|,)\s+{_MODIFIER}(?:{_ANY})\b", re.I
)
_DIRECT = re.compile(rf"^\s+(?:the|a|an|our|its)\s+{_MODIFIER}(?:{_ANY})\b", re.I)
_BEING = re.compile(rf"^\s*(?:is|are|being|denotes?|represents?)\b[^.;]{{0,60}}?\b(?:{_ANY})\b", re.I)
_BEFORE = re.compile(rf"\b(?:{_ANY})\s*(?:is|are|be|by|called|named|:|of|as)?\s*\(?\s*$", re.I)
_NOT = re.compile(
    r"\b(?:not|no|without|than|with respect to|w\.?r\.?t\.?|change the|update the|adjust(?:ing)?)"
    r"\s*(?:the|a|an|its)?\s*$",
    re.I,
)


def meaning_after(prose: str, *, opens: bool) -> Phrase | None:
    """Return what the prose behind a symbol says it is; `opens` where the symbol opens a line or sentence."""
    if re.match(r"[^.]{0,80}\brespectively\b", prose):
        return None
    match = (_OPENING.match(prose) if opens else None) or _BEING.match(prose) or _DIRECT.match(prose)
    return _phrase(match) if match else None


def meaning_within(words: str) -> Phrase | None:
    """Return the role that words give, wherever in them it stands: “wanted output for case 1” is a target."""
    match = re.search(rf"\b(?:{_ANY})\b", words, re.I)
    return _phrase(match) if match else None


def meaning_before(prose: str) -> Phrase | None:
    """Return what the prose right before a symbol says it is: "an input …"."""
    tail = prose[-80:]
    match = _BEFORE.search(tail)
    if match is None or _NOT.search(tail[: match.start()]):
        return None
    return _phrase(match)


def _phrase(match: re.Match[str]) -> Phrase:
    meaning: Meaning = next(m for m, _ in _PHRASES if match[m])
    found = match[meaning]
    start = max(match.string.rfind("\n", 0, match.start(meaning)) + 1, match.start(meaning) - 12)
    words = match.string[start : match.end(meaning)]
    article = re.search(r"\b(?:the|a|an|our)\s+(?:\S+\s+)?$", words[: match.start(meaning) - start])
    shown = (article[0] if article else "") + found
    return Phrase(meaning, " ".join(shown.split()))


#: Names of functions that people write out; every other one is spelled as the table of ops spells it.
_IS = re.compile(
    r"\s*(?:\([^()$]*\)\s*)?(?:is|denotes|stands for|be|being|means|:|=|,)\s*(?:again |simply |just )?"
    r"(?:the |a |an |our )?(?:usual |standard |well-known |so-called )?"
    r"(?P<words>[A-Za-z][A-Za-z ]{2,40}?)(?=\s*[.,;)\n]|\s*$|\s+(?:and|with|in|here|so)\b)"
)
_NAMED = re.compile(
    r"(?P<words>[A-Za-z]+(?: [a-z]+)?)[ -](?:activation|function|nonlinearity|non-linearity)"
    r"(?: function)?,?\s*$"
)


#: Bases of logarithms, in words.
_BASE = re.compile(
    r"\s*(?:is|denotes|stands for|means|being|=)\s*(?:again |always |here )?(?:a |the )?(?:"
    r"logarithm (?:to|of|with|in) (?:the )?base (?P<base>2|two|10|ten)|(?P<binary>binary|base[- ]2) logarithm|"
    r"(?P<common>common|decimal|base[- ]10) logarithm)\b"
)


def base_of_logarithm(after: str) -> int:
    """Return the base that the prose gives a logarithm: “log is the logarithm to base 2”; 0 where it gives none."""
    found = _BASE.match(after)
    if found is None:
        return 0
    return 2 if found["binary"] or found["base"] in ("2", "two") else 10


def function_in_words(before: str, after: str) -> Op | None:
    """Return the known function that the prose calls a symbol: “f is the sigmoid function”, “the tanh activation f”."""
    behind = _IS.match(after)
    ahead = _NAMED.search(before[-60:])
    for found in (behind, ahead):
        words = found["words"].lower() if found else ""
        for phrase, op in _FUNCTIONS.items():
            if re.fullmatch(
                rf"(?:logistic |standard |usual |ordinary )?{phrase}(?: (?:activation|function|unit))*\s*", words
            ):
                return op
    return None


def activations_spoken_of(text: str) -> frozenset[Op]:
    """Return the activations that a text names anywhere, in words or as programs spell them."""
    spaced = " ".join(text.lower().split())
    return frozenset(op for words, op in _FUNCTIONS.items() if op.use == "activation" and words in spaced)


_FUNCTIONS = {
    **{s.lower(): op for op in OPS.values() if op.arity == 1 for s in op.spellings if len(s) > 3 and s.isalpha()},
    **{words: op for op in OPS.values() for words in op.in_words},
}
del _FUNCTIONS["sqrt"], _FUNCTIONS["sigma"], _FUNCTIONS["sign"]
