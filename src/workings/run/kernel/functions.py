"""Fast elementary functions: argument reduction, a short polynomial, and the scale put back.

    exp    x = n log 2 + r,  |r| ≤ ½ log 2;       eˣ = 2ⁿ p(r)
    tanh   t = e^{2|x|} − 1 = 2ⁿ (r + r² q(r)) + 2ⁿ − 1;       tanh |x| = t / (t + 2)
    log    x = 2ᵉ m,  √½ ≤ m < √2,  s = (m − 1)/(m + 1);   log m = 2 s + s z R(z),  z = s²
    log1p  log of u = fl(1 + x), and the part of x that u lost, divided by u

The schemes are those of fdlibm (Sun Microsystems, 1993) and of W. J. Cody and W. Waite, "Software Manual for
the Elementary Functions" (1980). The polynomials: p is a minimax fit of the relative error by the Remez
exchange, q and R are Chebyshev fits by mpmath's `chebyfit`. A test holds them, and the functions over their whole
domain, against mpmath.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from workings.run.kernel.text import Lanes
from workings.run.kernel.words import Words

#: p(r) for eʳ on |r| ≤ ½ log 2, highest power first, by the bits of a lane. Relative error 9.2e−8 and 1.2e−17.
EXP = {
    32: (0.008290307384954919, 0.04189797535148407, 0.16667636563004126, 0.49999149193258563, 0.9999997070192748, 1.0),
    64: (
        2.4991407426296243e-08, 2.763104848586126e-07, 2.7557626858711035e-06, 2.4801490598675957e-05,
        0.00019841269436515202, 0.0013888888946386377, 0.00833333333354988, 0.041666666666517714,
        0.16666666666666216, 0.5000000000000012, 1.0, 1.0,
    ),
}  # fmt: skip
#: q(r) = (eʳ − 1 − r)/r² there.
EXPM1 = {
    32: (0.0013926183587713494, 0.008363179052722578, 0.041666554617204574, 0.16666576989698775, 0.5),
    64: (
        2.510038549551032e-08, 2.7620088445409746e-07, 2.7557268459997064e-06, 2.4801521295954376e-05,
        0.00019841269863053618, 0.0013888888917213717, 0.008333333333330062, 0.04166666666662413,
        0.16666666666666669, 0.5000000000000001,
    ),
}  # fmt: skip
#: R(z) = 2 (atanh(√z)/√z − 1)/z on 0 ≤ z ≤ (3 − 2√2)², highest power first.
LOG = {
    32: (0.23330581938241893, 0.2855081659971155, 0.40000121876972, 0.6666666655445165),
    64: (
        0.13086767009948175, 0.13268759668560612, 0.15386240205813478, 0.18181795630884753,
        0.2222222239180047, 0.2857142857080323, 0.4000000000000088, 0.6666666666666666,
    ),
}  # fmt: skip

#: log 2 to 40 digits, and its inverse (N. J. A. Sloane's OEIS, A002162 and A007525).
_LOG2 = Fraction("0.6931471805599453094172321214581765680755")
_PER_LOG2 = 1 / _LOG2


class Layout(NamedTuple):
    """How a float is laid out: bits of the fraction, the bias, and where exp leaves the numbers."""

    fraction: int
    bias: int
    sqrt_half: int
    below: float
    above: float
    flat: float

    @property
    def least_normal(self) -> float:
        """The least positive number with a whole fraction."""
        return 2.0 ** (1 - self.bias)


#: `sqrt_half` are the bits of √½; below `below` exp is 0, above `above` it is ∞; above `flat` tanh is 1.
LAYOUT = {
    32: Layout(23, 127, 0x3F3504F3, -104.0, 89.0, 9.25),
    64: Layout(52, 1023, 0x3FE6A09E667F3BCD, -746.0, 710.0, 19.5),
}


# Sums and products that stay as they are written: nothing is fused but where `fused` says so.
_plus, _minus, _times, _over = Words.add, Words.sub, Words.mul, Words.div


def _polynomial(k: Words, r: str, coefficients: Sequence[float]) -> str:
    value = k.constant(coefficients[0])
    for coefficient in coefficients[1:]:
        value = k.fused(value, r, k.constant(coefficient))
    return value


def _at_most(k: Words, a: str, limit: float) -> str:
    """Return the lesser of a and a constant; a NaN stays."""
    bound = k.constant(limit)
    return k.select(k.compare("olt", bound, a), bound, a)


def _at_least(k: Words, a: str, limit: float) -> str:
    bound = k.constant(limit)
    return k.select(k.compare("olt", a, bound), bound, a)


def _split(lanes: Lanes) -> tuple[float, float]:
    """Return log 2 as a lane's number and what it leaves over."""
    high = math.log(2) if lanes.bits == 64 else float(Fraction(round(_LOG2 * 2**24), 2**24))
    return high, float(_LOG2 - Fraction(high))


