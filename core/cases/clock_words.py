"""Words for agents what is to be told of the clocks of cases."""

from datetime import timedelta

from core.cases.clocks import Alert
from core.cases.sla import Metric

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

_WORDS = {
    (Metric.FIRST, Alert.WARNING): "The customer waits for a first answer: it is due in {}.",
    (Metric.NEXT, Alert.WARNING): "The customer waits for an answer: it is due in {}.",
    (Metric.RESOLUTION, Alert.WARNING): "This case is to be resolved in {}.",
    (Metric.FIRST, Alert.BREACH): "Nobody has answered the customer in time: a first answer was due {} ago.",
    (Metric.NEXT, Alert.BREACH): "The customer was not answered in time: that was due {} ago.",
    (Metric.RESOLUTION, Alert.BREACH): "This case was to be resolved {} ago.",
    (Metric.UNCLAIMED, Alert.BREACH): "Nobody has taken this case: it waits for {}.",
}
_NAMES = {
    Metric.FIRST: "a first answer was due {} ago",
    Metric.NEXT: "an answer was due {} ago",
    Metric.RESOLUTION: "it was to be resolved {} ago",
    Metric.UNCLAIMED: "nobody has taken it for {}",
}


def words(metric: Metric, alert: Alert, length: timedelta) -> str:
    """Says in the thread what is due in that time, was due so long ago, or waits for so long."""
    return _WORDS[metric, alert].format(written(length))


def line(number: int, metric: Metric, length: timedelta) -> str:
    """Says the same of one of several cases, in a line: "• #12: a first answer was due 3 h ago"."""
    return f"• #{number}: {_NAMES[metric].format(written(length))}"


def written(length: timedelta) -> str:
    """Writes a length of time in its two largest units: 1 d 4 h, 2 h 5 min, 15 min; "less than a minute"."""
    if length < _MINUTE:
        return "less than a minute"
    if length >= _DAY:
        return _two(length, _DAY, "d", _HOUR, "h")
    return _two(length, _HOUR, "h", _MINUTE, "min") if length >= _HOUR else f"{length // _MINUTE} min"


def _two(length: timedelta, large: timedelta, name: str, small: timedelta, other: str) -> str:
    rest = length % large // small
    return f"{length // large} {name}" + (f" {rest} {other}" if rest else "")
