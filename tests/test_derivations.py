"""Whole derivations by people: no right line is refuted, no wrong one holds, and the first wrong one is found."""

from pathlib import Path

import pytest

from tests.matching import OWN, Derivation, folders

#: Wrong numbers that stand in prose alone, where no formula is: they are not lines.
IN_PROSE = {
    ("39-bracket-lost", 10), ("46-tied-weight", 5),
}  # fmt: skip
#: Wrong lines that rest on what the text says in words only; they stay unread, with that reason.
IN_WORDS = {("19-222-path-forgotten", 2)}
#: Right lines that are left open, and why: what is missing is said in the verdict.
OPEN = 0.1

own = pytest.mark.parametrize("folder", folders(OWN), ids=lambda folder: folder.name)


def faithful(folder: Path) -> None:
    found = Derivation(folder)
    wrong: list[tuple[object, str]] = []
    for line in found.expected["lines"]:
        verdict = found.verdict(line["latex"])
        if line["ok"]:
            if verdict == "refuted":
                wrong.append((line["n"], "a right line is refuted"))
        elif (folder.name, line["n"]) in IN_PROSE | IN_WORDS:
            assert verdict != "holds"
        elif verdict != "refuted":
            wrong.append((line["n"], f"a wrong line is {verdict}"))
    assert not wrong


def finds_the_first_wrong_line(folder: Path) -> None:
    found = Derivation(folder)
    first = found.expected["first_wrong_line"]
    if first is None:
        assert found.check.first_wrong is None
        assert found.check.status != 1
    elif (folder.name, first) not in IN_PROSE | IN_WORDS:
        line = next(line for line in found.expected["lines"] if line["n"] == first)
        refuted = [judged for judged in found.lines_at(line["latex"]) if judged.verdict == "refuted"]
        assert found.check.first_wrong == refuted[0].name
        assert found.check.status == 1


@own
def test_no_right_line_is_refuted_and_no_wrong_one_holds(folder: Path) -> None:
    faithful(folder)


@own
def test_the_first_wrong_line_is_found(folder: Path) -> None:
    finds_the_first_wrong_line(folder)


def test_most_right_lines_are_judged() -> None:
    open_lines = judged = 0
    for folder in folders(OWN):
        found = Derivation(folder)
        for line in found.expected["lines"]:
            if line["ok"]:
                verdict = found.verdict(line["latex"])
                judged += verdict == "holds"
                open_lines += verdict == "open"
    assert open_lines <= OPEN * judged


@pytest.mark.parametrize(
    ("name", "slip"),
    [
        ("02-linreg-sign", "sign"),
        ("04-rnn-ascii-raw", "derivative at the wrong point"),
        ("06-xent-sigma-kept", "σ′ kept"),
        ("08-gather-sigma-plus", "σ′ = σ(1 + σ)"),
        ("10-obsidian-skip-forgotten", "a path of the total derivative forgotten"),
        ("11-update-plus", "minus in the update forgotten or doubled"),
        ("13-prose-inner-forgotten", "inner derivative forgotten"),
        ("14-factor-half-numeric", "the factor 2 or ½"),
        ("16-sigma-as-tanh", "1 − σ² for the logistic"),
        ("17-tanh-as-sigmoid", "tanh and logistic mixed up"),
        ("20-rnn-direct-only", "a path of the total derivative forgotten"),
        ("22-sigma-prime-of-a", "derivative at the wrong point"),
        ("24-sigma-dropped", "σ′ dropped"),
        ("25-product-of-derivatives", "product and chain rule mixed up"),
        ("26-quotient-order", "quotient rule's order"),
        ("27-relu-value", "relu's value for its indicator"),
        ("28-wrong-index", "a term's index"),
        ("31-half-remains", "the factor 2 or ½"),
        ("32-z-for-a", "derivative at the wrong point"),
        ("33-delta-w-doubled", "minus in the update forgotten or doubled"),
        ("34-decay-factor", "the factor 2 or ½"),
        ("35-softplus-inner", "inner derivative forgotten"),
        ("37-neglog-sign", "sign"),
        ("48-code-update-sign", "minus in the update forgotten or doubled"),
        ("51-mid-chain-slip", "a square lost or misplaced"),
    ],
)
def test_the_slip_of_the_first_wrong_line_is_named(name: str, slip: str) -> None:
    found = Derivation(OWN / name).check
    wrong = next(line for line in found.lines if line.verdict == "refuted")
    assert wrong.slip == slip


@pytest.mark.parametrize("name", ["30-arithmetic-slip", "39-bracket-lost", "36-hinge-sign"])
def test_a_mistake_that_no_slip_reproduces_is_not_guessed_at(name: str) -> None:
    found = Derivation(OWN / name).check
    wrong = next(line for line in found.lines if line.verdict == "refuted")
    assert wrong.slip == ""
