"""Tells of a further delay: it comes later than last told, and not for the first time."""

from collections.abc import Iterator

from notifications.kinds.delay import DECIDES, Moved, by_promises, dated, late, late_by_time
from notifications.notice import Kind, Notice
from notifications.promises import WHOLE

__all__ = ["DECIDES", "complete"]


def complete(kind: Kind) -> Kind:
    """Gives the kind its dates."""
    return by_promises(dated(kind, lambda moved: _again(moved, kind.name)))


def _again(moved: Moved, kind: str) -> Iterator[Notice]:
    found = late_by_time(moved, kind) if moved.by_time else late(moved, kind)
    return (each for each in found if moved.delayed(each.shipment_id or WHOLE))
