"""Products regrouped, for fast arithmetic alone, so that what many of them share is computed once.

    ∂E/∂q₃ · p₄ (1 − q₃²),  ∂E/∂q₃ · p₅ (1 − q₃²), …   →   δ = ∂E/∂q₃ (1 − q₃²);  δ p₄, δ p₅, …

The factors of a product are multiplied from the one that was computed last to the one that was there first: what
comes from behind, layer by layer, before what a single weight brings. The order depends on the tape alone, so every
kernel that is written from it rounds alike.
"""

from __future__ import annotations

from collections.abc import Iterable

from workings.graph.words.tape import Slot, Tape

#: Longer products stay as they are written.
_MOST_FACTORS = 8


def regrouped(tape: Tape, outputs: Iterable[Slot]) -> tuple[Tape, tuple[Slot, ...]]:
    """Return a tape with its products regrouped and where its outputs are; the tape itself if that saves nothing.

    What it saves is counted over all that the tape computes, not over what is wanted of it.
    """
    wanted = tuple(outputs)
    factors = _factors(tape)
    found = Tape()
    slots = {slot: found.input(key) for key, slot in tape.inputs.items()}
    slots |= {slot: found.constant(value) for slot, value in tape.constants.items()}
    for word in tape.words:
        if word.out in factors:
            product, *rest = sorted((slots[slot] for slot in factors[word.out]), reverse=True)
            for factor in rest:
                product = found.mul(product, factor)
            slots[word.out] = product
        else:
            slots[word.out] = found.say(word.name, *(slots[slot] for slot in word.args))
    ends = tuple(slots[slot] for slot in wanted)
    whole = _ends(tape)
    saves = _needed(found, [slots[slot] for slot in whole]) < _needed(tape, whole)
    return (found, ends) if saves else (tape, wanted)


def _ends(tape: Tape) -> list[Slot]:
    """Return the words that no other word takes."""
    taken = {arg for word in tape.words for arg in word.args}
    return [word.out for word in tape.words if word.out not in taken]


def _factors(tape: Tape) -> dict[Slot, tuple[Slot, ...]]:
    """Return the factors of each product of more than two; a square stays a square."""
    found: dict[Slot, tuple[Slot, ...]] = {}
    pairs: dict[Slot, tuple[Slot, ...]] = {}
    for word in tape.words:
        if word.name != "mul" or word.args[0] == word.args[1]:
            continue
        parts = tuple(part for arg in word.args for part in pairs.get(arg, (arg,)))
        if len(parts) <= _MOST_FACTORS:
            pairs[word.out] = parts
            if len(parts) > 2:
                found[word.out] = parts
    return found


def _needed(tape: Tape, outputs: Iterable[Slot]) -> int:
    """Return how many words of a tape its outputs need."""
    needed, count = set(outputs), 0
    for word in reversed(tape.words):
        if word.out in needed:
            needed.update(word.args)
            count += 1
    return count
