"""Says what a campaign would do now: the same plan as when it runs, for every recipient, group by group."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from hub.campaigns.making import Progress, freeze
from hub.campaigns.planning import plan_group
from hub.hub import Hub
from notifications.campaigns.tally import Case, Tally
from storage.campaigns import campaigns, recipients
from storage.campaigns.campaigns import HELD_OUT, Campaign

GROUP = 250  # recipients planned together


def preview(hub: Hub, id_: str, progress: Progress = lambda _: None) -> dict[str, Any]:
    """Plans all recipients, keeps the sums with the campaign and returns them. Raises CampaignRefused."""
    campaign = freeze(hub, id_)
    now = hub.now()
    tally = Tally(hub.notices, now)
    with hub.store.read() as conn:
        for ids in groups(conn, id_):
            tally.add(_cases(hub, conn, campaign, ids, now))
            progress(len(ids))
        counts = campaigns.counts(conn, id_)
    told = {"at": now.isoformat(), "recipients": sum(counts.values()), "held_out": counts.get(HELD_OUT, 0)}
    told |= tally.told()
    with hub.store.write() as conn:
        campaigns.change(conn, id_, preview=msgspec.json.encode(told).decode(), previewed_at=now)
    return told


def groups(conn: Connection, id_: str) -> Iterator[list[str]]:
    """Lists all recipients who are to be told, a group at a time."""
    last = ""
    while ids := recipients.between(conn, id_, last, GROUP):
        yield ids
        last = ids[-1]


def _cases(hub: Hub, conn: Connection, campaign: Campaign, ids: list[str], now: datetime) -> Iterator[Case]:
    for _, news, plan in plan_group(hub, conn, campaign, ids, now):
        yield Case(news.notice, plan.decision, plan.recipient, plan.about)
