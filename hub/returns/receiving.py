"""Notes what the warehouse counted of a return: how many pieces came, and in which condition."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection

from core.shop import return_steps as steps
from core.shop.return_steps import Counted
from core.shop.return_tracks import COUNTED
from core.shop.returns import ReturnedLine
from hub.hub import Hub
from hub.returns import refunding
from hub.returns.moves import move, note
from storage.shop.filed_returns import Filed


def receive(hub: Hub, conn: Connection, filed: Filed, user: str, came: Mapping[str, Counted], now: datetime) -> Filed:
    """Adds what came to what was counted before. Once nothing more is expected the money follows.

    Raises StepRefusedError.
    """
    counts = {**filed.counts, **{line: _added(filed.counts.get(line), each) for line, each in came.items()}}
    tracks = steps.receive(filed.tracks, filed.record.lines, counts)
    if counts == filed.counts:
        raise steps.StepRefusedError(steps.Why.NOTHING)
    lines = tuple(_as_found(line, counts) for line in filed.record.lines)
    moved = move(hub, conn, filed, tracks, now, lines=lines, counts=counts)
    note(conn, hub, user, "return_receive", moved, now)
    return refunding.settle(hub, conn, moved, now) if tracks.logistics in COUNTED else moved


def _added(before: Counted | None, more: Counted) -> Counted:
    if before is None:
        return more
    sums = {name: getattr(before, name) + getattr(more, name) for name in steps.CONDITIONS}
    return Counted(before.line_id, **sums)


def _as_found(line: ReturnedLine, counts: Mapping[str, Counted]) -> ReturnedLine:
    found = counts.get(line.line_id)
    return replace(line, condition=found.condition) if found else line
