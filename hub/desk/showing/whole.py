"""Reads everything that is known of a case, unmasked, for one agent who asked to see it: in pages, never stored."""

from collections.abc import Iterable, Iterator

from babel.numbers import format_currency
from sqlalchemy import Connection

from core.cases.case_reasons import spaced
from core.content.text import shorten, size
from core.desk.glances import DetailGlance
from core.shop.orders import Order
from hub.desk.showing import known
from hub.hub import Hub
from storage.conversations import conversations, quotes, timeline
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case
from storage.people import addresses

PAGE, PAGES = 8000, 12  # characters, which Slack takes in one message, and messages
LINES, LINE = 400, 2000
LEFT_OUT = DetailGlance("The beginning is left out", "doorstep conversations show has all of it.")

Page = tuple[DetailGlance, ...]


def pages(hub: Hub, conn: Connection, case: Case) -> tuple[Page, ...]:
    """Reads who the customer is, their orders with lines and addresses, and what was said, the newest last."""
    who = conversations.by_id(conn, case.conversation_id)
    if who is None:
        return ()
    found = known.orders_of(conn, case, who)
    shown = [*filter(None, (found.about,)), *found.others]
    facts = [*_person(hub, conn, who, shown), *(each for order in shown for each in _order(order))]
    said = list(_said(conn, case.conversation_id))
    first = _paged(facts)
    rest = _paged(said)
    room = max(1, PAGES - len(first))
    kept = rest if len(rest) <= room else ((LEFT_OUT,), *rest[-room:])
    return tuple(first[: PAGES - 1]) + tuple(kept)


def _person(hub: Hub, conn: Connection, who: Conversation, shown: Iterable[Order]) -> Iterator[DetailGlance]:
    """Lists the customer's names and addresses, as channels and orders know them, each once."""
    reached = addresses.of_customer(conn, who.customer_id)
    told = [("Name", who.name), (_label(hub, who.channel), who.value)]
    told += [(_label(hub, each.channel), each.value) for each in reached]
    for order in shown:
        told += [("Name", order.buyer.name), ("E-mail", order.buyer.email), ("Phone", order.buyer.phone)]
    return (DetailGlance(label, value) for label, value in dict.fromkeys(told) if value)


def _label(hub: Hub, channel: str) -> str:
    return hub.labels.get(channel, spaced(channel))


def _order(order: Order) -> Iterator[DetailGlance]:
    """Lists an order's lines with prices, where it goes, how it was paid, and its parcels."""
    total = format_currency(order.total, order.currency, locale="en")
    yield DetailGlance(f"Order {order.number}", f"{spaced(order.status)} · {total} · placed {order.placed_at:%d %b %Y}")
    for line in order.lines:
        price = format_currency(line.unit_price, order.currency, locale="en")
        title = ", ".join(filter(None, (line.title, line.label, line.sku)))
        yield DetailGlance("Item", f"{line.quantity} × {title} · {price}{' · final sale' if line.final_sale else ''}")
    to = order.shipping
    place = " ".join(filter(None, (to.postcode, to.city)))
    lines = ", ".join(filter(None, (order.buyer.name, to.line1, to.line2, place, to.region, to.country)))
    for label, value in (
        ("Goes to", lines),
        ("Paid", ", ".join(filter(None, (order.payment.method, order.payment.status)))),
        ("Sent by", order.shipping_method),
        *(("Parcel", _parcel) for _parcel in _parcels(order)),
    ):
        if value:
            yield DetailGlance(label, value)


def _parcels(order: Order) -> Iterator[str]:
    for parcel in order.shipments:
        named = " ".join(filter(None, (parcel.carrier, parcel.tracking_number)))
        yield " · ".join(filter(None, (named, spaced(parcel.status), parcel.tracking_url)))


def _said(conn: Connection, conversation_id: str) -> Iterator[DetailGlance]:
    for line in timeline.last(conn, conversation_id, LINES):
        text = line.text or f"[{spaced(line.attachments or '')}]"
        author = spaced(quotes.written_by(line.author))
        yield DetailGlance(f"{line.at:%d %b %H:%M} UTC, {author}", shorten(text, LINE, "utf16"))


def _paged(lines: Iterable[DetailGlance]) -> list[Page]:
    """Divides lines into pages that are not too long."""
    found: list[list[DetailGlance]] = []
    room = 0
    for line in lines:
        length = size(f"{line.label}{line.text}", "utf16") + 10
        if not found or length > room:
            found.append([])
            room = PAGE
        found[-1].append(line)
        room -= length
    return [tuple(page) for page in found]
