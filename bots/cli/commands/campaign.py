"""Plans and sends campaigns: `doorstep campaign`."""

from typing import TYPE_CHECKING, Any

import click

from bots.cli import campaigns as words
from bots.cli.commands.jobs import hand_over
from bots.cli.common import counted, database, installation, json_option, progress_bar, refuse, show

if TYPE_CHECKING:
    from bots.wiring.installation import Parts

MOST = 50  # campaigns listed

MADE = """\
Look at it:  doorstep campaign preview {id}
Try it:      doorstep campaign test {id} --to ADDRESS
Approve it:  doorstep campaign approve {id} --by NAME"""


@click.group()
def campaign() -> None:
    """Write to many customers at once: make it, look at it, have it approved, run it."""


@campaign.command()
@click.argument("kind")
@click.option("--segment", required=True, metavar="EXPR", help='Whom, like "orders.count >= 2"; all is everybody.')
@click.option("--template", default="", metavar="NAME", help="An entry of templates.yaml, in place of the kind's own.")
@click.option("--at", metavar="TIME", help="When it begins by itself, once it is approved: '2026-12-10 10:00'.")
@click.option("--latest-start", metavar="TIME", help="After that it is not begun any more.  [default: 1 h after --at]")
@click.option("--hold-out", type=int, default=0, metavar="PERCENT", help="Who are told nothing, to compare.")
@words.by_option
@json_option
def create(kind: str, segment: str, at: str | None, latest_start: str | None, as_json: bool, **more: Any) -> None:
    """Make a campaign that tells a segment one KIND of notice, and write down its recipients."""
    from hub.campaigns import making

    with installation() as parts, words.explained():
        zone = parts.hub.notices.shop.zone
        begins = words.moment(at, zone, "--at") if at else None
        latest = words.moment(latest_start, zone, "--latest-start") if latest_start else None
        wanted = making.Wanted(kind, segment, at=begins, latest_start=latest, **more)
        made = making.create(parts.hub, wanted)
        with words.progress("Writing down", 0, quiet=as_json) as step:
            making.freeze(parts.hub, made.id, step)
        _show_status(parts, made.id, as_json=as_json, more=MADE.format(id=made.id))


@campaign.command()
@click.argument("id_", metavar="ID")
@json_option
def preview(id_: str, as_json: bool) -> None:
    """Show what it would do now: how many, where, why others get nothing, what it costs, the words."""
    from hub.campaigns import previewing
    from hub.campaigns.making import known
    from storage.campaigns import campaigns as rows

    with installation() as parts, words.explained():
        with parts.hub.store.read() as conn:
            known(conn, id_)
            number = sum(rows.counts(conn, id_).values())
        with words.progress("Planning", number, quiet=as_json) as step:
            told = previewing.preview(parts.hub, id_, step)
    show(told, as_json=as_json, text=words.preview_words(told))


@campaign.command()
@click.argument("id_", metavar="ID")
@click.option("--to", required=True, metavar="ADDRESS", help="A number like +12025550101, or telegram:42.")
@click.option("--locale", default="", help="The language; else the shop's.")
@words.by_option
@json_option
def test(id_: str, to: str, locale: str, by: str, as_json: bool) -> None:
    """Send its message to one address, as a customer called Jane Doe would read it."""
    from hub.campaigns import trial
    from hub.campaigns.making import known

    with installation() as parts, words.explained():
        with parts.hub.store.read() as conn:
            found = known(conn, id_)
        message_id, text = trial.send(parts.hub, found, to, by, locale)
    show({"id": message_id, "text": text}, as_json=as_json, text=f"{text}\nTo follow it: doorstep trace {message_id}")


@campaign.command()
@click.argument("id_", metavar="ID")
@click.option("--by", required=True, metavar="NAME", help="Who approves it: not who made it.")
@json_option
def approve(id_: str, by: str, as_json: bool) -> None:
    """Approve it, as another person than who made it; one with --at is then scheduled."""
    _steer("approve", id_, by, as_json=as_json)


@campaign.command()
@click.argument("id_", metavar="ID")
@words.by_option
@json_option
def run(id_: str, by: str, as_json: bool) -> None:
    """Begin an approved campaign now, and follow it. Ctrl-C leaves it running."""
    with installation() as parts, words.explained():
        _steered(parts, "begin", id_, by)
        _warn(parts, id_)
        try:
            told = words.follow(parts, id_, quiet=as_json)
        except KeyboardInterrupt:
            click.echo(f"\nIt goes on without you: doorstep campaign status {id_}", err=True)
            raise click.exceptions.Exit(1) from None
    show(told, as_json=as_json, text=words.status_and_next(told))
    if told["state"] == "late":
        raise refuse(f"{id_} was not begun: its latest start is over")


