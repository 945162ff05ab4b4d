r"""Questions to trees are answered once: neither a tree nor a vocabulary ever changes.

Which names stand in a tree depends on the vocabulary only where its letters leave a choice: `wx` may be one name or
two, `dE` may be a differential. A tree of single letters, as most are, says the same whatever the page's names are, so
that its answers are kept with the tree itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from workings.read.formula.tree import Node, Product, Scripted, Word, kept, of_kind, preorder
from workings.read.names.vocabulary import Vocabulary

_Answer = TypeVar("_Answer")
_Question = Callable[[Node, Vocabulary], _Answer]


def asked(question: _Question[_Answer]) -> _Question[_Answer]:
    """Let a question be answered once for each tree and vocabulary."""
    name = question.__name__

    @wraps(question)
    def answer(root: Node, words: Vocabulary) -> _Answer:
        answers = words.on_names[name]
        try:
            return answers[root]  # pyright: ignore[reportReturnType]  # what this question found
        except KeyError:
            answers[root] = found = question(root, words)
            return found

    return answer


def asked_of_tree(question: Callable[[Node], _Answer]) -> Callable[[Node], _Answer]:
    """Let a question be answered once for each tree, where no vocabulary has a say."""
    name = question.__name__

    @wraps(question)
    def answer(root: Node) -> _Answer:
        answers = kept(root)
        if name not in answers:
            answers[name] = question(root)
        return answers[name]  # pyright: ignore[reportReturnType]  # what this question found

    return answer


def asked_of_letters(question: _Question[_Answer]) -> _Question[_Answer]:
    """Let a question be answered once for each tree, where its letters are names in one way only."""
    name, of_vocabulary = question.__name__, asked(question)

    @wraps(question)
    def answer(root: Node, words: Vocabulary) -> _Answer:
        # Only clear trees keep answers of this name.
        try:
            return root.answers[name]  # pyright: ignore[reportReturnType]  # what this question found
        except (AttributeError, KeyError):
            pass
        if not _is_clear(root):
            return of_vocabulary(root, words)
        kept(root)[name] = found = question(root, words)
        return found

    return answer


def _is_clear(root: Node) -> bool:
    """Say whether the letters of a tree, and of the whole that it was asked of with, are names in one way only."""
    try:
        return root.clear
    except AttributeError:
        parts = preorder(root)
        clear = all(map(_clear_itself, parts))
        for part in parts:
            object.__setattr__(part, "clear", clear)
        return clear


def _clear_itself(node: Node) -> bool:
    if isinstance(node, Word):
        return len(node.text.rstrip("0123456789")) == 1 and node.text[0] != "d" and node.font in ("", "rm")
    # Letters side by side in a superscript may be a word.
    return not (isinstance(node, Scripted) and node.high is not None and of_kind(node.high, Product))
