"""Words campaigns for the command line, reads the times that it is given, follows one that runs."""

import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from bots.cli.common import progress_bar, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bots.wiring.installation import Parts

F = TypeVar("F", bound=Callable[..., Any])
LOOK_SECONDS = 0.5
_RECIPIENTS = {
    "queued": "to come",
    "told": "taken up",
}  # who is taken up has a message: what became of it is counted there
# What to say next, by state.
_NEXT = {
    "approved": "Run it:  doorstep campaign run {id}",
    "paused": "Go on:  doorstep campaign resume {id}",
    "running": "Stop it:  doorstep campaign pause {id}",
    "done": "What came of it:  doorstep campaign report {id}",
}


def operator() -> str:
    """Returns who is at the keyboard."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "operator"


def by_option(command: F) -> F:
    """Adds `--by`: who does it."""
    words = "Who does it; else the user of this machine."
    return click.option("--by", metavar="NAME", default=operator, show_default="you", help=words)(command)


def moment(said: str, zone: ZoneInfo, option: str) -> datetime:
    """Reads a time like "2026-12-10 10:00", of the shop's clock unless it says another."""
    try:
        found = datetime.fromisoformat(said.strip())
    except ValueError:
        raise refuse(f"{option}: {said!r} is no time; write one like '2026-12-10 10:00'") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


@contextmanager
def explained() -> "Iterator[None]":
    """Ends the command with the words of what was refused."""
    from core.segments.reading import SegmentRefused
    from hub.campaigns.making import CampaignRefused

    try:
        yield
    except (CampaignRefused, SegmentRefused) as refused:
        raise refuse(str(refused)) from refused


@contextmanager
def progress(label: str, length: int, *, quiet: bool) -> "Iterator[Callable[[int], None]]":
    """Shows how far something is; gives what counts steps."""
    with progress_bar(label, length, quiet=quiet) as bar:
        yield bar.update


def follow(parts: "Parts", id_: str, *, quiet: bool) -> dict[str, Any]:
    """Follows a campaign that runs, until it stops, or waits for nothing but quiet hours; returns its status."""
    from hub.campaigns.making import known
    from hub.campaigns.status import status
    from storage.queues import leases

    shown = 0
    with progress_bar("Telling", 1, quiet=quiet) as bar:
        while True:
            with parts.hub.store.read() as conn:
                told = status(conn, known(conn, id_))
                now = parts.hub.now()
                lives = any(each.until > now for each in leases.workers_and_shards(conn))
            notices, recipients = told["notices"], told["recipients"]
            bar.length = max(recipients["queued"] + recipients["told"], 1)
            done = notices["sent"] + notices["failed"] + notices["skipped"]
            bar.update(done - shown)
            shown = done
            waits = not recipients["queued"] and not notices["queued"] and notices["held"]
            if told["state"] != "running" or waits or not lives:
                break
            time.sleep(LOOK_SECONDS)
    if told["state"] == "running" and not lives:
        click.echo("No worker runs: it goes on when `make start` does.", err=True)
    return told


def status_words(told: Mapping[str, Any]) -> str:
    """Words a status."""
    lines = [f"{told['id']}  {told['state']}" + (f" ({told['reason']})" if told["reason"] else "")]
    lines.append(f"  {told['kind']} to: {told['segment']}")
    lines.append(
        f"  made by {told['created_by']}" + (f", approved by {told['approved_by']}" if told["approved_by"] else "")
    )
    if told["at"]:
        lines.append(f"  at {told['at']}, at the latest {told['latest_start']}")
    recipients, notices = told["recipients"], told["notices"]
    if told["frozen_at"] is None:
        lines.append("  its recipients are not all written down: doorstep campaign preview " + told["id"])
    lines.append("  recipients: " + _listed({_RECIPIENTS.get(name, name): n for name, n in recipients.items()}))
    if any(notices.values()):
        lines.append("  messages: " + _listed(notices))
    lines += [f"  {name}: " + _listed(told[name]) for name in ("skipped", "failed") if told[name]]
    lines += [f"  warning: {told['warning']}"] if told["warning"] else []
    return "\n".join(lines)


def status_and_next(told: Mapping[str, Any], more: str = "") -> str:
    """Words a status, and what to do next: `more`, else the command that its state asks for."""
    return "\n".join(filter(None, (status_words(told), more or _NEXT.get(told["state"], "").format(id=told["id"]))))


def preview_words(told: Mapping[str, Any]) -> str:
    """Words a preview."""
    head = f"{told['recipients']:,} recipients, {told['held_out']:,} of them held out"
    return "\n".join([head, *sum_lines(told)])


def sum_lines(told: Mapping[str, Any]) -> list[str]:
    """Words the sums of a preview."""
    lines = [f"  {number:>9,}  {outcome_words(key)}" for key, number in told["counts"].items()]
    for name, what in (("channels", "by channel"), ("languages", "by language")):
        if told[name]:
            lines.append(f"{what}: {_listed(told[name])}")
    lines.append(f"messages: {told['messages']:,}, SMS segments: {told['sms_segments']:,}")
    cost = ", ".join(f"{amount} {currency}" for currency, amount in told["cost"].items()) or "nothing"
    lines.append(f"estimated cost: {cost}" + (f"; no price for {told['unpriced']:,}" if told["unpriced"] else ""))
    for each in told["samples"]:
        template = f", template {each['template']}" if each["template"] else ""
        lines += ["", f"{each['channel']} in {each['language']}{template}:", *_indented(each["text"])]
    return lines


def report_words(told: Mapping[str, Any]) -> str:
    """Words a report."""
    within = f"within {told['within_hours']} h"
    lines = [status_words(told), f"  delivered {told['delivered']:,}, read {told['read']:,}"]
    lines.append(f"  {told['replies']:,} wrote and {told['opt_outs']:,} stopped {within}")
    for name, words in (("told", "told"), ("held_out", "held out")):
        group = told["orders"][name] if told["orders"] else None
        if group and group["customers"]:
            share = group["buyers"] / group["customers"]
            total = ", ".join(f"{amount} {currency}" for currency, amount in group["total"].items())
            lines.append(
                f"  of {group['customers']:,} {words}, {group['buyers']:,} ({share:.1%}) ordered within "
                f"{told['orders']['days']} days" + (f": {total}" if total else "")
            )
    for each in told["cost"]:
        lines.append(f"  {each['channel']}: {each['amount']} {each['currency']} for {each['messages']:,} messages")
    return "\n".join(lines)


def outcome_words(key: str) -> str:
    """Words an outcome's key: "skip (no consent)"."""
    kind, _, reason = key.partition(":")
    return f"{kind} ({reason.replace('_', ' ')})" if reason else kind


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in counts.items() if number) or "none"


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]
