"""Tells that a parcel which was told to come late comes as promised after all."""

from collections.abc import Iterator

from notifications.kinds.delay import DECIDES, DELAYS, Moved, dated, is_news, notice, promised
from notifications.notice import Kind, Notice

__all__ = ["DECIDES", "complete"]


def complete(kind: Kind) -> Kind:
    """Gives the kind its dates."""
    return dated(kind, lambda moved: _in_time(moved, kind.name))


def _in_time(moved: Moved, kind: str) -> Iterator[Notice]:
    for parcel in moved.after.shipments:
        promise, last = promised(moved, parcel), moved.last(parcel.id)
        if promise is None or parcel.eta is None or not is_news(moved, parcel):
            continue
        if last is None or last.kind not in DELAYS:
            continue
        if parcel.eta <= promise < last.day:
            yield notice(moved, kind, parcel.id, promise, parcel.eta)
