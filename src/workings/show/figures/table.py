"""The table of figures: by its word, the function that draws it from its record."""

from __future__ import annotations

from collections.abc import Callable

from workings.show.explained import answer, where
from workings.show.figures.answers import bound, descents, directions, patterns
from workings.show.figures.curves import along_step, curve, errors
from workings.show.figures.landscapes import chart, contours, surface
from workings.show.figures.style import Axes, Figure, as_svg, look
from workings.show.parts import Document, Drawing, Part
from workings.why.answer import Figured
from workings.why.gallery import FIGURES, OWN, What
from workings.why.questions import Explanation

DRAWERS: dict[What, Callable[..., Figure]] = {
    "curve": curve, "contours": contours, "surface": surface, "errors": errors, "directions": directions,
    "descents": descents, "step": along_step, "bound": bound, "map": chart, "patterns": patterns,
}  # fmt: skip


def drawn(record: Figured, ax: Axes | None = None, what: What | None = None) -> Figure:
    """Draw a record, on axes of the caller's or in a figure of its own; `what` chooses where it has several figures.

    Raises:
        LookupError: for a record that has no figure.
    """
    what = what or OWN.get(type(record))
    if what is None:
        raise LookupError(f"there is no figure of {type(record).__name__} by itself")
    with look():
        return DRAWERS[what](record, ax=ax)


def report(found: Explanation) -> Document:
    """Tell an explanation with its figures."""
    gallery = found.gallery
    parts: list[Part] = [*where(found)]
    for each in found.answers:
        parts += answer(each)
        for what, caption in FIGURES[each.ask]:
            record = gallery.record(what)
            if record is not None:
                parts.append(Drawing(as_svg(drawn(record, what=what)), (caption,)))
    return tuple(parts)
