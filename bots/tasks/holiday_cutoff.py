"""Sends the campaign that tells the last moment to order for the next holiday."""

from typing import Any

from bots.wiring.installation import Parts
from bots.wiring.jobs.job_progress import Progress
from hub.campaigns import holiday_cutoff


def run(parts: Parts, progress: Progress) -> dict[str, Any]:
    """Plans the campaign as of now and registers it; returns the sums, and how many were new as `queued`."""
    planned, sums = holiday_cutoff.planned_now(parts.hub)
    progress.expect(sums["counts"].get("send", 0))
    return {**sums, "queued": holiday_cutoff.send(parts.hub, planned, progress.add)}
