"""Reading: what the notation, LaTeX, prose and the kinds of documents become."""

import json
from pathlib import Path

import pytest

import workings
from workings import Network
from workings.graph.network import Finite, Interval, Reals
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import ascii_name as name_ascii
from workings.graph.writing.spelling import latex as name_latex
from workings.graph.writing.spelling import plain as name_plain

POST = r"""I watched a lecture and wrote the smallest network I could think of.

For an input $x \in \{0, 1\}$ it should give $f(x) = x$ back.

$T$ = the target function, $T(x) = x$

$y$ = the desired output; $y = T(x)$

$A$ = the activation function; mine is $A(x) = \frac{1}{1 + e^{-x}}$

$\hat{y}$ = the output of the network; $\hat{y} = \hat{T}(x)$

$E$ = the error function; mine is $E(\hat{y}, y) = \frac{1}{2}(\hat{y} - y)^2$

$w$ = a weight $\in [0, 1]$

$\alpha$ = the learning rate

Here $\hat{T}(x) = A(wx)$.

In iteration $i$ let $x_i \in \{0, 1\}$ and $\hat{y}_i = \hat{T}(x_i)$; I want
$E(\hat{y}_i, y_i) > E(\hat{y}_{i+1}, y_{i+1})$. My derivation:
\begin{align}
\tag{1} \frac{\partial E}{\partial w_i} &= \frac{\partial E}{\partial \hat{y}_i}
  \frac{\partial \hat{y}_i}{\partial w_i} \\
\tag{2} &= (\hat{y}_i - y_i) \, x_i (1 - A(w_i x_i)) A(w_i x_i)
\end{align}

$\begingroup$ The update is $w_i (new) = w_i (old) - \mu \frac{\partial E}{\partial w_i}$, $\mu$ being a small
positive number (the learning rate). In general $g'(t) = \sum_i u_i'(t)$. $\endgroup$
"""


@pytest.fixture(scope="module")
def post() -> Network:
    return workings.parse(POST, "post.txt")


def formulas(net: Network) -> dict[str, str]:
    return {equation.name: plain(equation.formula) for equation in net.graph.equations}


def test_a_post_gives_its_network(post: Network) -> None:
    assert formulas(post) == {"y": "T(x)", "y_hat": "T̂(x)", "E": "½ (ŷ − y)²"}
    bodies = {f.name: plain(f.body) for f in post.graph.functions.values() if f.body is not None}
    assert bodies == {"T": "x", "A": "1/(1 + e^(−x))", "T_hat": "A(w x)"}
    assert post.graph.error == "E"
    assert post.graph.rate == "alpha"


def test_a_post_gives_roles_with_their_line_and_words(post: Network) -> None:
    found = {d.name: (d.role, d.place.line, d.why) for d in post.graph.declarations.values()}
    assert found == {
        "x": ("input", 3, "“an input”"),
        "y": ("target", 7, "“the desired output”"),
        "w": ("weight", 15, "“a weight”"),
        "alpha": ("rate", 17, "“the learning rate”"),
    }
    assert isinstance(post.graph.declarations["x"].domain, Finite)
    assert isinstance(post.graph.declarations["w"].domain, Interval)


def test_what_is_not_part_of_the_network_is_listed_with_why(post: Network) -> None:
    why = {item.text: item.why for item in post.reading.not_used}
    assert why["f(x) = x"] == "`E` does not depend on `f`"
    assert why["μ"] == "a second learning rate; the descent uses `α`"
    assert why[r"\begingroup"] == "typography"
    assert why[r"w_i (new) = w_i (old) - \mu \frac{\partial E}{\partial w_i}"].startswith("an update rule")
    assert any(item.text.startswith("g'(t)") for item in post.reading.not_used)


def test_mathematics_that_cannot_be_read_is_listed_as_that() -> None:
    net = workings.parse(r"$E = (wx - 1)^2$. In general $-\nabla f(x) = -\lim_{h \to 0} \frac{f(x+h)-f(x)}{h}$.")
    assert [item.why for item in net.reading.not_used] == [
        "a line about derivatives, not read: ∇ without a name below it is a vector"
    ]


def test_a_wish_across_iterations_is_read_for_one_pattern_and_said(post: Network) -> None:
    assert len(post.reading.notes) == 1
    assert post.reading.notes[0].startswith("line 22: `E(")
    assert "one pattern" in post.reading.notes[0]


