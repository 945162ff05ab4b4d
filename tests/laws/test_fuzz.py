"""Whatever stands in a file: it is checked or refused with a reason, soon, and nothing of it is lost."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from typing import cast

import pytest

from tests.laws.fuzz import Tally, fuzzed, outcome, report
from tests.pages import stopped
from workings.read.phrases import PHRASES

BLOCKS, EACH = 10, 100
#: What a page may repeat, and how often.
REPEATED = (
    "x", "x ", "x, ", "x_", "x1 ", "1", "1. ", "(", "{", "[", "\\frac", "\\", "$", "*", "- ", " ", "\t", "\n", "  \n",
    "x = 1\n", "=", "a.", "the ", "weight ", "d", "|", "| x ", "#", '"', "`", "/", "--", "x_{", "x[i]", ")(",
)  # fmt: skip
TIMES = 400


@pytest.fixture(scope="module", params=range(BLOCKS))
def whole(request: pytest.FixtureRequest) -> Tally:
    return fuzzed(range(request.param * EACH, (request.param + 1) * EACH))


def test_every_page_is_checked_or_refused(whole: Tally) -> None:
    assert not whole.broken, report(whole)
    assert whole.counts["checked"] > EACH / 4


#: Pages that broke a law once.
FOUND = {
    "a sum of itself": (".md", r"""
    dc = np.zeros_like(c)
    dh = np.zeros_like(h[0])
    for t in x:
        dc += dc
"""),
    "an error that only slopes name": (".md", r"""
The layers $l = 1, 2, 3$ have one unit each: $z_l = w_l a_{l-1} + b_l$, $a_l = \sigma(z_l)$.
$$w_1 := w_1+\alpha(y-q)x_1,\qquad b := b-\alpha\frac{\partial L}{\partial b}$$
$$\frac{\partial C}{\partial w_1} = a_0 \sigma'(z_1) w_2 \sigma'(z_2) \sigma'(z_3) \frac{\partial C}{\partial a_3}$$
With $\delta_l = \frac{\partial C}{\partial z_l}$ we have
"""),
    "a relation at the end of a row": (".tex", r"""1. \begin{gather*}
> y = f(x) = \frac{x}{| x |+ 1} \\
1. \\
- \Rightarrow f'(x) = \frac{1}{2}(x^{2})(2x) \Rightarrow \\
\end{gather*}
"""),
}  # fmt: skip


@pytest.mark.parametrize("found", FOUND)
def test_a_page_that_broke_a_law_keeps_it(found: str) -> None:
    suffix, page = FOUND[found]
    law, account = outcome(suffix, page.encode())
    assert law == "checked", account


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for room in ("read", "check"):
        path = importlib.import_module(f"workings.{room}").__path__
        for module in pkgutil.walk_packages(path, f"workings.{room}."):
            known: dict[str, object] = vars(importlib.import_module(module.name))
            for name, value in known.items():
                yield from ((f"{module.name}.{name}", found) for found in _within(value))
    yield from ((phrase, re.compile(words, re.IGNORECASE | re.DOTALL)) for phrase, words in PHRASES.items())


def _within(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield cast(re.Pattern[str], value)
    elif isinstance(value, (tuple, list)):
        for part in cast(Sequence[object], value):
            yield from _within(part)


@pytest.mark.parametrize("lead", ["", "x (", "x = ", "    ", "$", "| "])
def test_every_pattern_ends_where_a_page_repeats_itself(lead: str) -> None:
    known = dict(patterns())
    assert len(known) > 50
    for pattern in known.values():
        for part in REPEATED:
            stopped(lambda: list(pattern.finditer(f"{lead}{part * TIMES}!")))  # noqa: B023 -- it is called at once
