"""Plans and sends campaigns: `doorstep campaign`."""

import sys
from typing import Any

import click

from bots.cli.commands.jobs import hand_over
from bots.cli.common import installation, json_option, refuse, show


@click.group()
def campaign() -> None:
    """Write to many customers at once."""


@campaign.command()
@click.option("--preview", "mode", flag_value="preview", help="Show who would get what, and why others get nothing.")
@click.option("--send", "mode", flag_value="send", help="Send it. A second run tells nobody again.")
@json_option
def holiday_cutoff(mode: str | None, as_json: bool) -> None:
    """Tell customers the last moment to order for the next holiday (config/store/cutoffs.yaml)."""
    if mode is None:
        raise click.UsageError("say --preview or --send")
    if mode == "preview":
        _preview(as_json)
        return
    done = hand_over("holiday_cutoff", {}, "Sending", quiet=as_json) or _send_here(as_json)
    show(done, as_json=as_json, text=f"{done['queued']} queued, {done['customers'] - done['queued']} not.")
    if not done["customers"]:
        raise refuse("there are no customers yet")


def _preview(as_json: bool) -> None:
    from bots.tasks import holiday_cutoff as task

    with installation() as parts:
        summary = task.preview(parts)
    show(summary, as_json=as_json, text=_table(summary))


def _send_here(as_json: bool) -> dict[str, Any]:
    """Sends the campaign in this process, where no jobs process lives."""
    from bots.tasks import holiday_cutoff as task
    from bots.wiring.jobs.job_progress import Progress

    with installation() as parts, click.progressbar(label="Sending", length=0, file=sys.stderr, hidden=as_json) as bar:

        def tell(steps: int, expected: int) -> None:
            bar.length = expected
            bar.update(steps - bar.pos)

        return task.run(parts, Progress(tell))


def _table(summary: dict[str, object]) -> str:
    lines = [f"{summary['customers']} customers"]
    counts = summary["counts"]
    if isinstance(counts, dict):
        lines += [
            f"  {number:>6}  {_words(outcome)}" for outcome, number in sorted(counts.items(), key=lambda c: -c[1])
        ]
    channels = summary["channels"]
    if isinstance(channels, dict) and channels:
        lines.append("by channel: " + ", ".join(f"{channel} {number}" for channel, number in channels.items()))
    lines.append(f"SMS segments: {summary['sms_segments']}")
    return "\n".join(lines)


def _words(outcome: str) -> str:
    kind, _, reason = outcome.partition(":")
    return f"{kind} ({reason.replace('_', ' ')})" if reason else kind
