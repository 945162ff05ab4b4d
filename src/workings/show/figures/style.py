"""How figures look: colours that every eye tells apart, marks and line styles that survive a black-and-white print.

The colours are M. Okabe and K. Ito's ("Color universal design", 2008), in an order of falling contrast with white;
maps use matplotlib's cividis, which is even in lightness. Figures are made without pyplot, so that nothing is global.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from workings.graph.expr import Expr, symbol
from workings.graph.writing.boxes import plain
from workings.show.latex import latex

BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK = (
    "#0072B2", "#D55E00", "#009E73", "#8F4A7D", "#E69F00", "#56B4E9", "#000000",
)  # fmt: skip
GREY = "#6b6b6b"
#: Colours, line styles and marks in turn: each line differs from its neighbours in all three.
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
STYLES = ("-", "--", "-.", ":")
MARKS = ("o", "s", "^", "D", "v", "P")
#: Below 0 and above 0, told apart by lightness as well.
DIVERGING = "PuOr_r"
SEQUENTIAL = "cividis"

_LOOK = {
    "font.family": "DejaVu Sans", "font.size": 9.5, "axes.titlesize": 10.5, "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.8, "axes.grid": True,
    "axes.axisbelow": True, "grid.color": "#e3e3e3", "grid.linewidth": 0.6,
    "legend.framealpha": 0.85, "legend.edgecolor": "none", "legend.fontsize": 8.5, "lines.linewidth": 1.7,
    "figure.dpi": 110, "savefig.dpi": 160, "axes.formatter.use_mathtext": True, "axes.unicode_minus": True,
    "mathtext.fontset": "dejavusans", "svg.hashsalt": "workings", "pdf.fonttype": 42,
}  # fmt: skip


@contextmanager
def look() -> Generator[None]:
    """Draw in the house's look, and leave the caller's as it was."""
    # matplotlib's own types are partly unknown.
    library: Any = matplotlib
    with library.rc_context(_LOOK):
        yield


def canvas(ax: Axes | None, width: float = 5.6, height: float = 3.7, projection: str | None = None) -> tuple[Any, Any]:
    """Return the figure and the axes to draw on: those given, or new ones."""
    if ax is not None:
        return ax.get_figure(root=True), ax
    figure = new_figure(width, height)
    return figure, figure.add_subplot(projection=projection)


def new_figure(width: float, height: float) -> Any:
    """Return an empty figure."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def maths(item: str | Expr) -> str:
    """Write a name or a formula as matplotlib draws it, in the author's letters."""
    expr = symbol(item) if isinstance(item, str) else item
    text = latex(expr)
    # matplotlib's mathematics is a part of TeX's; what it does not know is written in plain characters.
    return f"${text}$" if not any(word in text for word in (r"\operatorname", r"\begin", r"\text")) else plain(expr)


def words(prose: Iterable[str | Expr]) -> str:
    """Write prose with formulas in it."""
    return "".join(item.replace("$", r"\$") if isinstance(item, str) else maths(item) for item in prose)


#: What a figure may be saved as, by suffix.
SUFFIXES = (".svg", ".pdf", ".png")


def saved(figure: Figure, suffix: str) -> bytes:
    """Return a figure as the content of a file: SVG, PDF or PNG. The same figure gives the same bytes.

    Raises:
        ValueError: for another suffix.
    """
    if suffix not in SUFFIXES:
        raise ValueError(f"{suffix!r} is none of {', '.join(SUFFIXES)}")
    out = io.BytesIO()
    undated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}, ".png": {}}[suffix]
    with look():
        drawn: Any = figure
        drawn.savefig(out, format=suffix[1:], metadata=undated)
    return out.getvalue()


def as_svg(figure: Figure) -> str:
    """Return a figure as the text of an SVG element, to stand in a page."""
    text = saved(figure, ".svg").decode()
    # What stands between is about the program that drew it, in addresses that nothing needs to visit.
    head, _, rest = text[text.index("<svg") :].partition("<metadata>")
    return head + rest.partition("</metadata>")[2] if rest else head
