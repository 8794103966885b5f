"""Numbers as reports write them.

A share is rounded down: what falls short of a promise, by however little, must not look as if it had been kept.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

_SECOND = timedelta(seconds=1)


def percent(share: Fraction | None, decimals: int) -> Decimal | None:
    """``Decimal("99.600")`` with three decimals; None for None."""
    if share is None:
        return None
    exact = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN)


def seconds(length: timedelta | None) -> int | None:
    """Whole ones, rounded to the nearest; None for None."""
    return None if length is None else round(length / _SECOND)


def in_minutes(length: timedelta | None) -> Decimal | None:
    """With one decimal, as « 20,5 »; None for None."""
    return None if length is None else Decimal(round(length / _SECOND / 6)).scaleb(-1)