@campaign.command()
@click.argument("id_", metavar="ID")
@words.by_option
@json_option
def pause(id_: str, by: str, as_json: bool) -> None:
    """Stop it; what is not being sent right now waits."""
    _steer("pause", id_, by, as_json=as_json)


@campaign.command()
@click.argument("id_", metavar="ID")
@words.by_option
@json_option
def resume(id_: str, by: str, as_json: bool) -> None:
    """Let a paused campaign go on where it was."""
    _steer("resume", id_, by, as_json=as_json)


@campaign.command()
@click.argument("id_", metavar="ID")
@words.by_option
@json_option
def cancel(id_: str, by: str, as_json: bool) -> None:
    """End it for good; what was not sent is never sent."""
    _steer("cancel", id_, by, as_json=as_json)


@campaign.command()
@click.argument("id_", metavar="ID")
@json_option
def status(id_: str, as_json: bool) -> None:
    """Show how far it is."""
    with installation() as parts, words.explained():
        _show_status(parts, id_, as_json=as_json)


@campaign.command("list")
@json_option
def list_campaigns(as_json: bool) -> None:
    """Show the newest campaigns."""
    from hub.campaigns.status import brief
    from storage.campaigns import campaigns as rows

    with database() as opened, opened.store.read() as conn:
        found = [brief(each) for each in rows.listed(conn, MOST)]
    lines = [
        f"{each['id']:<24}  {each['state']:<9}  {each['created_at'][:16].replace('T', ' ')}  {each['segment']}"
        for each in found
    ]
    show(found, as_json=as_json, text="\n".join(lines) or "There is no campaign yet.")


@campaign.command()
@click.argument("id_", metavar="ID")
@click.option("--within", default="72h", show_default=True, help="How soon an answer or a stop counts.")
@json_option
def report(id_: str, within: str, as_json: bool) -> None:
    """Show what came of it: delivered, read, answers, stops, orders, cost."""
    from core.files.durations import EXPECTED, duration
    from hub.campaigns.making import known
    from hub.campaigns.report import report as made

    try:
        soon = duration(within)
    except ValueError:
        raise refuse(f"--within: expected {EXPECTED}") from None
    with installation() as parts, words.explained(), parts.hub.store.read() as conn:
        told = made(parts.hub, conn, known(conn, id_), soon)
    show(told, as_json=as_json, text=words.report_words(told))


def _steer(what: str, id_: str, by: str, *, as_json: bool) -> None:
    with installation() as parts, words.explained():
        _steered(parts, what, id_, by)
        _show_status(parts, id_, as_json=as_json)


def _steered(parts: "Parts", what: str, id_: str, by: str) -> None:
    from hub.campaigns import steering

    with parts.hub.store.write() as conn:
        getattr(steering, what)(parts.hub, conn, id_, by, parts.hub.now())
    parts.hub.waker.outbox()


def _warn(parts: "Parts", id_: str) -> None:
    from hub.campaigns.making import known
    from hub.campaigns.status import warning

    with parts.hub.store.read() as conn:
        sentence = warning(known(conn, id_))
    if sentence:
        click.echo(f"warning: {sentence}", err=True)


def _show_status(parts: "Parts", id_: str, *, as_json: bool, more: str = "") -> None:
    from hub.campaigns.making import known
    from hub.campaigns.status import status as made

    with parts.hub.store.read() as conn:
        told = made(conn, known(conn, id_))
    show(told, as_json=as_json, text=words.status_and_next(told, more))


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
    from hub.campaigns.holiday_cutoff import planned_now

    with installation() as parts:
        _, sums = planned_now(parts.hub)
    show(sums, as_json=as_json, text="\n".join([counted(sums["customers"], "customer"), *words.sum_lines(sums)]))


def _send_here(as_json: bool) -> dict[str, Any]:
    """Sends the campaign in this process, where no jobs process lives."""
    from bots.tasks import holiday_cutoff as task
    from bots.wiring.jobs.job_progress import Progress

    with installation() as parts, progress_bar("Sending", 0, quiet=as_json) as bar:

        def tell(steps: int, expected: int) -> None:
            bar.length = expected
            bar.update(steps - bar.pos)

        return task.run(parts, Progress(tell))