def test_the_notation_that_is_printed_reads_back(post: Network) -> None:
    again = workings.parse(post.notation)
    assert again.notation == post.notation
    assert formulas(again) == formulas(post)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1/2 (y - t)^2", "½ (y − t)²"),
        ("-y^2", "−y²"),
        ("2^-y", "2^(−y)"),
        ("y^2^3", "y^(2³)"),
        ("y ** 2", "y²"),
        ("y t x", "y t x"),
        ("y (t x)", "y (t x)"),
        ("y t/x", "y t/x"),
        ("y (t/x)", "y (t/x)"),
        ("y - t - x", "y − t − x"),
        ("y - (t - x)", "y − (t − x)"),
        ("|y - t| + 1", "|y − t| + 1"),
        ("2|y|", "2 |y|"),
        ("x(1 - x)", "x (1 − x)"),
        ("exp(-y)", "exp(−y)"),
        ("e^(-y)", "e^(−y)"),
        ("sin² y", "sin(y)²"),
        ("log y", "log(y)"),
        ("max(y, 0)", "max(y, 0)"),
        ("0.35 y", "0.35 y"),
        ("2/4 y", "2/4 y"),
        ("1e-3 y", "0.001 y"),
        ("2 π y", "2 π y"),
        ("½ y", "½ y"),
        ("[y > 0] y", "[y > 0] y"),
        ("σ(y)", "σ(y)"),
        ("math.exp(y)", "exp(y)"),
    ],
)  # fmt: skip
def test_notation_reads_as_the_page_does(written: str, read: str) -> None:
    block = f"input x in R\ntarget t in R\nweight w in R\ny = w x\nE = {written} + (t - y)^2"
    net = workings.parse(block)
    assert formulas(net)["E"] == f"{read} + (t − y)²"


@pytest.mark.parametrize("spelling", ["y_hat1", "ŷ₁", "y_hat_1", r"$\hat{y}_1$", r"$\hat{y}_{1}$"])
def test_the_spellings_of_a_name_are_one_name(spelling: str) -> None:
    if spelling.startswith("$"):
        text = f"${spelling.strip('$')} = w x$ and $E = {spelling.strip('$')}^2$"
    else:
        text = f"input x in R\nweight w in R\n{spelling} = w x\nE = {spelling}^2"
    assert "y_hat1" in workings.parse(text).graph.formulas


def test_a_lone_run_of_letters_is_a_product_and_a_subscripted_one_a_name() -> None:
    net = workings.parse(r"$net_{h1} = wx + b$, $E = \frac{1}{2}(net_{h1} - t)^2$")
    assert formulas(net) == {"net_h1": "w x + b", "E": "½ (net_h1 − t)²"}


def test_the_longest_known_name_wins_in_a_run() -> None:
    net = workings.parse(r"$w_2$ is a weight. $O = s(Iw_1 + 1)w_2$, $s(x) = \frac{1}{1+e^{-x}}$, $E = O^2$")
    assert formulas(net)["O"] == "s(I w₁ + 1) w₂"


def test_roles_by_convention_say_so() -> None:
    net = workings.parse(r"$$\hat{y} = \tanh(w x)$$ and $$E = (\hat{y} - y)^2$$")
    why = net.graph.declarations["w"].why
    assert why == "no equation defines it, and `w` is a weight by convention"
    assert net.graph.of_role("input", "target") == ("x", "y")


def test_numbers_in_a_document_are_starts_inputs_and_numbers_put_in() -> None:
    net = workings.parse(
        r"""inputs $i_1=0.05$; weights $w_1=.15$.
$$net = w_1 * i_1$$
$$net = 0.15 * 0.05 = 0.0075$$
$$E = \frac{1}{2}(net - t)^2$$"""
    )
    assert formulas(net)["net"] == "w₁ i₁"
    assert plain(net.graph.starts["w1"]) == "0.15"
    domain = net.graph.declarations["i1"].domain
    assert isinstance(domain, Finite)
    assert [plain(v) for v in domain.values] == ["0.05"]
    assert any(item.why.startswith("numbers put in") for item in net.reading.not_used)


