"""The state of a sent message only moves forward, whatever order its receipts come in."""

from core.messages import ReceiptStatus

RANK = {
    ReceiptStatus.QUEUED: 0,
    ReceiptStatus.SENT: 1,
    ReceiptStatus.FAILED: 2,
    ReceiptStatus.DELIVERED: 3,
    ReceiptStatus.READ: 4,
}


def merge(known: ReceiptStatus, news: ReceiptStatus) -> ReceiptStatus:
    """The later of the two on the way queued, sent, delivered, read.

    `failed` ends the way unless the message turns out delivered after all (several devices), so
    the join is the higher rank: commutative, associative, idempotent.
    """
    return known if RANK[known] >= RANK[news] else news
