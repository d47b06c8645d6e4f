"""Approves, begins, pauses, resumes and cancels campaigns: one locked row each, and with it all that is under way."""

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection

from core.desk.posts import PostNote
from core.people.consent import MARKETING
from hub.campaigns.making import CampaignRefused, known
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from notifications.planning.decisions import Reason
from storage.accounts import templates
from storage.campaigns import campaigns, holding
from storage.campaigns.campaigns import (
    APPROVED,
    CANCELLED,
    DONE,
    DRAFT,
    LATE,
    PAUSED,
    QUEUED,
    RUNNING,
    SCHEDULED,
    Campaign,
)
from storage.desk import audit
from storage.queues import timers

TIMER = "campaigns"  # the kind of timer that begins and continues them
BY_HAND, ERRORS, REFUSED = "by_hand", "errors", "refused"  # why one is paused; "restored" after a restore

# What can be done in which state; what to say elsewhere.
_FROM: Mapping[str, Collection[str]] = {
    "approve": (DRAFT,),
    "run": (APPROVED, SCHEDULED),
    "pause": (SCHEDULED, RUNNING),
    "resume": (PAUSED,),
    "cancel": (DRAFT, APPROVED, SCHEDULED, RUNNING, PAUSED),
}
_SAYS = {
    DRAFT: "is not approved yet: somebody other than {by} says `doorstep campaign approve {id} --by NAME`",
    APPROVED: "is approved and was not begun: `doorstep campaign run {id}`",
    SCHEDULED: "begins by itself at {at}",
    RUNNING: "runs already",
    PAUSED: "is paused: `doorstep campaign resume {id}`",
    DONE: "is done",
    CANCELLED: "was cancelled",
    LATE: "was not begun before its latest start, {latest}; make it anew",
}


def approve(hub: Hub, conn: Connection, id_: str, by: str, now: datetime, *, also: Collection[str] = ()) -> Campaign:
    """Approves a campaign by somebody who did not make it; one for a time is then scheduled. Raises CampaignRefused.

    `also`: other names of the same person, as of a desk user their id and name.
    """
    campaign = _allowed(conn, id_, "approve")
    if not by.strip():
        raise CampaignRefused("say who approves it")
    if campaign.created_by.casefold() in {each.strip().casefold() for each in (by, *also)}:
        raise CampaignRefused(f"{campaign.created_by} made {id_}; another person approves it")
    if campaign.frozen_at is None:
        raise CampaignRefused(f"the recipients of {id_} are not all written down: `doorstep campaign preview {id_}`")
    if not campaigns.counts(conn, id_).get(QUEUED):
        raise CampaignRefused(f"nobody is in the segment of {id_}")
    if campaign.latest_start and now > campaign.latest_start:
        return _changed(hub, conn, campaign, by, "late", now, state=LATE, ended_at=now)
    state = SCHEDULED if campaign.at else APPROVED
    if campaign.at:
        timers.schedule(conn, hub.store, TIMER, id_, max(campaign.at, now))
    return _changed(hub, conn, campaign, by, "approve", now, state=state, approved_by=by.strip(), approved_at=now)


def begin(hub: Hub, conn: Connection, id_: str, by: str, now: datetime) -> Campaign:
    """Begins an approved campaign, unless it is too late for that. Raises CampaignRefused."""
    campaign = _allowed(conn, id_, "run")
    if campaign.latest_start and now > campaign.latest_start:
        return _changed(hub, conn, campaign, by, "late", now, state=LATE, ended_at=now)
    refuse_template(hub, conn, campaign)
    timers.schedule(conn, hub.store, TIMER, id_, now)
    return _changed(hub, conn, campaign, by, "run", now, state=RUNNING, started_at=now, pressed_at=now)


def pause(hub: Hub, conn: Connection, id_: str, by: str, now: datetime, reason: str = BY_HAND) -> Campaign:
    """Stops a campaign; what is not being sent right now waits. Raises CampaignRefused."""
    campaign = _allowed(conn, id_, "pause")
    holding.hold(conn, id_)
    return _changed(hub, conn, campaign, by, "pause", now, state=PAUSED, reason=reason)


def resume(hub: Hub, conn: Connection, id_: str, by: str, now: datetime) -> Campaign:
    """Lets a paused campaign go on where it was; one that never began is approved again. Raises CampaignRefused."""
    campaign = _allowed(conn, id_, "resume")
    if campaign.started_at is None:
        state = SCHEDULED if campaign.at else APPROVED
        timers.schedule(conn, hub.store, TIMER, id_, max(campaign.at or now, now))
        return _changed(hub, conn, campaign, by, "resume", now, state=state, reason="")
    refuse_template(hub, conn, campaign)
    holding.release(conn, id_, now)
    timers.schedule(conn, hub.store, TIMER, id_, now)
    return _changed(hub, conn, campaign, by, "resume", now, state=RUNNING, reason="", pressed_at=now)


def cancel(hub: Hub, conn: Connection, id_: str, by: str, now: datetime) -> Campaign:
    """Ends a campaign for good; what is not being sent right now is never sent. Raises CampaignRefused."""
    campaign = _allowed(conn, id_, "cancel")
    holding.cancel(conn, id_, Reason.CAMPAIGN_CANCELLED.value, now)
    return _changed(hub, conn, campaign, by, "cancel", now, state=CANCELLED, reason="", ended_at=now)


def tell_desk(hub: Hub, conn: Connection, text: str, now: datetime) -> None:
    """Says something of a campaign in the team's channel."""
    if hub.has_desk:
        post_to_desk(hub, conn, PostNote("", text), "", now)


def refuse_template(hub: Hub, conn: Connection, campaign: Campaign) -> None:
    """Refuses a campaign of service news whose template the provider counts as marketing. Raises CampaignRefused."""
    kind = hub.notices.kinds.get(campaign.kind)
    if kind is None:
        raise CampaignRefused(f"there is no kind {campaign.kind} any more")
    if kind.category == MARKETING:
        return
    calls = {
        (call.name, call.language)
        for section in hub.notices.templates.sections.values()
        for name, template in section.items()
        if name == (campaign.template or campaign.kind)
        for call in (template.call(locale) for locale in template.languages)
    }
    for states in templates.of_channels(conn, {channel for channel, _ in hub.channels}).values():
        for state in states:
            if (state.name, state.language) in calls and state.category == MARKETING:
                raise CampaignRefused(
                    f"the provider counts the template {state.name} ({state.language}) as marketing, and {kind.name} "
                    "is service news; use another template or a kind of marketing"
                )


def _allowed(conn: Connection, id_: str, what: str) -> Campaign:
    campaign = known(conn, id_, lock=True)
    if campaign.state not in _FROM[what]:
        at, latest = (f"{each:%Y-%m-%d %H:%M %Z}" if each else "" for each in (campaign.at, campaign.latest_start))
        says = _SAYS[campaign.state].format(id=id_, by=campaign.created_by, at=at, latest=latest)
        raise CampaignRefused(f"{id_} {says}")
    return campaign


def _changed(
    hub: Hub, conn: Connection, campaign: Campaign, by: str, action: str, now: datetime, **values: object
) -> Campaign:
    campaigns.change(conn, campaign.id, **values)
    audit.record(conn, hub.store, by.strip()[:64], action, f"campaign:{campaign.id}", now)
    return replace(campaign, **values)
