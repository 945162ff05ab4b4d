r"""Changes of a page that change nothing: each leaves what the page says, and every verdict with it.

    a sentence about something else · displays joined or split · equation numbers · line ends · brackets of displays
    a Greek letter for another · bullets before lines · Unicode for LaTeX · definitions behind · names · order of terms

A change takes a page and a chance, and returns the page changed, or None where there is nothing that it could change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from tests.laws.derivations import Draft, draft, is_ambiguous, slopes_in
from tests.laws.trees import Tree

Change = Callable[[str, Random], "str | None"]

#: Sentences that have nothing to do with any line, each with a word that a checker may listen to.
SENTENCES = (
    "Throughout, the batch size is taken as a constant.",
    "Suppose the reader is patient.",
    "It is wrong to assume that everything is positive.",
    "The total number of pages is fixed.",
    "When in doubt, ask.",
    "Newton was born in 1643.",
    "We minimise the number of footnotes.",
    "The total derivative has a long history.",
    "A direct flight would be faster.",
    "If you are new here, welcome.",
    "The region around the lake is closed.",
    "Physicists mean something else by momentum.",
    "All clocks were set to zero on Sunday.",
    "How large a learning rate should be is a question for another day.",
    "An old edition of this text used other letters.",
    "Before we go on, take a break.",
    "First things first.",
    "Instead of coffee, some prefer tea.",
    "It would be nice to have a figure here.",
    "Another chapter deals with images.",
    "One condition for understanding is sleep.",
    "A log of the changes is kept by the editor.",
    "It is 30 degrees outside.",
    "The active reader takes a pencil.",
    "Some things are held fixed by a screw.",
    "Many thanks to all who wrote to us.",
    "In the limit, every course ends.",
    "The average lecture takes 45 minutes.",
    "Wrong turns are part of every journey.",
    "This is not the place for history.",
    "Nothing is ignored by a careful editor.",
    "A negative answer is an answer too.",
    "The function of a teacher is to ask.",
    "Some weights are made of iron.",
    "The input of our colleagues was welcome.",
    "Our target is the end of the page.",
    "The error is ours if a word is missing.",
    "With respect to style, opinions differ.",
    "A sum of money was spent on paper.",
    "The derivative is an old idea.",
    "Maximise the window to see more.",
    "Where to go from here is up to you.",
    "Let us recall that breaks matter.",
    "For example, a short walk helps.",
    "At the end of the term there is an exam.",
    "Every other week there is a meeting.",
    "We drop the subject of grades here.",
    "Note that this page is printed on one side only.",
)


# Any page


def _is_open(text: str) -> bool:
    """Say whether something begins in a text that does not end there: a fence, a display, an environment."""
    pairs = ((r"\\begin\{", r"\\end\{"), (r"\\\[", r"\\\]"), ("<!--", "-->"))
    halves = text.count("```") % 2 or text.count("$$") % 2
    return bool(halves) or any(len(re.findall(a, text)) > len(re.findall(b, text)) for a, b in pairs)


def _blocks(text: str) -> list[str]:
    """Return a page in blocks, with the blank lines between them; fences and environments are not cut."""
    parts: list[str] = []
    for piece in re.split(r"(\n[ \t]*\n\s*)", text):
        whole = "".join(parts[-1:])
        if parts and _is_open(whole):
            parts[-1] += piece
        else:
            parts.append(piece)
    return parts


_FINISHED = re.compile(r"(?:[.!?]\)?|^#{1,6} [^\n]*)\s*$")
_BEGINS = re.compile(r"\s*(?:[A-Z][a-z]+ |#{1,6} |\*\*[A-Z]|\$\$\s*\\frac|\$\$\s*\w[^$]*=)")


def with_a_sentence(text: str, chance: Random) -> str | None:
    """Put a sentence between two blocks, where one has ended and another begins."""
    blocks = _blocks(text)
    places = [
        at
        for at in range(1, len(blocks) - 1)
        if not blocks[at].strip()
        and _FINISHED.search(blocks[at - 1].split("\n\n")[-1])
        and _BEGINS.match(blocks[at + 1])
    ]
    if not places:
        return None
    at = chance.choice(places)
    return "".join([*blocks[: at + 1], chance.choice(SENTENCES), "\n\n", *blocks[at + 1 :]])


_DISPLAY = re.compile(r"^\$\$[ \t]*(?P<formula>[^$\n]*?[^$\n\s\\])[ \t]*\$\$[ \t]*$", re.MULTILINE)
_PLAIN_DISPLAY = re.compile(r"\\(?:begin|end|tag|\\|quad|qquad|label|hspace|hfill|intertext)|&|%|\(\s*\d+\s*\)\s*$")


def _displays(text: str) -> list[re.Match[str]]:
    """Return the displays that stand on a line of their own, in one row and without a number."""
    found = (match for match in _DISPLAY.finditer(text) if not _in_fence(text, match.start()))
    return [match for match in found if "=" in match["formula"] and not _PLAIN_DISPLAY.search(match["formula"])]


def _in_fence(text: str, at: int) -> bool:
    return text.count("```", 0, at) % 2 == 1


_NUMBERS = (r"\tag{{{}}}", r" \quad ({})", r"\hspace{{1cm}}({})", r" \qquad ({})", r" \;\;\; ({})", r"\hfill ({})")


def numbered(text: str, chance: Random) -> str | None:
    """Put the number of the equation behind every display in one row."""
    found = _displays(text)
    if not found or r"\tag" in text:
        return None
    label = chance.choice(_NUMBERS)
    first = chance.randrange(1, 20)
    out, last = "", 0
    for number, match in enumerate(found, first):
        end = match.end("formula")
        out += text[last:end] + label.format(number)
        last = end
    return out + text[last:]


_BRACKETS = (
    (r"\[", r"\]"), ("$$\n", "\n$$"), (r"$$\displaystyle ", "$$"), ("\\begin{equation}\n", "\n\\end{equation}"),
    ("\\begin{equation*}\n", "\n\\end{equation*}"), ("\\begin{align}\n", "\n\\end{align}"),
)  # fmt: skip


def bracketed(text: str, chance: Random) -> str | None:
    """Write the displays in one row with other brackets."""
    found = _displays(text)
    if not found:
        return None
    begin, end = chance.choice(_BRACKETS)
    out, last = "", 0
    for match in found:
        out += text[last : match.start()] + begin + match["formula"] + end
        last = match.end()
    return out + text[last:]


_STARTS = re.compile(r"\s*[=+\-]|\s*\\(?:approx|leftarrow|implies|Rightarrow|to)\b")
_CONTINUES = re.compile(r"(?:[=+\-]|\\cdot|\\times)\s*$")


def joined(text: str, chance: Random) -> str | None:
    """Write two displays that follow each other as one with two rows."""
    found = _displays(text)
    pairs = [
        (a, b)
        for a, b in pairwise(found)
        if not text[a.end() : b.start()].strip()
        and not _STARTS.match(b["formula"])
        and not _CONTINUES.search(a["formula"])
    ]
    if not pairs:
        return None
    a, b = chance.choice(pairs)
    kind = chance.choice(("gather", "gather*", "gathered"))
    rows = f"\\begin{{{kind}}}\n{a['formula']} \\\\\n{b['formula']}\n\\end{{{kind}}}"
    return text[: a.start()] + (f"$$\n{rows}\n$$" if kind == "gathered" else rows) + text[b.end() :]


_ROWS = re.compile(
    r"(?P<opens>\$\$\s*|\\\[\s*)?\\begin\{(?P<kind>align\*?|gather\*?|aligned|gathered|split)\}\n?(?P<body>.*?)\n?"
    r"\\end\{(?P=kind)\}(?P<closes>\s*\$\$|\s*\\\])?",
    re.DOTALL,
)
#: What stands within other marks of maths.
_WITHIN = ("aligned", "gathered", "split")


def split(text: str, chance: Random) -> str | None:
    """Write the rows of a display, where each has its left side, as displays of their own."""
    del chance
    for match in _ROWS.finditer(text):
        rows = re.split(r"\\\\(?:\[[^\]]*\])?", match["body"])
        whole = all(re.match(r"[^=]*\w[^=]*=", row) and row.count("&") <= 1 for row in rows)
        inside = re.search(r"\\begin\{\w+\*?\}\s*$", text[: match.start()])
        marked = [match[mark] is not None for mark in ("opens", "closes")]
        if (
            len(rows) > 1
            and whole
            and not inside
            and marked == [match["kind"] in _WITHIN] * 2
            and not re.search(r"\\begin|\\tag|\\label|\\intertext|\\text|%|\$", match["body"])
        ):
            displays = "\n\n".join(f"$${row.replace('&', '').strip()}$$" for row in rows)
            return f"{text[: match.start()]}\n\n{displays}\n\n{text[match.end() :]}"
    return None


def with_other_ends(text: str, chance: Random) -> str | None:
    """End the lines in another way, or leave blanks at their ends, or two blank lines for one."""
    if chance.random() < 0.5:
        return text.replace("\n", "\r\n") if "\r" not in text else None
    return re.sub(r"\n\n", "\n\n\n", text) if "```" not in text else None


#: Letters that give no name a role, and others for them: in LaTeX, in Unicode, in words.
_LETTERS = (("delta", "δ", "gamma", "γ"), ("delta", "δ", "kappa", "κ"), ("lambda", "λ", "mu", "μ"))


def with_another_letter(text: str, chance: Random) -> str | None:
    """Write another Greek letter wherever one stands."""
    word, letter, other, other_letter = chance.choice(_LETTERS)
    changed = re.sub(rf"\\{word}(?![a-zA-Z])", rf"\\{other}", text).replace(letter, other_letter)
    changed = re.sub(rf"(?<![\\A-Za-z]){word}(?![a-zA-Z])", other, changed)
    taken = re.search(rf"\\{other}(?![a-zA-Z])|{other_letter}|\b{other}", text)
    # `Delta`, `lambda x: …` and the names of rules are no letters.
    if taken or changed == text or re.search(rf"(?i)\blambda \w+:|\b{word}[- ]rule|\\Delta|Δ|Delta", text):
        return None
    return changed


# Derivations that we write ourselves

#: For a derivation in LaTeX, where every leaf has its role in words; in code names of leaves have theirs by convention.
_CALLED: Mapping[str, str] = {
    "x": "u", "w": "v", "v": "a", "b": "c", "t": "s", "n": "k", "z": "q", "h": "g", "y": "p", "o": "p", "m": "j",
    "r": "l", "E": "L", "delta": "gamma",
}  # fmt: skip
_LEAVES = frozenset("xwvbt")


def renamed(seed: int, chance: Random) -> tuple[str, str] | None:
    """Give every name another one, of the same kind."""
    del chance
    before, after = draft(seed), draft(seed)
    letters = {kind: other for kind, other in _CALLED.items() if after.pen.tex or kind not in _LEAVES}
    names = {*after.net.formulas, *after.net.weights, *after.net.inputs, *after.net.targets, "delta"}
    kinds = {name: name.rstrip("0123456789") for name in names}
    after.pen.called = {name: letters[kind] + name[len(kind) :] for name, kind in kinds.items() if kind in letters}
    return before.paper().text, after.paper().text


def reordered(seed: int, chance: Random) -> tuple[str, str] | None:
    """Write the terms of sums and the factors of products in another order."""
    before, after = _unambiguous(seed), draft(seed)
    if before is None:
        return None
    for line in after.lines:
        for side in line.sides:
            side.tree = _permuted(side.tree, chance)
    return before.paper().text, after.paper().text


def _unambiguous(seed: int) -> Draft | None:
    """Return a derivation in which no order says how a ∂ is meant, and blanks alone multiply nowhere."""
    found = draft(seed)
    unclear = any(
        is_ambiguous(found.net, part) for line in found.lines for side in line.sides for part in slopes_in(side.tree)
    )
    return None if unclear or found.pen.star == r"\, " else found


def _permuted(tree: Tree, chance: Random) -> Tree:
    if tree.op == "slope":
        return tree
    args = tuple(_permuted(arg, chance) for arg in tree.args)
    if tree.op in "+*" and chance.random() < 0.5:
        args = args[::-1]
    return replace(tree, args=args)


def with_slashes(seed: int, chance: Random) -> tuple[str, str] | None:
    r"""Write `(a)/(b)` for `\frac{a}{b}`, and ∂E/∂w for its fraction."""
    del chance
    before, after = draft(seed), draft(seed)
    if not before.pen.tex:
        return None
    before.pen.star = after.pen.star = r" \cdot "
    after.pen.slash = True
    return before.paper().text, after.paper().text


def _last_letter(match: re.Match[str]) -> str:
    return match[0][-1]


_IN_UNICODE: Sequence[tuple[str, str]] = (
    (r"\\partial ", "∂ "), (r"\\sigma(?![a-z])", "σ"), (r"\\lambda(?![a-z])", "λ"), (r"\\eta(?![a-z])", "η"),
    (r"\\delta(?![a-z])", "δ"), (r"\\hat\{y\}", "ŷ"), (r"(?<=[a-z])_(?:\{1\}|1(?!\w))", "₁"),
    (r"(?<=[a-z])_(?:\{2\}|2(?!\w))", "₂"), (r"\^2", "²"), (r"\\frac\{1\}\{2\}", "½"),
    (r"\\frac\{1\}\{2\}", r"\\tfrac12"),
    (r"\\cdot ", "· "), (r"\\left\(|\\right\)", ""), (r"\\frac\{", r"\\dfrac{"), (r"\\leftarrow", "←"),
    (r"\\operatorname\{relu\}", r"\\mathrm{ReLU}"), (r"\\Delta ", "Δ"),
)  # fmt: skip


def in_unicode(seed: int, chance: Random) -> tuple[str, str] | None:
    """Write some commands of LaTeX as the characters that they stand for, everywhere."""
    text = draft(seed).paper().text
    if not draft(seed).pen.tex:
        return None
    changed = text
    for pattern, letter in chance.sample(_IN_UNICODE, 5):
        changed = re.sub(pattern, letter or _last_letter, changed)
    return text, changed


_IN_SIGNS: Sequence[tuple[str, str]] = (
    (r"\*\*2", "²"), (r"\*\*2", "^2"), (r"(?<!\*)\*(?!\*)", " · "), (r"(?<!\*)\*(?!\*)", " * "), (r"sigmoid\(", "σ("),
    (r"\bd(\w+)/d(\w+)", r"∂\1/∂\2"), (r"\by_hat\b", "ŷ"), (r"\beta\b", "η"), (r"\bdelta\b", "δ"), (r"<-", "←"),
    (r"\b0\.5\b", "1/2"), (r"\b0\.5\b", "½"),
)  # fmt: skip


def in_signs(seed: int, chance: Random) -> tuple[str, str] | None:
    """Write the lines in a program's remarks with the signs of mathematics."""
    text = draft(seed).paper().text
    if draft(seed).pen.tex:
        return None
    before, mark, after = text.partition("# backward\n")
    for pattern, sign in chance.sample(_IN_SIGNS, 4):
        after = re.sub(pattern, sign, after)
    return text, before + mark + after