def test_an_abstract_function_is_derived_through() -> None:
    net = workings.parse("input x in R\nweight w in R\nh = f(w x)\nE = h^2")
    (gradient,) = net.derive().gradients.values()
    assert plain(gradient.final) == "2 h x f′(w x)"


def test_a_notebook_is_read_cell_by_cell(tmp_path: Path) -> None:
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "source": ["The weight $w$ and the input $x$:\n", "$$E = (w x)^2$$"]},
        {"cell_type": "code", "source": "print(1)", "outputs": []},
    ]
    file = tmp_path / "book.ipynb"
    file.write_text(json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}), encoding="utf-8")
    net = workings.read(file)
    assert formulas(net) == {"E": "(w x)²"}
    assert net.graph.equations[0].place.file.endswith("book.ipynb[cell 1]")


def test_code_is_read_where_it_is_written_as_equations() -> None:
    net = workings.parse("```\nh0 = 0.5\nw_h = 2.0\nh1 = tanh(w_h * h0)\ny2 = h1**2\n```\nfind dy2/dw_h")
    assert formulas(net) == {"h1": "tanh(w_h h₀)", "y2": "h₁²"}
    assert plain(net.graph.values["h0"]) == "0.5"


def test_domains_starts_rate_and_patterns() -> None:
    net = workings.parse(
        """
input    x₁, x₂ in R
target   t in R            # a remark
weight   w₁ in [-1, 1], w₂ in R
constant k = 0.35
rate     α = 1/4
start    w₁ = 0.15
C = (w₁ x₁ + w₂ x₂ + k - t)^2
minimise C
patterns (x₁, x₂; t) = (0, 0; 0), (0, 1; 1),
    (1, 0; 1)
"""
    )
    graph = net.graph
    assert graph.error == "C"
    assert isinstance(graph.declarations["w2"].domain, Reals)
    assert plain(graph.values["alpha"]) == "¼"
    assert len(graph.pattern_rows()) == 3
    assert workings.parse(net.notation).notation == net.notation


def test_equal_definitions_given_twice_are_one() -> None:
    net = workings.parse(r"$y = w x$. Again: $y = w x$. And $E = y^2$, in other words $E = y \cdot y$.")
    assert formulas(net) == {"y": "w x", "E": "y²"}


def test_a_blank_between_two_names_multiplies_and_none_is_one_name() -> None:
    with pytest.raises(workings.ReadError, match="did you mean `w x`"):
        workings.parse("input x in R\nweight w in R\nE = wx^2")


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("a_(1)", ["a⁽¹⁾", "a_{(1)}", "a^{(1)}", r"$a^{(1)}$", r"${a}^{(1)}$", r"$a^{\left( 1 \right)}$"]),
        ("w_jk_(l-1)", ["w_jk⁽ˡ⁻¹⁾", "w⁽ˡ⁻¹⁾_jk", "w_jk^{(l-1)}", r"$w_{jk}^{(l-1)}$", r"$w^{(l-1)}_{jk}$"]),
        ("w_[2]", ["w_{[2]}", "w^{[2]}", "$w^{[2]}$"]),
        ("a1_[2](i)", ["a₁_{[2](i)}", r"$a_1^{[2](i)}$", r"$a^{[2](i)}_1$"]),
        ("w5_(+)", ["w₅⁺", "w5_{(+)}", "$w_5^{+}$", "$w_5^+$", "$w^+_5$"]),
        ("w_(*)", ["w_{(*)}", "$w^*$", r"$w^{\ast}$"]),
        ("w_(new)", ["w⁽ⁿᵉʷ⁾", "$w^{new}$", r"$w^{\text{new}}$", r"$w^{(\mathrm{new})}$"]),
        ("y_hat_(i)", ["ŷ⁽ⁱ⁾", "y_hat^{(i)}", r"$\hat{y}^{(i)}$"]),
        ("b_(tau)", ["b_{(τ)}", "b_{(tau)}", r"$b^{(\tau)}$"]),
    ],
)
def test_a_mark_is_part_of_a_name_however_it_is_spelled(name: str, spellings: list[str]) -> None:
    for spelling in [*spellings, name_plain(name), name_ascii(name), f"${name_latex(name)}$"]:
        equation = f"E = ({spelling} - 1)^2"
        if "$" in spelling:
            equation = f"$E = ({spelling.strip('$')} - 1)^2$"
        else:
            equation += f"\ninput {spelling} in R"
        assert list(workings.parse(equation).graph.declarations) == [name], spelling


