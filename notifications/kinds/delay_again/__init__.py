"""Tells of a further delay: it comes later than last told, and not for the first time."""

from notifications.kinds.delay import DECIDES, WHOLE, dated, late
from notifications.notice import Kind

__all__ = ["DECIDES", "complete"]


def complete(kind: Kind) -> Kind:
    """Gives the kind its dates."""
    return dated(
        kind,
        lambda moved: (each for each in late(moved, kind.name) if moved.delayed(each.shipment_id or WHOLE)),
    )
