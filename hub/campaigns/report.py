"""Reports what came of a campaign: sent, delivered, read, answered, stopped, bought, and what it cost."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from hub.campaigns.status import status
from hub.hub import Hub
from storage.campaigns import outcomes
from storage.campaigns.campaigns import Campaign
from storage.costs import rows as costs

WITHIN = timedelta(days=3)  # what comes later is no answer to it any more
BUYING = timedelta(days=7)


def report(hub: Hub, conn: Connection, campaign: Campaign, within: timedelta = WITHIN) -> dict[str, Any]:
    """Returns the campaign's status with what followed it, as plain JSON; `within`: how soon an answer counts."""
    told = status(conn, campaign)
    told |= {
        **outcomes.receipts(conn, campaign.id),
        "replies": outcomes.replies(conn, campaign.id, within),
        "opt_outs": outcomes.stops(conn, campaign.id, within),
        "within_hours": int(within.total_seconds() // 3600),
        "orders": None,
        "cost": [
            {
                "channel": each.by,
                "currency": each.currency,
                "messages": each.messages,
                "amount": costs.plain(each.amount),
                "estimated": costs.plain(each.estimated),
            }
            for each in costs.of_campaign(conn, campaign.id)
        ],
    }
    if campaign.started_at:
        until = min(campaign.started_at + BUYING, hub.now())
        groups = {"told": False, "held_out": True}
        told["orders"] = {
            "days": BUYING.days,
            **{
                name: outcomes.bought(conn, campaign.id, campaign.started_at, until, held_out=held_out)
                for name, held_out in groups.items()
            },
        }
    return told
