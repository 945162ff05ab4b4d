"""What stands out is worked out: proved where it is said to be proved, and said no further than that."""

from pathlib import Path

import workings
from workings.show.parts import flat_text
from workings.why.flat import flat_findings

EXAMPLES = Path(__file__).parent.parent / "examples"
HEAD = "input x in {0, 1}\ntarget t in {1}\nweight w in [0, 1]\nstart w = 1/4\n"


def told(text: str) -> list[tuple[str, str]]:
    return [(flat_text(found.statement), found.level) for found in flat_findings(workings.parse(text).train())]


def test_a_factor_that_is_0_for_every_weight_is_a_proof() -> None:
    first, level = told(HEAD + "E = 1/2 (σ(w x) - t)^2")[0]
    assert level == "proved"
    assert first == (
        "At x = 0, t = 1 the gradient is 0 for every w, because the factor x is 0 there, and E stays 1/8: "
        "this network cannot learn that pattern."
    )


def test_a_pattern_that_is_right_for_every_weight_is_said_to_be_right() -> None:
    assert told(HEAD + "E = (w x)^2")[0][0].endswith("and E stays 0: that pattern is right from the start.")


def test_a_switch_has_slope_0_and_is_no_constant() -> None:
    for statement, _ in told(HEAD + "E = ([w > 1/2] - t)^2")[:2]:
        assert "stays" not in statement
        assert statement.endswith("descent moves nothing for that pattern.")


def test_an_error_that_is_constant_but_no_fraction_is_given_as_a_number() -> None:
    # (e − 3)² = 0.0793651…
    assert "and E stays 0.079365: this" in told(HEAD + "E = (exp(w x + 1) - 3)^2 + 0 t")[0][0]


def test_nothing_is_said_of_patterns_that_can_be_learned() -> None:
    text = (EXAMPLES / "bias.md").read_text(encoding="utf-8")
    assert not any("gradient is 0 for every" in statement for statement, _ in told(text))


def test_a_verdict_is_made_from_exact_numbers_and_from_the_target() -> None:
    assert told("input x in {0}\ntarget t in {0.3}\nweight w in R\nE = (w x + 0.1 + 0.2 - t)^2")[0][0].endswith(
        "and E stays 0: that pattern is right from the start."
    )
    entropy = "input x in {0}\ntarget t in {0.5}\nweight w in R\np = σ(w x)\nE = -t log(p) - (1 - t) log(1 - p)"
    assert told(entropy)[0][0].endswith(": the output is what it is to be, whatever the weights.")
