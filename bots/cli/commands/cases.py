"""Shows what waits for people, and frees what is stuck: `doorstep cases`."""

from typing import TYPE_CHECKING, Any

import click

from bots.cli.case_routes import route
from bots.cli.common import database, installation, json_option, refuse, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from core.desk.card import CaseView
    from hub.hub import Hub
    from storage.desk.cases import Case

UNRESOLVED, ALL = "unresolved", "all"
OF_CASES = ("open", "claimed", "waiting", "on_hold", "snoozed", "resolved", "merged", "spam")
PRIORITIES = ("low", "normal", "high", "urgent")
STATES = (UNRESOLVED, *OF_CASES, ALL)


@click.group()
def cases() -> None:
    """Cases: conversations that people have, or should have."""


@cases.command("list")
@click.option("--state", type=click.Choice(STATES), default=UNRESOLVED, show_default=True, help="Which.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many, the oldest.")
@json_option
def list_cases(state: str, limit: int, as_json: bool) -> None:
    """Show the cases, the oldest first."""
    from core.people import conversations as people
    from storage.desk import cases as rows

    several = {UNRESOLVED: people.UNRESOLVED, ALL: tuple(people.CaseState)}
    with database() as opened, opened.store.read() as conn:
        found = [_glance(conn, case) for case in rows.in_states(conn, several.get(state, (state,)), limit)]
    which = "There is no case." if state == ALL else f"No case is {state}."
    show(found, as_json=as_json, text="\n".join(map(_line, found)) or which)


@cases.command(name="show")
@click.argument("id_", metavar="ID")
@json_option
def show_(id_: str, as_json: bool) -> None:
    """Show what a case's card shows. ID: the case's number, or our id."""
    from hub.desk.showing.case_view import case_view

    with installation() as parts, parts.hub.store.read() as conn:
        case = _find(conn, id_)
        view = case_view(parts.hub, conn, case)
        glance = _glance(conn, case)
    glance["tags"] = view.tags  # with those on the customer and the order
    seen = {**glance, **_seen(view)}
    show(seen, as_json=as_json, text="\n".join([_line(glance), *_details(view)]))


@cases.command()
@click.argument("id_", metavar="ID")
@json_option
def release(id_: str, as_json: bool) -> None:
    """Take a case from its agent: it waits for any other, and its card is posted anew where its thread is gone."""
    from hub.desk import operators

    _change(id_, operators.release, "waits for an agent again", as_json=as_json)


@cases.command()
@click.argument("id_", metavar="ID")
@json_option
def resolve(id_: str, as_json: bool) -> None:
    """End a case: the bot answers the customer again, who is told so."""
    from hub.desk import operators

    _change(id_, operators.resolve, "is resolved; the bot answers the customer again", as_json=as_json)


cases.add_command(route)


@cases.command()
@click.argument("id_", metavar="ID")
@click.option("--priority", type=click.Choice(PRIORITIES), default=None, help="How urgent it is.")
@click.option("--team", default="", help="Whose it is, as routing.yaml calls them.")
@click.option("--sla", default="", help="By which times, as sla.yaml calls them.")
@json_option
def rank(id_: str, priority: str | None, team: str, sla: str, as_json: bool) -> None:
    """Say how urgent a case is, whose, and by which times. That wins over routing.yaml, and is in the audit log."""
    from functools import partial

    from hub.desk import operators

    if not (priority or team or sla):
        raise click.UsageError("name what to set: --priority, --team or --sla")
    change = partial(operators.rank, priority=priority or "", team=team, sla=sla)
    _change(id_, change, "is ranked as you say", as_json=as_json)


def _change(id_: str, change: "Callable[[Hub, str], None]", done: str, *, as_json: bool) -> None:
    from hub.desk.operators import RefusedError

    with installation() as parts:
        with parts.hub.store.read() as conn:
            case = _find(conn, id_)
        try:
            change(parts.hub, case.id)
        except RefusedError as error:
            raise refuse(f"case {case.number}: {error}") from error
        with parts.hub.store.read() as conn:
            changed = _glance(conn, _find(conn, case.id))
        has_desk = parts.hub.has_desk
    show(changed, as_json=as_json, text=f"Case {case.number} {done}.")
    if not has_desk and changed["state"] != "resolved":
        click.echo("No desk is switched on (SLACK_BOT_TOKEN), so nobody sees it.", err=True)


