"""The loop of a descent, in the interpreter or in a native kernel with the same bits; what is recorded; its end."""

from __future__ import annotations

import dataclasses
import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from workings.derive.step import Derivation
from workings.run.data import drawn_together, rate, settled, starts
from workings.run.descent import Descent
from workings.run.history import History
from workings.run.loop import native_loop
from workings.run.settings import Settings

if TYPE_CHECKING:
    from workings.run.native import Native

#: Above this many recorded numbers, each k-th state is recorded instead of each one: 32 MiB.
MOST_RECORDED = 1 << 22


def train(
    derivation: Derivation,
    *,
    asked_rate: float | None = None,
    steps: int = 1000,
    start: Mapping[str, float] | None = None,
    settings: Settings | None = None,
    every: int | None = None,
    resume: History | None = None,
    watch: Callable[[int], None] | None = None,
    compiled: bool | None = None,
) -> History:
    """Train and return the history.

    A run stops after `steps` steps, when a whole pass over the patterns left every number as it was to the last
    bit and every later pass would too, when it is interrupted, or when a number is no longer finite. `settings`
    are as asked for, their rate and horizon still open; `every` says what is recorded (as in `Settings`; unless
    said, everything that memory holds). `resume` continues an earlier history by `steps` more steps, with that
    history's settings. `watch` is told the number of steps made, now and then. `compiled` chooses between the
    kernel and the interpreter; unless said, whichever is ready first.

    Raises:
        ReadError: when the request does not fit the network.
    """
    if resume is not None:
        history = dataclasses.replace(resume, recorded=array("d", resume.recorded))
    else:
        history = _begun(derivation, asked_rate, steps, start or {}, settings or Settings(0.0), every)
    history.stopped, history.non_finite = "steps", None
    _descend(history, history.steps + steps, watch, compiled)
    return history


def _begun(
    derivation: Derivation, asked_rate: float | None, steps: int, start: Mapping[str, float], asked: Settings,
    every: int | None,
) -> History:  # fmt: skip
    network = derivation.network
    alpha = rate(network, asked_rate)
    settings = settled(network, asked, alpha.value, steps)
    begin = starts(network, start, settings.seed)
    said = [given.said for given in (alpha, *drawn_together(begin, settings.seed)) if given.said]
    descent = Descent(derivation, settings)
    if every is None:
        every = max(1, -(-steps * len(descent.names) // MOST_RECORDED))
        if every > 1:
            said.append(f"{steps:,} steps are more than is kept: one in {every:,} is recorded, the others are replayed")
    descent.settings = dataclasses.replace(settings, every=every)
    first = {name: descent.rounded(given.value) for name, given in begin.items() if name in descent.weights}
    return History(descent, first, said=tuple(said))


def _descend(history: History, last: int, watch: Callable[[int], None] | None, compiled: bool | None) -> None:
    descent = history.descent
    moved = _moved_in_pass(history)
    if moved is None:
        history.stopped = "still"
        return
    kernel, said = native_loop(descent, last - history.steps, compiled)
    history.native = kernel is not None
    history.said += (said,) if said else ()
    try:
        if kernel is None:
            _interpreted(history, last, moved, watch)
        else:
            _native(history, kernel, last, moved, watch)
    except KeyboardInterrupt:
        history.stopped = "interrupted"
        # What was recorded of a step that is not counted as made is made again.
        recorded = history.steps // history.settings.every if history.settings.every else 0
        del history.recorded[recorded * len(descent.names) :]
    if history.stopped == "non_finite":
        history.non_finite = descent.first_not_finite(history.steps + 1, history.last)


def _moved_in_pass(history: History) -> bool | None:
    """Say whether the pass that a run stands in has moved anything yet; None where a whole pass has not.

    So a run that is taken up stops where one run would.
    """
    descent, number = history.descent, history.steps
    if not number or not descent.may_rest:
        return False
    size = descent.passes.steps
    begin = number - (number % size or size)
    moved = any(history.state_after(k) != history.state_after(k - 1) for k in range(begin + 1, number + 1))
    if number % size == 0:
        return False if moved else None
    return moved


def _interpreted(history: History, last: int, moved: bool, watch: Callable[[int], None] | None) -> None:
    descent, every = history.descent, history.settings.every
    size, rests = descent.passes.steps, descent.may_rest
    step_once = descent.step
    state: Sequence[float] = history.last
    number = history.steps
    record = history.recorded.extend
    while number < last:
        error, new = step_once(state, number + 1)
        if not math.isfinite(error) or not all(map(math.isfinite, new)):
            history.stopped = "non_finite"
            return
        moved = moved or tuple(new) != tuple(state)
        number += 1
        state = new
        if every and number % every == 0:
            record(new)
        history.last, history.steps = tuple(new), number
        if number % size == 0:
            if rests and not moved:
                history.stopped = "still"
                return
            moved = False
        if watch is not None and number % 4096 == 0:
            watch(number)


def _native(history: History, kernel: Native, last: int, moved: bool, watch: Callable[[int], None] | None) -> None:
    every = history.settings.every
    while history.steps < last:
        ended = kernel.run(history.last, history.steps, last, every, moved)
        history.recorded.extend(ended.recorded)
        history.last, history.steps, moved = ended.state, history.steps + ended.made, ended.moved
        if ended.stopped is not None:
            history.stopped = ended.stopped
            return
        if watch is not None:
            watch(history.steps)
