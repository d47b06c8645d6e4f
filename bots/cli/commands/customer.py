"""Shows, merges, exports and erases customers: `doorstep customer`."""

from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import database, installation, json_option, refuse, show

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.people.preferences import Preference


@click.group()
def customer() -> None:
    """One customer's data."""


@customer.command(name="show")
@click.argument("who")
@json_option
def show_(who: str, as_json: bool) -> None:
    """Print who a customer is (phone, e-mail, address or id): where they are reached, and who was merged into them."""
    with database() as opened, opened.store.read() as conn:
        known = _glance(conn, _find(conn, who))
    show(known, as_json=as_json, text=_as_text(known))


@customer.command()
@click.argument("kept")
@click.argument("other")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def merge(kept: str, other: str, yes: bool, as_json: bool) -> None:
    """Make one customer of two: KEPT takes over all that OTHER has. `unmerge` takes it back."""
    from hub.customers.identity import OPERATOR
    from storage.desk import audit
    from storage.people import merges

    with database() as opened:
        with opened.store.read() as conn:
            first, second = _glance(conn, _find(conn, kept)), _glance(conn, _find(conn, other))
        ids = first["customer"]["id"], second["customer"]["id"]
        if ids[0] == ids[1]:
            raise refuse("they are one customer already")
        if not yes:
            click.echo(f"{_as_text(first)}\n\n{_as_text(second)}\n", err=True)
            if first["customer"]["store_id"] and second["customer"]["store_id"]:
                click.echo("The store has an account for each of them.", err=True)
            click.confirm("Make one customer of these two?", abort=True, err=True)
        now = opened.now()
        try:
            with opened.store.write() as conn:
                merge_id = merges.merge(conn, *ids, OPERATOR, now)
                audit.record(conn, opened.store, "cli", "merge", f"customer:{ids[0]}", now)
        except ValueError as error:  # another operator was quicker
            raise refuse(str(error)) from error
    made = {"merge_id": merge_id, "kept": ids[0], "gone": ids[1]}
    text = f"{ids[1]} is {ids[0]} from now on.\nTo take it back: doorstep customer unmerge {merge_id}"
    show(made, as_json=as_json, text=text)


@customer.command()
@click.argument("who")
@click.option("--channel", default="", help="News only there, like sms.")
@click.option("--not-between", "hours", metavar="FROM-TO", default="", help="No news at these hours, like 06:00-12:00.")
@click.option("--clear", is_flag=True, help="As before: on every channel, at any hour.")
@click.option("--reason", default="", help="How the customer said so.")
@json_option
def prefer(who: str, channel: str, hours: str, clear: bool, reason: str, as_json: bool) -> None:
    """Keep how the customer WHO wants to hear from the store. What is not named stays as it is."""
    import msgspec

    from core.people.preferences import Teller, Wish
    from storage.desk import audit
    from storage.people import preferences

    wish = _wish(channel, hours, clear)
    with database() as opened:
        now = opened.now()
        with opened.store.write() as conn:
            id_ = _find(conn, who)
            preferences.tell(conn, id_, Wish(wish, Teller.OPERATOR, now, reason[:200]), partly=True)
            audit.record(conn, opened.store, "cli", "customer.prefer", f"customer:{id_}", now)
            kept = preferences.of_customer(conn, id_)
    told = {"customer": id_, "prefers": msgspec.to_builtins(kept)}
    show(told, as_json=as_json, text=_wish_in_words(kept))


def _wish_in_words(wish: "Preference") -> str:
    hours = wish.not_between
    said = [
        *([f"only by {wish.channel}"] if wish.channel else []),
        *([f"not between {hours.start} and {hours.end}"] if hours else []),
    ]
    return ", ".join(said) or "on every channel, at any hour"


def _wish(channel: str, hours: str, clear: bool) -> "Preference":
    """Reads the options. Raises UsageError."""
    import re

    from adapters.channels import registry
    from core.files.near import one_of
    from core.people.preferences import Between, Preference

    if clear == bool(channel or hours):
        raise click.UsageError("say --channel, --not-between or both; or --clear alone")
    if channel and channel not in registry.lines():
        raise click.UsageError(f"--channel {channel}: {one_of(channel, registry.lines())}")
    found = re.fullmatch(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)", hours)
    if hours and not found:
        raise click.UsageError("--not-between: expected two times, like 06:00-12:00")
    return Preference(channel, Between(found[1], found[2]) if found else None)


@customer.command()
@click.argument("merge_id")
@json_option
def unmerge(merge_id: str, as_json: bool) -> None:
    """Take back the merge MERGE_ID (`customer show` lists them). The two are not merged again without a command."""
    from storage.desk import audit
    from storage.people import merges

    with database() as opened:
        now = opened.now()
        try:
            with opened.store.write() as conn:
                undone = merges.unmerge(conn, merge_id, now)
                audit.record(conn, opened.store, "cli", "unmerge", f"customer:{undone.kept_id}", now)
        except (LookupError, ValueError) as error:
            raise refuse(str(error)) from error
    made = {"merge_id": merge_id, "kept": undone.kept_id, "back": undone.gone_id}
    show(made, as_json=as_json, text=f"{undone.gone_id} and {undone.kept_id} are two customers again.")


