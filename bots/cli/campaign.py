"""`doorstep campaign`."""

import sys

import click

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
    from hub.campaigns import holiday_cutoff as cutoff  # noqa: PLC0415 - --help need not load it

    with installation() as parts:
        planned = cutoff.planned_now(parts.hub)
        summary = {
            "customers": len(planned.planned),
            "counts": dict(planned.counts),
            "channels": dict(planned.channels),
            "sms_segments": planned.sms_segments,
        }
        if mode == "preview":
            show(summary, as_json=as_json, text=_table(summary))
            return
        total = planned.counts.get("send", 0)
        with click.progressbar(length=total, label="Sending", file=sys.stderr, hidden=as_json) as bar:
            sent = cutoff.send(parts.hub, planned, bar.update)
        show({**summary, "queued": sent}, as_json=as_json, text=f"{sent} queued, {len(planned.planned) - sent} not.")
        if not total and not planned.planned:
            raise refuse("there are no customers yet")


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
