"""Writes the tables of numbers for docs/store/metrics.md: `python -m insights.metrics.table`."""

from collections.abc import Iterator

from babel.numbers import format_decimal

from insights.metrics.definitions import GROUPS, Metric, metrics

UNITS = {
    "count": "how many",
    "share": "share of 1",
    "seconds": "seconds",
    "per_100": "for each 100",
    "score": "points",
    "money": "money",
}
_LENGTHS = ((86_400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def table() -> str:
    """Writes the numbers, a table for each group."""
    return "\n".join(line for group in GROUPS for line in _group(group))


def _group(group: str) -> Iterator[str]:
    yield from (f"## {group.capitalize()}", "", "| number | what it counts | in | target |", "|---|---|---|---|")
    yield from (_line(metric) for metric in metrics().values() if metric.group == group)
    yield ""


def _line(metric: Metric) -> str:
    clock = {"both": ", both clocks", "calendar": ", by the calendar"}.get(metric.clock, "")
    told = f"**{metric.name['en']}.** {metric.formula['en']}"
    return f"| `{metric.id}` | {told} | {UNITS[metric.unit]}{clock} | {_target(metric)} |"


def _target(metric: Metric) -> str:
    if metric.target is None:
        return ""
    if metric.unit != "seconds":
        return format_decimal(metric.target, locale="en")
    length, unit = next(each for each in _LENGTHS if metric.target % each[0] == 0)
    return f"{int(metric.target // length)}{unit}"


if __name__ == "__main__":
    print(table())  # noqa: T201
