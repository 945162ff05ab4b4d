"""Network → notation: what was read, written so that it reads back to the same network."""

from __future__ import annotations

from collections.abc import Iterator

from workings.graph.name import plain as plain_name
from workings.graph.network import Declaration, Domain, Finite, Function, Interval, Network
from workings.graph.written import plain


def write(network: Network) -> str:
    """Return the notation of a network: declarations, functions, equations, starts, patterns."""
    heads = [_declaration(network, d) for d in network.declarations.values()]
    body = [(_function_head(f), plain(f.body)) for f in network.functions.values() if f.body is not None]
    body += [(plain_name(e.name), plain(e.formula)) for e in network.equations]
    width = max((len(left) for left, _ in body), default=0)
    lines = [*heads, *(f"{left:<{width}} = {right}" for left, right in body)]
    if network.error is not None:
        lines.append(f"minimise {plain_name(network.error)}")
    if network.starts:
        lines.append("start    " + ", ".join(f"{plain_name(n)} = {plain(v)}" for n, v in network.starts.items()))
    return "\n".join([*lines, *_patterns(network)]) + "\n"


def _declaration(network: Network, declared: Declaration) -> str:
    name = plain_name(declared.name)
    value = network.values.get(declared.name)
    if value is not None:
        return f"{declared.role:<8} {name} = {plain(value)}"
    if declared.domain is None:
        return f"{declared.role:<8} {name}"
    return f"{declared.role:<8} {name} in {write_domain(declared.domain)}"


def write_domain(domain: Domain) -> str:
    """Write a domain: `{0, 1}`, `[0, 1]`, `R`."""
    if isinstance(domain, Finite):
        return "{" + ", ".join(plain(value) for value in domain.values) + "}"
    if isinstance(domain, Interval):
        return f"[{plain(domain.low)}, {plain(domain.high)}]"
    return "R"


def _function_head(function: Function) -> str:
    return f"{plain_name(function.name)}({', '.join(plain_name(p) for p in function.parameters)})"


def _patterns(network: Network) -> Iterator[str]:
    table = network.patterns
    if table is None:
        return

    def row(items: tuple[str, ...]) -> str:
        inputs = [item for name, item in zip(table.columns, items, strict=True) if name in network.inputs]
        targets = [item for name, item in zip(table.columns, items, strict=True) if name not in network.inputs]
        return "(" + "; ".join(", ".join(part) for part in (inputs, targets) if part) + ")"

    rows = [row(tuple(plain(cell) for cell in cells)) for cells in table.rows]
    yield f"patterns {row(tuple(plain_name(c) for c in table.columns))} = {_joined(rows)}"


def _joined(rows: list[str]) -> str:
    lines = [", ".join(rows[at : at + 4]) for at in range(0, len(rows), 4)]
    return ",\n    ".join(lines)