@customer.command()
@click.argument("address_or_id")
@json_option
def export(address_or_id: str, as_json: bool) -> None:
    """Print everything kept about a customer (phone, e-mail, address or id), as JSON."""
    from bots.wiring import clock_time
    from storage.desk import audit
    from storage.people import privacy

    del as_json  # there is no other form
    with database() as opened:
        with opened.store.read() as conn:
            id_ = _find(conn, address_or_id)
            told = privacy.export(conn, id_)
        with opened.store.write() as conn:
            audit.record(conn, opened.store, "cli", "export", f"customer:{id_}", clock_time.now())
    show(told, as_json=True)


@customer.command()
@click.argument("address_or_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def erase(address_or_id: str, yes: bool, as_json: bool) -> None:
    """Remove a customer's name, addresses, words and files for good, at the desk too. A STOP is kept.

    What agents wrote in Slack only they can delete there: their messages are listed.
    """
    from hub.customers import erasing
    from hub.media.expiry import expire

    with installation() as parts:
        with parts.hub.store.read() as conn:
            id_ = _find(conn, address_or_id)
        if not yes:
            click.confirm("This cannot be undone. Erase?", abort=True)
        with parts.hub.store.write() as conn:
            erased, stays = erasing.erase(parts.hub, conn, id_, parts.hub.now())
        parts.hub.waker.outbox()
        expire(parts.hub, parts.blobs)
    told = {**erased, "stays at the desk": [each._asdict() for each in stays]}
    lines = [", ".join(f"{number} {what}" for what, number in erased.items()) + " erased."]
    if stays:
        lines.append("These messages of agents stay in Slack, until their authors or an admin delete them:")
        lines += [f"  channel {place}, message {message}" for place, message in stays]
    show(told, as_json=as_json, text="\n".join(lines))


def _find(conn: "Connection", word: str) -> str:
    from storage.people import privacy

    found = privacy.find(conn, word)
    if found is None:
        raise refuse(f"there is no customer {word}")
    return found


def _glance(conn: "Connection", id_: str) -> dict[str, Any]:
    """Returns what an operator needs to recognise a customer."""
    import msgspec

    from storage.conversations import conversations
    from storage.people import addresses, customers, families, merges

    spoken = conversations.of_customer(conn, id_)
    ids = families.members(conn, id_)
    return {
        "customer": msgspec.to_builtins(customers.by_id(conn, id_)),
        "blocked_until": msgspec.to_builtins(customers.blocked_until(conn, id_)),
        "addresses": [msgspec.to_builtins(each) for each in addresses.of_customer(conn, id_)],
        "conversations": [
            {
                "id": each.id,
                "key": each.key,
                "owner": each.owner,
                "last_inbound_at": msgspec.to_builtins(each.last_inbound_at),
                "in_use": each.in_use,
            }
            for each in sorted(spoken, key=lambda each: each.id)
        ],
        "merges": [
            {k: v for k, v in msgspec.to_builtins(each).items() if k != "moved"}
            for each in merges.of_customers(conn, ids)
        ],
    }


def _as_text(known: dict[str, Any]) -> str:
    who = known["customer"]
    facts = (who["name"] or "(no name)", who["phone"], who["email"], f"store {who['store_id']}" * bool(who["store_id"]))
    lines = [f"{who['id']}  {', '.join(filter(None, facts))}", *map(_address_line, known["addresses"])]
    if known["blocked_until"]:
        lines.append(f"  blocked until {known['blocked_until']}: nothing they write is answered")
    for each in known["conversations"]:
        use = "" if each["in_use"] else ", kept for its history"
        lines.append(
            f"  conversation {each['id']}  {each['key']}, last heard {each['last_inbound_at'] or 'never'}{use}"
        )
    return "\n".join([*lines, *map(_merge_line, known["merges"])])


def _address_line(row: dict[str, Any]) -> str:
    proved = f", proved {row['phone']}" if row["phone"] and row["phone"] != row["value"] else ""
    home = f", belongs to {row['home']}" if row["home"] else ""
    return f"  address {row['key']}{proved}{home}{', dead' if row['dead_at'] else ''}"


def _merge_line(row: dict[str, Any]) -> str:
    if row["kept_id"] == row["gone_id"]:
        return f"  {row['reason']}  {row['at']}"
    undone = f", taken back {row['undone_at']}" if row["undone_at"] else ""
    return f"  merge {row['id']}  {row['gone_id']} into {row['kept_id']} ({row['reason']}, {row['at']}{undone})"
