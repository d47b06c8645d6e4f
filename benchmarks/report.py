"""Figures as they are collected, and the one table at the end."""

from collections.abc import Sequence

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.aims import aim_of


class Figure(msgspec.Struct):
    """One line: what was measured, the value, latency, CPU by role in ms per item, what there is to say."""

    benchmark: str
    what: str
    value: float | None
    unit: str
    p50_ms: float | None = None
    p99_ms: float | None = None
    cpu_ms: dict[str, float] = {}
    remark: str = ""
    ok: bool = True


class Breakdown(msgspec.Struct):
    """What lies behind some figures: a table of its own, the channel and the like first, numbers after."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str | float, ...]]


def percentile(micros: Sequence[int], share: float) -> float | None:
    """Finds the milliseconds below which `share` of the values lie; None without values."""
    if not micros:
        return None
    ordered = sorted(micros)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1000, 2)


def show(figures: Sequence[Figure], heading: str) -> None:
    """Prints the table."""
    table = Table(title=heading, box=box.SIMPLE_HEAD, title_justify="left")
    for name in ("benchmark", "measured"):
        table.add_column(name)
    for name in ("value", "unit", "before", "aim", "p50 ms", "p99 ms"):
        table.add_column(name, justify="left" if name in ("unit", "aim") else "right", no_wrap=True)
    table.add_column("CPU ms per item")
    table.add_column("remark")
    for figure in figures:
        table.add_row(
            figure.benchmark,
            figure.what,
            _number(figure.value),
            figure.unit,
            *_beside(figure),
            _number(figure.p50_ms),
            _number(figure.p99_ms),
            ", ".join(f"{name} {value:.2f}" for name, value in figure.cpu_ms.items() if value >= 0.005),
            figure.remark,
            style="" if figure.ok else "bold red",
        )
    _print(table)


def _beside(figure: Figure) -> tuple[str, str]:
    """Writes what it was, and what it shall be with ✓ or ✗ for whether it is."""
    aim = aim_of(figure.benchmark, figure.what)
    if aim is None:
        return "", ""
    bound = f"{'≥' if aim.at_least else '≤'} {_number(aim.bound)}"
    if figure.value is None:
        return _number(aim.before), bound
    return _number(aim.before), f"{bound} {'✓' if aim.reached(figure.value) else '✗'}"


def show_breakdown(breakdown: Breakdown) -> None:
    """Prints the table of one."""
    table = Table(title=breakdown.title, box=box.SIMPLE_HEAD, title_justify="left")
    for n, name in enumerate(breakdown.columns):
        numbers = any(isinstance(row[n], float) for row in breakdown.rows)
        table.add_column(name, justify="right" if numbers else "left", no_wrap=True)
    for row in breakdown.rows:
        table.add_row(*(value if isinstance(value, str) else _number(value) for value in row))
    _print(table)


def _print(table: Table) -> None:
    Console(width=None if Console().is_terminal else 200).print(table)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
