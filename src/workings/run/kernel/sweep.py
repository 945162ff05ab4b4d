"""The training of many networks at once: lanes are networks, and each goes through all of its steps in registers.

    for a group of lanes:
        error before the first step
        for each check:       make `every` steps;  error
        for each last pass:   make a pass;         did a weight turn back?
        error at the end;  from the errors and the turns: when it settled, and what became of it

Nothing is kept of a step, so the memory does not depend on their number; of a group, only its errors at the checks.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workings.graph.expr import Expr
from workings.graph.speakers.floats import Program
from workings.run.kernel.engine import machine, native
from workings.run.kernel.equations import Equations
from workings.run.kernel.step import Arithmetic, Values, outputs, speaker
from workings.run.kernel.text import Bits, Lanes, Text
from workings.run.kernel.words import Switch, Words

#: What became of a network, as the kernel writes it.
CONVERGED, EDGE, OSCILLATED, DIVERGED, MOVING = range(5)
#: At the end this many passes are watched for weights that turn back.
LAST_PASSES = 8
#: A weight turns back if one pass moves it one way and the next the other, each by more than this part of its size.
TURN = 1e-4
#: A network has settled where its error stays within this part of its whole change from its last value …
SETTLED = 0.01
#: … and it counts as converged if it had settled within this part of the steps.
EARLY = 0.75

#: At most this many groups of lanes are computed side by side, as far as registers hold them.
_MOST_SIDE_BY_SIDE, _REGISTERS = 8, 16

#: So many scalar words of one register are made between two looks at whether to stop: some hundredths of a second.
_WORDS_BETWEEN_STOPS = 1 << 25

_PARAMETERS = (
    "ptr noalias %state", "ptr noalias %varied", "ptr noalias %fixed", "ptr noalias %rows", "i64 %width",
    "i64 %stride", "i64 %lanes", "i64 %steps", "i64 %every", "i64 %checks", "ptr noalias %scratch",
    "double %tolerance", "ptr noalias %error", "ptr noalias %settled", "ptr noalias %reached", "ptr noalias %fate",
    "ptr %stop",
)  # fmt: skip
_P, _I, _D = ctypes.c_void_p, ctypes.c_int64, ctypes.c_double
_TYPES = (*[_P] * 4, *[_I] * 6, _P, _D, *[_P] * 5)


@dataclass(frozen=True)
class Plan:
    """What a sweep's kernel is made for.

    `varied` are those of the equations' fixed names that each lane has a value of its own for; `ends` are the ends
    of each weight's interval, None where it has none.
    """

    equations: Equations
    error: Program
    arithmetic: Arithmetic
    bits: Bits
    patterns: int
    batch: int
    varied: tuple[Expr, ...]
    ends: tuple[tuple[float, float] | None, ...]
    lanes: int | None = None

    @property
    def vector(self) -> Lanes:
        """The lanes of one register."""
        widest = machine().lanes(self.bits)
        return widest if self.lanes is None else Lanes(self.bits, self.lanes, widest.scales)

    @property
    def side(self) -> int:
        """How many registers of lanes go side by side: a power of two."""
        if self.arithmetic == "exact":
            return 1
        room = _REGISTERS // (len(self.equations.state) + len(self.varied))
        return 1 << (max(1, min(_MOST_SIDE_BY_SIDE, room)).bit_length() - 1)

    @property
    def group(self) -> int:
        """How many networks a group has; blocks of them are multiples of it."""
        return self.vector.count * self.side

    @property
    def pass_steps(self) -> int:
        """The steps of a pass."""
        return -(-self.patterns // self.batch)


def compiled(plan: Plan) -> Callable[..., int]:
    """Return the native function of a plan.

    Its arguments: the starts, name by name, `lanes` apart, which become the last states; the values of what varies,
    likewise; the fixed values; the rows, first in their own order and then as for `descent`; the number of lanes, a
    multiple of `plan.group`; the steps, the steps between checks and their number; room for `checks` + 2 groups of
    errors; the tolerance; where the last errors, the indices of the checks at which the error had settled and was
    within the tolerance, and the fates go; a flag that stops it. It returns 1 if it was stopped.

    Raises:
        NoMachineError: when this machine cannot run native code.
    """
    return native(written(plan)).function("sweep", *_TYPES)


def written(plan: Plan) -> str:
    """Return the IR of a plan."""
    pieces = (_advance(plan), _mean_error(plan), _sweep(plan))
    declared = {name: line for text, _ in pieces for name, line in text.declared.items() if name not in _OURS}
    return "".join(body for _, body in pieces) + "\n".join(declared.values()) + "\n"


_OURS = ("advance", "mean_error")


def _vectors(text: Text, lanes: Lanes, base: str, first: int, count: int) -> list[str]:
    """Load vectors that stand one after another."""
    kind = lanes.type
    return [text.read(kind, text.at(kind, base, str(first + k)), _align(lanes)) for k in range(count)]


def _align(lanes: Lanes) -> int:
    return lanes.bytes * lanes.count


def _fixed(plan: Plan, text: Text, lanes: Lanes) -> Values:
    """Load what all lanes have in common."""
    found: Values = {}
    for index, name in enumerate(plan.equations.fixed):
        if name not in plan.varied:
            value = text.read(lanes.scalar, text.at(lanes.scalar, "%fixed", str(index)))
            found[name] = text.splat(lanes.scalar, lanes.count, value)
    return found


def _row(plan: Plan, text: Text, lanes: Lanes, rows: str, index: str) -> Values:
    found: Values = {}
    for column, name in enumerate(plan.equations.row):
        offset = text.add(text.times("%width", str(column)), index)
        value = text.read(lanes.scalar, text.at(lanes.scalar, rows, offset))
        found[name] = text.splat(lanes.scalar, lanes.count, value)
    return found


def _advance(plan: Plan) -> tuple[Text, str]:
    """Write the function that makes the steps from `from` up to `to` for the state and the constants in a block."""
    text, lanes, equations = Text(), plan.vector, plan.equations
    words = speaker(text, lanes, plan.arithmetic)
    common = _fixed(plan, text, lanes)
    size, side = len(equations.state), plan.side
    state = [text.variable(lanes.type, v) for v in _vectors(text, lanes, "%block", 0, size * side)]
    varied = _vectors(text, lanes, "%block", size * side, len(plan.varied) * side)
    place = text.variable("i64", text.let(f"urem i64 %from, {plan.pass_steps}"))
    # The first table has the patterns in their own order, for the error; those of the passes follow.
    done = text.add(text.let(f"udiv i64 %from, {plan.pass_steps}"), "1")
    rows = text.variable("ptr", text.at(lanes.scalar, "%rows", text.times(done, "%stride")))
    with text.counted("%from", "%to") as step:
        now, table = text.read("i64", place), text.read("ptr", rows)
        values = dict(common)
        if equations.time is not None:
            number = text.let(f"sitofp i64 {text.add(step, '1')} to {lanes.scalar}")
            values[equations.time] = text.splat(lanes.scalar, lanes.count, number)
        own = [
            dict(zip(equations.state, [text.read(lanes.type, state[k * side + u]) for k in range(size)], strict=True))
            | {name: varied[k * side + u] for k, name in enumerate(plan.varied)}
            for u in range(side)
        ]
        slopes = _slopes(plan, words, values, own, table, now)
        for u in range(side):
            known = values | own[u] | dict(zip(equations.slopes, slopes[u], strict=True))
            for k, value in enumerate(outputs(words, equations.update, known, equations.ranges)):
                text.write(lanes.type, value, state[k * side + u])
        following = text.add(now, "1")
        over = text.let(f"icmp eq i64 {following}, {plan.pass_steps}")
        text.write("i64", text.let(f"select i1 {over}, i64 0, i64 {following}"), place)
        next_table = text.at(lanes.scalar, table, "%stride")
        text.write("ptr", text.let(f"select i1 {over}, ptr {next_table}, ptr {table}"), rows)
    for k, address in enumerate(state):
        text.write(lanes.type, text.read(lanes.type, address), text.at(lanes.type, "%block", str(k)), _align(lanes))
    text.do("ret i64 0")
    parameters = (
        "ptr noalias %block, ptr noalias %fixed, ptr noalias %rows, i64 %width, i64 %stride, i64 %from, i64 %to"
    )
    return text, text.function("advance", parameters, "internal i64")


def _slopes(plan: Plan, words: Words, values: Values, own: Sequence[Values], table: str, place: str) -> list[list[str]]:
    """Write the mean slopes of a step's patterns, summed in their order, for each register of lanes."""
    text, lanes, program = words.text, words.lanes, plan.equations.gradient
    if plan.batch == 1:
        row = _row(plan, text, lanes, table, place)
        return [outputs(words, program, values | mine | row, plan.equations.ranges)[1:] for mine in own]
    begin = text.times(place, str(plan.batch))
    rest = text.let(f"sub i64 {plan.patterns}, {begin}")
    short = text.let(f"icmp slt i64 {rest}, {plan.batch}")
    count = text.let(f"select i1 {short}, i64 {rest}, i64 {plan.batch}")
    zero = words.constant(-0.0)
    totals = [[text.variable(lanes.type, zero) for _ in plan.equations.slopes] for _ in own]
    with text.counted("0", count) as turn:
        row = _row(plan, text, lanes, table, text.add(begin, turn))
        for mine, kept in zip(own, totals, strict=True):
            found = outputs(words, program, values | mine | row, plan.equations.ranges)[1:]
            for value, address in zip(found, kept, strict=True):
                text.write(lanes.type, Words.add(words, text.read(lanes.type, address), value), address)
    share = text.let(f"sitofp i64 {count} to {lanes.scalar}")
    whole = text.splat(lanes.scalar, lanes.count, share)
    return [[words.div(text.read(lanes.type, address), whole) for address in kept] for kept in totals]


