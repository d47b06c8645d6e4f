"""Shows, records and takes back what customers allow: `doorstep consents`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from bots.cli.common import database, json_option, refuse, show

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bots.cli.common import Database
    from storage.people.consents import Entry

Subject = tuple[str, str]
PURPOSES = {"service": ("service",), "marketing": ("marketing",), "all": ("service", "marketing")}
channel_option = click.option("--channel", default="", help="Only there, like sms.")
proof_option = click.option(
    "--proof", "--reason", "proof", metavar="TEXT", help="The customer's words, or where they are kept; why."
)


@click.group()
def consents() -> None:
    """What a customer allows at each address. ADDRESS: a phone, channel:account:value, e-mail or id."""


@consents.command(name="show")
@click.argument("address")
@channel_option
@json_option
def show_(address: str, channel: str, as_json: bool) -> None:
    """Print what holds now, and every entry that led there."""
    from storage.people.consents import entries

    with database() as opened, opened.store.read() as conn:
        found = entries(conn, _subjects(conn, address, channel)[1])
    now = list({(each.channel, each.address, each.purpose): each for each in found}.values())
    lines = [_line(each, "may be written to" if each.granted else "may not") for each in now]
    lines += ["", *(_line(each, "yes" if each.granted else "no") for each in found)] if len(found) > len(now) else []
    text = "\n".join(lines) or "Nothing is recorded. Who writes to us may be answered, and told of their orders there."
    show({"now": now, "history": found}, as_json=as_json, text=text)


@consents.command()
@click.argument("address")
@click.option("--purpose", type=click.Choice(list(PURPOSES)), default="service", show_default=True)
@channel_option
@proof_option
@click.option("--despite-stop", is_flag=True, help="Although they said no: needs --proof of what they said since.")
@json_option
def grant(address: str, purpose: str, channel: str, proof: str | None, despite_stop: bool, as_json: bool) -> None:
    """Record that the customer agreed. A no of theirs (STOP) is undone by their own START, or with --despite-stop."""
    from core.people.addresses import e164
    from storage.people.consents import OPERATOR, entries

    if despite_stop and not proof:
        raise click.UsageError("--despite-stop needs --proof: when and how the customer said yes again")
    with database() as opened:
        with opened.store.read() as conn:
            customer_id, subjects = _subjects(conn, address, channel)
            subjects = [each for each in subjects if each[1] == (e164(address) or address)] or subjects
            if len(subjects) > 1:
                listed = ", ".join(sorted(f"{where}:{value}" for where, value in subjects))
                raise refuse(f"a yes holds for one address; say which of {listed}")
            newest = {each.purpose: each for each in entries(conn, subjects)}
        for each in (newest[wanted] for wanted in PURPOSES[purpose] if wanted in newest):
            if not each.granted and each.source != OPERATOR and not despite_stop:
                raise refuse(
                    f"the customer said no to {each.purpose} at {each.channel} on {each.at:%d %b %Y} ({each.source}); "
                    "their START undoes it. If they agreed again in another way: --despite-stop --proof TEXT"
                )
        made = _record(opened, customer_id, subjects, purpose, True, proof)
    show(made, as_json=as_json, text="\n".join(_line(each, "may be written to") for each in made))


@consents.command()
@click.argument("address")
@click.option("--purpose", type=click.Choice(list(PURPOSES)), default="all", show_default=True)
@channel_option
@proof_option
@json_option
def revoke(address: str, purpose: str, channel: str, proof: str | None, as_json: bool) -> None:
    """Record that the customer does not want it, at every address of theirs or on one --channel."""
    with database() as opened:
        with opened.store.read() as conn:
            customer_id, subjects = _subjects(conn, address, channel)
        made = _record(opened, customer_id, subjects, purpose, False, proof)
    show(made, as_json=as_json, text="\n".join(_line(each, "may not be written to") for each in made))


def _record(
    opened: "Database", customer_id: str, subjects: Iterable[Subject], purpose: str, granted: bool, proof: str | None
) -> list["Entry"]:
    from storage.desk import audit
    from storage.people.consents import OPERATOR, Entry, row
    from storage.people.tables import consents as ledger

    now = opened.now()
    made = [Entry(*each, wanted, granted, OPERATOR, proof, now) for each in subjects for wanted in PURPOSES[purpose]]
    with opened.store.write() as conn:
        for each in made:
            conn.execute(ledger.insert(), row(each.channel, each.address, each.purpose, granted, OPERATOR, now, proof))
        action = f"consent.{'grant' if granted else 'revoke'}"
        audit.record(conn, opened.store, "cli", action, f"customer:{customer_id}" if customer_id else "address", now)
    return made


def _subjects(conn: "Connection", word: str, channel: str) -> tuple[str, list[Subject]]:
    """Finds (the customer's id, the addresses meant); a phone that nobody has is one too. Refuses anything else."""
    from core.people.addresses import e164
    from storage.people import addresses, customers, lookup

    named = word.split(":")
    exact = [(named[0], named[-1])] if len(named) in (2, 3) and named[0].isalpha() else []
    meant = lookup.by_customer(conn, word) or (lookup.by_customer(conn, named[-1]) if exact else None)
    ids = meant.customer_ids if meant else ()
    own = [row for id_ in ids for row in addresses.of_customer(conn, id_)]
    people = [customers.by_id(conn, id_) for id_ in ids]
    numbers = [*(row.number for row in own), *(each.phone for each in people if each), e164(word)]
    phones = {number for number in numbers if number}
    known = [(row.channel, row.value) for row in own] + [
        (each, p) for p in sorted(phones) for each in ("sms", "whatsapp")
    ]
    found = [each for each in dict.fromkeys(exact or known) if channel in ("", each[0])]
    if not found:
        there = f" on {channel}" if channel and (exact or known) else ""
        raise refuse(f"there is no address {word}{there}; say a phone, channel:account:value, e-mail or customer's id")
    return (meant.customer_ids[0] if meant else ""), found


def _line(each: "Entry", said: str) -> str:
    proof = f" “{each.proof}”" if each.proof else ""
    when = f"{each.source}, {each.at:%Y-%m-%d %H:%M} UTC"
    return f"{each.channel:<9} {each.address}  {each.purpose:<9} {said}  ({when}){proof}"
