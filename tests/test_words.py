"""The scalar words: one record each, and every speaker says of a word what its record says."""

from __future__ import annotations

import itertools
import math
import shutil
import struct
import subprocess
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from workings.graph.op import OPS
from workings.graph.speakers.floats import FLOATS
from workings.graph.speakers.fractions import FRACTIONS
from workings.graph.words.table import WORDS
from workings.graph.words.tape import Tape
from workings.graph.words.word import Formula, Table, Word

POINTS = (0.0, -0.0, 1.0, -1.0, 0.3, -2.5, 12.75, 1e-300, -1e300, math.inf, -math.inf, math.nan)
FUNCTIONS = [word for word in WORDS.values() if word.arity == 1]


def bits(value: float) -> bytes:
    return b"NaN" if math.isnan(value) else struct.pack("<d", value)


def test_every_algebra_speaks_every_word() -> None:
    assert set(FLOATS) == set(FRACTIONS) == set(WORDS)


def test_the_ops_are_made_of_words() -> None:
    for op in OPS.values():
        tape = Tape()
        op.record(tape, *(tape.input(index) for index in range(op.arity)))
        assert {said.name for said in tape.words} <= set(WORDS), op


def test_a_machine_has_a_name_or_a_formula_for_every_word() -> None:
    operators = {"add", "sub", "mul", "div", "neg", "less", "equal", "pick"}
    assert {name for name, word in WORDS.items() if not (word.libm or word.machine or word.body)} == operators


@pytest.mark.parametrize("word", FUNCTIONS, ids=lambda word: word.name)
def test_a_word_has_its_exact_values_and_its_parity(word: Word) -> None:
    for at, value in word.points:
        assert bits(word.double(float(at))) == bits(float(value))
        assert FRACTIONS[word.name](at) == value
    for point in POINTS if word.parity else ():
        turned = word.double(point) if word.parity > 0 else -word.double(point)
        assert bits(word.double(-point)) == bits(turned)


IN_FLOATS: Table[float] = Table(FLOATS, float)
FORMULAS: list[tuple[Word, str]] = [
    (word, kind) for word in FUNCTIONS for kind in ("body", "form", "square") if getattr(word, kind) is not None
]


@pytest.mark.parametrize(("word", "kind"), FORMULAS, ids=str)
def test_a_formula_of_a_word_has_its_values(word: Word, kind: str) -> None:
    formula: Formula = getattr(word, kind)
    for point in POINTS:
        value = word.double(point) * (word.double(point) if kind == "square" else 1)
        found = formula(IN_FLOATS, point)
        if kind == "body":
            assert bits(found) == bits(value)
        elif abs(point) < 20 and math.isfinite(value):
            assert math.isclose(found, value, rel_tol=1e-13, abs_tol=1e-15)


# Printed


def printed(language: str) -> dict[str, Callable[..., str]]:
    """Return the words as text in a language, those that it has no name for by what they are made of."""
    words: dict[str, Callable[..., str]] = {}
    speaker: Table[str] = Table(words, lambda value: repr(float(value)))
    for name, word in WORDS.items():
        template: str = getattr(word, language)
        if template:
            words[name] = template.format
        elif word.body is not None:
            words[name] = partial(word.body, speaker)
    return words


def written(value: float, names: Mapping[str, str]) -> str:
    special = {"inf": names["inf"], "-inf": f"-{names['inf']}", "nan": names["nan"]}
    return special.get(repr(value), repr(value))


def questions(language: str, names: Mapping[str, str]) -> list[tuple[Word, tuple[float, ...], str]]:
    few = {1: POINTS, 2: (*POINTS[:6], math.inf, math.nan), 3: (0.0, 1.0, -2.5)}
    return [
        (WORDS[name], point, say(*(f"({written(value, names)})" for value in point)))
        for name, say in printed(language).items()
        for point in itertools.product(few[WORDS[name].arity], repeat=WORDS[name].arity)
    ]


def answers(found: str) -> list[float]:
    return [float(line.replace("Infinity", "inf").replace("true", "1").replace("false", "0")) for line in found.split()]


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_word_in_c_has_the_interpreters_bits(tmp_path: Path) -> None:
    asked = questions("c", {"inf": "INFINITY", "nan": "NAN"})
    lines = "\n".join(f'printf("%.17g\\n", (double)({text}));' for *_, text in asked)
    (tmp_path / "words.c").write_text(f"#include <math.h>\n#include <stdio.h>\nint main(void) {{\n{lines}\n}}\n")
    build = ["cc", "-O0", "-fno-builtin", "-ffp-contract=off", "words.c", "-o", "words", "-lm"]
    subprocess.run(build, cwd=tmp_path, check=True)
    done = subprocess.run(["./words"], cwd=tmp_path, check=True, capture_output=True, text=True)
    for (word, point, text), value in zip(asked, answers(done.stdout), strict=True):
        assert bits(value) == bits(float(word.double(*point))), text


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no JavaScript engine")
def test_a_word_in_javascript_has_the_interpreters_value(tmp_path: Path) -> None:
    asked = questions("javascript", {"inf": "Infinity", "nan": "NaN"})
    lines = "\n".join(f"console.log(String({text}));" for *_, text in asked)
    (tmp_path / "words.js").write_text(lines)
    done = subprocess.run(["node", "words.js"], cwd=tmp_path, check=True, capture_output=True, text=True)
    for (word, point, text), value in zip(asked, answers(done.stdout), strict=True):
        right = float(word.double(*point))
        # ECMAScript leaves 1 to the ±∞ or NaN a NaN, where C says 1.
        if word.name == "pow" and (math.isnan(value) or math.isnan(right)):
            continue
        assert math.isnan(value) == math.isnan(right), text
        assert math.isnan(right) or math.isclose(value, right, rel_tol=1e-14, abs_tol=0.0), text


def test_a_fraction_is_known_at_the_known_points_alone() -> None:
    assert WORDS["exp"].exactly_at(Fraction(0)) == 1
    assert WORDS["exp"].exactly_at(Fraction(1)) is None
