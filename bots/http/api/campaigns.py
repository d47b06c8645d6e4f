"""Lists campaigns, and shows how far one is: `GET /api/v1/campaigns`, `GET /api/v1/campaigns/{id}`."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from bots.http.api.cursors import after, page
from bots.http.api.route import CURSOR, LIMIT, PREFIX, Asked, Page, Parameter, Route, missing
from bots.wiring.intake import Intake
from core.shop.outgoing import stamp
from storage.campaigns import campaigns, progress
from storage.campaigns.campaigns import Campaign


class RecipientsView(msgspec.Struct, frozen=True):
    """How many customers it goes to: `queued` are still to be told, `merged` were told as another recipient."""

    queued: int = 0
    told: int = 0
    held_out: int = 0
    merged: int = 0


class MessagesView(msgspec.Struct, frozen=True):
    """What became of its messages so far; `held` wait for a time, as quiet hours."""

    queued: int = 0
    held: int = 0
    sent: int = 0
    failed: int = 0
    skipped: int = 0


class CampaignView(msgspec.Struct, frozen=True):
    """A campaign. `state`: draft, approved, scheduled, running, paused, done, cancelled, late; `reason` says why it is
    paused; `hold_out` is in percent; `skipped` and `failed` count messages by reason.
    """

    id: str
    kind: str
    segment: str
    state: str
    reason: str | None
    template: str | None
    hold_out: int
    created_by: str
    approved_by: str | None
    at: str | None
    latest_start: str | None
    created_at: str
    started_at: str | None
    ended_at: str | None
    recipients: RecipientsView
    messages: MessagesView
    skipped: dict[str, int]
    failed: dict[str, int]


def _listed(intake: Intake, asked: Asked) -> Page[CampaignView]:
    limit = asked.limit
    with intake.store.read() as conn:
        found = campaigns.listed(conn, limit + 1, after(asked) or "")
        return page(found, limit, lambda each: _shown(conn, each))


def _one(intake: Intake, asked: Asked) -> CampaignView:
    with intake.store.read() as conn:
        found = campaigns.by_id(conn, asked.rest)
        if found is None:
            raise missing("there is no such campaign: say its id, like win_back-3f9a")
        return _shown(conn, found)


def _shown(conn: Connection, campaign: Campaign) -> CampaignView:
    return CampaignView(
        id=campaign.id,
        kind=campaign.kind,
        segment=campaign.segment,
        state=campaign.state,
        reason=campaign.reason or None,
        template=campaign.template or None,
        hold_out=campaign.hold_out,
        created_by=campaign.created_by,
        approved_by=campaign.approved_by or None,
        at=_stamp(campaign.at),
        latest_start=_stamp(campaign.latest_start),
        created_at=stamp(campaign.created_at),
        started_at=_stamp(campaign.started_at),
        ended_at=_stamp(campaign.ended_at),
        recipients=RecipientsView(**campaigns.counts(conn, campaign.id)),
        messages=MessagesView(**progress.states(conn, campaign.id)),
        skipped=progress.reasons(conn, campaign.id, "skipped"),
        failed=progress.reasons(conn, campaign.id, "failed"),
    )


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None


ROUTES = (
    Route("GET", f"{PREFIX}campaigns", "Campaigns", Page[CampaignView], parameters=(LIMIT, CURSOR), answer=_listed),
    Route(
        "GET",
        f"{PREFIX}campaigns/{{id}}",
        "One campaign, and how far it is",
        CampaignView,
        parameters=(Parameter("id", "Its id, like win_back-3f9a.", is_required=True),),
        answer=_one,
    ),
)
