"""Finds which products come back, and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from insights.findings.certainty import surely
from storage.insight.sources import goods
from storage.insight.sources.goods import Back, Goods


class Reason(msgspec.Struct, frozen=True):
    """Holds a reason, as the return has it (`size_small`), how many pieces came back for it, and in which conversations
    that was said."""

    reason: str
    pieces: int
    conversations: tuple[str, ...]


class Returned(msgspec.Struct, frozen=True):
    """Holds a product: how many pieces were ordered in the time, how many were sent back in it, and why, the commonest
    reason first."""

    product: str
    title: str
    sold: int
    returned: int
    reasons: tuple[Reason, ...]

    @property
    def share(self) -> float | None:
        """Returns how many came back for each that was ordered; None where none was in this time."""
        return self.returned / self.sold if self.sold else None


def return_reasons(conn: Connection, since: datetime, until: datetime) -> list[Returned]:
    """Lists products of which pieces were sent back between two moments, the one with most for its sales first."""
    return products(goods.sent_back(conn, since, until), goods.sold(conn, since, until))


def products(back: Iterable[Back], sold: Mapping[str, Goods]) -> list[Returned]:
    """Does so for these lines of returns. `sold`: what was ordered, by product."""
    reasons: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    said: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for each in back:
        product = each.product, each.title
        reasons[product][each.reason] += each.quantity
        if each.conversation_id:
            said[*product, each.reason][each.conversation_id] = None
    made = [
        Returned(
            product,
            title,
            sold[product].pieces if product in sold else 0,
            sum(counted.values()),
            tuple(Reason(why, n, tuple(said[product, title, why])) for why, n in counted.most_common()),
        )
        for (product, title), counted in reasons.items()
    ]
    return sorted(made, key=lambda each: (-_weight(each), each.title))


def _weight(each: Returned) -> float:
    """Weighs a product by its share of returns and by their number."""
    return surely(min(each.returned, each.sold), each.sold) + each.returned / 10_000
