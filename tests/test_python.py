"""What Python users hold: a network with verbs, mappings by any spelling, displays in shells and notebooks."""

from pathlib import Path
from typing import Any

import pytest

import workings

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.mark.parametrize("spelling", ["w5", "w_5", "w₅"])
def test_mappings_take_any_spelling(spelling: str) -> None:
    net = workings.read(EXAMPLES / "two-two-two.txt")
    assert net.derive().gradients[spelling] is net.derive().gradients["w5"]
    assert net.at().gradients[spelling] == net.at().gradients["w5"]
    assert net.train(order="batch", steps=1).weights[spelling] == pytest.approx(0.358916480, abs=5e-10)
    assert net.at({spelling: 0.5}).values["w5"] == 0.5


def test_a_name_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        workings.read(EXAMPLES / "identity.md").at(w=0.3, x=1).values["q"]


def test_a_network_is_derived_once_and_every_verb_uses_that() -> None:
    net = workings.read(EXAMPLES / "xor.md")
    history = net.train(steps=1)
    assert history.descent.derivation.gradients is net.derive().gradients is net.derive(detail="brief").gradients
    assert net.derive(detail="brief").detail == "brief"


def test_records_show_themselves_as_formulas_in_a_notebook() -> None:
    net = workings.read(EXAMPLES / "identity.md")
    # The displays are registered on the records from the top, where no type checker sees them.
    records: list[Any] = [net, net.derive(), net.derive().gradients["w"], net.at(w=0.3, x=1), net.train()]
    for record in records:
        bundle: dict[str, str] = record._repr_mimebundle_()
        assert set(bundle) == {"text/plain", "text/markdown", "text/html"}
        assert "<math" in bundle["text/html"]
        assert "$" not in bundle["text/html"]


def test_a_shell_shows_the_network_as_what_reads_back() -> None:
    net = workings.read(EXAMPLES / "identity.md")
    assert repr(workings.parse(repr(net))) == repr(net)
    assert str(net.derive().gradients["w"].final) == "(ŷ − y) x ŷ (1 − ŷ)"
