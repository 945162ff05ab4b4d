"""A formula is made a tree once, whoever asks for it later: the network, the claims, the explanations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

import workings
from workings.read.formula.build import Builder
from workings.read.formula.signs import Part
from workings.read.formula.tree import Formula

PAGES = {
    "LaTeX": r"""
Let $z = w x + b$ and $y = \sigma(z)$ with the loss $$E = \frac12 (y - t)^2.$$
\begin{align}
\frac{\partial E}{\partial y} &= y - t \\
\frac{\partial E}{\partial w} &= (y - t) \sigma'(z) x \\ &= (y - t) y (1 - y)
\end{align}
""",
    "plain text": "z = w*x + b\ny = tanh(z)\nE = (y - t)^2 / 2\n\ndE/dw = (y - t) * (1 - y^2) * x\ndE/db = y - t\n",
    "a program": "```python\nz = w*x\ny = np.tanh(z)\nE = (y - t)**2\ndE_dw = 2*(y - t)*(1 - y**2)*x\n```\n",
    "a network and its derivation": (
        "```network\ninput x\ntarget t\nweight w\ny = w x\nE = (y - t)^2\nminimise E\n```\n\n"
        "$$\\frac{dE}{dw} = 2 (y - t) x$$\n"
    ),
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_each_formula_of_a_page_is_parsed_once(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: Counter[tuple[int, int]] = Counter()
    texts: list[object] = []
    parse = Builder.formula

    def counted(self: Builder, parts: Sequence[Part], start: int, end: int) -> Formula:
        written = self.text.content[start:end]
        if written.strip() and "\n" in self.text.content.strip():
            texts.append(self.text)
            made[start + len(written) - len(written.lstrip()), start + len(written.rstrip())] += 1
        return parse(self, parts, start, end)

    monkeypatch.setattr(Builder, "formula", counted)
    str(workings.parse(page).check())
    assert len(made) > 5
    assert len({id(text) for text in texts}) == 1
    assert [place for place, count in made.items() if count > 1] == []
