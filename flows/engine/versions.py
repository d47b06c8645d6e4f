"""Moves running flows on to the version that is in use."""

from collections.abc import Sequence

from msgspec.structs import replace

from flows.engine.dialog import Dialog
from flows.engine.flowset import FlowSet
from flows.engine.model import WAIT
from flows.engine.session import Entry, Frame


def settle_versions(dialog: Dialog) -> None:
    """Moves frames whose flow has changed: to the same step if it is still there, else to the top, slots filled. Those
    of a pinned flow stay in the version in which they began.

    A flow that is gone ends, with everything above it.
    """
    for index, frame in enumerate(dialog.stack):
        if frame.flow not in dialog.flows.flows:
            del dialog.stack[index:]
            dialog.still()
            return
        if dialog.flows.running(frame.flow, frame.version).version == frame.version:
            continue
        dialog.stack[index] = _moved(dialog.flows, frame)
        if dialog.stack[index].step != frame.step or not _asks_the_same(dialog, index):
            del dialog.stack[index + 1 :]
            dialog.still()
            return


def settled(flows: FlowSet, frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """Moves frames that were set aside, as `settle_versions` does with those on the stack."""
    moved: list[Frame] = []
    for frame in frames:
        if frame.flow not in flows.flows:
            break
        moved.append(_moved(flows, frame))
        if moved[-1].step != frame.step:
            break
    return tuple(moved)


def _moved(flows: FlowSet, frame: Frame) -> Frame:
    flow = flows.running(frame.flow, frame.version)
    kept = frame.step in flow.steps or frame.step == "END"
    waits = kept and frame.step in flow.steps and flow.steps[frame.step].kind == WAIT
    return replace(
        frame,
        version=flow.version,
        step=frame.step if kept else flow.first,
        wait=frame.wait if waits else None,
    )


def _asks_the_same(dialog: Dialog, index: int) -> bool:
    """Tells whether a migrated frame's step still is what the session waits for (or calls what lies above it)."""
    frame = dialog.stack[index]
    step = dialog.flows.running(frame.flow, frame.version).steps.get(frame.step)
    if index < len(dialog.stack) - 1:
        return dialog.stack[index + 1].entry is not Entry.CALL or (
            step is not None and step.name == dialog.stack[index + 1].flow
        )
    return not dialog.awaiting or (step is not None and step.name == dialog.awaiting)