def _mean_error(plan: Plan) -> tuple[Text, str]:
    """Write the function that puts the mean error over all patterns, in their order, at `%into`."""
    text, lanes = Text(), plan.vector
    words = speaker(text, lanes, plan.arithmetic)
    common = _fixed(plan, text, lanes)
    size, side = len(plan.equations.state), plan.side
    state = _vectors(text, lanes, "%block", 0, size * side)
    varied = _vectors(text, lanes, "%block", size * side, len(plan.varied) * side)
    totals = [text.variable(lanes.type, words.constant(-0.0)) for _ in range(side)]
    with text.counted("0", str(plan.patterns)) as turn:
        row = _row(plan, text, lanes, "%rows", turn)
        for u, address in enumerate(totals):
            mine = {name: state[k * side + u] for k, name in enumerate(plan.equations.state)}
            mine |= {name: varied[k * side + u] for k, name in enumerate(plan.varied)}
            (value,) = outputs(words, plan.error, common | mine | row, plan.equations.ranges)
            text.write(lanes.type, Words.add(words, text.read(lanes.type, address), value), address)
    for u, address in enumerate(totals):
        mean = words.div(text.read(lanes.type, address), words.constant(float(plan.patterns)))
        text.write(lanes.type, mean, text.at(lanes.type, "%into", str(u)), _align(lanes))
    text.do("ret i64 0")
    parameters = "ptr noalias %block, ptr noalias %fixed, ptr noalias %rows, i64 %width, ptr noalias %into"
    return text, text.function("mean_error", parameters, "internal i64")


