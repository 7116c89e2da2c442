"""Shares as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Share = Fraction | Decimal | float
_DIGITS = 12
"""Digits of a float that are looked at: beyond them stands what binary fractions add."""


def percent(share: Share | None, decimals: int = 0) -> str:
    """Return a share as a percentage, halves rounded up as people do: 1.625 is 163%. None is a dash."""
    if share is None:
        return "-"
    step = Decimal(1).scaleb(-decimals)
    return f"{(_exactly(share) * 100).quantize(step, ROUND_HALF_UP)}%"


def _exactly(share: Share) -> Decimal:
    if isinstance(share, Fraction):
        return Decimal(share.numerator) / share.denominator
    return share if isinstance(share, Decimal) else Decimal(f"{share:.{_DIGITS}g}")
