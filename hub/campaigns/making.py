"""Makes a campaign: checks what is wanted of it, and writes down whom it goes to, once for all."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from core.files.near import hint
from core.ids import new_id
from core.segments.conditions import Condition
from core.segments.reading import read_segment
from hub.hub import Hub
from notifications.catalogue.loading import find_kind
from notifications.notice import Kind, Subject
from storage.campaigns import campaigns, recipients
from storage.campaigns.campaigns import Campaign
from storage.campaigns.segments import condition_sql
from storage.desk import audit

GROUP = 5_000  # customers written down in one transaction
LATEST_START = timedelta(hours=1)  # after the wanted time, where nobody says otherwise
MOST_HELD_OUT = 90  # percent
_NAMED = {Subject.PRODUCT: "--customer C --product P", Subject.RETURN: "--return ID"}
Progress = Callable[[int], None]


class CampaignRefused(ValueError):
    """Raised when a campaign cannot be made, or cannot do what is wanted of it now; says what to do instead."""


class Wanted(msgspec.Struct, frozen=True):
    """Holds what somebody wants. `hold_out` in percent; `at` and `latest_start` as in the table."""

    kind: str
    segment: str
    by: str
    template: str = ""
    hold_out: int = 0
    at: datetime | None = None
    latest_start: datetime | None = None


def create(hub: Hub, wanted: Wanted) -> Campaign:
    """Makes a draft, without recipients yet. Raises CampaignRefused, core.segments.reading.SegmentRefused."""
    now = hub.now()
    kind = _kind(hub, wanted.kind)
    segment_of(hub, wanted.segment, now)
    _check_template(hub, wanted.template)
    _check_times(wanted, now)
    if not 0 <= wanted.hold_out <= MOST_HELD_OUT:
        raise CampaignRefused(f"hold-out: expected 0 to {MOST_HELD_OUT} percent, not {wanted.hold_out}")
    if not wanted.by.strip():
        raise CampaignRefused("say who makes it: the approval is another person's")
    campaign = Campaign(
        id=_new_id(kind.name, now),
        kind=kind.name,
        segment=wanted.segment.strip(),
        created_by=wanted.by.strip(),
        created_at=now,
        template=wanted.template,
        hold_out=wanted.hold_out,
        at=wanted.at,
        latest_start=_latest(wanted),
    )
    with hub.store.write() as conn:
        while not campaigns.add(conn, hub.store, campaign):
            campaign = msgspec.structs.replace(campaign, id=_new_id(kind.name, now))
        audit.record(conn, hub.store, campaign.created_by, "create", f"campaign:{campaign.id}", now)
    return campaign


def freeze(hub: Hub, id_: str, progress: Progress = lambda _: None) -> Campaign:
    """Writes down whom the campaign goes to, from where it was left; whoever comes into the segment later is not told.

    The segment is asked as of the time when the campaign was made.
    """
    with hub.store.read() as conn:
        campaign = known(conn, id_)
    segment = condition_sql(segment_of(hub, campaign.segment, campaign.created_at), hub.notices.shop.currency)
    while campaign.frozen_at is None:
        with hub.store.write() as conn:
            campaign = known(conn, id_, lock=True)
            if campaign.frozen_at:
                break
            after = campaign.frozen_to or ""
            last = recipients.write_down(conn, hub.store, id_, segment, after, GROUP)
            new = recipients.between(conn, id_, after, GROUP, only_queued=True) if last else []
            recipients.hold_out(conn, id_, [each for each in new if is_held_out(id_, each, campaign.hold_out)])
            over = len(new) < GROUP
            recipients.frozen(conn, id_, last or campaign.frozen_to, hub.now() if over else None)
            campaign = known(conn, id_)
        progress(len(new))
    return campaign


def is_held_out(campaign_id: str, customer_id: str, percent: int) -> bool:
    """Tells whether a customer is told nothing, to compare them with the others: always the same ones of a campaign."""
    digest = hashlib.sha256(f"{campaign_id}:{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % 10_000 < percent * 100


def known(conn: Connection, id_: str, *, lock: bool = False) -> Campaign:
    """Reads a campaign; with `lock` nobody changes its state before the end. Raises CampaignRefused."""
    found = campaigns.by_id(conn, id_, lock=lock)
    if found is None:
        near = hint(id_, [each.id for each in campaigns.listed(conn, 100)])
        raise CampaignRefused(f"there is no campaign {id_}{near}")
    return found


def segment_of(hub: Hub, source: str, now: datetime) -> Condition:
    """Reads a segment by the shop's clock and channels. Raises core.segments.reading.SegmentRefused."""
    return read_segment(source, hub.labels, now, hub.notices.shop.zone)


def _kind(hub: Hub, name: str) -> Kind:
    kind = find_kind(hub.notices.kinds, name)
    fit = sorted(each.name for each in hub.notices.kinds.values() if each.subject is Subject.CUSTOMER)
    if kind is None:
        raise CampaignRefused(
            f"there is no kind {name}{hint(name.replace('-', '_'), fit)}; for campaigns: {', '.join(fit)}"
        )
    if kind.subject is not Subject.CUSTOMER:
        raise CampaignRefused(
            f"{kind.name} is news of one {kind.subject}, nothing to tell a segment; {_instead(kind)}; "
            f"for campaigns: {', '.join(fit)}"
        )
    return kind


def _instead(kind: Kind) -> str:
    """Says how news of one thing reaches the customers whom it is about."""
    by_hand = f"doorstep notify {kind.name} {_NAMED.get(kind.subject, '--order N')}"
    if kind.subject is Subject.PRODUCT:
        return f"who waits for it is told by itself when it is there, and one customer by hand: {by_hand}"
    return f"to tell one customer: {by_hand}"


def _check_template(hub: Hub, name: str) -> None:
    there = sorted({each for section in hub.notices.templates.sections.values() for each in section})
    if name and name not in there:
        raise CampaignRefused(f"templates.yaml has no {name}{hint(name, there)}; there are {', '.join(there)}")


def _check_times(wanted: Wanted, now: datetime) -> None:
    if wanted.at and wanted.at <= now:
        raise CampaignRefused(f"--at is over: {wanted.at:%Y-%m-%d %H:%M %Z}")
    latest = _latest(wanted)
    if latest and latest <= max(now, wanted.at or now):
        raise CampaignRefused("--latest-start must come after --at and after now")


def _latest(wanted: Wanted) -> datetime | None:
    return wanted.latest_start or (wanted.at + LATEST_START if wanted.at else None)


def _new_id(kind: str, now: datetime) -> str:
    """Makes an id that people can type: the kind and four signs of chance."""
    return f"{kind}-{new_id(now)[-4:]}"
