"""Counts money exactly: in the smallest unit of each currency, divided without a cent lost."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

ZERO = Decimal(0)


def unit(currency: str) -> Decimal:
    """Returns the smallest sum of a currency: 0.01 USD, 1 JPY, 0.001 KWD."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def exact(amount: Decimal, currency: str) -> Decimal:
    """Rounds to the smallest unit; a half goes up."""
    return amount.quantize(unit(currency), ROUND_HALF_UP)


def share(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Divides an amount by weights so that the parts add up to it; what is left over goes to the first of those that
    lost most by rounding. Without any weight, all weigh the same."""
    whole = exact(amount, currency)
    if not weights:
        return []
    total = sum(weights, ZERO)
    weighed = list(weights) if total else [Decimal(1)] * len(weights)
    total = total or Decimal(len(weights))
    step = unit(currency) if whole >= 0 else -unit(currency)
    ideal = [whole * weight / total for weight in weighed]
    parts = [(part / step).to_integral_value("ROUND_FLOOR") * step for part in ideal]
    left = int((whole - sum(parts, ZERO)) / step)
    lost = sorted(range(len(parts)), key=lambda n: (abs(parts[n]) - abs(ideal[n]), n))
    for n in lost[:left]:
        parts[n] += step
    return [part.quantize(unit(currency)) for part in parts]


def written(amount: Decimal, currency: str) -> str:
    """Writes an amount for files and JSON: "129.80"."""
    return f"{exact(amount, currency):f}"
