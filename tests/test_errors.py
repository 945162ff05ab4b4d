"""Bad input: five parts, every failure at once, the texts held to the letter in `golden/errors`."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import workings
from workings import Problem, ReadError
from workings.read.page.document import LARGEST

GOLDEN = Path(__file__).parent / "golden" / "errors"

HEAD = "input x in {0, 1}\ntarget t in {1}\nweight w in [0, 1]\n"
READ: dict[str, str] = {
    "undefined-name": HEAD + "y_hat = w x\nE = (yhat - t)^2",
    "undefined-product": HEAD + "y = wx\nE = (y - t)^2",
    "undefined-function": HEAD + "y = tnah(w x)\nE = (y - t)^2",
    "circle": HEAD + "a = b + w x\nb = 2 c\nc = a - t\nE = c^2",
    "circle-of-functions": HEAD + "f(z) = g(z)\ng(z) = f(z)\nE = (f(w x) - t)^2",
    "two-definitions": HEAD + "y = w x\ny = w x + 1\nE = (y - t)^2",
    "wrong-number-of-arguments": HEAD + "A(z) = 1/(1 + e^(-z))\ny = A(w, x)\nE = (y - max(t))^2",
    "empty": "",
    "only-remarks": "# nothing here\n",
    "only-prose": "There is no mathematics in this text at all.\n",
    "weight-without-effect": HEAD + "weight v in R\ny = w x\nE = (y - t)^2",
    "swapped-interval": "input x in {0, 1}\nweight w in [1, 0]\nE = (w x - 1)^2",
    "start-outside": HEAD + "start w = 3/2\nE = (w x - t)^2",
    "rate-not-positive": HEAD + "rate α = 0\nE = (w x - t)^2",
    "negative-rate": HEAD + "rate α = -1/2\nE = (w x - t)^2",
    "two-readings": HEAD + "y = w/x t\nE = y^2",
    "unclosed": HEAD + "E = ((w x - t)^2",
    "unopened": HEAD + "E = (w x - t))^2",
    "two-operators": HEAD + "E = (w * * x - t)^2",
    "ends-too-early": HEAD + "E = (w x - t)^2 +",
    "stray-character": HEAD + "E = (w x - t)^2 ?",
    "latex-in-the-notation": HEAD + "E = \\frac{1}{2}(w x - t)^2",
    "neither-equation-nor-declaration": HEAD + "hello world\nE = (w x - t)^2",
    "vectors": "input x in R^2\nweight w in R\nE = (w x)^2",
    "not-a-domain": "input x in [0; 1]\nweight w in R\nE = (w x)^2",
    "start-of-an-input": HEAD + "start x = 1\nE = (w x - t)^2",
    "pattern-rows": "input x in R\ntarget t in R\nweight w in R\nE = (w x - t)^2\n"
    "patterns (x; t) = (0; 0), (1; 1; 1), (2)",
    "pattern-columns": "input x in R\ntarget t in R\nweight w in R\nE = (w x - t)^2\npatterns (x, w) = (0, 0)",
    "latex-unclosed": r"$$y = \frac{1}{1 + e^{-w x}$$ and $$E = (y - t)^2$$",
    "latex-unknown-command": r"$$y = \foo{w x}$$ and $$E = (y - t)^2$$",
    "many-at-once": "weight w in [1, 0]\nA(z) = 1/(1 + e^(-z)\ny = A(wx)\nE = (yy - t)^2\nE = 2\n",
}  # fmt: skip


def golden(name: str, text: str, update: bool) -> None:
    file = GOLDEN / f"{name}.txt"
    if update:
        GOLDEN.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text + "\n"


def five_parts(problems: tuple[Problem, ...]) -> None:
    assert problems
    for problem in problems:
        parts = (str(problem.place), problem.found, problem.expected, problem.why, problem.instead)
        assert all(part.strip() for part in parts), parts


@pytest.mark.parametrize("name", READ)
def test_what_cannot_be_read_is_answered_in_five_parts(name: str, update: bool) -> None:
    with pytest.raises(ReadError) as caught:
        workings.parse(READ[name], "page.md")
    five_parts(caught.value.problems)
    golden(name, str(caught.value), update)


def test_all_failures_of_a_document_come_at_once() -> None:
    with pytest.raises(ReadError) as caught:
        workings.parse(READ["many-at-once"])
    assert [problem.place.line for problem in caught.value.problems] == [1, 2, 3, 4, 4, 5]


REQUESTS: dict[str, tuple[str, str]] = {
    "no-error": ("input x in {1}\nweight w in R\ny = w x", "train"),
    "two-errors": ("input x in {1}\ntarget t in {1}\nweight w in R\nE_a = (w x - t)^2\nL = w^2", "train"),
    "no-weight": ("input x in {1}\ntarget t in {1}\nE = (x - t)^2", "train"),
    "no-patterns": ("input x in R\ntarget t in R\nweight w in R\nE = (w x - t)^2", "train"),
    "no-constant": ("input x in {1}\nconstant k\nweight w in R\nE = (w x - k)^2", "train"),
    "abstract": ("input x in {1}\nweight w in R\nE = f(w x)^2", "train"),
    "derivative-within": (
        "A(z) = 1/(1 + exp(-z))\nŷ = A(w x)\ninput x in {1}\nweight w in R\nE = A'(w x)^2 + (∂ŷ/∂w)^2",
        "train",
    ),
    "missing-value": ("input x in R\nweight w in R\nE = (w x)^2", "at"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_that_does_not_fit_is_answered_in_five_parts(name: str, update: bool) -> None:
    text, verb = REQUESTS[name]
    net = workings.parse(text, "page.md")
    with pytest.raises(ReadError) as caught:
        net.train() if verb == "train" else net.at()
    five_parts(caught.value.problems)
    golden(f"request-{name}", str(caught.value), update)


def test_a_network_without_an_error_is_read_and_derived_all_the_same() -> None:
    net = workings.parse("input x in {1}\nweight w in R\ny = w x")
    assert net.derive("w", of="y").gradients["w"].final is net.derive(of="y").gradients["w"].final


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_is_not_positive_is_refused(rate: float) -> None:
    net = workings.parse("input x in {1}\nweight w in R\nE = (w x)^2")
    with pytest.raises(ReadError, match="a finite number greater than 0"):
        net.train(rate=rate)


@pytest.mark.parametrize("start", [{"w": 2.0}, {"w": float("nan")}, {"v": 0.5}])
def test_a_start_that_does_not_fit_is_refused(start: dict[str, float]) -> None:
    net = workings.parse("input x in {1}\nweight w in [0, 1]\nE = (w x)^2")
    with pytest.raises(ReadError):
        net.train(start=start)


HOSTILE: dict[str, str] = {
    "brackets": "weight w in R\nE = " + "(" * 100_000 + "w" + ")" * 100_000,
    "functions": "weight w in R\nE = " + "sin(" * 100_000 + "w" + ")" * 100_000,
    "minuses": "weight w in R\nE = " + "-" * 100_000 + "w",
    "powers": "weight w in R\nE = " + "^".join(["w"] * 100_000),
    "braces": r"$$E = " + "{" * 100_000 + "w" + "}" * 100_000 + "$$",
    "fractions": r"$$E = " + r"\frac{1}{" * 100_000 + "w" + "}" * 100_000 + "$$",
    "dollars": "$" * 1_000_000,
    "begins": r"\begin{align}" * 100_000,
    "displays": r"\[" * 500_000,
    "ticks": "`" * 1_000_000 + "\n" + "` " * 500_000,
    "open": "(" * 1_000_000,
    "long-name": "weight w in R\nE = w^2\n" + "a" * 1_000_000 + " = w",
    "circle": "weight w in R\n" + "\n".join(f"a{k} = a{(k + 1) % 5000} + w" for k in range(5000)),
    "chain-of-functions": "weight w in R\nf0(z) = z\n"
    + "\n".join(f"f{k}(z) = f{k - 1}(z)" for k in range(1, 3000))
    + "\nE = f2999(w)^2",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_ends_with_an_answer(name: str) -> None:
    begin = time.process_time()
    try:
        net = workings.parse(HOSTILE[name])
    except ReadError as error:
        five_parts(error.problems)
    else:
        assert net.graph.formulas
    assert time.process_time() - begin < 20, "a hang, not a slow machine"


def test_a_document_of_fifty_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "large.md"
    file.write_bytes(b"$w$ is a weight. " * 3_000_000)
    with pytest.raises(ReadError, match=f"at most {LARGEST:,} bytes"):
        workings.read(file)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not UTF-8 text"),
        ("Größe: $E = w^2$".encode("latin-1"), "is not UTF-8 text"),
        ("E = w^2".encode("utf-16"), "is not UTF-8 text"),
        (b"E = w\x00^2", "is not UTF-8 text"),
    ],
)
def test_what_is_not_utf8_text_is_refused(tmp_path: Path, content: bytes, found: str) -> None:
    file = tmp_path / "page.md"
    file.write_bytes(content)
    with pytest.raises(ReadError, match=found):
        workings.read(file)


def test_a_byte_order_mark_and_carriage_returns_do_not_disturb(tmp_path: Path) -> None:
    file = tmp_path / "page.txt"
    file.write_bytes("\ufeffinput x in {1}\r\nweight w in R\r\nE = (w x)^2\r\n".encode())
    assert workings.read(file).graph.error == "E"


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"cells": 3}', '{"cells": [{}]}', "not json"])
def test_a_notebook_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "book.ipynb"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ReadError):
        workings.read(file)


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="there is no such file"):
        workings.read(tmp_path / "nothing.md")
    with pytest.raises(ReadError, match="this is a folder"):
        workings.read(tmp_path)


def test_escapes_in_a_document_do_not_reach_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text("weight w in R\nE = \x1b[31mw", encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "workings", "read", str(file)], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"\x1b" not in done.stderr + done.stdout


def test_overflow_stops_a_run_with_step_pattern_and_quantity() -> None:
    net = workings.parse("input x in {1, 2}\nweight w in R\nrate α = 10\nstart w = 3\ny = w^3 x\nE = y^4")
    history = net.train(steps=1000)
    assert history.stopped == "non_finite"
    event = history.non_finite
    assert event is not None
    assert event.quantity in ("y", "E", "∂E/∂w")
    assert event.step == history.steps + 1
    assert "left the finite numbers" in str(history)
