"""Network → notation: what was read, written so that it reads back to the same network."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from workings.graph.network import Domain, Finite, Function, Interval, Network
from workings.graph.writing.boxes import plain
from workings.graph.writing.spelling import plain as plain_name


def write(network: Network) -> str:
    """Return the notation of a network: declarations, functions, equations, starts, patterns."""
    body = [(_function_head(f), plain(f.body)) for f in network.functions.values() if f.body is not None]
    body += [(plain_name(e.name), plain(e.formula)) for e in network.equations]
    width = max((_width(left) for left, _ in body), default=0)
    lines = [*_declarations(network), *(f"{left}{' ' * (width - _width(left))} = {right}" for left, right in body)]
    if network.error is not None:
        lines.append(f"minimise {plain_name(network.error)}")
    if network.starts:
        lines.append("start    " + ", ".join(f"{plain_name(n)} = {plain(v)}" for n, v in network.starts.items()))
    return "\n".join([*lines, *_patterns(network)]) + "\n"


def _width(text: str) -> int:
    """Count the columns that a text takes: an accent stands on its letter."""
    return sum(not unicodedata.combining(character) for character in text)


def _declarations(network: Network) -> list[str]:
    """Write the declarations, neighbours of one role and domain on one line."""
    lines: list[str] = []
    last: tuple[str, str] | None = None
    for declared in network.declarations.values():
        name, value = plain_name(declared.name), network.values.get(declared.name)
        if value is not None:
            lines.append(f"{declared.role:<8} {name} = {plain(value)}")
            last = None
            continue
        domain = f" in {write_domain(declared.domain)}" if declared.domain is not None else ""
        if last == (declared.role, domain):
            lines[-1] = f"{lines[-1].removesuffix(domain)}, {name}{domain}"
        else:
            lines.append(f"{declared.role:<8} {name}{domain}")
        last = (declared.role, domain)
    return lines


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
