"""What people say beside their formulas: every phrase that the reader and the check hear, and no other.

A phrase is a pattern of words with a name; another language is another alternative in it. Upper and lower case are the
same, unless a pattern says otherwise. A phrase never makes a line right or wrong: it says whose a number is, where a
formula begins, that a line is no claim (a wish), that it is about other numbers or a part of the domain than the
network's, or how the person steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Literal

from workings.graph.network import Role

Meaning = Role | Literal["error", "output", "minimised"]

#: What words make of a symbol.
MEANINGS: dict[Meaning, str] = {
    "rate": r"learning[- ]rate|step[- ]?size|stepsize",
    "function": r"activation functions?|target function|feed-?forward function|transfer function|squashing function",
    "error": r"(?:error|loss|cost|objective)(?: function)?|energy",
    "target": r"(?:desired|expected|target|true|correct|wanted) (?:outputs?|values?|labels?|answers?)|targets?|labels?|"
    r"ground truth|teacher",
    "output": r"(?:actual |predicted |network(?:'s)? )?outputs?(?: of)?|predictions?",
    "weight": r"(?:trainable )?(?:weights?|parameters?|bias(?:es)?)",
    "input": r"inputs?(?: values?)?|features?",
    "constant": r"constants?|fixed (?:number|value)",
    "minimised": r"minimi[sz]e[sd]?|minimi[sz]ing",
}
_MEANING = "|".join(f"(?P<{meaning}>{words})" for meaning, words in MEANINGS.items())
#: Words that may stand between a verb and what a symbol is.
_MODIFIER = (
    r"(?:(?:the|a|an|our|its|this|some|single|one|two|another|following|network|network's|overall|total|squared|mean|"
    r"small|positive|of|is|be)\s+|\()*"
)

#: What a person may call a rule, by the rules that it may be; the first that is said counts.
RULES: dict[str, str] = {
    "total derivative": r"\btotal (?:derivative|differential)|multivari\w+ chain",
    "chain rule": r"\bchain[- ]rule|\bkettenregel",
    "product rule": r"\bproduct[- ]rule|\bleibniz|\bproduktregel",
    "quotient rule": r"\bquotient[- ]rule|\bquotientenregel",
    "power rule": r"\bpower[- ]rule|\bpotenzregel",
    "sum rule": r"\bsum[- ]rule|\blinearity of (?:the )?(?:derivative|differentiation)|\bsummenregel",
    "constant factor rule": r"\bconstant(?:[- ]factor|[- ]multiple)[- ]rule",
    "constant rule": r"\bconstant[- ]rule",
}

Phrase = Literal[
    # where formulas stand among words
    "joins", "reasons", "calculates", "calculates in words", "calculates in characters", "an example's heading",
    "explained", "a column of names", "a column of formulas", "a column of values", "a time",
    # what symbols are
    "opens", "is", "is anything", "is directly", "before a symbol", "not that", "respectively", "meaning", "article",
    "is a function", "before a function", "a base", "naming", "as", "a case's word", "one choice", "beside",
    "tells a slope",
    # what lines are about
    "held fixed", "wish", "other method", "uphill", "region", "condition", "other numbers", "before the step",
    "supposed", "case", "last word", "slope", "slope of", "slope of this", "slope by", "called", "aside", "old", "new",
]  # fmt: skip

#: What the header of a column calls it: the quantity, the formula that it is worked out by, its value.
COLUMNS: dict[str, Phrase] = {
    "name": "a column of names",
    "formula": "a column of formulas",
    "value": "a column of values",
}

PHRASES: dict[Phrase, str] = {
    # Where formulas stand among words
    # Words of a display that join two formulas, and those of them behind which a formula only gives a reason or
    # explains a name: the row below goes on with another.
    "joins": r"\s*(and|or|where|with|if|for|since|so|then|as|because|thus|hence|by|when|let|und|et|mit|da|denn|wobei|"
    r"avec|donc|car|also)\b",
    "reasons": r"\s*(or|where|with|if|for|since|as|because|by|when|mit|da|denn|wobei|avec|car|also)\b",
    # Words that go on with the formula before them, without which it says something else: in a sentence, in a
    # display, and in Chinese, Japanese and Korean (of, not, twice, half, times, square, sum).
    "calculates": r"(?-i:times|plus|minus|divided by|multiplied by)\b",
    "calculates in words": r"\W*(?-i:times|twice|two|three|half|minus|plus)\b",
    "calculates in characters": "[的の의不倍半乘除加减減乗割引足方根和差积積商导導"
    "微梯逆负負绝絶對対值値均总総求转轉置制곱배합차몫]",
    # Words that a heading numbers an example by, and the numbers; a picture may stand before the words. What a page
    # is made of, or an environment, holds one exercise.
    "an example's heading": r"(?m-is:^[ \t]*(?P<level>#{1,6}[ \t]+(?:[^\w\s\\$`#*_]{1,3}[ \t]+)?|(?:\*\*|__)?)"
    r"(?:(?:Worked |Numerical )?(?:Example|Exercise|Problem|Case|Question|Task|Beispiel|Aufgabe|Exemple|Exercice)[ \t]+"
    r"(?:No\.?[ \t]*)?(?:[0-9]{1,2}|[A-F]|[IVX]{1,4})\b"
    r"|\{%-?[ \t]*capture[ \t]+(?:problem|exercise|question|example)\w*[ \t]*-?%\}"
    r"|\\begin\{(?:problem|exercise|question|example|aufgabe|beispiel)\}"
    r"|(?:First|Second|Third|Fourth|Another|Erstes|Zweites|Drittes)[ \t]+(?:example|exercise|problem|case|Beispiel)\b)"
    r"[^\n]{0,80}$)",
    # Words between a name and its number, `y (true label) = 1.0`; a name in brackets behind its words,
    # `rate (η) = 0.1`. Those of `w (new) = 0.4` are part of the name.
    "explained": r"(?-i:(?<![\w(])(?P<name>[^\W\d]_?\d{0,2})"
    r"(?P<words>[ \t]+\((?!(?:new|old|next|updated|current|neu|alt)\b)"
    r"(?:[^\W\d_]{2,}[ \t]+){0,4}[^\W\d_]{2,}[ \t]*\))(?=[ \t]*=[ \t]*-?\d)"
    r"|(?P<word>[^\W\d_]{2,})[ \t]\((?P<called>[^\W\d]\w{0,9})\)(?=[ \t]*=[ \t]*-?\d))",
    "a column of names": r"\W*(?:name|quantity|symbol|variable|parameter|derivative|gradient|slope|partial)s?\W*",
    "a column of formulas": r"\W*(?:formula|expression|calculation|computation|equation)s?\W*",
    "a column of values": r"\W*(?:value|result|number)s?\W*",
    # What an index in brackets counts, where a page speaks of such.
    "a time": r"\biterat|\btime ?step|\bepoch",
    # What symbols are
    # What stands before a symbol that opens a line, a point of a list or a sentence.
    "opens": r"(?-i:(?:^|\n)[ \t]*(?:[-*•+]|\d+[.)])?[ \t]*(?:\*\*|__)?$|[.;:]\s+(?:[Ll]et\s+)?$|"
    r"\b(?:[Ll]et|[Hh]ere|[Ww]here|[Ww]ith)\s+$)",
    # A symbol, a verb, what it is; with words between; without a verb; and the other way round.
    "is": r"^\s*(?:=|:|–|—|-|is|are|be|being|denotes?|means?|stands for|represents?|,)\s+"
    rf"{_MODIFIER}(?:{_MEANING})\b",
    "is anything": rf"^\s*(?:is|are|being|denotes?|represents?)\b[^.;]{{0,60}}?\b(?:{_MEANING})\b",
    "is directly": rf"^\s+(?:the|a|an|our|its)\s+{_MODIFIER}(?:{_MEANING})\b",
    "before a symbol": rf"\b(?:{_MEANING})\s*(?:is|are|be|by|called|named|:|of|as)?\s*\(?\s*$",
    "not that": r"\b(?:not|no|without|than|with respect to|w\.?r\.?t\.?|change the|update the|adjust(?:ing)?)"
    r"\s*(?:the|a|an|its)?\s*$",
    "respectively": r"(?-is:[^.]{0,80}\brespectively\b)",
    "meaning": rf"\b(?:{_MEANING})\b",
    "article": r"(?-i:\b(?:the|a|an|our)\s+(?:\S+\s+)?$)",
    # “f is the usual logistic function”, “the sigmoid activation f”.
    "is a function": r"(?-i:\s*(?:\([^()$]*\)\s*)?(?:is|denotes|stands for|be|being|means|:|=|,)\s*"
    r"(?:again |simply |just )?(?:the |a |an |our )?(?:usual |standard |well-known |so-called )?"
    r"(?P<words>[A-Za-z][A-Za-z ]{2,40}?)(?=\s*[.,;)\n]|\s*$|\s+(?:and|with|in|here|so)\b))",
    "before a function": r"(?-i:(?P<words>[A-Za-z]+(?: [a-z]+)?)[ -]"
    r"(?:activation|function|nonlinearity|non-linearity)(?: function)?,?\s*$)",
    # “log is the logarithm to base 2”.
    "a base": r"(?-i:\s*(?:is|denotes|stands for|means|being|=)\s*(?:again |always |here )?(?:a |the )?(?:"
    r"logarithm (?:to|of|with|in) (?:the )?base (?P<base>2|two|10|ten)|(?P<binary>binary|base[- ]2) logarithm|"
    r"(?P<common>common|decimal|base[- ]10) logarithm)\b)",
    # “Write A as m”.
    "naming": r"\b(?:writ\w+|denot\w+|call\w*|nam\w+|abbreviat\w+|and|set|schreib\w+|notons)\s*+$|"
    r"^\s*+,?+\s*+(?:and)?+\s*+$",
    "as": r"^\s*(?:as|by|als)\s*$",
    # “If f is the logistic function”, “with f = exp”: one case, one choice.
    "a case's word": r"\b(?:if|when|suppose)\s*$",
    "one choice": r"\b(?:if|for|when|with|say)\s*$",
    # What stands between the numbers of a row.
    "beside": r"\s*+(?:,\s*+)?+(?:and|und|et|e|y|a|en|og)?+\s*+",
    # Inline maths that a sentence calls a derivative: “the derivative of L by w is (p − 1) x”.
    "tells a slope": r"(?:derivative|gradient|slope)[^.]{3,160}\b(?:is|equals|becomes|gives|get)\s*:?\s*\$?\s*$",
    # What lines are about
    # Words by which a text tells the direct part of a derivative from the whole.
    "held fixed": r"total derivative|held? (?:fixed|constant)|as (?:a )?constant|immediate|"
    r"direct(?:ly)? (?:partial|part|path|effect|depend)|explicit(?:ly)? (?:partial|part|depend)",
    # A line that demands and does not claim: “set the gradient to zero”.
    "wish": r"\b(?:set|sets|setting|solv\w+|vanish\w*|minim\w+|stationary|optim\w+|requir\w+|equal to zero)\b",
    # Ways of stepping that use more than the gradient, or another one.
    "other method": r"\b(?:Newton\w*|Gauss\W+Newton|quasi\W?Newton|momentum|Nesterov|Adam|Ada[Gg]rad|Adadelta|"
    r"RMS[Pp]rop|natural gradient|ascent|sign descent|signSGD|Rprop|perceptron|Hebb\w*|Levenberg\w*)",
    # What a page maximises, it climbs: a likelihood, a formula; not a window.
    "uphill": r"\bmaximi[sz]\w*\s+(?:(?:the|an|a|our|this|its)\s+)?(?:[\w-]+\s+){0,2}?"
    r"(?:[\w-]*(?:likelihood|objective|reward|return|probability|utility|evidence|score)\b|[$`\\]|(?!a\b|i\b)[a-z]\b)|"
    r"\b(?:is|be|are)\s+maximi[sz]ed\b|\bascent\b",
    # Where a line is taken: “suppose both units are active”.
    "region": r"\b(?:active|inactive|dead|saturat\w+|suppos\w+|assum\w+|positive|negative|region|branch|side of|when|"
    r"if|for)\b",
    # When a step is taken.
    "condition": r"\b(?:if|when|whenever|unless|otherwise|misclassif\w*)\b",
    # A number in the sentence is one at other values than those given above.
    "other numbers": r"\b(?:suppose|if|when|whenever|instead|doubl\w*|halv\w*|were|imagine|becomes?|another|other|"
    r"would|(?:again )?with (?:the|these|our) (?:new|updated)|after (?:the|an?|one|this|each) (?:update|step|epoch))\b",
    # The values are those that the weights had before a step.
    "before the step": r"\b(?:before|old|previous\w*|original\w*|initial\w*|start\w*|from|earlier|was|first)\b",
    # “Suppose both are active. Then …”: what a sentence supposes goes on in the next.
    "supposed": r"^(?:Suppos|Assum|Let us|Imagine|Say)",
    # What comes behind it is a case: “for x = 1 this is …”.
    "case": r"\b(?:for|when|whenever|if|where|in (?:the|that) case)\s*[$`(\\]*$",
    # The word right before a relation, `the gradient = 2 x`, and one that names the slope of the error.
    "last word": r"\b(?P<word>[^\W\d_]{4,})\s*$",
    "slope": r"^(?:gradient|slope|derivative)",
    # What a sentence differentiates, and by what; the same without what is differentiated: the error, then.
    "slope of": r"(?:derivatives?|gradients?|partials?|slope|rate\s+of\s+change|change)\s+(?:of\s+(?:the\s+)?)"
    r"(?P<of>.{1,60}?)\s+(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|by|in)\s+(?:the\s+)?(?P<by>.{1,40}?)"
    r"(?=$|[\s,.:;)])",
    # “The derivative of x² = 2x”: what stands on the left is differentiated, it is not what is claimed.
    "slope of this": r"\b(?:derivatives?|gradients?|slope)\s+of(?:\s+the)?\s*[$`(\\]*$",
    "slope by": r"(?:derivative|gradient|slope|one)\s+(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?)\s+(?:the\s+)?"
    r"(?P<by>.{1,40}?)(?=$|[\s,.:;)])",
    # A name that is given behind a line: `… <- call it d2`.
    "called": r"\bcall (?:it|this|that)\s+(?P<name>\S+)",
    # Words between a derivative that a sentence names and a formula, by which the formula is something else.
    "aside": r"\$\S|\b(?:times|need|using|use|up to|proportional|multipl\w*|chain rule|from|zero|when|if|computed|part|"
    r"factor|plus|minus|term|combine|find|outer|inner|local|first)\b",
    # Marks of the value before and behind a step, beside a name.
    "old": r"\(\s*(?:old|current)\s*\)",
    "new": r"^(?P<name>.+?)\s*\(\s*(?:new|neu|updated|next)\s*\)$",
}


@cache
def _compiled(phrase: Phrase) -> re.Pattern[str]:
    return re.compile(PHRASES[phrase], re.IGNORECASE | re.DOTALL)


def heard(phrase: Phrase, words: str) -> re.Match[str] | None:
    """Return where words say a phrase, None where they do not."""
    return _compiled(phrase).search(words)


def begins(phrase: Phrase, words: str) -> re.Match[str] | None:
    """Return the phrase that words begin with, None where they begin with something else."""
    return _compiled(phrase).match(words)


def is_whole(phrase: Phrase, words: str) -> bool:
    """Say whether words say a phrase, and nothing else."""
    return _compiled(phrase).fullmatch(words) is not None


def all_heard(phrase: Phrase, words: str, start: int = 0, end: int | None = None) -> list[re.Match[str]]:
    """Return every place at which a stretch of words says a phrase."""
    return list(_compiled(phrase).finditer(words, start, len(words) if end is None else end))


def without(phrase: Phrase, words: str, instead: str | Callable[[re.Match[str]], str] = "") -> str:
    """Return words with something else in the place of a phrase."""
    return _compiled(phrase).sub(instead, words)


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(pattern, re.IGNORECASE)) for rule, pattern in RULES.items())


def rule_named(reason: str) -> str | None:
    """Return the rule that a person's reason names, None where it names none: “by the product rule”."""
    return next((rule for rule, pattern in _rules() if pattern.search(reason)), None)
