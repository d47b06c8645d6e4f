"""Sends or explains one notice: `doorstep notify`."""

from datetime import datetime
from typing import Any

import click

from bots.cli.common import installation, json_option, refuse, show


@click.command()
@click.argument("kind")
@click.option("--order", "order_number", required=True, help="The order it is about.")
@click.option("--customer", default="", help="Only if the order is this customer's (the store's id, or ours).")
@click.option("--dry-run", is_flag=True, help="Say what would happen, do nothing.")
@json_option
def notify(kind: str, order_number: str, customer: str, dry_run: bool, as_json: bool) -> None:
    """Send one notice about one order, with the checks of every notice (consent, quiet hours, reply window)."""
    from notifications import find_kind

    known = find_kind(kind)
    if known is None:
        from notifications import KINDS

        raise refuse(f"there is no notice {kind}; there are {', '.join(KINDS)}")
    with installation() as parts:
        result = _notify(parts.hub, known, order_number, customer, dry_run)
    show(result, as_json=as_json, text=result["words"])
    if result["decision"] == "skip":
        raise refuse(result["words"])


def _notify(hub: Any, kind: Any, number: str, customer: str, dry_run: bool) -> dict[str, Any]:
    from hub.notices.lifecycle import register
    from hub.notices.recipients import recipient_for
    from notifications import Send, explain, plan
    from storage.notices import notices
    from storage.people import customers
    from storage.shop import orders

    now: datetime = hub.now()
    with hub.store.read() as conn:
        order, state = orders.by_number(conn, number), orders.state_of(conn, number)
        owner = customers.by_id(conn, state[1]) if state and state[1] else None
        if order is None or owner is None:
            raise refuse(f"order {number} is not known")
        if customer and customer not in (owner.id, owner.store_id):
            raise refuse(f"order {number} is not of customer {customer}")
        told = notices.keys_of_orders(conn, [number])[number]
        wanted = _first(kind, order, now)
        if not wanted:
            raise refuse(f"order {number} gives no reason for a {kind.name} notice now")
        if wanted.key in told:
            raise refuse(f"the customer was told already ({wanted.key})")
        decision = plan(wanted, recipient_for(hub, conn, owner, order), order, now, hub.notices)
    words = explain(decision, hub.notices.shop.locale)
    if dry_run and isinstance(decision, Send):
        words = f"{words}\n\n{_preview(hub, decision.ways[0])}"
    name = type(decision).__name__.lower()
    if dry_run or name == "skip":
        return {"decision": name, "words": words, "id": None}
    with hub.store.write() as conn:
        id_ = register(hub, conn, wanted, owner.id, now)
    hub.waker.outbox()
    return {"decision": name, "words": words, "id": id_}


def _preview(hub: Any, way: Any) -> str:
    """Renders what the customer would read on the first way, and names what the channel's limits cost it."""
    from core.content.degradations import told

    channel = hub.channel(way.address.channel, way.address.account)
    lost = [told(loss) for loss in channel.render(way.message).degradations]
    link = f"[{way.message.link_title or way.message.link}]" if way.message.link else ""
    costs = f"({'; '.join(lost)})" if lost else ""
    return "\n".join(filter(None, (way.message.text, link, costs)))


def _first(kind: Any, order: Any, now: datetime) -> Any:
    """Makes the notice that would be due if everything about the order were news."""
    from core.store_events import OrderEvent
    from notifications.notice import Change, Subject

    if kind.subject is not Subject.ORDER:
        return None
    event = OrderEvent(external_id="cli", source="cli", at=now, kind="updated", order=order)
    due = kind.due(Change(event, Subject.ORDER, None, order, frozenset(), now))
    return due[-1] if due else None
