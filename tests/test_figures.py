"""Figures: one for each word, in the author's letters, on the caller's axes or their own; and the report with them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from matplotlib.figure import Figure

import workings
from workings.errors import ReadError
from workings.show.figures.style import COLOURS, saved
from workings.show.figures.table import DRAWERS
from workings.why.gallery import FIGURES, NONE, What

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
IDENTITY, BIAS, XOR = (EXAMPLES / name for name in ("identity.md", "bias.md", "xor.md"))
WORDS: tuple[What, ...] = get_args(What)
#: The figures that a network has none of, by the network.
MISSING: dict[Path, set[str]] = {
    IDENTITY: {"contours", "surface"}, BIAS: set(), XOR: {"bound"}, EXAMPLES / "two-two-two.txt": {"bound", "patterns"},
}  # fmt: skip


def run(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workings", *map(str, args)], capture_output=True, text=True, cwd=ROOT, check=False
    )


def title(figure: Figure) -> str:
    axes: Any = figure.axes[0]
    return figure.get_suptitle() or "".join(axes.get_title(loc) for loc in ("left", "center"))


def test_every_word_has_a_drawer_and_a_place_in_the_report() -> None:
    assert set(WORDS) == set(DRAWERS)
    assert {what for figures in FIGURES.values() for what, _ in figures} == set(WORDS)


# Warnings are errors here: a letter that the font does not have would be one.
@pytest.mark.parametrize("path", MISSING, ids=lambda path: path.stem)
def test_every_figure_is_drawn_or_there_is_a_reason_that_there_is_none(path: Path) -> None:
    found = workings.read(path).why(["steepest"], steps=60)
    for what in WORDS:
        if what in MISSING[path]:
            with pytest.raises(LookupError, match=re.escape(NONE[what])):
                found.figure(what)
            continue
        figure = found.figure(what)
        assert saved(figure, ".png").startswith(b"\x89PNG")
        assert len(saved(figure, ".svg")) > 2000
        assert title(figure)


@pytest.mark.parametrize("text", [
    "input x in {1}\nweight w in R\nrate α = 0.3\nstart w = 1\nE = -w^2 x",
    "input x in {1, 2}\ntarget t in {3}\nweight w in R\nrate α = 1e6\nstart w = 1\nE = 1/2 (w x - t)^2",
    "input x in {1}\nweight u in R, v in R\nrate η = 0.25\nstart u = 4, v = 1\nE = x (1/2 u^2 + 5 v^2)",
])  # fmt: skip
def test_a_run_that_leaves_the_numbers_is_drawn_as_far_as_it_goes(text: str) -> None:
    found = workings.parse(text).why()
    assert str(found)
    for what in WORDS:
        record = found.gallery.record(what)
        if record is not None:
            for suffix in (".svg", ".png"):
                assert saved(found.figure(what), suffix)


def test_the_axes_have_the_authors_letters() -> None:
    found = workings.read(XOR).why(["steepest"], steps=60)
    curve: Any = found.figure("curve").axes[0]
    assert curve.get_xlabel() == "$c$"
    assert curve.get_ylabel() == "$L$"
    chart: Any = found.figure("map").axes[0]
    assert chart.get_xlabel() == r"rate $\eta$"
    two: Any = workings.read(BIAS).draw("contours", steps=60).axes[0]
    assert (two.get_xlabel(), two.get_ylabel()) == ("$w$", "$b$")


def test_a_figure_is_drawn_on_the_callers_axes() -> None:
    net = workings.read(BIAS)
    whole = Figure()
    grid: Any = whole.subplots(2, 2)
    asked: tuple[What, ...] = ("curve", "contours", "errors", "descents")
    for axes, what in zip(grid.ravel(), asked, strict=True):
        assert net.draw(what, ax=axes, steps=60) is whole
        assert axes.get_title("left")
    round_axes: Any = Figure().add_subplot(projection="polar")
    net.draw("directions", ax=round_axes)
    assert round_axes.lines


def test_records_draw_themselves() -> None:
    found = workings.read(BIAS).why(["sign", "patterns", "reach"], steps=60)
    assert isinstance(found["sign"].figure(), Figure)
    assert isinstance(found["patterns"].figure(), Figure)
    assert isinstance(found.gallery.curve().figure(), Figure)
    with pytest.raises(LookupError, match="there is no figure of Reach by itself"):
        found["reach"].figure()
    shown: Any = found.gallery.errors()
    assert shown._repr_svg_().startswith("<svg")


def test_the_same_figure_is_the_same_bytes() -> None:
    for suffix in (".svg", ".pdf"):
        first, second = (saved(workings.read(IDENTITY).draw("curve"), suffix) for _ in range(2))
        assert first == second
    with pytest.raises(ValueError, match="is none of"):
        saved(workings.read(IDENTITY).draw("curve"), ".gif")


def test_neighbouring_colours_differ_in_lightness() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
        return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2

    assert len({round(lightness(colour), 2) for colour in COLOURS}) == len(COLOURS)


def test_a_network_without_a_figure_says_why() -> None:
    with pytest.raises(ReadError, match="a landscape has two weights or more"):
        workings.read(IDENTITY).draw("surface")
    wrong: Any = "painting"
    with pytest.raises(ReadError, match="`painting` is no figure"):
        workings.read(IDENTITY).draw(wrong)


# The command line


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png"])
def test_draw_writes_a_file_by_its_suffix(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"figure{suffix}"
    done = run("draw", BIAS, "--what", "contours", "--steps", "50", "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert out.read_bytes()[:4] in (b"<?xm", b"%PDF", b"\x89PNG")


def test_draw_refuses_what_it_cannot_write(tmp_path: Path) -> None:
    out = tmp_path / "figure.jpg"
    done = run("draw", BIAS, "-o", out)
    assert done.returncode == 2
    assert "'figure.jpg' ends in none of .svg, .pdf, .png" in done.stderr
    assert not out.exists()
    assert run("draw", IDENTITY, "--what", "surface", "-o", tmp_path / "figure.svg").returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_why_answers_in_words_and_in_json() -> None:
    done = run("why", IDENTITY, "--start", "w=0.3", "--ask", "rate")
    assert (done.returncode, done.stderr) == (0, "")
    assert "How large a step?" in done.stdout
    assert "25.9641511" in done.stdout
    assert "Is the gradient" not in done.stdout
    record = json.loads(run("why", IDENTITY, "--start", "w=0.3", "--ask", "rate", "--ask", "sign", "--json").stdout)
    assert list(record["answers"]) == ["rate", "sign"]
    wrong = run("why", IDENTITY, "--ask", "size")
    assert wrong.returncode == 2
    assert "`size` is no question" in wrong.stderr


def test_a_report_is_one_file_that_asks_for_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    done = run("why", BIAS, "--steps", "100", "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    text = out.read_text(encoding="utf-8")
    figures = sum(len(each) for each in FIGURES.values())
    assert text.count("<figure>") == text.count("<svg ") == figures
    assert not re.search(r"""(?:src|href)=["'](?!#|data:)""", text)
    assert "<script" not in text
    assert "url(http" not in text


def test_a_report_in_words_has_no_figures(tmp_path: Path) -> None:
    for suffix in (".md", ".tex", ".txt"):
        out = tmp_path / f"report{suffix}"
        assert run("why", IDENTITY, "-o", out).returncode == 0
        text = out.read_text(encoding="utf-8")
        assert "svg" not in text
        assert "2/L" in text or "$2/L$" in text