def _sweep(plan: Plan) -> tuple[Text, str]:
    """Write the function that takes groups of lanes through all their steps."""
    return _Groups(plan).function()


class _Groups:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.text = Text()
        self.lanes = plan.vector
        self.words = Words(self.text, self.lanes)
        self.size, self.side = len(plan.equations.state), plan.side
        self.weights = len(plan.equations.slopes)

    def function(self) -> tuple[Text, str]:
        text, plan = self.text, self.plan
        vectors = (self.size + len(plan.varied)) * self.side
        block = self._room(vectors)
        before = self._room(self.weights * self.side)
        moved = self._room(self.weights * self.side)
        never = self.lanes.splat_constant("i1", "false")
        turned = [text.variable(self.lanes.of("i1"), never) for _ in range(self.side)]
        with text.counted("0", "%lanes", plan.group) as first:
            self._load(block, first)
            for address in turned:
                text.write(self.lanes.of("i1"), never, address)
            self._error(block, "0")
            with text.counted("0", "%checks") as check:
                begin = text.times(check, "%every")
                self._advance(block, begin, text.add(begin, "%every"))
                self._error(block, text.add(check, "1"))
            self._last_passes(block, before, moved, turned)
            self._error(block, text.add("%checks", "1"))
            self._store(block, first)
            for u in range(self.side):
                self._judge(block, first, u, text.read(self.lanes.of("i1"), turned[u]))
        text.do("ret i64 0")
        return text, text.function("sweep", ", ".join(_PARAMETERS))

    def _room(self, vectors: int) -> str:
        name = f"%{self.text.fresh('room')}"
        self.text.lines.insert(
            1, f"  {name} = alloca {self.lanes.type}, i64 {max(1, vectors)}, align {_align(self.lanes)}"
        )
        return name

    def _slot(self, base: str, index: int) -> str:
        return self.text.at(self.lanes.type, base, str(index))

    def _array(self, base: str, row: int, first: str, u: int, scalar: str) -> str:
        """Return the address of lanes in an array of rows that are `%lanes` apart."""
        at = self.text.add(self.text.times("%lanes", str(row)), self.text.add(first, str(u * self.lanes.count)))
        return self.text.at(scalar, base, at)

    def _load(self, block: str, first: str) -> None:
        text, kind = self.text, self.lanes.type
        count = len(self.plan.varied)
        for base, rows, offset in (("%state", self.size, 0), ("%varied", count, self.size * self.side)):
            for row in range(rows):
                for u in range(self.side):
                    value = text.read(kind, self._array(base, row, first, u, self.lanes.scalar), self.lanes.bytes)
                    text.write(kind, value, self._slot(block, offset + row * self.side + u), _align(self.lanes))

    def _store(self, block: str, first: str) -> None:
        text, kind = self.text, self.lanes.type
        for row in range(self.size):
            for u in range(self.side):
                value = text.read(kind, self._slot(block, row * self.side + u), _align(self.lanes))
                text.write(kind, value, self._array("%state", row, first, u, self.lanes.scalar), self.lanes.bytes)

    def _advance(self, block: str, begin: str, end: str) -> None:
        """Make the steps from `begin` up to `end`, in pieces between which a stop is heard."""
        text, plan = self.text, self.plan
        piece = max(1, _WORDS_BETWEEN_STOPS // (plan.equations.words * plan.batch))
        with text.counted(begin, end, piece) as first:
            after = text.add(first, str(piece))
            over = text.let(f"icmp slt i64 {end}, {after}")
            last = text.let(f"select i1 {over}, i64 {end}, i64 {after}")
            given = f"ptr {block}, ptr %fixed, ptr %rows, i64 %width, i64 %stride, i64 {first}, i64 {last}"
            text.let(f"call i64 @advance({given})")
            stopped = text.let("load atomic i64, ptr %stop monotonic, align 8")
            go_on, leave = text.fresh("go"), text.fresh("leave")
            text.branch(text.let(f"icmp eq i64 {stopped}, 0"), go_on, leave)
            text.label(leave)
            text.do("ret i64 1")
            text.label(go_on)

    def _error(self, block: str, index: str) -> None:
        into = self.text.at(self.lanes.type, "%scratch", self.text.times(index, str(self.side)))
        self.text.let(f"call i64 @mean_error(ptr {block}, ptr %fixed, ptr %rows, i64 %width, ptr {into})")

    def _last_passes(self, block: str, before: str, moved: str, turned: Sequence[str]) -> None:
        """Make the steps after the last check, the last passes one by one; note the weights that turn back."""
        text, words, kind = self.text, self.words, self.lanes.type
        checked = text.times("%checks", "%every")
        left = text.let(f"sub i64 %steps, {checked}")
        passes = text.let(f"udiv i64 {left}, {self.plan.pass_steps}")
        few = text.let(f"icmp slt i64 {passes}, {LAST_PASSES}")
        watched = text.let(f"select i1 {few}, i64 {passes}, i64 {LAST_PASSES}")
        start = text.let(f"sub i64 %steps, {text.times(watched, str(self.plan.pass_steps))}")
        self._advance(block, checked, start)
        for index in range(self.weights * self.side):
            text.write(kind, words.constant(0.0), self._slot(moved, index), _align(self.lanes))
        with text.counted("0", watched) as turn:
            for index in range(self.weights * self.side):
                value = text.read(kind, self._slot(block, index), _align(self.lanes))
                text.write(kind, value, self._slot(before, index), _align(self.lanes))
            begin = text.add(start, text.times(turn, str(self.plan.pass_steps)))
            self._advance(block, begin, text.add(begin, str(self.plan.pass_steps)))
            for index in range(self.weights * self.side):
                self._note_turn(block, before, moved, index, turned[index % self.side])

    def _note_turn(self, block: str, before: str, moved: str, index: int, turned: str) -> None:
        text, words, kind, align = self.text, self.words, self.lanes.type, _align(self.lanes)
        new, old = (text.read(kind, self._slot(base, index), align) for base in (block, before))
        last = text.read(kind, self._slot(moved, index), align)
        move = Words.sub(words, new, old)
        text.write(kind, move, self._slot(moved, index), align)
        size = words.intrinsic("maxnum", words.absolute(new), words.constant(1.0))
        least = Words.mul(words, size, words.constant(TURN))
        back = words.less(Words.mul(words, move, last), words.constant(0.0))
        big = [words.less(least, words.absolute(each)) for each in (move, last)]
        mask = self.lanes.of("i1")
        found = text.let(f"and {mask} {back}, {text.let(f'and {mask} {big[0]}, {big[1]}')}")
        text.write(mask, text.let(f"or {mask} {text.read(mask, turned)}, {found}"), turned)

    # What became of the lanes of one register

    def _judge(self, block: str, first: str, u: int, turned: str) -> None:
        text, words, lanes = self.text, self.words, self.lanes
        end = text.add("%checks", "1")
        last, begin = self._error_at(end, u), self._error_at("0", u)
        text.write(lanes.type, last, self._array("%error", 0, first, u, lanes.scalar), lanes.bytes)
        change = words.absolute(Words.sub(words, begin, last))
        near = Words.mul(words, change, words.constant(SETTLED))
        narrow = text.let("fptrunc double %tolerance to float") if lanes.bits == 32 else "%tolerance"
        limit = text.splat(lanes.scalar, lanes.count, narrow)
        whole = lanes.of(lanes.integer)
        never = lanes.whole(-1)
        settled, reached = text.variable(whole, self._index(end)), text.variable(whole, never)
        staying = text.variable(lanes.of("i1"), lanes.splat_constant("i1", "true"))
        fine = text.variable(lanes.of("i1"), lanes.splat_constant("i1", "true"))
        infinite = words.constant(float("inf"))
        with text.counted("0", text.add("%checks", "2")) as turn:
            at = text.let(f"sub i64 {end}, {turn}")
            error, index, mask = self._error_at(at, u), self._index(at), lanes.of("i1")
            off = words.absolute(Words.sub(words, error, last))
            stays = text.let(f"and {mask} {text.read(mask, staying)}, {words.compare('ole', off, near)}")
            text.write(mask, stays, staying)
            finite = words.less(words.absolute(error), infinite)
            text.write(mask, text.let(f"and {mask} {text.read(mask, fine)}, {finite}"), fine)
            for condition, kept in ((stays, settled), (words.compare("ole", error, limit), reached)):
                value = text.let(f"select {mask} {condition}, {whole} {index}, {whole} {text.read(whole, kept)}")
                text.write(whole, value, kept)
        early = text.read(whole, settled)
        text.write(whole, early, self._array("%settled", 0, first, u, lanes.integer), lanes.bytes)
        text.write(whole, text.read(whole, reached), self._array("%reached", 0, first, u, lanes.integer), lanes.bytes)
        fate = self._fate(block, u, text.read(lanes.of("i1"), fine), turned, early)
        text.write(whole, fate, self._array("%fate", 0, first, u, lanes.integer), lanes.bytes)

    def _error_at(self, index: str, u: int) -> str:
        at = self.text.add(self.text.times(index, str(self.side)), str(u))
        return self.text.read(self.lanes.type, self.text.at(self.lanes.type, "%scratch", at), _align(self.lanes))

    def _index(self, value: str) -> str:
        lanes = self.lanes
        number = self.text.let(f"trunc i64 {value} to i32") if lanes.bits == 32 else value
        return self.text.splat(lanes.integer, lanes.count, number)

    def _fate(self, block: str, u: int, fine: str, turned: str, settled: str) -> str:
        text, words, lanes = self.text, self.words, self.lanes
        mask, whole = lanes.of("i1"), lanes.of(lanes.integer)
        infinite = words.constant(float("inf"))
        weights = [
            text.read(lanes.type, self._slot(block, k * self.side + u), _align(lanes)) for k in range(self.weights)
        ]
        at_edge = Switch(lanes.splat_constant("i1", "false"))
        for weight, ends in zip(weights, self.plan.ends, strict=True):
            finite = words.less(words.absolute(weight), infinite)
            fine = text.let(f"and {mask} {fine}, {finite}")
            for end in ends or ():
                here = words.equal(weight, words.constant(end))
                at_edge = Switch(text.let(f"or {mask} {at_edge}, {here}"))
        # Settled early: the check's step is at most `EARLY` of all steps.
        share = text.let(f"fmul double {text.let('sitofp i64 %steps to double')}, {EARLY!r}")
        most = self._index(text.let(f"udiv i64 {text.let(f'fptosi double {share} to i64')}, %every"))
        # The last error of all stands at the end, whatever its index.
        in_time = text.let(f"icmp sle {whole} {settled}, {most}")
        at_check = text.let(f"icmp sle {whole} {settled}, {self._index('%checks')}")
        early = text.let(f"and {mask} {in_time}, {at_check}")
        fate = lanes.whole(MOVING)
        rest = text.let(f"select {mask} {at_edge}, {whole} {lanes.whole(EDGE)}, {whole} {lanes.whole(CONVERGED)}")
        fate = text.let(f"select {mask} {early}, {whole} {rest}, {whole} {fate}")
        fate = text.let(f"select {mask} {turned}, {whole} {lanes.whole(OSCILLATED)}, {whole} {fate}")
        return text.let(f"select {mask} {fine}, {whole} {fate}, {whole} {lanes.whole(DIVERGED)}")
