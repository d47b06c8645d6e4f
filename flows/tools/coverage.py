"""Says which steps of the flows conversations reached, and where those stand that none did."""

from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from flows.engine.flowset import FlowSet

Reached = set[tuple[str, str]]


class Missed(msgspec.Struct, frozen=True, order=True):
    """Names a step that no conversation reached."""

    file: str
    line: int
    flow: str
    step: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: no conversation reaches step {self.step!r} of {self.flow}"


class Coverage(msgspec.Struct, frozen=True):
    """Counts steps, and those reached; `missed` are the others, by file and line."""

    steps: int
    reached: int
    missed: tuple[Missed, ...] = ()

    @property
    def percent(self) -> float:
        """Returns the share reached, rounded down: 100 means all."""
        return 100.0 if self.steps == self.reached else int(1000 * self.reached / self.steps) / 10


def coverage(flows: FlowSet, reached: Collection[tuple[str, str]], folders: Iterable[Path] = ()) -> Coverage:
    """Compares what was reached with all steps; of the flows in these `folders` alone, where any are named."""
    wanted = {folder.resolve() for folder in folders}
    steps = [
        (flow, step)
        for flow in flows.flows.values()
        if not wanted or Path(flow.place.file).parent.resolve() in wanted
        for step in flow.steps.values()
    ]
    missed = [
        Missed(step.place.file, step.place.line, flow.id, step.id)
        for flow, step in steps
        if (flow.id, step.id) not in reached
    ]
    return Coverage(len(steps), len(steps) - len(missed), tuple(sorted(missed)))
