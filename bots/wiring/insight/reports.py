"""Makes reports of an installation, and has them posted in the desk: each once, whatever dies meanwhile."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from bots.wiring.insight import measuring
from core.desk.posts import PostDigest
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from hub.outgoing.facts import LAG
from hub.timers.kind import Kind
from insights.reports.gathering import said_by
from insights.reports.making import Asks, make
from insights.reports.posting import digest
from insights.reports.report import Report
from insights.reports.words import Words
from storage.desk import agents
from storage.queues import timers

TIMER = "digest"
WEEK, MONTH = "week", "month"
EVERY = timedelta(minutes=2)
LATE = timedelta(days=2)  # what could not be posted for so long is not worth it any more


def made(hub: Hub, store: Path, kind: str, of: date | None = None) -> Report:
    """Makes a report; `store` is the store's folder. Raises ValueError for days that are to come."""
    shop, now = hub.notices.shop, hub.now()
    with hub.store.read() as conn:
        until = timers.all_done_until(conn, measuring.TIMER) or now - LAG
        asks = Asks(
            kind="month" if kind == MONTH else "week",
            shop=shop.name,
            timezone=shop.timezone,
            currency=shop.currency,
            now=now,
            until=until,
            of=of,
            targets=shop.targets,
            said=said_by(hub.flows, store),
        )
        return make(conn, asks)


def names(hub: Hub) -> Mapping[str, str]:
    """Returns the names of agents, by their ids."""
    with hub.store.read() as conn:
        return {id_: agent.name for id_, agent in agents.all_of(conn).items()}


def kind(store: Path, public_url: str) -> Kind:
    """Makes the timer that posts them; links lead to `public_url`, where the installation has one."""
    return Kind(partial(_handle, store, public_url), lambda _hub: (WEEK, MONTH))


def _handle(store: Path, public_url: str, hub: Hub, subject: str, now: datetime) -> datetime:
    """Posts the one that is due, in the transaction that says so: who dies before has posted nothing."""
    due = _due(hub, subject, now)
    with hub.store.read() as conn:
        done = timers.done_until(conn, TIMER, subject)
    if due is None or (done is not None and done >= due):
        return now + EVERY
    is_wanted = done is not None and now - due < LATE  # when it is switched on, what is over is not told
    report = made(hub, store, subject) if is_wanted else None
    if report and not report.is_counted:  # after an update, or an outage: it is told as soon as it is
        return now + EVERY
    with hub.store.write() as conn:
        if timers.mark_once(conn, TIMER, subject, done, due) and report and not report.is_empty:
            _post(hub, conn, report, public_url, now)
    return now + EVERY


def _due(hub: Hub, subject: str, now: datetime) -> datetime | None:
    """Returns when this digest was due last; None where the store wants none, or has no desk."""
    shop = hub.notices.shop
    if shop.digest is None or not hub.place:
        return None
    if subject == WEEK:
        return shop.digest.weekly(now, shop.zone)
    return shop.digest.monthly(now, shop.zone, shop.support_hours)


def _post(hub: Hub, conn: Connection, report: Report, public_url: str, now: datetime) -> None:
    shop = hub.notices.shop
    place = shop.digest.channel if shop.digest else ""
    shown = digest(report, Words(shop.locale, names(hub)), public_url)
    post_to_desk(hub, conn, PostDigest(shown, place), "", now)
