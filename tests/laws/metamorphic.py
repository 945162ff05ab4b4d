"""What has nothing to do with a line changes nothing: pages changed in such ways keep every verdict.

The pages are our own derivations, derivations drawn by chance, and the real ones where they are at hand. The changes
stand in `changes`. `python -m tests.laws.metamorphic` runs many.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.laws import tally
from tests.laws.changes import IN_PLAIN_TEXT, ON_ANY_PAGE, ON_OUR_OWN
from tests.laws.derivations import paper
from tests.matching import CORPUS, OWN, folders
from tests.pages import OverrunError, checked, together
from workings import ReadError

#: How many changed pages `make soak` runs; a page takes about 0.1 s.
COUNT = int(os.environ.get("WORKINGS_METAMORPHIC", "50000"))
#: How many of the pages drawn by chance there are; each is changed in many ways.
PAPERS = 4000
#: How many pages are drawn for a change that applies to few.
TRIES = 100
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
    """Return what is said of each line of a page, or why nothing is."""
    try:
        return [Said(line.text, together({line.verdict})) for line in checked(text, suffix).lines]
    except ReadError as error:
        return f"it cannot be read: {error.problems[0].found}"
    except OverrunError as error:
        return f"it was stopped: {error}"


@cache
def _said_of_file(path: Path) -> list[Said] | str:
    return said(path.read_text(encoding="utf-8"), path.suffix)


def sources(root: Path) -> list[Path]:
    """Return the pages of a folder of derivations."""
    return [folder / "source.md" for folder in folders(root) if (folder / "source.md").exists()]


def changed_page(seed: int, paths: Sequence[Path]) -> Tally:
    """Make the change whose turn it is to the first page, drawn by the seed, that it applies to."""
    chance = Random(seed)
    change = TURNS[seed % len(TURNS)]
    for _ in range(TRIES):
        page = _drawn(change, chance, paths)
        if page is not None and not isinstance(page.before, str):
            return _compared(change, f"seed {seed}, {page.name}", page.before, page.changed, page.suffix)
    return Tally(Counter({"without a page": 1}), ())


class Changed(NamedTuple):
    """A page, what was said of it, and what it was changed to."""

    name: str
    before: list[Said] | str
    changed: str
    suffix: str


def _drawn(change: str, chance: Random, paths: Sequence[Path]) -> Changed | None:
    """Draw a page and change it; None where nothing changes."""
    if change in ON_ANY_PAGE and paths and chance.random() < 0.7:
        path = chance.choice(paths)
        text = path.read_text(encoding="utf-8")
        changed = ON_ANY_PAGE[change](text, chance)
        if changed is None or changed == text:
            return None
        return Changed(path.parent.name, _said_of_file(path), changed, path.suffix)
    number = chance.randrange(PAPERS)
    pair = ON_OUR_OWN[change](number, chance) if change in ON_OUR_OWN else _of_a_paper(change, number, chance)
    if pair is None or pair[0] == pair[1]:
        return None
    suffix = ".txt" if change in IN_PLAIN_TEXT else ".md"
    return Changed(f"paper {number}", said(pair[0], suffix), pair[1], suffix)


def _of_a_paper(change: str, number: int, chance: Random) -> tuple[str, str] | None:
    text = paper(number).text
    changed = ON_ANY_PAGE[change](text, chance)
    return None if changed is None else (text, changed)


def _compared(change: str, page: str, before: Sequence[Said], changed: str, suffix: str) -> Tally:
    after = said(changed, suffix)
    counts = Counter({change: 1})
    difference = after if isinstance(after, str) else _difference(before, after)
    if not difference:
        return Tally(counts, ())
    return Tally(counts, (Broken(change, page, f"{difference}\n\n{changed}"),))


def _difference(before: Sequence[Said], after: Sequence[Said]) -> str:
    """Return the first line of which something else is said, empty where there is none."""
    for old, new in zip(before, after, strict=False):
        if old.verdict != new.verdict:
            return f"`{old.text}` is {old.verdict}, and changed to `{new.text}` it is {new.verdict}"
    if len(before) == len(after):
        return ""
    longer, word = (before, "not judged any more") if len(before) > len(after) else (after, "judged now")
    return f"{len(before)} lines and {len(after)} lines: `{longer[min(len(before), len(after))].text}` is {word}"


def changed_pages(seeds: Iterable[int], paths: Sequence[Path]) -> Tally:
    """Change a page for each seed."""
    return Tally.of(changed_page(seed, paths) for seed in seeds)


def report(whole: Tally) -> str:
    """Return the counts, and the shortest page for each change that changed a verdict."""
    out = [f"{sum(n for what, n in whole.counts.items() if what != 'without a page'):,} pages changed"]
    broken = Counter(b.change for b in whole.broken)
    out += [f"{n:8,}  {what}" + (f", of which {broken[what]:,} changed a verdict" if broken[what] else "")
            for what, n in sorted(whole.counts.items())]  # fmt: skip
    for change in sorted(broken):
        of_change = sorted((b for b in whole.broken if b.change == change), key=lambda b: len(b.account))
        out += ["", f"{change}: " + "; ".join(b.page for b in of_change[:9]), of_change[0].account]
    return "\n".join(out) + "\n"


def _block(seeds: range) -> Tally:
    return changed_pages(seeds, all_sources())


@cache
def all_sources() -> tuple[Path, ...]:
    """Return our own derivations, and the real ones where they are at hand."""
    return (*sources(OWN), *sources(CORPUS))


def main() -> int:
    """Change many pages and print a summary."""
    blocks = [range(at, at + 50) for at in range(0, COUNT, 50)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        whole = Tally.of(pool.map(_block, blocks))
    sys.stdout.write(report(whole))
    return int(bool(whole.broken))


if __name__ == "__main__":
    raise SystemExit(main())
