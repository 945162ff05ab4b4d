"""The scalar words: every algebra speaks every word, and a tape records nothing else."""

from workings.graph.algebra import Tape
from workings.graph.evaluate import FLOATS
from workings.graph.exact import FRACTIONS
from workings.graph.op import OPS
from workings.graph.words.table import WORDS


def test_every_algebra_speaks_every_word() -> None:
    assert set(FLOATS) == set(FRACTIONS) == set(WORDS)


def test_the_ops_are_made_of_words() -> None:
    for op in OPS.values():
        tape = Tape()
        op.record(tape, *(tape.input(index) for index in range(op.arity)))
        assert {word.name for word in tape.words} <= set(WORDS), op
