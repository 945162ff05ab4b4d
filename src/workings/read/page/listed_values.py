"""Lists of a program: what is worked out over lists of names, written out for their elements.

    def mse(ts, os): return sum((t - o) ** 2 for t, o in zip(ts, os)) / len(ts)
    loss = mse([t1, t2], [o1, o2])              loss = ((t1 - o1) ** 2 + (t2 - o2) ** 2) / 2

Python's own parser reads the program, and nothing of it runs: a value is an expression in the program's names, or the
elements of a list. What is not in the tables here is not known, and its line stays as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple


class _Array(list[ast.expr]):
    """The elements of what calculates element by element, as NumPy's arrays do and lists do not."""


_Value = ast.expr | list[ast.expr]
_Names = Mapping[str, _Value]

#: A list with more elements than this is not written out.
_MOST_ELEMENTS = 32
#: Without one of these nothing is worked out over lists.
_OVER_LISTS = ("zip(", "len(", "mean(", "sum(")


class WrittenOut(NamedTuple):
    """A statement whose right side works on lists: its two sides, and the right side in full."""

    target: ast.expr
    value: ast.expr
    whole: str


class _UnknownError(Exception):
    """What a value is cannot be told."""


def written_out(content: str) -> tuple[list[WrittenOut], list[ast.FunctionDef]]:
    """Return the statements of a program that work out one number from lists, and the functions that those call."""
    if not any(word in content for word in _OVER_LISTS):
        return [], []
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [], []
    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    worker = _Worker(functions, _lists(nodes))
    found = [
        WrittenOut(node.targets[0], node.value, whole)
        for node in nodes
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and _own_name(node.targets[0])
        if (whole := worker.whole(node.value))
    ]
    return found, [function for function in functions if function.name in worker.called]


