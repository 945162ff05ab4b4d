"""Pages that nobody would write: whatever stands in a file, it is read and checked, or refused with a reason.

Bytes, tokens and lines of real pages are deleted, doubled, exchanged, replaced and spliced. Of each page:

    no error but a `ReadError` · an end within some seconds · memory within bounds · a ledger that adds up

`python -m tests.laws.fuzz` runs many.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.laws import tally
from tests.laws.derivations import paper
from tests.matching import CORPUS, OWN
from tests.pages import OverrunError, bare, stopped
from workings import ReadError
from workings.api import check_document
from workings.check.verdict import Check

#: How many pages `make soak` runs.
COUNT = int(os.environ.get("WORKINGS_FUZZ", "100000"))
#: By how much one page may raise what the process holds, in KiB.
LARGEST = 1_000_000
FORMS = Path(__file__).parents[1] / "forms"

_KINDS = ("definition", "declaration", "claim", "update", "not used", "not read")


class Broken(NamedTuple):
    """A law that a page breaks: what happened, and the page."""

    law: str
    seed: int
    account: str


class Tally(tally.Tally[Broken]):
    """What became of some pages."""


# Pages


@cache
def sources() -> tuple[tuple[str, bytes], ...]:
    """Return real pages: their suffix and their bytes."""
    files = [*OWN.glob("*/source.md"), *FORMS.iterdir(), *(CORPUS.glob("*/*.*") if CORPUS.is_dir() else ())]
    found = [path for path in files if path.suffix in (".md", ".txt", ".tex", ".ipynb", ".py")]
    return tuple((path.suffix, path.read_bytes()) for path in sorted(found))


#: What breaks readers: brackets that stay open, commands, marks, numbers that never end, characters of other kinds.
_HOSTILE = (
    "$", "$$", "{", "}", "(", ")", "[", "]", "\\", "\\frac", "\\frac{", "\\left(", "\\right", "\\begin{align}",
    "\\end{align}", "\\begin{cases}", "&", "\\\\", "^", "_", "^{", "_{", "'", "′", "=", ":=", "<-", "≈", "∈", "∂", "∑",
    "\\sum_{i}", "\\int", "\\tag{", "\\text{", "```", "```python\n", "```network\n", "`", "#", "%", "<!--", "-->", ">",
    "|", "\t", "\r", "\x0b", "\u2028", "\u200b", "\ufeff", "\u202e", "\U0001f600", "é", "\ufb01", "\uff11", "0",
    "1e999", "9" * 400, "1/0", "0/0", "e", "π", "d", "dE/dw", "\\partial", "\\newcommand{\\a}{\\a}", "\\def\\x{\\x\\x}",
    "lambda", "def f(x):", "import os", "np.sum(", "max(", "x" * 300, "minimise E", "weight w in R",
    "input x in {0, 1}", "patterns", "start w =", "w = w - w", "E = E + 1", "softmax(", "f(f(f(", "((((((((((",
    "{{{{{{{{{{", "^^^^^^^^", "= = =", "- - -", "\n", "\n\n", "\n    ",
)  # fmt: skip
_TOKENS = re.compile(r"\\[A-Za-z]+|[A-Za-z]+|\d+|\s+|.", re.DOTALL)


def _bytes_changed(content: bytes, chance: Random) -> bytes:
    out = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(out) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            out[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 4)))
        elif kind == 1:
            del out[at : at + chance.randint(1, 40)]
        elif kind == 2 and at < len(out):
            out[at] ^= 1 << chance.randrange(8)
        else:
            out[at:at] = out[at : at + chance.randint(1, 60)]
    return bytes(out)


def _tokens_changed(content: bytes, chance: Random) -> bytes:
    tokens = _TOKENS.findall(content.decode("utf-8", "replace")) or [""]
    for _ in range(chance.randint(1, 10)):
        at = chance.randrange(len(tokens))
        kind = chance.randrange(5)
        if kind == 0:
            tokens[at] = ""
        elif kind == 1:
            tokens[at] += tokens[at]
        elif kind == 2:
            other = chance.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif kind == 3:
            tokens[at] += chance.choice(_HOSTILE)
        else:
            tokens[at] = chance.choice(_HOSTILE)
    return "".join(tokens).encode("utf-8", "surrogatepass")


def _lines_changed(content: bytes, chance: Random) -> bytes:
    lines = content.split(b"\n")
    kind = chance.randrange(4)
    if kind == 0:
        chance.shuffle(lines)
    elif kind == 1:
        lines *= chance.randint(2, 6)
    elif kind == 2:
        lines = [line for line in lines if chance.random() < 0.7]
    else:
        lines = [chance.choice((b"- ", b"> ", b"    ", b"# ", b"1. ", b"| ")) + line for line in lines]
    return b"\n".join(lines)


def _spliced(content: bytes, chance: Random) -> bytes:
    other = chance.choice(sources())[1] if chance.random() < 0.6 else paper(chance.randrange(10_000)).text.encode()
    a, b = content.split(b"\n"), other.split(b"\n")
    at, to = chance.randrange(len(a)), chance.randrange(len(b))
    return b"\n".join([*a[:at], *b[to:], *(a[at:] if chance.random() < 0.5 else [])])


_WAYS: Sequence[Callable[[bytes, Random], bytes]] = (
    _bytes_changed, _tokens_changed, _tokens_changed, _tokens_changed, _lines_changed, _spliced, _spliced,
)  # fmt: skip


def page(seed: int) -> tuple[str, bytes]:
    """Return a page that nobody wrote: the suffix of its file, and its bytes."""
    chance = Random(seed)
    if chance.random() < 0.3:
        suffix, content = ".md", paper(chance.randrange(10_000)).text.encode()
    else:
        suffix, content = chance.choice(sources())
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = chance.choice(_WAYS)(content, chance)
    return chance.choice((suffix, suffix, suffix, ".md", ".txt", ".tex", ".ipynb")), content[:100_000]


# The laws


def checked(suffix: str, content: bytes) -> Check:
    """Check the bytes of a file.

    Raises:
        OverrunError: when it does not end.
        ReadError: when it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="workings-fuzz-") as folder:
        path = Path(folder) / f"page{suffix}"
        path.write_bytes(content)
        return stopped(lambda: check_document(path))


