"""Quantities that a page differentiates and never defines: what each is taken to depend on, and which stay unknown."""

from __future__ import annotations

import pytest

import workings

UNIT = "$q = v p + c$ and $s = \\sigma(q)$."
CHAIN = "$$\\frac{\\partial C}{\\partial v} = \\frac{\\partial C}{\\partial s} \\frac{\\partial s}{\\partial v}$$"


def taken(page: str) -> dict[str, tuple[str, ...]]:
    """Return the quantities of a page that are open functions, each with what it depends on."""
    graph = workings.parse(page, "page.md").graph
    calls = {name: function for name, function in graph.functions.items() if function.assumed}
    found = {name: getattr(formula, "function", "") for name, formula in graph.formulas.items()}
    return {name: calls[function].parameters for name, function in found.items() if function in calls}


def slopes(of: str, *by: str) -> str:
    return "\n\n".join(f"$$\\frac{{\\partial {of}}}{{\\partial {name}}} = g$$" for name in by)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # Of the names that it is differentiated by, the one that the others lead to.
        (f"{UNIT}\n\n{CHAIN}", {"C": ("s",)}),
        # What nothing uses is an argument, whether the page says so or not.
        (f"{UNIT} $r = m s$.\n\n{CHAIN}", {"C": ("r",)}),
        (f"{UNIT} $r = m q$.\n\n{CHAIN}", {"C": ("r", "s")}),
        # What stands between is open as well.
        (f"$q = v p$.\n\n{CHAIN}\n\n{slopes('s', 'q')}", {"C": ("s",), "s": ("q",)}),
        # A number alone is the value of the error, and not its formula.
        (f"{UNIT} $C = -\\ln(0.7)$.\n\n{CHAIN}", {"C": ("s",)}),
        (f"{UNIT} $C = 0.36$.\n\n{CHAIN}", {"C": ("s",)}),
        # Two errors of different letters; two parts of one whole.
        (f"{UNIT}\n\n{CHAIN}\n\n{slopes('J', 's', 'v')}", {"C": ("s",), "J": ("s",)}),
        (f"{UNIT}\n\n{slopes('E_1', 's', 'v')}\n\n{slopes('E_2', 's', 'v')}", {}),
        # An error with a formula, read or not.
        (f"{UNIT} $C = (s - t)^2$.\n\n{CHAIN}", {}),
        (f"{UNIT} $C = \\|s - t\\|_2^2$.\n\n{CHAIN}", {}),
        # A name in one place, and a name that is differentiated by nothing on the page.
        (f"{UNIT}\n\n{slopes('C', 's')}", {}),
        (f"{UNIT}\n\n{slopes('C', 'm', 'n')}", {}),
        # Vectors, and capitals that may be matrices; numbers are numbers.
        ("$q = \\mathbf{v}^\\top \\mathbf{p}$, $s = \\sigma(q)$." + f"\n\n{CHAIN}", {}),
        (f"$q = V p$, $s = \\sigma(q)$.\n\n{slopes('C', 's', 'V')}", {}),
        (f"$q = V p$, $s = \\sigma(q)$ with $V = 0.5$.\n\n{slopes('C', 's', 'V')}", {"C": ("s",)}),
        # What leads there has a formula that is not read.
        (f"$q = \\prod_j v_j p_j$, $s = \\sigma(q)$.\n\n{CHAIN}\n\n{slopes('C', 'q')}", {}),
    ],
)  # fmt: skip
def test_what_a_quantity_without_a_definition_depends_on(text: str, wanted: dict[str, tuple[str, ...]]) -> None:
    assert taken(text) == wanted


def test_what_is_taken_as_given_is_said() -> None:
    notes = workings.parse(f"{UNIT}\n\n{CHAIN}", "page.md").reading.notes
    assert (
        "taken as given: `C` depends on `s`, whatever it is; the text differentiates it and does not define it" in notes
    )


def test_an_error_whose_derivative_is_a_sum_of_others_is_their_sum() -> None:
    add = (
        "$$\\frac{\\partial E}{\\partial s} = \\frac{\\partial E_1}{\\partial s} + \\frac{\\partial E_2}{\\partial s}$$"
    )
    others = "\n\n".join(slopes(name, "v") for name in ("E", "E_1", "E_2"))
    net = workings.parse(f"{UNIT}\n\n{add}\n\n{others}", "page.md")
    assert "E  = E₁ + E₂" in net.notation
    assert net.graph.error == "E"


def test_a_quantity_that_is_written_with_its_arguments_is_no_assumption() -> None:
    net = workings.parse(f"{UNIT} $C = C(s, t)$.\n\n{CHAIN}", "page.md")
    (function,) = net.graph.functions.values()
    assert (function.parameters, function.body, function.assumed) == (("s", "t"), None, ())
    # A formula says more.
    told = workings.parse(f"{UNIT} $C = C(s, t)$, $C = (s - t)^2$.\n\n{CHAIN}", "page.md")
    assert "C = (s − t)²" in told.notation
    assert not told.graph.functions


def test_a_network_block_defines_all_that_it_has() -> None:
    block = "```network\ninput p in R\nweight v in R\ns = v p\n```\n\n"
    assert taken(f"{block}{CHAIN}") == {}


def test_it_reads_back_to_the_same_network() -> None:
    net = workings.parse(f"{UNIT}\n\n{CHAIN}", "page.md")
    assert workings.parse(net.notation).graph.formulas == net.graph.formulas
