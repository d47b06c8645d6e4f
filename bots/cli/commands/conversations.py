"""Lists conversations and shows what was said in one: `doorstep conversations`."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import database, json_option, moment_before, refuse, show

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.conversations.listing import Listed

STATES = ("bot", "agent", "closed")


@click.group()
def conversations() -> None:
    """What customers and we said to each other."""


@conversations.command(name="list")
@click.option("--customer", metavar="WHO", help="A phone, e-mail, address or id.")
@click.option("--order", metavar="N", help="The customer of this order, and cases about it.")
@click.option("--state", type=click.Choice(STATES), help="Who answers; closed: nobody is written to there any more.")
@click.option("--channel", help="Like whatsapp.")
@click.option("--since", metavar="TIME", help="Something was said since: 2h, 7d, or 2026-12-01.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@click.option("--after", metavar="NEXT", help="Go on where a list ended: its `next`.")
@json_option
def list_(**given: Any) -> None:
    """List conversations, the one last spoken in first. Times are in UTC."""
    from storage.conversations.listing import Sought, listed

    with database() as opened, opened.store.read() as conn:
        since = moment_before(given["since"], opened.now(), "--since") if given["since"] else None
        ids = _ids(conn, given["customer"], given["order"])
        sought = Sought(ids, given["state"], given["channel"], since, given["limit"], given["after"])
        try:
            page, following = listed(conn, sought)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--after") from error
        items = [_item(conn, each) for each in page]
    lines = [_line(each, item) for each, item in zip(page, items, strict=True)] or ["There is no such conversation."]
    lines += [f"More: --after {following}"] if following else []
    show({"items": items, "next": following}, as_json=given["as_json"], text="\n".join(lines))


@conversations.command(name="show")
@click.argument("id_", metavar="ID")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 10000), help="How many, the newest.")
@json_option
def show_(id_: str, limit: int, as_json: bool) -> None:
    """Print what was said, with what became of it. ID: ours, an address, phone, order or case. Times are in UTC."""
    from storage.conversations import history, quotes
    from storage.conversations.listing import Sought, listed
    from storage.people import families, lookup
    from storage.shop import tags

    with database() as opened, opened.store.read() as conn:
        meant = lookup.by_any(conn, id_)
        if meant is None or not meant.conversation_ids:
            raise refuse(f"there is no conversation {id_}; `doorstep conversations list` shows those there are")
        page, _ = listed(conn, Sought(meant.conversation_ids))
        if len(page) > 1:
            listed_ = "\n".join(f"  {each.id}  {each.channel} {each.value}" for each in page)
            raise refuse(f"{id_} has {len(page)} conversations; say which:\n{listed_}")
        item, said = _item(conn, page[0]), history.said(conn, [page[0].id], limit)
        files = history.files_of(conn, [each.id for each in said])
        answered = quotes.lines(conn, page[0].id, {each.reply_to for each in said if each.reply_to})
        item["tags"] = tags.about(conn, families.members(conn, page[0].customer_id), item["orders"])
    item["messages"] = [_message(each, files, answered) for each in said]
    words = {each.id: each.text for each in said}
    text = "\n".join([_line(page[0], item), "", *(_spoken(each, words) for each in item["messages"])])
    show(item, as_json=as_json, text=text)


def _ids(conn: "Connection", customer: str | None, order: str | None) -> set[str] | None:
    from storage.people import lookup

    ids: set[str] | None = None
    for word, find, what in ((customer, lookup.by_customer, "customer"), (order, lookup.by_order, "order")):
        if word:
            meant = find(conn, word)
            if meant is None:
                raise refuse(f"there is no {what} {word}")
            found = set(meant.conversation_ids)
            ids = found if ids is None else ids & found
    return ids


def _item(conn: "Connection", each: "Listed") -> dict[str, Any]:
    """Makes one conversation as the read API has it, without its messages."""
    from storage.conversations.listing import orders_of
    from storage.people import families

    hours = _window_hours().get(each.channel)
    until = each.last_inbound_at + timedelta(hours=hours) if hours and each.last_inbound_at else None
    number = each.value if each.value.startswith("+") else each.phone
    return {
        "id": each.id,
        "state": each.state,
        "channel": each.channel,
        "account": each.account,
        "customer": {"id": each.customer_id, "name": each.name, "phone": number},
        "case": each.case,
        "orders": orders_of(conn, families.members(conn, each.customer_id)),
        "language": each.language or None,
        "started_at": each.started_at,
        "last_at": each.last_at,
        "window_until": until,
    }


@cache
def _window_hours() -> Mapping[str, float | None]:
    """Returns by channel how long a customer's message lets us write freely."""
    from adapters.channels import capability_table

    return {limits.channel: limits.window_hours for limits in capability_table.load_all().values()}


def _message(said: Any, files: dict[str, list[dict[str, Any]]], answered: dict[str, str]) -> dict[str, Any]:
    return {
        "id": said.id,
        "at": said.at,
        "by": said.by,
        "text": said.text,
        "files": files.get(said.id, []),
        "reply_to": answered.get(said.reply_to),
        "state": said.state,
        "reason": said.reason,
    }


def _line(each: "Listed", item: dict[str, Any]) -> str:
    who = each.name or "(no name)"
    facts = [
        f"{each.last_at:%Y-%m-%d %H:%M}",
        f"{each.state:<6}",
        f"{each.channel:<9}",
        each.id,
        f"{who}, {each.value}",
    ]
    facts += [f"case #{each.case}"] if each.case else []
    facts += ["orders " + ", ".join(item["orders"])] if item["orders"] else []
    facts += [" ".join(f"#{tag}" for tag in item["tags"])] if item.get("tags") else []
    return "  ".join(facts)


def _spoken(message: dict[str, Any], words: Mapping[str, str]) -> str:
    from core.content.text import shorten

    fate = message["state"] if not message["reason"] else f"{message['state']}: {message['reason']}"
    files = "".join(f" [{file['kind']} {file['name']}]".replace(" ]", "]") for file in message["files"])
    before = shorten(" ".join(words.get(message["reply_to"], "").split()), 60)
    text = "\n".join(filter(None, (f"↪ {before}" if before else "", message["text"])))
    text = text.replace("\n", "\n" + " " * 30)
    return f"{message['at']:%Y-%m-%d %H:%M:%S}  {message['by']:<9}{text}{files}  ({fate})"