NIELSEN = r"""
$$a^l = \sigma(w^l a^{l-1} + b^l)$$ For three layers the input is $a^1 = x$ and
\begin{align} z^2 &= w^2 a^1 + b^2 \\ a^2 &= \sigma(z^2) \\ z^3 &= w^3 a^2 + b^3 \\ a^3 &= \sigma(z^3) \end{align}
where $\sigma(z) = \frac{1}{1+e^{-z}}$ and $C = \frac{1}{2}(y - a^3)^2$. $\delta^L = \frac{\partial C}{\partial a^L}$.
"""


def test_raised_numbers_that_left_sides_define_number_layers() -> None:
    net = workings.parse(NIELSEN)
    assert formulas(net) == {
        "a_(1)": "x", "z_(2)": "w⁽²⁾ a⁽¹⁾ + b⁽²⁾", "a_(2)": "σ(z⁽²⁾)", "z_(3)": "w⁽³⁾ a⁽²⁾ + b⁽³⁾",
        "a_(3)": "σ(z⁽³⁾)", "C": "½ (y − a⁽³⁾)²",
    }  # fmt: skip
    assert net.graph.weights == ("w_(2)", "b_(2)", "w_(3)", "b_(3)")
    why = {item.text: item.why for item in net.reading.not_used}
    assert why[r"\delta^L = \frac{\partial C}{\partial a^L}"].startswith("a general statement: `a⁽ᴸ⁾`, `δ⁽ᴸ⁾`")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            r"$z^2_1 = w^2_{11} a^1_1 + w^2_{12} a^1_2$, $a^1_1 = w^1_{11} x_1$, $a_2^1 = x_2$, $C = (z^2_1 - y)^2$",
            {"z1_(2)": "w₁₁⁽²⁾ a₁⁽¹⁾ + w₁₂⁽²⁾ a₂⁽¹⁾", "a1_(1)": "w₁₁⁽¹⁾ x₁", "a2_(1)": "x₂", "C": "(z₁⁽²⁾ − y)²"},
        ),
        (
            r"$C_0 = (a^{(L)} - y)^2$, $z^{(L)} = w^{(L)} a^{(L-1)}$, $a^{(L)} = \sigma(z^{(L)})$",
            {"C0": "(a⁽ᴸ⁾ − y)²", "z_(L)": "w⁽ᴸ⁾ a⁽ᴸ⁻¹⁾", "a_(L)": "σ(z⁽ᴸ⁾)"},
        ),
        (
            r"$C = (a^L - y)^2$, $a^L = \sigma(w^L a^{L-1} + b^L)$ where $L$ is the last layer",
            {"C": "(a⁽ᴸ⁾ − y)²", "a_(L)": "σ(w⁽ᴸ⁾ a⁽ᴸ⁻¹⁾ + b⁽ᴸ⁾)"},
        ),
        (
            r"$a^{[1]} = g^{[1]}(w^{[1]} x)$, $g^{[1]}(z) = \tanh(z)$, $J = (a^{[1]} - y)^2$",
            {"a_[1]": "g_{[1]}(w_{[1]} x)", "J": "(a_{[1]} − y)²"},
        ),
        (
            r"$\hat{y} = w x + b$; for one example $\hat y^{(i)} = w x^{(i)} + b$ and $E = (\hat y^{(i)} - y^{(i)})^2$",
            {"y_hat_(i)": "w x⁽ⁱ⁾ + b", "E": "(ŷ⁽ⁱ⁾ − y⁽ⁱ⁾)²"},
        ),
        (
            r"$h^{(t)} = \tanh(w h^{(t-1)} + u x^{(t)})$, $E = (h^{(t)} - y^{(t)})^2$",
            {"h_(t)": "tanh(w h⁽ᵗ⁻¹⁾ + u x⁽ᵗ⁾)", "E": "(h⁽ᵗ⁾ − y⁽ᵗ⁾)²"},
        ),
    ],
)
def test_superscripts_in_the_styles_of_textbooks(text: str, wanted: dict[str, str]) -> None:
    net = workings.parse(text)
    assert formulas(net) == wanted
    again = workings.parse(net.notation)
    assert again.notation == net.notation
    assert formulas(again) == wanted
    net.derive()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"$y = (x-w)^2 + x^2$, $E = y^2$", "(x − w)² + x²"),
        (r"A constant $n$: $y = x^n + w$, $E = y^2$", "x^n + w"),
        (r"$y = e^{(x)} + 2^{(1)} w$, $E = y^2$", "e^x + 2¹ w"),
        (r"$y = x^{(2-1)} w_5^{(1-1)}$, $E = y^2$", "x^(2 − 1) w₅^(1 − 1)"),
        (r"$y = f(x)$, $f(x) = x^n + x^{n-1}$, $E = (w y)^2$", "f(x)"),
        (r"$y = w_1^2 x + w_1$, $E = y^2$", "w₁² x + w₁"),
        (r"$y = w_1^2 + w_2^2$, $E = (w_1 x + w_2 y)^2$", "w₁² + w₂²"),
        (r"$a^1 = w x^2$, $z = w x$, $y = a^1$, $E = (y + z)^2$", "a⁽¹⁾"),
        ("weight w in R\ninput x in R\ny = w^{(2)} x^(2)\nE = y^2", "w² x²"),
        ("weight w, w^{(2)} in R\ninput x in R\ny = w^{(2)} w x^(2)\nE = y^2", "w⁽²⁾ w x²"),
        ("weight w⁽¹⁾ in R\ny = (w⁽¹⁾)^2 + w⁽¹⁾² + w⁽¹⁾^3\nE = y^2", "(w⁽¹⁾)² + (w⁽¹⁾)² + (w⁽¹⁾)³"),
    ],
)
def test_an_exponent_stays_a_power_wherever_it_can_be_one(text: str, wanted: str) -> None:
    assert formulas(workings.parse(text))["y"] == wanted


