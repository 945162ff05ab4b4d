"""Loops of a program over examples: what is summed in one is read for one example, as its sum has the sums of slopes.

    loss = dw = 0.0
    for x, y in zip(xs, ys):
        loss += (w * x - y) ** 2                loss = (w * x - y) ** 2
        dw += 2 * (w * x - y) * x               dw = 2 * (w * x - y) * x

Only an error and slopes that are summed in the same loop, each on one line, and used for nothing else in it. An error
that is made anew behind the loop, `loss /= 2 * n`, has other slopes than its sum: such a program stays as it is.
"""

from __future__ import annotations

import ast
import re

_ERROR = re.compile(r"(?i)(?:\w+_)?(?:loss|cost|error|sse)|[EJL]")
_SLOPE = re.compile(r"d[A-Za-z]\w*|d_\w+|grad_\w+|\w+_grad")


def for_one_example(content: str) -> str:
    """Return a program with what it sums over examples as it is for one of them, as long as it was."""
    if "+=" not in content or "for " not in content:
        return content
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return content
    nodes = list(ast.walk(tree))
    lines = content.splitlines(keepends=True)
    for loop in nodes:
        if isinstance(loop, ast.For) and _is_over_examples(loop):
            sums = {node.target.id: node for node in loop.body if isinstance(node, ast.AugAssign) and _is_sum(node)
                    if isinstance(node.target, ast.Name)}  # fmt: skip
            begins = [
                node for node in nodes if isinstance(node, ast.Assign) and _names(node) and _names(node) <= sums.keys()
            ]
            if _are_sums_alone(sums, begins, nodes, loop):
                for step in sums.values():
                    lines[step.lineno - 1] = lines[step.lineno - 1].replace("+=", " =", 1)
                for begin in begins:
                    lines[begin.lineno - 1] = re.sub(r"[^\n]", " ", lines[begin.lineno - 1])
    return "".join(lines)


def _is_over_examples(loop: ast.For) -> bool:
    """Say whether a loop takes an input and what is wanted for it from lists: `for x, y in zip(xs, ys)`."""
    pair = isinstance(loop.target, ast.Tuple) and len(loop.target.elts) > 1
    over = loop.iter
    zipped = isinstance(over, ast.Call) and isinstance(over.func, ast.Name) and over.func.id == "zip"
    return pair and (zipped or isinstance(over, ast.Name))


def _is_sum(node: ast.AugAssign) -> bool:
    name = node.target.id if isinstance(node.target, ast.Name) else ""
    return isinstance(node.op, ast.Add) and bool(_ERROR.fullmatch(name) or _SLOPE.fullmatch(name))


def _names(node: ast.Assign) -> set[str]:
    """Return the names that a statement gives zero to; none where it does anything else."""
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    zero = all(isinstance(value, ast.Constant) and value.value == 0 for value in values)
    parts = [part for target in node.targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    alone = node.lineno == node.end_lineno and all(isinstance(part, ast.Name) for part in parts)
    return {part.id for part in parts if isinstance(part, ast.Name)} if zero and alone else set()


def _are_sums_alone(
    sums: dict[str, ast.AugAssign], begins: list[ast.Assign], nodes: list[ast.AST], loop: ast.For
) -> bool:
    """Say whether names are set to zero once and added to once, an error among them, and else only slopes are used."""
    errors = {name for name in sums if not _SLOPE.fullmatch(name)}
    inside = [part for part in ast.walk(loop) if isinstance(part, ast.Name) and part.id in sums]
    stored = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    once = all(stored.count(name) == 2 for name in sums) and len(inside) == len(sums)
    begun = {name for node in begins for name in _names(node)} == sums.keys()
    used = {
        part.id for node in nodes if isinstance(node, ast.Assign | ast.AugAssign | ast.Return)
        for part in (ast.walk(node.value) if node.value is not None else ())
        if isinstance(part, ast.Name)
    }  # fmt: skip
    return len(errors) == 1 < len(sums) and once and begun and errors.isdisjoint(used)
