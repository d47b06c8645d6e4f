"""Sends or explains one notice: `doorstep notify`."""

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import installation, json_option, refuse, show
from core.files.near import one_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hub.hub import Hub
    from notifications.notice import Notice


@dataclass(frozen=True)
class Wanted:
    """Holds a notice that is not registered yet. `decision`: send, hold or skip, and why in `words`."""

    notice: "Notice"
    customer_id: str
    name: str
    decision: str
    words: str


@click.command()
@click.argument("kind")
@click.option("--order", "order_number", required=True, help="The order it is about.")
@click.option("--customer", default="", help="Only if the order is this customer's (the store's id, or ours).")
@click.option("--again", is_flag=True, help="Also when the customer was told already.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask. Without a terminal, and with --json, nothing is asked.")
@json_option
def notify(kind: str, order_number: str, customer: str, again: bool, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Send one notice about one order, with the checks of every notice (consent, quiet hours, reply window)."""
    from notifications import find_kind

    with installation() as parts:
        hub, now = parts.hub, parts.hub.now()
        known = find_kind(hub.notices.kinds, kind)
        if known is None:
            raise refuse(f"there is no notice {kind}; {one_of(kind, hub.notices.kinds)}")
        with hub.store.read() as conn:
            wanted = _wanted(hub, conn, known, order_number, customer, now, again=again, shown=dry_run)
        sends = not dry_run and wanted.decision != "skip"
        if sends and not (yes or as_json) and sys.stdin.isatty():
            click.echo(wanted.words, err=True)
            click.confirm(f"Tell {wanted.name or 'the customer'} of order {order_number}?", abort=True, err=True)
        id_ = _register(hub, wanted, now) if sends else None
    words = f"{wanted.words}\nTo follow it: doorstep trace {id_}" if id_ else wanted.words
    show({"decision": wanted.decision, "words": wanted.words, "id": id_}, as_json=as_json, text=words)
    if wanted.decision == "skip":
        raise refuse(wanted.words)


def _wanted(
    hub: "Hub", conn: "Connection", kind: Any, number: str, customer: str, now: datetime, *, again: bool, shown: bool
) -> Wanted:
    from hub.notices.recipients import recipient_for
    from hub.notices.subjects import abouts_now
    from notifications import About, Send, explain, plan
    from storage.people import customers
    from storage.shop import orders

    order = orders.meant(conn, number)
    state = orders.state_of(conn, order.number) if order else None
    owner = customers.by_id(conn, state[1]) if state and state[1] else None
    if order is None or owner is None:
        raise refuse(f"order {number} is not known")
    if customer and customer not in (owner.id, owner.store_id):
        raise refuse(f"order {number} is not of customer {customer}")
    notice = _first(kind, About(order=order), hub.notices.when(now))
    if not notice:
        raise refuse(f"order {number} gives no reason for a {kind.name} notice now")
    notice = _unregistered(conn, notice, order.number, again=again)
    decision = plan(
        notice,
        recipient_for(hub, conn, owner, order),
        abouts_now(hub, conn, [(notice, owner, order)], now)[0],
        now,
        hub.notices,
    )
    words = explain(decision, hub.notices.shop.locale)
    if shown and isinstance(decision, Send):
        words = f"{words}\n\n{_preview(hub, decision.ways[0])}"
    return Wanted(notice, owner.id, owner.name, type(decision).__name__.lower(), words)


def _unregistered(conn: "Connection", notice: "Notice", number: str, *, again: bool) -> "Notice":
    """Returns the notice under a key of its own: news are registered once, but by an operator's word."""
    import msgspec

    from storage.notices import notices

    told = notices.told_of_orders(conn, [number])[number]
    if notice.key not in told:
        return notice
    if again:
        times = next(n for n in range(2, len(told) + 3) if f"{notice.key}#{n}" not in told)
        return msgspec.structs.replace(notice, key=f"{notice.key}#{times}")
    before = notices.by_key(conn, notice.key)
    became = f": {before.state}{before.reason and f' ({before.reason})'}, doorstep trace {before.id}" if before else ""
    if before and before.state in (notices.SKIPPED, notices.FAILED):
        raise refuse(f"this did not reach the customer ({notice.key}{became}); --again tries once more")
    raise refuse(f"the customer was told already ({notice.key}{became}); --again tells them once more")


def _register(hub: "Hub", wanted: Wanted, now: datetime) -> str | None:
    from hub.notices.lifecycle import register

    with hub.store.write() as conn:
        id_ = register(hub, conn, wanted.notice, wanted.customer_id, now)
    hub.waker.outbox()
    return id_


def _preview(hub: Any, way: Any) -> str:
    """Renders what the customer would read on the first way, and names what the channel's limits cost it."""
    from core.content.degradations import told

    channel = hub.channel(way.address.channel, way.address.account)
    lost = [told(loss) for loss in channel.render(way.message).degradations]
    link = f"[{way.message.link_title or way.message.link}]" if way.message.link else ""
    costs = f"({'; '.join(lost)})" if lost else ""
    return "\n".join(filter(None, (way.message.text, link, costs)))


def _first(kind: Any, about: Any, when: Any) -> Any:
    """Makes the notice that would be due if everything about the order were news."""
    from notifications import Change, EventFacts, Subject

    event = EventFacts("order.updated", "cli")
    due = kind.due(Change(event, when.now, Subject.ORDER, None, about, {}, when))
    return due[-1] if due else None