def _reduced(k: Words, x: str, largest: float = math.inf) -> tuple[str, str]:
    """Return n, the nearest whole number to x / log 2, and r = x − n log 2; |x| is at most `largest`."""
    n = k.intrinsic("rint", _times(k, x, k.constant(float(_PER_LOG2))))
    high, low = _split(k.lanes)
    r = k.fused(n, k.constant(-high), x)
    # What `high` leaves over counts only where n multiplies it to something.
    if largest < 64 and math.floor(largest / high + 0.5) * abs(low) < 2.0 ** -(LAYOUT[k.lanes.bits].fraction + 3):
        return n, r
    return n, k.fused(n, k.constant(-low), r)


def _integer(k: Words, instruction: str, a: str, b: str) -> str:
    return k.text.let(f"{instruction} {k.lanes.of(k.lanes.integer)} {a}, {b}")


def _bits(k: Words, a: str) -> str:
    return k.text.let(f"bitcast {k.lanes.type} {a} to {k.lanes.of(k.lanes.integer)}")


def _float(k: Words, a: str) -> str:
    return k.text.let(f"bitcast {k.lanes.of(k.lanes.integer)} {a} to {k.lanes.type}")


def _whole(k: Words, a: str) -> str:
    """Return a whole number as an integer; a NaN gives any."""
    whole = k.lanes.of(k.lanes.integer)
    return k.text.let(f"freeze {whole} {k.text.let(f'fptosi {k.lanes.type} {a} to {whole}')}")


def _power_of_two(k: Words, n: str) -> str:
    """Return 2ⁿ for an integer n at which it is a normal number."""
    form = LAYOUT[k.lanes.bits]
    biased = _integer(k, "add", n, k.lanes.whole(form.bias))
    return _float(k, _integer(k, "shl", biased, k.lanes.whole(form.fraction)))


def _scaled(k: Words, p: str, n: str) -> str:
    """Return p 2ⁿ for a whole number n, rounded once, subnormal results and ∞ among them."""
    if k.lanes.scales and k.lanes.count * k.lanes.bits == 512:
        kind, mask = k.lanes.type, "i16" if k.lanes.bits == 32 else "i8"
        name = f"llvm.x86.avx512.mask.scalef.p{'s' if k.lanes.bits == 32 else 'd'}.512"
        return k.text.call(kind, name, (kind, p), (kind, n), (kind, p), (mask, "-1"), ("i32 immarg", "4"))
    # In two halves, each a normal power; the product with the second rounds a subnormal result once.
    whole = _whole(k, n)
    half = _integer(k, "ashr", whole, k.lanes.whole(1))
    first, second = _power_of_two(k, half), _power_of_two(k, _integer(k, "sub", whole, half))
    return _times(k, _times(k, p, first), second)


def exp(k: Words, x: str) -> str:
    """Write eˣ. Where x is known to stay in a range, what only other arguments need is left out."""
    form = LAYOUT[k.lanes.bits]
    low, high = k.range(x)
    if low < form.below:
        x = _at_least(k, x, form.below)
    if high > form.above:
        x = _at_most(k, x, form.above)
    n, r = _reduced(k, x, max(abs(low), abs(high)))
    return _scaled(k, _polynomial(k, r, EXP[k.lanes.bits]), n)


