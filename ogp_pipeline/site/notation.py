"""Shares and sizes as people write them. Shares are rounded once, from the published integers."""

from decimal import ROUND_HALF_EVEN, Decimal


def share(numerator: int, denominator: int) -> str | None:
    """``47 %``; None without a denominator. Only none is 0 % and only all is 100 %."""
    if denominator == 0:
        return None
    percent = int((Decimal(100 * numerator) / denominator).quantize(Decimal(1), ROUND_HALF_EVEN))
    if percent == 0 and numerator > 0:
        return "<1 %"
    if percent == 100 and numerator < denominator:
        return ">99 %"
    return f"{percent} %"


def size(count: int) -> str:
    """Bytes in kB or MB (powers of ten), rounded up, so that a file never looks smaller than it is."""
    kilobytes = -(-count // 1000)
    return f"{kilobytes} kB" if kilobytes < 1000 else f"{-(-count // 1_000_000)} MB"
