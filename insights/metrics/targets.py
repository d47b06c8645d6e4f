"""Sets numbers beside what they are to reach: the usual targets of the definitions, and what `shop.yaml` says instead.

targets: {first_response_s: 15m, sla_met: 0.9, csat: null}
reach = targets_of(shop.targets)   # {"first_response_s": 900.0, "sla_met": 0.9, "next_reply_s": 3600.0, …}
"""

from collections.abc import Mapping

import msgspec

from core.files.durations import EXPECTED, duration
from core.files.near import one_of
from insights.metrics.definitions import Metric, metrics

Written = str | float | None  # as shop.yaml has it; None takes the usual target away
_MOST = {"share": 1.0, "seconds": 365 * 86_400.0}


class Distance(msgspec.Struct, frozen=True):
    """Says how far a number is from its target, in its unit; above it, if positive."""

    target: float
    is_met: bool
    by: float


def targets_of(written: Mapping[str, Written]) -> dict[str, float]:
    """Returns what each number is to reach, of those that have a target."""
    usual = {name: metric.target for name, metric in metrics().items()}
    own = {name: _number(metrics()[name], value) for name, value in written.items() if name in usual}
    return {name: target for name, target in (usual | own).items() if target is not None}


def distance(metric: Metric, value: float | None, target: float | None) -> Distance | None:
    """Returns how far a number is from its target; None where it has none, or there is no number."""
    if value is None or target is None or metric.better == "neither":
        return None
    is_met = value <= target if metric.better == "less" else value >= target
    return Distance(target, is_met, value - target)


def fault(written: Mapping[str, Written]) -> tuple[str, str] | None:
    """Finds the first target that says nothing: its name, and what is expected of it."""
    aimed = [name for name, metric in metrics().items() if metric.better != "neither"]
    for name, value in written.items():
        if name not in aimed:
            return name, one_of(name, aimed)
        try:
            _ = _number(metrics()[name], value)
        except ValueError as error:
            return name, str(error)
    return None


def _number(metric: Metric, value: Written) -> float | None:
    """Reads a target. Raises ValueError."""
    is_time = metric.unit == "seconds"
    if isinstance(value, str):
        if not is_time:
            raise ValueError(f"expected {_expected(metric)}")
        try:
            return duration(value).total_seconds()
        except ValueError:
            raise ValueError(f"expected {EXPECTED}") from None
    most, least = _MOST.get(metric.unit, float("inf")), -100.0 if metric.of.as_ == "nps" else 0.0
    if value is not None and (is_time or not least <= value <= most):
        raise ValueError(f"expected {_expected(metric)}")
    return value


def _expected(metric: Metric) -> str:
    numbers = {"share": "a share from 0 to 1, like 0.95", "seconds": EXPECTED}
    return numbers.get(metric.unit, "a number") + ", or null"
