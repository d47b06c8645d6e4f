"""Says how a campaign stands, for the command line, the desk and the read API."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from storage.campaigns import campaigns, progress
from storage.campaigns.campaigns import APPROVED, DRAFT, HELD_OUT, MERGED, QUEUED, RUNNING, SCHEDULED, TOLD, Campaign

_MOMENTS = ("at", "latest_start", "created_at", "approved_at", "started_at", "ended_at", "frozen_at")
_RECIPIENTS = (QUEUED, TOLD, HELD_OUT, MERGED)
_SKIPPED = "skip:"
_NOTICES = ("queued", "held", "sent", "failed", "skipped")


def status(conn: Connection, campaign: Campaign) -> dict[str, Any]:
    """Returns a campaign as plain JSON: what it is, how many it goes to, what became of its messages so far."""
    recipients = campaigns.counts(conn, campaign.id)
    notices = progress.states(conn, campaign.id)
    return {
        **brief(campaign),
        "recipients": {"all": sum(recipients.values()), **{name: recipients.get(name, 0) for name in _RECIPIENTS}},
        "notices": {name: notices.get(name, 0) for name in _NOTICES},
        "skipped": progress.reasons(conn, campaign.id, "skipped"),
        "failed": progress.reasons(conn, campaign.id, "failed"),
        "preview": msgspec.json.decode(campaign.preview) if campaign.preview else None,
        "warning": warning(campaign),
    }


def warning(campaign: Campaign) -> str | None:
    """Says why a campaign that is still to be run may be a mistake: its preview told nobody, or nobody looked at it."""
    if campaign.preview is None:
        unseen = campaign.state in (APPROVED, SCHEDULED, RUNNING)
        return f"nobody has looked at what it does: doorstep campaign preview {campaign.id}" if unseen else None
    counts: dict[str, int] = msgspec.json.decode(campaign.preview)["counts"]
    skipped = {key: number for key, number in counts.items() if key.startswith(_SKIPPED)}
    if campaign.state not in (DRAFT, APPROVED, SCHEDULED, RUNNING) or len(skipped) < len(counts):
        return None
    why = ", ".join(f"{key.removeprefix(_SKIPPED).replace('_', ' ')} {number:,}" for key, number in skipped.items())
    return f"as of its preview nobody would be told anything ({why or 'it has no recipients'})"


def brief(campaign: Campaign) -> dict[str, Any]:
    """Returns what a campaign is, without any count."""
    return {
        "id": campaign.id,
        "kind": campaign.kind,
        "segment": campaign.segment,
        "template": campaign.template or None,
        "state": campaign.state,
        "reason": campaign.reason or None,
        "hold_out": campaign.hold_out,
        "created_by": campaign.created_by,
        "approved_by": campaign.approved_by or None,
        **{name: _moment(getattr(campaign, name)) for name in _MOMENTS},
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
