"""The little linear algebra that proofs need: over fractions and over ranges, for a dozen weights."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import hypot, inf, nextafter

from workings.graph.speakers.balls import UncertainError
from workings.graph.speakers.floats import nearest
from workings.graph.speakers.ranges import Range, above_zero, divided, minus, plus, times

Matrix = list[list[Fraction]]


def eigenvalue_range(matrix: Sequence[Sequence[Range]]) -> Range:
    """Return a range around the greatest eigenvalue of a symmetric matrix of ranges.

    At most it is the greatest sum of a row, the entries beside the diagonal without their signs (S. A. Gershgorin,
    1931); at least it is the greatest entry of the diagonal.
    """
    high = low = -inf
    for k, row in enumerate(matrix):
        total = row[k]
        for j, entry in enumerate(row):
            if j != k:
                size = max(abs(entry[0]), abs(entry[1]))
                total = plus(total, (size, size, False, False))
        high = max(high, total[1])
        low = max(low, row[k][0])
    return (low, high, False, False)


def greatest_eigenvalue(grams: Sequence[Matrix], factors: Sequence[Fraction]) -> float:
    """Return a number that the greatest eigenvalue of Σ factor · matrix is surely at most, and nearly is.

    It is guessed in floats and proved in fractions: L I − G has no negative pivot. ∞ where it is beyond the doubles.
    """
    size = len(grams[0])
    whole = [
        [sum((f * g[i][j] for f, g in zip(factors, grams, strict=True)), Fraction(0)) for j in range(size)]
        for i in range(size)
    ]
    sums = max(sum(map(abs, row), Fraction(0)) for row in whole)
    safe = nearest(sums)
    if safe == inf:
        return inf
    if Fraction(safe) < sums:
        safe = nextafter(safe, inf)
    if size == 1 or size > 40:
        return safe
    guess = _power(whole)
    for slack in (1e-12, 1e-9, 1e-6, 1e-3):
        high = guess * (1 + slack)
        if high < safe and _is_positive(
            [[Fraction(high) * (i == j) - whole[i][j] for j in range(size)] for i in range(size)]
        ):
            return high
    return safe


def _power(matrix: Matrix) -> float:
    """Return the greatest eigenvalue of a matrix without negative ones, nearly: powers of it turn any vector to it."""
    floats = [[float(value) for value in row] for row in matrix]
    vector = [1.0 + 0.1 * k for k in range(len(floats))]
    value = size = 0.0
    for _ in range(200):
        turned = [sum(a * b for a, b in zip(row, vector, strict=True)) for row in floats]
        size = max(map(abs, turned))
        if not size:
            return 0.0
        vector = [each / size for each in turned]
        if abs(size - value) <= 1e-15 * size:
            break
        value = size
    return size


def _is_positive(matrix: Matrix) -> bool:
    """Say whether a symmetric matrix has no negative eigenvalue, by elimination: every pivot is positive."""
    rows = [row[:] for row in matrix]
    for k, pivot in enumerate(rows):
        if pivot[k] <= 0:
            return False
        for row in rows[k + 1 :]:
            factor = row[k] / pivot[k]
            if factor:
                for j in range(k, len(row)):
                    row[j] -= factor * pivot[j]
    return True


def is_positive_definite(matrix: Sequence[Sequence[Range]]) -> bool:
    """Say whether every symmetric matrix within these ranges surely is positive definite: every pivot is positive."""
    rows = [list(row) for row in matrix]
    try:
        for k, pivot in enumerate(rows):
            if not above_zero(pivot[k]):
                return False
            for row in rows[k + 1 :]:
                factor = divided(row[k], pivot[k])
                for j in range(k, len(row)):
                    row[j] = minus(row[j], times(factor, pivot[j]))
    except UncertainError:
        return False
    return True


def solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float] | None:
    """Solve a system in floats by elimination with the largest pivots; None where a pivot is 0."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for k in range(len(rows)):
        largest = max(range(k, len(rows)), key=lambda r: abs(rows[r][k]))
        rows[k], rows[largest] = rows[largest], rows[k]
        if rows[k][k] == 0:
            return None
        for r, row in enumerate(rows):
            if r != k:
                factor = row[k] / rows[k][k]
                rows[r] = [a - factor * b for a, b in zip(row, rows[k], strict=True)]
    return [row[-1] / row[k] for k, row in enumerate(rows)]


def lowest_direction(matrix: Sequence[Sequence[float]]) -> list[float]:
    """Return a unit vector along which a symmetric matrix is nearly least: powers of (c − H) turn any vector to it."""
    size = len(matrix)
    most = max(sum(map(abs, row)) for row in matrix)
    vector = [1.0 + 0.1 * k for k in range(size)]
    for _ in range(500):
        turned = [
            most * v - sum(a * b for a, b in zip(row, vector, strict=True))
            for row, v in zip(matrix, vector, strict=True)
        ]
        length = hypot(*turned)
        if not length:
            break
        vector = [value / length for value in turned]
    length = hypot(*vector)
    return [value / length for value in vector]
