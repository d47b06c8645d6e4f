"""Gives every benchmark a folder, its processes, how long it may take, and where figures go."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from benchmarks.processes import Meter, Processes
from benchmarks.report import Breakdown, Figure, percentile
from benchmarks.rig import Outcome, Rig


class Length(msgspec.Struct, frozen=True):
    """How long and how much: ordinary, quick or full."""

    load_seconds: float = 10
    rate_seconds: float = 10
    conversations: int = 400
    broadcast_rows: int = 20_000
    broadcast_seconds: float = 60
    paced_recipients: int = 5_000
    parsing_seconds: float = 20
    quiet_seconds: float = 60
    stored_messages: int = 1_000_000
    stored_conversations: int = 50_000
    campaign_recipients: int = 100_000
    desk_cases: int = 20
    desk_talks: int = 20
    desk_pause: float = 30  # between two messages of a customer
    desk_seconds: float = 30
    desk_forms: int = 10
    insight_messages: int = 20_000
    insight_cases: int = 2_000
    insight_days: int = 42


QUICK = Length(3, 3, 300, 2_000, 10, 600, 5, 20, 200_000, 10_000, 5_000, 10, 10, 15, 15, 5, 5_000, 500)
FULL = Length(
    20, 20, 400, 20_000, 265, 5_000, 40, 120, 1_000_000, 50_000, 100_000, 50, 20, 60, 300, 30, 1_000_000, 100_000, 90
)


class Bench:
    """One run of one benchmark."""

    def __init__(self, name: str, folder: Path, processes: Processes, length: Length) -> None:
        self.name = name
        self.folder = folder
        self.processes = processes
        self.length = length
        self.figures: list[Figure] = []
        self.breakdowns: list[Breakdown] = []

    def rig(self) -> Rig:
        """Builds the load rig. Raises Unavailable without a C compiler."""
        return Rig(self.folder, self.processes)

    def meter(self) -> Meter:
        """Starts to count CPU."""
        return Meter(self.processes)

    def figure(self, what: str, value: float | None, unit: str, **more: object) -> Figure:
        """Keeps a figure."""
        figure = Figure(self.name, what, value, unit, **more)  # type: ignore[arg-type] # checked by msgspec's own fields
        self.figures.append(figure)
        return figure

    def failed(self, error: Exception) -> None:
        """Keeps that the benchmark came to no end: a line of the table that nobody overlooks."""
        self.figure("FAILED", None, "", remark=f"{type(error).__name__}: {error}", ok=False)

    def answers(self, what: str, outcome: Outcome, cpu: Mapping[str, float], remark: str = "") -> Figure:
        """Keeps what a run of customers and their answers showed: replies/s, latency, CPU, and that each came once."""
        faults = {name: number for name, number in outcome.faults.items() if number}
        words = ", ".join(f"{number} {name}" for name, number in faults.items())
        verdict = f"FAULTS: {words}" if words else f"{outcome.answered:,} replies, each exactly once"
        return self.figure(
            what,
            outcome.answered_in_time / outcome.seconds,
            "replies/s",
            p50_ms=percentile(outcome.answer_us, 0.5),
            p99_ms=percentile(outcome.answer_us, 0.99),
            cpu_ms=dict(cpu),
            remark="; ".join(filter(None, (verdict, remark))),
            ok=not faults,
        )
