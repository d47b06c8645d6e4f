"""Lists conversations and shows what was said in one: `doorstep conversations`."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import database, json_option, moment_before, refuse, show

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from insights.conversations.views import ConversationView, MessageView

STATES = ("bot", "agent", "closed")
NAMING = ("customer", "order", "channel", "topic", "flow", "since", "after")  # options that name what is looked for


@click.group()
def conversations() -> None:
    """What customers and we said to each other."""


@conversations.command(name="list")
@click.option("--customer", metavar="WHO", help="A phone, e-mail, address or id.")
@click.option("--order", metavar="N", help="The customer of this order, and cases about it.")
@click.option("--words", default="", metavar="TEXT", help="All of these words are in one message, or note.")
@click.option("--state", type=click.Choice(STATES), help="Who answers; closed: nobody is written to there any more.")
@click.option("--channel", help="Like whatsapp.")
@click.option("--topic", help="A contact, or a case, was about it: an id like order_status.")
@click.option("--flow", help="This flow ran there.")
@click.option("--since", metavar="TIME", help="Something was said since: 2h, 7d, or 2026-12-01.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@click.option("--after", metavar="NEXT", help="Go on where a list ended: its `next`.")
@json_option
def list_(**given: Any) -> None:
    """List conversations, the one last spoken in first. Times are in UTC."""
    from adapters.channels.capability_table import window_hours
    from insights.conversations import views
    from storage.conversations.listing import Sought

    for name in NAMING:
        if given[name] is not None and not given[name].strip():
            raise click.BadParameter("it is empty; leave it out to see all", param_hint=f"--{name}")
    with database() as opened, opened.store.read() as conn:
        since = moment_before(given["since"], opened.now(), "--since") if given["since"] else None
        wanted = {name: given[name] for name in ("words", "state", "channel", "topic", "flow", "limit", "after")}
        sought = Sought(ids=_ids(conn, given["customer"], given["order"]), since=since, **wanted)
        try:
            items, following = views.listed(conn, sought, window_hours())
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--after") from error
    lines = [_line(each) for each in items] or ["There is no such conversation."]
    lines += [f"More: --after {following}"] if following else []
    show({"items": [_data(each) for each in items], "next": following}, as_json=given["as_json"], text="\n".join(lines))


@conversations.command(name="show")
@click.argument("id_", metavar="ID")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 10000), help="How many, the newest.")
@json_option
def show_(id_: str, limit: int, as_json: bool) -> None:
    """Print what was said, with what became of it. ID: ours, an address, phone, order or case. Times are in UTC."""
    from adapters.channels.capability_table import window_hours
    from insights.conversations import views
    from storage.conversations.listing import Sought
    from storage.people import families, lookup
    from storage.shop import tags

    with database() as opened, opened.store.read() as conn:
        meant = lookup.by_any(conn, id_)
        ids = meant.conversation_ids if meant else ()
        if len(ids) > 1:
            page, _ = views.listed(conn, Sought(ids=ids), window_hours())
            listed = "\n".join(f"  {each.id}  {each.channel}  {each.last_at:%Y-%m-%d %H:%M}" for each in page)
            raise refuse(f"{id_} has {len(page)} conversations; say which:\n{listed}")
        found = views.shown(conn, ids[0], limit, window_hours()) if ids else None
        if found is None:
            raise refuse(f"there is no conversation {id_}; `doorstep conversations list` shows those there are")
        tagged = tags.about(conn, families.members(conn, found.customer.our_id), found.orders)
    words = {each.id: each.text for each in found.messages or ()}
    spoken = [_spoken(each, words) for each in found.messages or ()]
    text = "\n".join([_line(found, tagged), "", *spoken])
    show({**_data(found), "tags": tagged}, as_json=as_json, text=text)


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


def _data(each: "ConversationView") -> dict[str, Any]:
    """Makes of a view what is printed as JSON, without what it was not asked for."""
    import msgspec

    data: dict[str, Any] = msgspec.to_builtins(each)
    return {name: value for name, value in data.items() if value is not None or name not in ("found", "messages")}


def _line(each: "ConversationView", tags: "Collection[str]" = ()) -> str:
    from core.content.text import shorten

    who = each.customer.name or "(no name)"
    facts = [
        f"{each.last_at:%Y-%m-%d %H:%M}",
        f"{each.state:<6}",
        f"{each.channel:<9}",
        each.id,
        f"{who}, {each.address}",
    ]
    facts += [f"case #{each.case}"] if each.case else []
    facts += ["orders " + ", ".join(each.orders)] if each.orders else []
    facts += [" ".join(f"#{tag}" for tag in tags)] if tags else []
    facts += [f"{each.found.by}: {shorten(' '.join(each.found.text.split()), 80)}"] if each.found else []
    return "  ".join(facts)


def _spoken(message: "MessageView", words: Mapping[str, str]) -> str:
    from core.content.text import shorten

    fate = f"{message.state}: {message.reason}" if message.reason else message.state
    files = "".join(f" [{' '.join(filter(None, (file.kind, file.name)))}]" for file in message.files)
    before = shorten(" ".join(words.get(message.reply_to or "", "").split()), 60)
    text = "\n".join(filter(None, (f"↪ {before}" if before else "", message.text)))
    text = text.replace("\n", "\n" + " " * 30)
    return f"{message.at:%Y-%m-%d %H:%M:%S}  {message.by:<9}{text}{files}  ({fate})"
