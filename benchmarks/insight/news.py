"""Tells customers of their parcels, and once of an offer: notices that went out, and those that did not and why."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from benchmarks.insight import causes
from benchmarks.insight.causes import ZONE
from benchmarks.insight.talk import About, Over, Sent, Talk
from benchmarks.insight.words import filled, words
from benchmarks.insight.world import HOUR, MINUTE, Parcel, Person
from core.encoding import encode
from core.messages.outbound import Speaker
from core.people.consent import MARKETING
from core.shop.promises import Matter, Promised, PromiseState, Purpose
from notifications.notice import Notice
from storage.conversations import timeline
from storage.notices import notices
from storage.notices.notices import Decided, NewNotice
from storage.notices.tables import notices as notices_table
from storage.people import consents
from storage.people.tables import consents as consents_table
from storage.promises import ledger
from storage.promises.tables import promises

LIVES = timedelta(days=3)
REASONS = ("no_consent", "no_address", "stopped_all", "told_in_chat", "capped", "quiet_hours")
SHARES = (45, 70, 80, 90, 96, 100)
ANSWERS, OPTS_OUT = 0.05, 0.06  # shares: who writes after a notice, who wants no more offers


def parcel_news(talk: Talk, parcel: Parcel, kind: str, on: date) -> None:
    """Tells of a parcel: that it left, that it is late, that it arrived. `on`: the day that is told."""
    talk.values = {**parcel.values, "day": f"{on:%d %b}"}
    notice_id, sent = _notice(talk, kind, "utility", f"{kind}:{parcel.number}:s1:{on}", parcel.number)
    if sent and sent.arrived and kind != "delivered":
        changed = parcel.told_late if kind == "shipped" else None
        talk.rows.add(promises, _promise(talk, parcel, notice_id, sent, on, changed))


def skipped_news(talk: Talk, parcel: Parcel) -> None:
    """Notes that nothing is told of a parcel, and why."""
    talk.waits(60)
    reason = talk.chance.choices(REASONS, cum_weights=SHARES)[0]
    new = _new(talk, "shipped", "utility", f"shipped:{parcel.number}:s1", parcel.number)
    row = notices.new_row(new, Decided(notices.SKIPPED, reason), talk.at)
    talk.rows.add(notices_table, {**row, "tried": "[]"})


def offer(talk: Talk) -> None:
    """Tells of an offer; some want no more of them."""
    _, sent = _notice(talk, causes.OFFER_KIND, "marketing", f"{causes.OFFER_KIND}:{talk.person.id}", None)
    if sent and sent.arrived and talk.chance.random() < OPTS_OUT:
        talk.waits(talk.chance.uniform(60, 7200))
        talk.hears("stop" if talk.person.language == "en" else "退订")
        talk.rows.add(consents_table, consent(talk, granted=False, source="word"))


def consent(talk: Talk, *, granted: bool, source: str) -> dict[str, Any]:
    """Makes the row of a customer's word on offers."""
    to = talk.person.address
    row = consents.row(to.channel, to.value, MARKETING, granted, source, talk.at)
    return {**row, "id": talk.rows.id_at(talk.at)}


def offered_at(now: datetime) -> datetime:
    """Returns when the offer began to go out."""
    return datetime.combine(causes.offer_day(now), time(10), ZONE).astimezone(now.tzinfo)


def _notice(talk: Talk, kind: str, category: str, key: str, order: str | None) -> tuple[str, Sent | None]:
    talk.waits(talk.chance.uniform(5, 90))
    new = _new(talk, kind, category, key, order)
    queued, channel = talk.at, talk.person.address.channel
    talk.waits(talk.chance.uniform(1, 40))
    text = filled(words().notices[kind][talk.person.language], talk.values)
    about = About(timeline.NOTICE, Speaker.NOTICE, "", None, None, new.id, kind, category)
    try:
        sent: Sent | None = talk.says(text, about)
    except Over:
        return new.id, None
    row = notices.new_row(new, Decided(notices.QUEUED, channel=channel), queued)
    ended = Decided(notices.SENT if sent.arrived else notices.FAILED, channel=channel)
    trace = [*json.loads(row["trace"]), ended.entry(sent.at)]
    row |= {"state": ended.state, "trace": json.dumps(trace), "decided_at": sent.at}
    talk.rows.add(notices_table, {**row, "tried": json.dumps([] if sent.arrived else [talk.person.address.key])})
    if talk.chance.random() < ANSWERS:
        talk.waits(talk.chance.uniform(1, 300) * 60)
        talk.hears(talk.draws(words().replies["thanks"]))
    return new.id, sent


def _new(talk: Talk, kind: str, category: str, key: str, order: str | None) -> NewNotice:
    until = talk.at + LIVES
    planned = Notice(kind, key, talk.at, until, order or "", "s1" if order else "")
    parcel = "s1" if order else None
    id_ = talk.rows.id_at(talk.at)
    return NewNotice(id_, key, kind, category, talk.person.id, encode(planned), order, parcel, until)


def _promise(
    talk: Talk, parcel: Parcel, notice_id: str, sent: Sent, on: date, changed: datetime | None
) -> dict[str, Any]:
    """Notes the day that was told, and what became of it: `changed` is when another day was told."""
    due = datetime.combine(on, time(), ZONE).astimezone(sent.at.tzinfo) + 24 * HOUR
    told = Promised(Purpose.DELIVERY, Matter.PARCEL, due, "notice:shipped", parcel.number, "s1", on, str(ZONE))
    row = ledger.row(told, talk.person.id, sent.id, sent.at, notice_id)
    ended: dict[str, Any] = {"closed_at": None, "closed_by": ""}
    if parcel.delivered <= min(due, talk.now):
        ended = {"state": PromiseState.KEPT.value, "closed_at": parcel.delivered, "closed_by": "shipment.updated"}
    elif changed and changed < min(due, talk.now):
        ended = {"state": PromiseState.CHANGED.value, "closed_at": changed, "closed_by": "told"}
    elif due <= talk.now:
        ended = {"state": PromiseState.BROKEN.value, "closed_at": due, "closed_by": "timer"}
    return {**row, "id": talk.rows.id_at(sent.at), **ended}


def spread(people: list[Person], begin: datetime, minutes: int) -> list[tuple[datetime, Person]]:
    """Spreads an offer over some minutes."""
    return [(begin + minutes * MINUTE * n / len(people), person) for n, person in enumerate(people)]
