"""Whether a run is made by the interpreter or by a native loop; a replay by whichever is ready first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workings.run.descent import Descent

if TYPE_CHECKING:
    from workings.run.native import Native

#: A run that the interpreter makes with fewer scalar words than this is not worth compiling.
WORTH_COMPILING = 150_000


def native_loop(descent: Descent, steps: int, compiled: bool | None = None) -> tuple[Native | None, str]:
    """Return the native loop for so many steps, and what is to be said.

    There is none where `compiled` is False or, unless it is said, where the interpreter is done as soon; and none
    where this machine has no native code.

    Raises:
        ReadError: when fast numbers are asked for and this machine has no native code.
    """
    exact = descent.settings.numbers == "exact"
    work = descent.programs.equations.words * min(descent.settings.batch, len(descent.rows)) * steps
    if exact and (compiled is False or (compiled is None and work < WORTH_COMPILING)):
        return None, ""
    from workings.run.kernel.engine import NoMachineError  # the compiler is loaded where it is needed
    from workings.run.native import Native, no_fast_numbers

    try:
        return Native(descent), ""
    except NoMachineError as error:
        if not exact:
            raise no_fast_numbers(error) from None
        return None, f"the interpreter runs, which is slower and computes the same: {error}"


def advance(descent: Descent, state: tuple[float, ...], first: int, last: int) -> tuple[float, ...]:
    """Return the state after step `last` from the one after step `first`: a replay, with the same bits."""
    kernel, _ = native_loop(descent, last - first)
    while first < last:
        if kernel is None:
            state = tuple(descent.step(state, first + 1)[1])
            first += 1
        else:
            ended = kernel.run(state, first, last, 0, moved=True)
            state, first = ended.state, first + ended.made
    return state
