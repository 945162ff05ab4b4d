"""Nothing is misread in silence: each of these was, or could be, read as something that the page does not say."""

import re

import pytest

import workings
from workings import ReadError
from workings.graph.writing.boxes import plain


def formulas(text: str) -> dict[str, str]:
    return {e.name: plain(e.formula) for e in workings.parse(text).graph.equations}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"\begin{align} E &= \frac12(y-t)^2 \\ &+ \lambda w^2 \end{align}", {"E": "½ (y − t)² + λ w²"}),
        (r"\begin{align} E &= (y-t)^2 \, + \\ & \lambda w^2 \end{align}", {"E": "(y − t)² + λ w²"}),
        (r"$y=\sigma(wx)$ where $\sigma$ is the sigmoid. $E = y^2$", {"y": "σ(w x)", "E": "y²"}),
        (r"Let $f$ be an activation function. $y=f(wx)$, $E=y^2$", {"y": "f(w x)", "E": "y²"}),
        (r"$$y = wx \qquad (1)$$ $$E = (y-t)^2 \quad (2)$$", {"y": "w x", "E": "(y − t)²"}),
        ("\\documentclass{article}\n% $E = 5w$\n$E = w^2$\n", {"E": "w²"}),
        ("\\documentclass{article}\n\\begin{verbatim}$E = 5w$\\end{verbatim}\n$E = w^2$\n", {"E": "w²"}),
        ("$ŷ = w x$ and $E = ½(ŷ − y)²$", {"y_hat": "w x", "E": "½ (ŷ − y)²"}),
        (r"The error is $e = t-y$. We minimise $E=\frac12 e^2$.", {"e": "t − y", "E": "½ e²"}),
        (r"The error $\delta = t-y$ gives $E=\frac12 \delta^2$.", {"delta": "t − y", "E": "½ δ²"}),
        (r"$$\hat y = f(x) = wx+b$$ $$E = (\hat y - t)^2$$", {"y_hat": "f(x)", "E": "(ŷ − t)²"}),
        (
            r"100 iterations. $w$ stands for any weight: $h=\tanh(w_a x)$, $o=w_b h$, $E=o^2$",
            {"h": "tanh(w_a x)", "o": "w_b h", "E": "o²"},
        ),
        (r"$w_1=w_2=0.5$, $E=(w_1 x + w_2)^2$", {"E": "(w₁ x + w₂)²"}),
        (r"$E=\frac12(target-out)^2$, $out = wx$", {"E": "½ (target − out)²", "out": "w x"}),
        (r"$net_j = w_j x$, $o_j=\sigma(net_j)$, $E = o_j^2$", {"net_j": "w_j x", "o_j": "σ(net_j)", "E": "o_j²"}),
        (r"$$y = wx.$$ Then $$E = y^2.$$", {"y": "w x", "E": "y²"}),
        (r"$E(w) = \frac12(wx-t)^2$", {"E": "½ (w x − t)²"}),
        (r"$h_\theta(x)=\theta x$ and $J(\theta)=(h_\theta(x) - y)^2$", {"J": "(h_θ(x) − y)²"}),
        (r"$y = f(x; w)$, $f(x, w) = wx$, $E = y^2$", {"y": "f(x, w)", "E": "y²"}),
        (r"$y = A[wx]$, $A(z) = z^2$, $E = y^2$", {"y": "A(w x)", "E": "y²"}),
        (
            "\\DeclareMathOperator{\\relu}{ReLU}\n\\newcommand{\\loss}{\\mathcal{L}}\n"
            "$h = \\relu(wx)$ and $\\loss = h^2$",
            {"h": "relu(w x)", "L": "h²"},
        ),
        (r"$y = e^{(x-w)^2}$, $E = y^{(x+w) z}$", {"y": "e^((x − w)²)", "E": "y^((x + w) z)"}),
        (r"$E[w] = (t - f[wx])^2$ with $f[s] = \tanh[s]$", {"E": "(t − f(w x))²"}),
        (r"$E = (wx-t)^2$ and $w = w - \eta g$", {"E": "(w x − t)²"}),
        (r"$e = t-\frac{1}{1+e^{-wx}}$, $E = e^2$", {"e": "t − 1/(1 + e^(−w x))", "E": "e²"}),
    ],
)  # fmt: skip
def test_it_is_read_as_the_page_says(text: str, wanted: dict[str, str]) -> None:
    assert formulas(text) == wanted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"$r^2 = x^2 + y^2$, $E=(r-w)^2$", "a number raised is defined"),
        (r"$d^2 = x^2 + y^2$, $E=(d^2-w)^2$", "`x^2` can be read in two ways"),
        (r"$a^1 = \sigma(w^1 x^2)$, $a^2=w^2 a^1$, $E=(a^2 - t)^2$", "`x^2` can be read in two ways"),
        (r"$E = (x^{(2)} w - x)^2$", r"`x^{(2)}` can be read in two ways"),
        (r"$y = f^{(1)}(w x)$, $f(z) = z^3$, $E=y^{2}$", "a derivative of `f`, and a name"),
        (r"$y = \sigma^{[1]}(w x)$, $E=y^{2}$", "is not defined"),
        (r"$E = (1 - w x)^+$", "stands on something that is not a name"),
        (r"$E = (w^Tx - 1)^2$", "transpose"),
        (r"$y = \tanh^{-1}(wx)$, $E=y^2$", "can be read in two ways"),
        (r"$E = (y-t)^2/2N$", "can be read in two ways"),
        (r"$E = (w_11 x_1 + w_12 x_2)^2$", "lowers only the first digit"),
        (r"$y = e^-x$, $E = y^2$", "raises only the sign"),
        (r"$E=(x^T w)^2$", "transpose"),
        (r"$E=\mathbb{E}[wx]$", "not a LaTeX command that is read"),
        (r"$y = \begin{cases} 1 & x > 1 \\ 0 & x \le 0 \end{cases}$ $E = (w y - t)^2$", "do not say what holds"),
        (r"$y = f(wx)$, $f(z) = \begin{cases} 0 & z < 0 \\ 1 & z < 5 \end{cases}$, $E=y^2$", "do not say what holds"),
        (r"$y = f(wx)$, $f(z) = \begin{cases} 0 & 0 < z < 1 \\ 1 & z > 1 \end{cases}$, $E=y^2$", "do not say what"),
        (r"$y = \begin{pmatrix} w x \\ 0 \end{pmatrix}$, $E=y^2$", "`pmatrix` is not read"),
        (r"$y = \sin wx$, $E=y^2$", "can be read in two ways"),
        ("weight w in R\nE = softmax(w)", "not one of the known functions"),
        ("weight w in R\nrate a = 1/0\nE = w^2", "no finite value"),
        ("weight w in R\nE = 1e9999999999 w", "longer than any number"),
        ("weight w in {0, 1}\nE = w^2", "finite domain"),
        ("input x in {0, 1}\nweight w in R\nE = (w x)^2\npatterns (x, x) = (1, 1)", "two columns"),
        ("input x in {0, 1}\nweight w in R\nE = (w x)^2\npatterns (x) = (5)", "a pattern has `x` = 5"),
        ("weight w in R\nw = 3\nE = w^2", "has an equation too"),
        ("weight w in R\nweight w in [0, 1]\nE = w^2", "declared a second time"),
        ("weight w in R\nE = w^2\nD = w^3\nminimise E\nminimise D", "a second `minimise`"),
    ],
)
def test_what_can_be_read_in_two_ways_or_not_at_all_is_said(text: str, found: str) -> None:
    with pytest.raises(ReadError, match=re.escape(found)):
        workings.parse(text)


