"""Lines of text cut into words, numbers, signs and brackets, whatever they are there for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workings.graph.names import SUPERSCRIPTS
from workings.read.page.text import Text
from workings.read.page.value import value

_RAISED = "".join(SUPERSCRIPTS)
#: Raised characters that end a formula: `x²`, `e⁻⁽ʷˣ⁾`; a raised sign does not.
ENDING = frozenset(SUPERSCRIPTS) - set("⁺⁻⁽")
_TOKEN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<string>[A-Za-z]+://\S+|"[^"\n\\]*"|(?<![\w)\]}}])'[^'\n\\]*')
    | (?P<command>\\[A-Za-z]+\*?|\\.)
    | (?P<number>\d++(?:\.\d++)?(?:[eE][-+]?\d+)?(?![^\W\d_])|\.\d+|\d+)
    | (?P<word>(?:(?:math|np|numpy|torch|jnp|Math|tf|F|nn|std)\.)?
        [^\W\d] (?:\w|[\u0300-\u036f\u20d0-\u20ff₀-₉ₐ-ₜᵢ-ᵪ]|_\{{[^{{}}]*\}})*
        (?:['’′\u00b4\u02b9](?![^\W\d_]))* (?:\[\d+\])?)
    | (?P<relation>:=|~=|\+=|-=|\*=|/=|<-(?![\d(])|==|<=|>=|!=|=>|->|[=≈←→⇒⟹∴<>≤≥≠∈])
    | (?P<operator>⁻[{_RAISED}]+|\*\*|[-+−–*·×⋅∙\u2217⊙∘@/÷^∂√²³⁰¹⁴-⁹½∇])
    | (?P<open>[(\[{{])
    | (?P<close>[)\]}}])
    | (?P<comma>,|\uff0c)
    | (?P<stop>[.;:?!。\uff1b\uff1a](?=\s|$)|[—"“”]|\.{{3}}|…)
    | (?P<other>.)
    """,
    re.VERBOSE,
)


@value()
class Token:
    """A piece of a line: what kind of sign it is, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: Text, start: int, end: int) -> Iterator[Token]:
    """Yield the pieces of a stretch of text, blanks away."""
    for match in _TOKEN.finditer(text.content, start, end):
        if match.lastgroup != "space":
            yield Token(match.lastgroup or "", match[0], match.start(), match.end())
