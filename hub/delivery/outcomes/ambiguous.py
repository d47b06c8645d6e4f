"""Ends sends whose outcome nobody knows, left by a crash or a lost answer: by a receipt, or by a rule after a while.

A reply or service notice is repeated once, because a lost answer is worse than a double one; marketing never.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.errors import Outcome, SendError
from core.messages.outbound import Speaker
from core.messages.receipts import PartState
from core.retries import RULES, Failure
from hub import metrics
from hub.delivery.outcomes import follow_up, receipts
from hub.hub import Hub
from storage.queues import outbox, outcomes, parts
from storage.queues.outbox import Posting
from storage.queues.parts import KnownPart

log = logging.getLogger(__name__)


def sweep(hub: Hub) -> int:
    """Ends what has been in doubt for long enough; returns how many messages changed."""
    now = hub.now()
    timing = hub.timing
    with hub.store.read() as conn:
        rows = outbox.in_doubt(conn, now - timedelta(seconds=min(timing.sending_deadline, timing.ambiguous_after)))
    crashed = [r.id for r in rows if r.state == outbox.SENDING and _older(r.started_at, timing.sending_deadline, now)]
    ripe = [r.id for r in rows if r.state == outbox.UNKNOWN and _older(r.started_at, timing.ambiguous_after, now)]
    if not (crashed or ripe):
        return 0
    receipts.drain_all(hub)  # what would end the doubt may wait in the inbox, after an outage of ours
    with hub.store.write() as conn:
        parts.lock(conn, of=[*crashed, *ripe])
        _doubt(hub, conn, crashed, now)
        for id_ in ripe:
            _end(hub, conn, id_, now)
    hub.waker.outbox()
    return len(crashed) + len(ripe)


def _older(started: datetime, seconds: float, now: datetime) -> bool:
    return started < now - timedelta(seconds=seconds)


def _doubt(hub: Hub, conn: Connection, ids: Collection[str], now: datetime) -> None:
    """Marks calls as unknown whose workers gave no sign of life, and applies receipts that came for them meanwhile."""
    before = now - timedelta(seconds=hub.timing.sending_deadline)
    lost = [id_ for id_ in ids if outcomes.doubt(conn, id_, before)]
    early = []
    for id_ in lost:
        parts.crash(conn, id_)
        early += [(part.channel, part.id) for part in parts.known(conn, id_)]
    receipts.apply_parked(hub, conn, early, now)
    follow_up.settle(hub, conn, lost, now)


def _end(hub: Hub, conn: Connection, id_: str, now: datetime) -> None:
    posting = outbox.by_id(conn, id_)
    if posting is None or outbox.state_of(conn, id_, lock=True) != outbox.UNKNOWN:
        return  # a receipt, or another worker, ended the doubt meanwhile
    doubtful = [part for part in parts.known(conn, id_) if part.state == PartState.UNKNOWN]
    may_repeat = _may_repeat(posting, doubtful)
    end = "repeated" if may_repeat else "given_up"
    metrics.ambiguous.labels(posting.channel, end).inc()
    log.warning("outcome unknown", extra={"outbox_id": id_, "channel": posting.channel, "end": end})
    if may_repeat:
        for part in doubtful:
            parts.repeat(conn, part.id, part.crashes + _is_crash(part))
        outcomes.finish(conn, id_, outbox.PENDING, now, code="repeated_after_doubt")
        return
    outcomes.finish(conn, id_, outbox.FAILED, now, burned=1, finished=now, code="ambiguous")
    follow_up.failed(hub, conn, posting, SendError(Outcome.AMBIGUOUS, "ambiguous"), now)


def _may_repeat(posting: Posting, doubtful: Sequence[KnownPart]) -> bool:
    """Tells whether a message is sent again: marketing never; a post to the desk always, as a case without its card
    would wait for ever."""
    if posting.lane == outbox.DESK:
        return True
    return posting.speaker != Speaker.MARKETING.value and all(_is_first(part) for part in doubtful)


def _is_first(part: KnownPart) -> bool:
    """Tells whether it was repeated for no such reason yet: a worker's death leaves the repeat after a lost answer."""
    return _is_crash(part) or not RULES[Failure.LOST_ANSWER].is_over(part.repeats - part.crashes)


def _is_crash(part: KnownPart) -> bool:
    """Tells whether its worker died, and that for the first time: what kills worker after worker is given up."""
    return part.code == parts.CRASH and not RULES[Failure.CRASH].is_over(part.crashes)
