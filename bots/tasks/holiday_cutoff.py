"""Sends the campaign that tells the last moment to order for the next holiday."""

from typing import Any

from bots.wiring.installation import Parts
from bots.wiring.jobs.job_progress import Progress
from hub.campaigns import holiday_cutoff
from notifications import Preview


def run(parts: Parts, progress: Progress) -> dict[str, Any]:
    """Plans the campaign as of now and registers it: what `preview` says, and how many were new as `queued`."""
    planned = holiday_cutoff.planned_now(parts.hub)
    progress.expect(planned.counts.get("send", 0))
    return {**_summary(planned), "queued": holiday_cutoff.send(parts.hub, planned, progress.add)}


def preview(parts: Parts) -> dict[str, Any]:
    """Returns what it would come to now: {"customers", "counts", "channels", "sms_segments"}."""
    return _summary(holiday_cutoff.planned_now(parts.hub))


def _summary(planned: Preview) -> dict[str, Any]:
    return {
        "customers": len(planned.planned),
        "counts": dict(planned.counts),
        "channels": dict(planned.channels),
        "sms_segments": planned.sms_segments,
    }