def definitions_behind(seed: int, chance: Random) -> tuple[str, str] | None:
    """Write the definitions at the end of the page."""
    del chance
    text = draft(seed).paper().text
    if not draft(seed).pen.tex:
        return None
    roles, _, rest = text.partition("\n\n$$")
    given, _, lines = ("$$" + rest).partition("We minimise")
    return text, f"{roles}\n\nWe minimise{lines.rstrip()}\n\nHere we wrote\n\n{given.strip()}\n"


#: What stands before the items of a list; {} is the number, or the letter.
_BULLETS = ("- ", "* ", "{}. ", "({}) ", "{}) ", "[{}] ", "({a}) ", "{a}) ")


def _bullet(kind: str, number: int) -> str:
    return kind.format(number, a="abcdefghijklmnopqrstuvwxyz"[number % 26 - 1])


def in_a_list(seed: int, chance: Random) -> tuple[str, str] | None:
    """Put a bullet or a number before every line of a page in plain text."""
    plain = _in_plain_text(seed)
    if plain is None:
        return None
    definitions, lines = plain
    bullet = chance.choice(_BULLETS)
    marked = [_bullet(bullet, number) + line for number, line in enumerate(lines, 1)]
    return "\n".join([*definitions, "", *lines, ""]), "\n".join([*definitions, "", *marked, ""])


