"""Names the limits that a message goes by: its sender's pace, the pair's, the day's budget."""

from datetime import datetime, timedelta

from hub.delivery.job import Job
from hub.delivery.pace.rate_limit import Bucket, Pace, Request
from hub.hub import Hub, PairPace
from storage.queues import outbox

REPLY_HORIZON = 2.0  # seconds a reply may be scheduled ahead
BULK_HORIZON = 0.25  # bulk reserves little, so that a reply finds the next slot free
PACE_MARGIN = 0.99  # sleeping is never exact; a sender at its limit must not be seen above it
# Slack counts each kind of call by itself (docs.slack.dev, "Rate limits"): about one post per second and channel, short
# bursts tolerated; in the workspace 50 changes and 50 marks a minute (tier 3), 100 answers to one user alone (tier 4).
# A channel's burst is two less than the five that are safe: what waited for the call before it, or for this machine,
# leaves up to two seconds after its slot, and closer to the next.
POSTS, CHANGES, MARKS, ANSWERS = "post", "change", "mark", "answer"
DESK = {POSTS: (1.0, 3), CHANGES: (1.2, 10), MARKS: (1.2, 10), ANSWERS: (0.6, 10)}  # interval, burst
UNLIMITED = PairPace(0)


def within_budget(hub: Hub, pace: Pace, jobs: list[Job], now: datetime) -> tuple[list[Job], list[tuple[str, datetime]]]:
    """Divides jobs into those that may go, and (id, until) of those that open more conversations than a day allows."""
    going, over = [], []
    for job in jobs:
        most = hub.budgets.get(job.posting.channel, 0) if job.opens else 0
        wait = pace.admit(f"budget:{job.posting.channel}", job.posting.value, most) if most else 0.0
        if wait > 0:
            over.append((job.posting.id, now + timedelta(seconds=wait)))
        else:
            going.append(job)
    return going, over


def pace_request(hub: Hub, job: Job) -> Request:
    """Names the limits of a message. The sender's is always among them, so that a provider's pause holds."""
    posting = job.posting
    horizon = REPLY_HORIZON if posting.priority == 0 else BULK_HORIZON
    sender = f"pace:{posting.channel}:{posting.account}"
    if posting.lane == outbox.DESK:
        desk = f"pace:desk:{posting.account}"
        calls = [Bucket(f"{desk}:{kind}", *DESK[kind.partition(":")[0]], number) for kind, number in job.calls]
        return Request((Bucket(sender, 0.0), *calls), horizon)
    limits = hub.paces.get(posting.channel, UNLIMITED)
    buckets = [Bucket(sender, 1 / (limits.rate * PACE_MARGIN) if limits.rate else 0.0)]
    if limits.pair_seconds:
        buckets.append(Bucket(f"pace:{posting.key}", limits.pair_seconds / PACE_MARGIN, limits.pair_burst))
    return Request(tuple(buckets), horizon)