def _find(conn: "Connection", id_: str) -> "Case":
    from storage.desk import cases as rows
    from storage.people import lookup

    meant = lookup.by_case(conn, id_)
    case = rows.by_id(conn, meant.case_id) if meant and meant.case_id else None
    if case is None:
        raise refuse(f"there is no case {id_}; `doorstep cases list --state all` shows those there are")
    return case


def _glance(conn: "Connection", case: "Case") -> dict[str, Any]:
    from core.cases.case_reasons import reason_text
    from storage.conversations import conversations
    from storage.desk import clocks

    who = conversations.by_id(conn, case.conversation_id)
    return {
        "number": case.number,
        "id": case.id,
        "state": case.state,
        "reason": case.reason,
        "why": reason_text(case.reason),
        "priority": case.priority,
        "team": case.team,
        "tags": case.tags,
        "sla": case.sla,
        "due": _due(conn, case),
        "breached": sorted(clocks.breached(conn, case.id)),
        "claimed_by": case.claimed_by,
        "agent": case.agent_name if case.claimed_by else "",
        "customer": who.name if who else "",
        "channel": who.channel if who else "",
        "conversation": case.conversation_id,
        "order_number": case.order_number,
        "opened_at": case.opened_at,
        "claimed_at": case.claimed_at,
        "resolved_at": case.resolved_at,
        "details": case.details,
        "place": case.place,
        "thread": case.thread,
    }


def _due(conn: "Connection", case: "Case") -> dict[str, Any] | None:
    """Returns what is due next; None where nothing is, or the case rests."""
    from core.cases.case_clocks import due
    from storage.desk import clocks

    clock = due(clocks.running(conn, [case.id]).get(case.id, ()))
    return {"what": clock.metric.value, "at": clock.due_at} if clock else None


def _seen(view: "CaseView") -> dict[str, Any]:
    import msgspec

    shown: dict[str, Any] = msgspec.to_builtins(view)
    return {name: shown[name] for name in ("address", "proof", "summary", "turns", "returns") if name in shown} | {
        "lines": [
            {"name": each.label, "text": each.text, "links": [f.link for f in each.files]} for each in view.details
        ]
    }


def _line(case: dict[str, Any]) -> str:
    who = " on ".join(filter(None, (case["customer"], case["channel"])))
    order = f"order {case['order_number']}" if case["order_number"] else ""
    holder = f"with {case['agent'] or case['claimed_by']}" if case["claimed_by"] else ""
    first = case["priority"].upper() if case["priority"] != "normal" else ""
    tags = " ".join(f"#{tag}" for tag in case["tags"])
    thread = "" if case["thread"] or case["state"] == "resolved" else "no thread yet"
    due = f"{case['due']['what']} due {case['due']['at']:%m-%d %H:%M}" if case["due"] else ""
    late = f"LATE: {', '.join(case['breached'])}" if case["breached"] else ""
    since = f"since {case['opened_at']:%Y-%m-%d %H:%M} UTC"
    return "  ".join(
        filter(
            None,
            (
                f"#{case['number']:<4} {case['state']:<9}",
                first,
                since,
                due,
                late,
                case["why"],
                case["team"],
                who,
                order,
                holder,
                tags,
                thread,
            ),
        )
    )


def _details(view: "CaseView") -> list[str]:
    lines = [f"  {view.address}, {view.proof} proved", f"  {view.summary}" if view.summary else ""]
    lines += [
        f"  {each.label}: {each.text or ', '.join(file.link or file.trouble for file in each.files)}"
        for each in view.details
    ]
    lines += [f"  return: {each}" for each in view.returns]
    turns = [f"  {turn.at:%m-%d %H:%M}  {turn.author:<8}  {' '.join(turn.text.split())}" for turn in view.turns]
    return [*filter(None, lines), *turns]