def in_a_list_of_formulas(seed: int, chance: Random) -> tuple[str, str] | None:
    """Write the lines as the items of a list, in the maths of a sentence."""
    text = draft(seed).paper().text
    before, mark, lines = text.partition("Its derivatives:\n")
    if not mark or r"\begin" in lines:
        return None
    bullet = chance.choice(("- ", "* ", "{}. "))
    formulas = re.findall(r"\$\$(.*?)\$\$", lines)
    items = [f"{_bullet(bullet, number)}${formula}$" for number, formula in enumerate(formulas, 1)]
    return text, "\n".join([before + mark, *items, ""])


def with_numbers_behind(seed: int, chance: Random) -> tuple[str, str] | None:
    """Put the number of the line behind every line of a page in plain text."""
    plain = _in_plain_text(seed)
    if plain is None:
        return None
    definitions, lines = plain
    first = chance.randrange(1, 9)
    marked = [f"{line}    ({number})" for number, line in enumerate(lines, first)]
    return "\n".join([*definitions, "", *lines, ""]), "\n".join([*definitions, "", *marked, ""])


def _in_plain_text(seed: int) -> tuple[list[str], list[str]] | None:
    """Return the definitions and the lines of a derivation in code as plain text, where each line has a left side."""
    found = draft(seed)
    if found.pen.tex:
        return None
    rows = found.paper().text.split("\n")
    at = rows.index("# backward")
    lines = [row.removeprefix("# ") for row in rows[at + 1 : rows.index("```", at)]]
    if any(line.lstrip().startswith("=") for line in lines):
        return None
    return rows[rows.index("# forward") + 1 : at], lines


ON_ANY_PAGE: Mapping[str, Change] = {
    "a sentence about something else": with_a_sentence, "equation numbers": numbered, "other brackets": bracketed,
    "two displays in one": joined, "a display in its rows": split, "other line ends": with_other_ends,
    "another Greek letter": with_another_letter,
}  # fmt: skip
ON_OUR_OWN: Mapping[str, Callable[[int, Random], tuple[str, str] | None]] = {
    "other names": renamed, "another order": reordered, "slashes for fractions": with_slashes,
    "Unicode for LaTeX": in_unicode, "signs in remarks": in_signs, "definitions behind": definitions_behind,
    "a list": in_a_list, "a list of formulas": in_a_list_of_formulas, "numbers behind lines": with_numbers_behind,
}  # fmt: skip
#: Changes of pages in plain text.
IN_PLAIN_TEXT = ("a list", "numbers behind lines")
