"""Sends or explains one notice: `doorstep notify`."""

import sys
from typing import Any

import click

from bots.cli.common import installation, json_option, refuse, show


@click.command()
@click.argument("kind")
@click.option("--order", "order_number", default="", help="The order it is about.")
@click.option("--return", "returned", default="", help="The return it is about: our number for it, or the store's.")
@click.option("--customer", default="", help="The customer it is about; beside --order: only if the order is theirs.")
@click.option("--product", default="", help="For back_in_stock: the product, by the store's id.")
@click.option("--again", is_flag=True, help="Also when there was such a notice, whatever became of it.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask. Without a terminal, and with --json, nothing is asked.")
@json_option
def notify(  # noqa: PLR0913 - one for each option
    kind: str,
    order_number: str,
    returned: str,
    customer: str,
    product: str,
    *,
    again: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Send one notice about an order, a return or a customer, with the checks of every notice (consent, quiet hours,
    caps, reply window)."""
    from hub.notices.wanted import Subjects, Unwanted, send, want
    from notifications import Send, explain

    subjects = Subjects(order_number, returned, "" if order_number else customer, product)
    with installation() as parts:
        hub, now = parts.hub, parts.hub.now()
        try:
            with hub.store.read() as conn:
                wanted = want(hub, conn, kind, subjects, now, again=again)
        except Unwanted as unwanted:
            raise refuse(str(unwanted)) from None
        if order_number and customer and customer not in (wanted.customer.id, wanted.customer.store_id):
            raise refuse(f"order {order_number} is not of customer {customer}")
        decision = wanted.planned.decision
        outcome, words = type(decision).__name__.lower(), explain(decision, hub.notices.shop.locale)
        shown = f"{words}\n\n{_preview(hub, decision.ways[0])}" if dry_run and isinstance(decision, Send) else words
        sends = not dry_run and outcome != "skip"
        if sends and not (yes or as_json) and sys.stdin.isatty():
            click.echo(words, err=True)
            about = f"order {order_number}" if order_number else f"return {returned}" if returned else kind
            click.confirm(f"Tell {wanted.customer.name or 'the customer'} of {about}?", abort=True, err=True)
        id_ = send(hub, wanted, now) if sends else None
    told = f"{shown}\nTo follow it: doorstep trace {id_}" if id_ else shown
    if outcome == "skip" and not as_json:
        raise refuse(words)
    show({"decision": outcome, "words": shown, "id": id_}, as_json=as_json, text=told)
    if outcome == "skip":
        sys.exit(1)


def _preview(hub: Any, way: Any) -> str:
    """Renders what the customer would read on the first way, and names what the channel's limits cost it."""
    from core.content.degradations import told

    channel = hub.channel(way.address.channel, way.address.account)
    lost = [told(loss) for loss in channel.render(way.message).degradations]
    link = f"[{way.message.link_title or way.message.link}]" if way.message.link else ""
    costs = f"({'; '.join(lost)})" if lost else ""
    return "\n".join(filter(None, (way.message.text, link, costs)))