def saturating(k: Words, x: str) -> str:
    """Write tanh x: it leaves 0 as x does, and is ±1 far out."""
    form = LAYOUT[k.lanes.bits]
    doubled = _times(k, _at_most(k, k.absolute(x), form.flat), k.constant(2))
    n, r = _reduced(k, doubled)
    square = _times(k, r, r)
    p = k.fused(_polynomial(k, r, EXPM1[k.lanes.bits]), square, r)
    scale = _power_of_two(k, _whole(k, n))
    t = k.fused(p, scale, _plus(k, scale, k.constant(-1)))
    value = _over(k, t, _plus(k, t, k.constant(2)))
    return k.intrinsic("copysign", value, x)


def log(k: Words, x: str) -> str:
    """Write log x: −∞ at 0, NaN below."""
    return _logarithm(k, x, None)


def _logarithm(k: Words, x: str, lost: str | None) -> str:
    """Write log(x + lost), `lost` being less than half a unit in the last place of x."""
    form = LAYOUT[k.lanes.bits]
    tiny = k.compare("olt", x, k.constant(form.least_normal))
    lifted = _times(k, x, k.constant(2.0**form.fraction))
    number = k.select(tiny, lifted, x)
    bits = _bits(k, number)
    above = _integer(k, "sub", bits, k.lanes.whole(form.sqrt_half))
    exponent = _integer(k, "ashr", above, k.lanes.whole(form.fraction))
    m = _float(k, _integer(k, "sub", bits, _integer(k, "shl", exponent, k.lanes.whole(form.fraction))))
    e = k.text.let(f"sitofp {k.lanes.of(k.lanes.integer)} {exponent} to {k.lanes.type}")
    e = k.select(tiny, _plus(k, e, k.constant(-float(form.fraction))), e)
    f = _plus(k, m, k.constant(-1))
    s = _over(k, f, _plus(k, f, k.constant(2)))
    z = _times(k, s, s)
    tail = _times(k, z, _polynomial(k, z, LOG[k.lanes.bits]))
    half_square = _times(k, f, _times(k, f, k.constant(0.5)))
    high, low = _split(k.lanes)
    rest = k.fused(e, k.constant(low), _times(k, s, _plus(k, half_square, tail)))
    if lost is not None:
        rest = _plus(k, rest, lost)
    # log(1 + f) = f − (½f² − s (½f² + R)): the parts are added from the least upwards.
    small = _minus(k, f, _minus(k, half_square, rest))
    value = k.fused(e, k.constant(high), small)
    value = k.select(k.compare("oeq", x, k.constant(math.inf)), x, value)
    value = k.select(k.compare("olt", x, k.constant(0)), k.constant(math.nan), value)
    value = k.select(k.compare("oeq", x, k.constant(0)), k.constant(-math.inf), value)
    return k.select(k.compare("uno", x, x), x, value)


def log1p(k: Words, x: str) -> str:
    """Write log(1 + x): −∞ at −1, NaN below."""
    one = k.constant(1)
    u = _plus(k, one, x)
    below = _minus(k, x, _minus(k, u, one))
    above = _minus(k, one, _minus(k, u, x))
    lost = k.select(k.compare("olt", x, one), below, above)
    share = _over(k, lost, u)
    # At −1 and ∞ there is nothing left over, and nothing to divide it by.
    edge = k.compare("ogt", k.absolute(share), one)
    share = k.select(k.compare("uno", share, share), k.constant(0), k.select(edge, k.constant(0), share))
    value = _logarithm(k, u, share)
    # So near to 0 that 1 + x is 1, x is the answer, to its sign: −0 among them.
    return k.select(k.compare("oeq", u, one), x, value)


#: The short polynomials, by what a word's record calls them.
SHORT: Mapping[str, Callable[[Words, str], str]] = {"exp": exp, "log": log, "log1p": log1p, "saturating": saturating}