def test_a_new_value_is_not_the_old_one() -> None:
    net = workings.parse(
        r"$E = (w_5 x - t)^2$. Then $w_5^{+} = w_5 - \eta \frac{\partial E}{\partial w_5} = 0.35$, so $w_5^+ = 0.35$; "
        r"$w_5^{new} = 0.3$. In general $w^{(k+1)} = w^{(k)} - \eta \frac{\partial E}{\partial w^{(k)}}$."
    )
    assert net.graph.weights == ("w5",)
    assert not net.graph.starts


def test_marks_in_a_table_of_patterns_and_as_starts() -> None:
    net = workings.parse(
        "input x_{(1)}, x_{(*)} in {0, 1}\nweight w^{[1]} in R\nE = (w^{[1]} x⁽¹⁾ - x_{(*)})^2\n"
        "start w_{[1]} = 0.5\npatterns (x_{(1)}, x_{(*)}) = (0, 1), (1, 1)\n"
    )
    assert net.graph.patterns is not None
    assert net.graph.patterns.columns == ("x_(1)", "x_(*)")
    assert plain(net.graph.starts["w_[1]"]) == "0.5"
    assert workings.parse(net.notation).notation == net.notation


def test_both_readings_of_a_slash_are_written_right() -> None:
    with pytest.raises(workings.ReadError) as failure:
        workings.parse("input x in {1}\nweight a, b in R\nE = a / (1 + b/20) (1 - b)^2")
    assert failure.value.problems[0].instead == "`(a / (1 + b/20)) (1 - b)^2` or `a/((1 + b/20) (1 - b)^2)`"


@pytest.mark.parametrize("rows", [1, 4, 5, 50])
def test_a_text_is_a_block_however_many_lines_its_table_of_patterns_has(rows: int, tmp_path: Path) -> None:
    table = ",\n".join(f"  ({k}; {2 * k})" for k in range(rows))
    text = f"input x in R\ntarget t in R\nweight w, b in R\no = w x + b\nE = (o - t)^2\npatterns (x; t) =\n{table}\n"
    (tmp_path / "net.txt").write_text(text)
    graph = workings.read(tmp_path / "net.txt").graph
    assert graph.weights == ("w", "b")
    assert len(graph.pattern_rows()) == rows


def test_a_letter_of_another_cut_is_the_letter() -> None:
    net = workings.parse("input x in {1}\nweight \U0001d464 in R\n\u2112 = (\U0001d464 x - 1)^2\nminimise \u2112")
    assert net.graph.weights == ("w",)
    assert net.graph.error == "L"