def test_the_first_of_two_numbers_counts_and_the_other_is_listed() -> None:
    net = workings.parse(
        r"Start with $w=0.5$; $E = (wx - 1)^2$. After training $w=0.98$. $\eta=0.1$; $\eta=10$ diverges."
    )
    assert plain(net.graph.starts["w"]) == "0.5"
    assert plain(net.graph.values["eta"]) == "0.1"
    assert [item.text for item in net.reading.not_used] == ["w=0.98", r"\eta=10"]


def test_roles_from_other_word_orders() -> None:
    net = workings.parse(r"$E=(wx-t)^2$ where $w$ is the weight, $t$ the target and $\eta$ the learning rate.")
    assert {d.name: d.role for d in net.graph.declarations.values()} == {
        "w": "weight",
        "x": "input",
        "t": "target",
        "eta": "rate",
    }
    net = workings.parse(
        r"$x$ and $t$ are the input and the target, respectively: $E=(wx-t)^2$. The learning rate is $0.1$."
    )
    assert net.graph.of_role("input") == ("x",)
    assert plain(net.graph.values["alpha"]) == "0.1"


def test_domains_of_several_names() -> None:
    net = workings.parse(r"$x_1, x_2 \in \{0, 1\}$ and $E = (w_1 x_1 + w_2 x_2)^2$")
    assert len(net.graph.pattern_rows()) == 4


def test_code_beside_formulas_is_their_translation() -> None:
    net = workings.parse("$\\hat y = wx$, $E = (\\hat y - 1)^2$\n```python\nloss = (y_hat - 2)**2\n```\n")
    assert net.graph.error == "E"
    assert any(item.why.startswith("code;") for item in net.reading.not_used)


def test_an_ascii_post_with_sentences_is_read_by_its_equations() -> None:
    text = "Hi all,\nI have a small network.\nh = tanh(w * x)\nE = (h - t)**2\nWhat is wrong with it?\nThanks!\n"
    assert formulas(text) == {"h": "tanh(w x)", "E": "(h − t)²"}
