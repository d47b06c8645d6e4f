"""Tells what our own rows know of the accounts, and no provider says: for `doorstep channels status` and the doctor."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection

from bots.wiring.installation import Parts
from core.messages.inbound import UNNAMED
from core.ports.channel import Finding
from hub.hub import Hub
from storage.accounts import incidents
from storage.conversations import timeline
from storage.queues import outbox

DAY, WEEK = timedelta(days=1), timedelta(days=7)

Trouble = tuple[str, str, list[Finding]]  # channel, account, what was found


def of_rows(parts: Parts, channel: str = "") -> list[Trouble]:
    """Lists what is wrong with accounts, of one channel or of all."""
    hub = parts.hub
    with hub.store.read() as conn:
        found = [*_silent(conn), *_unknown_codes(hub, conn), *_unnamed(hub, conn), *_answered_by_programs(hub, conn)]
    return [(name, account, [finding]) for name, account, finding in found if channel in ("", name)]


def _silent(conn: Connection) -> Iterator[tuple[str, str, Finding]]:
    for row in incidents.open_now(conn):
        since = f"since {row.opened_at:%d %b %H:%M} UTC ({row.code})"
        if row.channel == incidents.SHOP:
            continue  # of the shops `doorstep shops status` and the doctor ask themselves
        if row.template:
            what = f"template {row.template} ({row.language})"
            cure = f"{row.detail or 'see what it means'}; `doorstep doctor` compares templates.yaml with the provider"
            yield row.channel, row.account, Finding(what, False, f"refused {since}: notices go another way", cure)
        else:
            said = f"cannot send {since}"
            yield row.channel, row.account, Finding("sending", False, said, row.detail or "see the findings above")


def _unknown_codes(hub: Hub, conn: Connection) -> Iterator[tuple[str, str, Finding]]:
    for name, account, code, number in outbox.refusals(conn, hub.now()):
        table = hub.errors.get((name, account))
        if table and not table.knows(code):
            said = f"{number} messages of the last day failed with a code that is in no table: {code}"
            cure = f"look it up at the provider and add it to the channel's errors.yaml ({code})"
            yield name, account, Finding("errors", False, said, cure)


def _unnamed(hub: Hub, conn: Connection) -> Iterator[tuple[str, str, Finding]]:
    for row in incidents.lasting(conn, UNNAMED, hub.now() - WEEK):
        if (row.channel, row.account) not in hub.channels:
            said = f"customers write to it (last on {row.closed_at:%d %b}), and no setting names it: nobody answers"
            yield row.channel, row.account, Finding("setting", False, said, row.detail)


def _answered_by_programs(hub: Hub, conn: Connection) -> Iterator[tuple[str, str, Finding]]:
    for name, account, number in timeline.programs(conn, hub.now() - DAY):
        said = f"another program answered by itself beside the bot, {number} times in the last day"
        todo = "switch instant replies and away messages off (Meta Business Suite, Inbox, Automations), or that program"
        yield name, account, Finding("instant reply", True, said, todo=todo)
