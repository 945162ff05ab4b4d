"""What has nothing to do with a line changes nothing: pages changed in such ways keep every verdict.

The pages are our own derivations, derivations drawn by chance, and the real ones where they are at hand. The changes
stand in `changes`. `python -m tests.laws.metamorphic` runs many.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.laws import tally
from tests.laws.changes import IN_PLAIN_TEXT, ON_ANY_PAGE, ON_OUR_OWN
from tests.laws.derivations import paper
from tests.matching import CORPUS, OWN, folders
from tests.pages import OverrunError, checked, together
from workings import ReadError
from workings.source import Place

#: How many changed pages `make soak` runs; one takes about 0.1 s, and each page is checked once as it was.
COUNT = int(os.environ.get("WORKINGS_METAMORPHIC", "50000"))
#: So many pages are looked at for each one that a change applies to.
TRIES = 20
#: Every so many pages, one is a real one.
REAL = 8
CHANGES = (*ON_ANY_PAGE, *ON_OUR_OWN)
#: Whose turn it is; there are many sentences.
TURNS = (*CHANGES, *["a sentence about something else"] * 4)


class Said(NamedTuple):
    """What was said of a line: its text, and whether it holds, is refuted or stays open."""

    text: str
    verdict: str


class Broken(NamedTuple):
    """A change that changed a verdict."""

    change: str
    page: str
    account: str


class Tally(tally.Tally[Broken]):
    """How many pages were changed in each way, and the verdicts that changed with them."""


def said(text: str, suffix: str) -> list[Said] | str:
    """Return what is said of each stretch of a page that is judged, or why nothing is."""
    try:
        lines = checked(text, suffix).lines
    except ReadError as error:
        return f"it cannot be read: {error.problems[0].found}"
    except OverrunError as error:
        return f"it was stopped: {error}"
    # A line may be judged by what it says and, where its name is one of convention, δ, by that: it is one line.
    verdicts: dict[tuple[Place, str], set[str]] = {}
    for line in lines:
        verdicts.setdefault((line.place, line.text), set()).add(line.verdict)
    return [Said(text, together(found)) for (_, text), found in verdicts.items()]


#: What is said of a page as it was: each change of it is held against that.
_said_before = lru_cache(maxsize=2000)(said)


def sources(root: Path) -> list[Path]:
    """Return the pages of a folder of derivations."""
    return [folder / "source.md" for folder in folders(root) if (folder / "source.md").exists()]


class Changed(NamedTuple):
    """A page before and after a change."""

    name: str
    before: str
    after: str
    suffix: str


def variant(change: str, number: int, paths: Sequence[Path]) -> Changed | None:
    """Change the page of a number: a real one, or a derivation drawn by chance; None where nothing changes."""
    chance = Random(f"{change} {number}")
    if change in ON_ANY_PAGE:
        path = paths[number // REAL % len(paths)] if paths and number % REAL == 0 else None
        text = path.read_text(encoding="utf-8") if path is not None else paper(number).text
        changed = ON_ANY_PAGE[change](text, chance)
        name = path.parent.name if path is not None else f"paper {number}"
        return None if changed in (None, text) else Changed(name, text, changed, ".md")
    pair = ON_OUR_OWN[change](number, chance)
    if pair is None or pair[0] == pair[1]:
        return None
    return Changed(f"paper {number}", *pair, ".txt" if change in IN_PLAIN_TEXT else ".md")


def changed_pages(change: str, numbers: Iterable[int], most: int, paths: Sequence[Path]) -> Tally:
    """Make a change to the pages of some numbers, until so many are changed."""
    return Tally.of(islice(_tallies(change, numbers, paths), most))


def _tallies(change: str, numbers: Iterable[int], paths: Sequence[Path]) -> Iterator[Tally]:
    for number in numbers:
        page = variant(change, number, paths)
        before = "" if page is None else _said_before(page.before, page.suffix)
        if page is not None and not isinstance(before, str):
            yield _compared(change, page, before)


def _compared(change: str, page: Changed, before: Sequence[Said]) -> Tally:
    after = said(page.after, page.suffix)
    counts = Counter({change: 1})
    difference = after if isinstance(after, str) else _difference(before, after)
    return Tally(counts, (Broken(change, page.name, f"{difference}\n\n{page.after}"),) if difference else ())


def _difference(before: Sequence[Said], after: Sequence[Said]) -> str:
    """Return the first line of which something else is said, empty where there is none."""
    for old, new in zip(before, after, strict=False):
        if old.verdict != new.verdict:
            return f"`{old.text}` is {old.verdict}, and changed to `{new.text}` it is {new.verdict}"
    if len(before) == len(after):
        return ""
    longer, word = (before, "not judged any more") if len(before) > len(after) else (after, "judged now")
    return f"{len(before)} lines and {len(after)} lines: `{longer[min(len(before), len(after))].text}` is {word}"


def report(whole: Tally) -> str:
    """Return the counts, and the shortest page for each change that changed a verdict."""
    out = [f"{whole.counts.total():,} pages changed"]
    broken = Counter(b.change for b in whole.broken)
    out += [f"{n:8,}  {what}" + (f", of which {broken[what]:,} changed a verdict" if broken[what] else "")
            for what, n in sorted(whole.counts.items())]  # fmt: skip
    for change in sorted(broken):
        of_change = sorted((b for b in whole.broken if b.change == change), key=lambda b: len(b.account))
        out += ["", f"{change}: " + "; ".join(b.page for b in of_change[:9]), of_change[0].account]
    return "\n".join(out) + "\n"


@cache
def all_sources() -> tuple[Path, ...]:
    """Return our own derivations, and the real ones where they are at hand."""
    return (*sources(OWN), *sources(CORPUS))


def share(change: str, most: int) -> int:
    """Return how many of so many changed pages are of one change."""
    return -(-most * TURNS.count(change) // len(TURNS))


#: Pages are changed in blocks, each block in every way, so that what is said of a page before is found once.
BLOCK = 100


def _block(numbers: Iterable[int]) -> Tally:
    return Tally.of(changed_pages(change, numbers, BLOCK, all_sources()) for change in CHANGES)


def main() -> int:
    """Change many pages and print a summary."""
    whole = Tally.of(tally.gathered(_block, (range(at, at + BLOCK) for at in count(0, BLOCK)), COUNT))
    sys.stdout.write(report(whole))
    return int(bool(whole.broken))


if __name__ == "__main__":
    raise SystemExit(main())