def outcome(suffix: str, content: bytes) -> tuple[str, str]:
    """Return what became of a page in a word, and an account where that is no good end."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        found = checked(suffix, content)
    except ReadError as error:
        return ("refused", "") if error.problems and str(error) else ("a refusal without a reason", "")
    except OverrunError as error:
        return "it never ends", str(error)
    except Exception as error:  # whatever else there is, is what this looks for
        return f"{type(error).__name__}", "".join(traceback.format_exception(error)[-4:])
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if grown > LARGEST:
        return "memory without bounds", f"{grown:,} KiB more"
    wrong = unbalanced(found)
    return ("the ledger does not add up", wrong) if wrong else ("checked", "")


def unbalanced(found: Check) -> str:
    """Return why the ledger of a check does not add up, empty where it does."""
    entries = found.ledger
    for entry in entries:
        if entry.kind not in _KINDS:
            return f"`{entry.text}` is of no kind: {entry.kind}"
        if not entry.text:
            return f"an entry has no text, in line {entry.place.line}"
        if entry.kind in ("not used", "not read") and not entry.why:
            return f"`{entry.text}` is {entry.kind}, without a reason"
    where = {(entry.place.file, entry.place.line) for entry in entries}
    for line in found.lines:
        at = (line.place.file, line.place.line)
        if at not in where and not any(bare(line.text) in bare(entry.text) for entry in entries):
            return f"`{line.text}` was judged, and is not in the ledger"
    return ""


_MATHS = re.compile(
    r"\$\$(?P<display>[^$]+)\$\$|(?<![\\$])\$(?P<inline>[^$\n]+)\$"
    r"|\\begin\{(?P<kind>align|gather|equation|eqnarray)(?P<star>\*?)\}(?P<rows>[^$]*?)\\end\{(?P=kind)(?P=star)\}"
)


def unlisted(text: str, found: Check) -> list[str]:
    """Return the formulas with an equals sign between dollars that the ledger does not name.

    What stands around the sign is looked for, so that a formula may be listed in pieces.
    """
    listed = _squashed("\n".join(entry.text for entry in found.ledger))
    missing: list[str] = []
    for match in _MATHS.finditer(_without_fences(text)):
        formula = _squashed(match["display"] or match["inline"] or match["rows"])
        for sign in re.finditer(r"(?<![<>!:+\-*/=])=(?!=)", formula):
            if _around(formula, sign.start()) not in listed:
                missing.append(match[0])
                break
    return missing


def _around(formula: str, at: int) -> str:
    """Return an equals sign with a character before it and two behind, as far as no end of a piece is near."""
    before = formula[at - 1 : at] if at and re.match(r"[\w})\]]", formula[at - 1]) else ""
    behind = re.match(r"\\[A-Za-z]|[^,;.\\]{0,2}", formula[at + 1 :])
    return before + "=" + (behind[0] if behind else "")


def _without_fences(text: str) -> str:
    return re.sub(r"```.*?(?:```|\Z)|<!--.*?-->|(?<!`)`[^`\n]*`", "", text, flags=re.DOTALL)


def _squashed(text: str) -> str:
    return re.sub(r"\\(?:left|right|displaystyle|quad|qquad|[,;!: ])(?![A-Za-z])|\s|&", "", text)


def fuzzed(seeds: Iterable[int]) -> Tally:
    """Read and check the pages of some seeds."""
    counts: Counter[str] = Counter()
    broken: list[Broken] = []
    for seed in seeds:
        suffix, content = page(seed)
        law, account = outcome(suffix, content)
        counts[law] += 1
        if law not in ("checked", "refused"):
            smallest = content if law == "it never ends" else smaller(suffix, content, law)
            broken.append(
                Broken(law, seed, f"{account}\nthe page, {suffix}:\n{smallest.decode('utf-8', 'backslashreplace')}")
            )
    return Tally(counts, tuple(broken))


def smaller(suffix: str, content: bytes, law: str) -> bytes:
    """Return a page with fewer lines that breaks the same law."""
    lines = content.split(b"\n")
    size = len(lines) // 2
    while size:
        for at in range(0, len(lines), size):
            fewer = [*lines[:at], *lines[at + size :]]
            if outcome(suffix, b"\n".join(fewer))[0] == law:
                lines = fewer
                break
        else:
            size //= 2
    return b"\n".join(lines)


def report(whole: Tally) -> str:
    """Return the counts, and the smallest page for each law that was broken."""
    out = [f"{whole.counts.total():,} pages"]
    out += [f"{n:8,}  {what}" for what, n in sorted(whole.counts.items())]
    by_law: Mapping[str, list[Broken]] = {b.law: [] for b in whole.broken}
    for b in whole.broken:
        by_law[b.law].append(b)
    for law, found in sorted(by_law.items()):
        found.sort(key=lambda b: len(b.account))
        out += ["", f"{law}: seeds {', '.join(str(b.seed) for b in found[:9])}", found[0].account]
    return "\n".join(out) + "\n"


def main() -> int:
    """Check many pages and print a summary."""
    blocks = [range(at, min(at + 100, COUNT)) for at in range(0, COUNT, 100)]
    whole = Tally.of(tally.gathered(fuzzed, blocks, COUNT))
    sys.stdout.write(report(whole))
    return int(bool(whole.broken))


if __name__ == "__main__":
    raise SystemExit(main())
