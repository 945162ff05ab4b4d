"""A formula is made a tree once, whoever asks for it later: the network, the claims, the explanations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

import workings
from tests.matching import CORPUS, OWN, folders
from workings.api import check_document
from workings.read.formula.build import Builder
from workings.read.formula.signs import Part
from workings.read.formula.tree import Formula
from workings.read.page.text import Text

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


#: Derivations of ours, and real ones where they are at hand.
DERIVATIONS = [path for root in (OWN, CORPUS) for folder in folders(root) for path in sorted(folder.glob("source.*"))]


class Made(Counter[tuple[Text, int, int]]):
    """How often each stretch of a text was made a tree."""

    @property
    def twice(self) -> list[str]:
        return [text.content[start:end] for (text, start, end), count in self.items() if count > 1]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    found = Made()
    parse = Builder.formula

    def counted(self: Builder, parts: Sequence[Part], start: int, end: int) -> Formula:
        written = self.text.content[start:end]
        # The words that a sentence calls a slope by are texts of their own.
        if written.strip() and "\n" in self.text.content.strip():
            found[self.text, start + len(written) - len(written.lstrip()), start + len(written.rstrip())] += 1
        return parse(self, parts, start, end)

    monkeypatch.setattr(Builder, "formula", counted)
    return found


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_each_formula_of_a_page_is_parsed_once(page: str, made: Made) -> None:
    str(workings.parse(page).check())
    assert len(made) > 5
    assert len({text for text, _, _ in made}) == 1
    assert made.twice == []


@pytest.mark.parametrize("path", DERIVATIONS, ids=lambda path: path.parent.name)
def test_each_formula_of_a_derivation_is_parsed_once(path: Path, made: Made) -> None:
    check_document(path)
    assert made.twice == []