def _own_name(node: ast.expr) -> str:
    """Return a name of the program, `loss` or `self.loss`; nothing for anything else."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _lists(nodes: list[ast.AST]) -> dict[str, list[ast.expr]]:
    """Return the lists that a program makes once, by name: their names, or their elements `xs[0]`, `xs[1]`."""
    stored = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    stored += [node.arg for node in nodes if isinstance(node, ast.arg)]
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, made = node.targets[0].id, node.value
            array = isinstance(made, ast.Call) and _called(made.func) in ("array", "asarray") and len(made.args) == 1
            items = made.args[0] if isinstance(made, ast.Call) and array else made
            if stored.count(name) == 1 and isinstance(items, ast.List | ast.Tuple):
                elements = _elements(name, items.elts)
                found[name] = _Array(elements) if array else elements
    return found


def _elements(name: str, items: list[ast.expr]) -> list[ast.expr]:
    if all(isinstance(item, ast.Name) for item in items):
        return list(items)
    return [ast.Subscript(ast.Name(name, ast.Load()), ast.Constant(at), ast.Load()) for at in range(len(items))]


def _called(function: ast.expr) -> str:
    """Return the name that is called, `mean` for `np.mean`; nothing for a method of something else."""
    if isinstance(function, ast.Attribute):
        of = function.value
        return function.attr if isinstance(of, ast.Name) and of.id in ("np", "numpy", "math", "self") else ""
    return function.id if isinstance(function, ast.Name) else ""


class _Worker:
    """Works out values of a program that has some functions and some lists."""

    def __init__(self, functions: list[ast.FunctionDef], lists: _Names) -> None:
        self.functions = {function.name: function for function in functions}
        self.lists = lists
        self.called: set[str] = set()
        self._running: list[str] = []
        self._summed = False

    def whole(self, node: ast.expr) -> str:
        """Return a right side that works on lists in full; nothing where it works on none, or is not known."""
        self._summed = False
        before = set(self.called)
        try:
            value = self._value(node, self.lists)
        except (_UnknownError, RecursionError):
            value = node
        if value is node or isinstance(value, list) or not self._summed:
            self.called = before
            return ""
        return ast.unparse(ast.fix_missing_locations(value))

    def _value(self, node: ast.expr, known: _Names) -> _Value:
        ways: dict[type[ast.expr], Callable[..., _Value]] = {
            ast.Name: self._named, ast.Attribute: self._named,
            ast.List: self._list, ast.Tuple: self._list, ast.Subscript: self._element, ast.BinOp: self._calculated,
            ast.UnaryOp: self._signed, ast.Call: self._call, ast.ListComp: self._each, ast.GeneratorExp: self._each,
        }  # fmt: skip
        if isinstance(node, ast.Constant):
            return node
        way = ways.get(type(node))
        if way is None:
            raise _UnknownError
        return way(node, known)

    def _named(self, node: ast.Name | ast.Attribute, known: _Names) -> _Value:
        name = _own_name(node)
        if not name or (self._running and name not in known):
            # What a function finds outside of it may be anything.
            raise _UnknownError
        return known.get(name, ast.Name(name, ast.Load()))

    def _number(self, node: ast.expr, known: _Names) -> ast.expr:
        value = self._value(node, known)
        if isinstance(value, list):
            raise _UnknownError
        return value

    def _items(self, node: ast.expr, known: _Names) -> list[ast.expr]:
        value = self._value(node, known)
        if not isinstance(value, list) or not 0 < len(value) <= _MOST_ELEMENTS:
            raise _UnknownError
        return value

    def _list(self, node: ast.List | ast.Tuple, known: _Names) -> _Value:
        return [self._number(item, known) for item in node.elts]

    def _element(self, node: ast.Subscript, known: _Names) -> _Value:
        value = self._value(node.value, known)
        at = self._value(node.slice, known)
        if not isinstance(at, ast.Constant) or not isinstance(at.value, int):
            raise _UnknownError
        if isinstance(value, list):
            if at.value >= len(value):
                raise _UnknownError
            return value[at.value]
        return ast.Subscript(value, at, ast.Load())

    def _signed(self, node: ast.UnaryOp, known: _Names) -> _Value:
        value = self._value(node.operand, known)
        if isinstance(value, _Array):
            return _Array(ast.UnaryOp(node.op, item) for item in value)
        return ast.UnaryOp(node.op, self._number(node.operand, known))

    def _calculated(self, node: ast.BinOp, known: _Names) -> _Value:
        left, right = self._value(node.left, known), self._value(node.right, known)
        if not isinstance(left, list) and not isinstance(right, list):
            return ast.BinOp(left, node.op, right)
        if not isinstance(left, _Array) and not isinstance(right, _Array):
            # Lists are joined by `+` and repeated by `*`.
            raise _UnknownError
        if any(
            isinstance(part, ast.Name)
            for side in (left, right)
            if isinstance(side, ast.expr)
            for part in ast.walk(side)
        ):
            # Nobody knows whether that is a number or an array, too.
            raise _UnknownError
        count = max(len(side) for side in (left, right) if isinstance(side, list))
        sides = [side if isinstance(side, list) else [side] * count for side in (left, right)]
        if len(sides[0]) != len(sides[1]):
            raise _UnknownError
        return _Array(ast.BinOp(a, node.op, b) for a, b in zip(*sides, strict=True))

    def _each(self, node: ast.ListComp | ast.GeneratorExp, known: _Names) -> _Value:
        if len(node.generators) != 1 or node.generators[0].ifs:
            raise _UnknownError
        loop = node.generators[0]
        return [self._number(node.elt, here) for here in self._rounds(loop.target, loop.iter, known)]

    def _rounds(self, target: ast.expr, over: ast.expr, known: _Names) -> Iterator[_Names]:
        """Yield what is known in each round of a loop."""
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        lists: list[list[ast.expr]]
        if isinstance(over, ast.Call) and _called(over.func) == "zip":
            lists = [self._items(arg, known) for arg in over.args]
        elif isinstance(over, ast.Call) and _called(over.func) == "range" and len(over.args) == 1:
            count = self._number(over.args[0], known)
            if not isinstance(count, ast.Constant) or not isinstance(count.value, int) or count.value > _MOST_ELEMENTS:
                raise _UnknownError
            lists = [[ast.Constant(at) for at in range(count.value)]]
        else:
            lists = [self._items(over, known)]
        if len(lists) != len(names) or len({len(items) for items in lists}) != 1:
            raise _UnknownError
        for row in zip(*lists, strict=True):
            yield {**known, **{n.id: item for n, item in zip(names, row, strict=True) if isinstance(n, ast.Name)}}

    def _call(self, node: ast.Call, known: _Names) -> _Value:
        name = _called(node.func)
        if node.keywords:
            raise _UnknownError
        if name in self.functions:
            return self._own(self.functions[name], [self._value(arg, known) for arg in node.args])
        if name in ("sum", "mean"):
            items = self._items(node.args[0], known)
            self._summed = True
            total = _sum(items)
            return ast.BinOp(total, ast.Div(), ast.Constant(len(items))) if name == "mean" else total
        if name == "len":
            return ast.Constant(len(self._items(node.args[0], known)))
        if name in ("array", "asarray"):
            return _Array(self._items(node.args[0], known))
        if name in ("square", "pow", "power"):
            power = self._number(node.args[1], known) if len(node.args) == 2 else ast.Constant(2)
            value = self._value(node.args[0], known)
            if isinstance(value, list):
                return _Array(ast.BinOp(item, ast.Pow(), power) for item in value)
            return ast.BinOp(value, ast.Pow(), power)
        return ast.Call(node.func, [self._number(arg, known) for arg in node.args], [])

    def _own(self, function: ast.FunctionDef, values: list[_Value]) -> _Value:
        """Return what a function of the program gives for some values; one of numbers alone is left as it is called."""
        lists = any(isinstance(value, list) for value in values)
        if not lists:
            name = ast.Name(function.name, ast.Load())
            return ast.Call(name, [value for value in values if isinstance(value, ast.expr)], [])
        own = [arg.arg for arg in function.args.args if arg.arg != "self"]
        if len(own) != len(values) or function.name in self._running:
            raise _UnknownError
        self._running.append(function.name)
        try:
            found = self._steps(function.body, {**self.lists, **dict(zip(own, values, strict=True))})
        finally:
            self._running.pop()
        if found is None:
            raise _UnknownError
        self.called.add(function.name)
        return found

    def _steps(self, body: list[ast.stmt], known: dict[str, _Value]) -> _Value | None:
        """Follow statements one after the other; return what they return."""
        for step in body:
            if isinstance(step, ast.Return) and step.value is not None:
                return self._value(step.value, known)
            if isinstance(step, ast.Assign) and isinstance(step.targets[0], ast.Name) and len(step.targets) == 1:
                known[step.targets[0].id] = self._value(step.value, known)
            elif isinstance(step, ast.AugAssign) and isinstance(step.target, ast.Name) and step.target.id in known:
                known[step.target.id] = self._added_to(step, known[step.target.id], known)
            elif isinstance(step, ast.For) and not step.orelse:
                self._loop(step, known)
            elif not isinstance(step, ast.Import | ast.ImportFrom | ast.Pass) and not _is_docstring(step):
                raise _UnknownError
        return None

    def _added_to(self, step: ast.AugAssign, before: _Value, known: _Names) -> _Value:
        if isinstance(step.op, ast.Add) and isinstance(before, ast.Constant) and before.value == 0:
            return self._number(step.value, known)
        return self._calculated(ast.BinOp(step.target, step.op, step.value), known)

    def _loop(self, loop: ast.For, known: dict[str, _Value]) -> None:
        own = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
        for here in list(self._rounds(loop.target, loop.iter, known)):
            inside = {**known, **{name: here[name] for name in own}}
            if self._steps(loop.body, inside) is not None:
                raise _UnknownError
            known.update({name: value for name, value in inside.items() if name not in own})
            self._summed = True


def _is_docstring(step: ast.stmt) -> bool:
    return isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)


def _sum(items: list[ast.expr]) -> ast.expr:
    total = items[0]
    for item in items[1:]:
        total = ast.BinOp(total, ast.Add(), item)
    return total
