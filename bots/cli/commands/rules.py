"""Checks the store's rules, and shows what they would do: `doorstep rules`."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import counted, installation, json_option, moment_before, progress_bar, refuse, show, store_option
from core.files.near import one_of

if TYPE_CHECKING:
    from hub.rules.dry_run import Would
    from notifications.rules.rule import Rule


@click.group()
def rules() -> None:
    """The store's rules: IF something is true THEN a notice, a case, a tag, an event."""


@rules.command()
@store_option
@json_option
def check(store: Path, as_json: bool) -> None:
    """Read rules.yaml: what each rule hears, and for what it fires once. Mistakes are named with file and line."""
    from bots.wiring.store.policies import load_for_notices
    from config.settings import load
    from core.errors import ConfigurationError
    from notifications.rules.rules_file import warnings

    try:
        policy = load_for_notices(store).notices
    except ConfigurationError as error:
        raise refuse(str(error)) from error
    by_itself = [kind for kind in policy.kinds if policy.sends(kind)]
    warned = list(warnings(policy.rules, policy.kinds, by_itself, tells_store=bool(load().outgoing_webhook_url)))
    for sentence in warned:
        click.echo(f"warning: {sentence}", err=True)
    listed = [_described(rule) for rule in policy.rules.all]
    lines = [f"{each['id']}: on {', '.join(each['on'])}; once per {each['once_per']}" for each in listed]
    text = "\n".join([*lines, f"{counted(len(listed), 'rule')} in order."])
    show({"rules": listed, "warnings": warned}, as_json=as_json, text=text)


@rules.command(name="dry-run")
@click.option("--since", metavar="D", default="7d", show_default=True, help="What was told since: 2h, 7d, 2026-12-01.")
@click.option("--rule", "only", metavar="ID", help="Only this rule.")
@json_option
def dry_run(since: str, only: str | None, as_json: bool) -> None:
    """List whom the rules would fire for on what is stored, and why. Changes nothing.

    Rules on `timer` are asked of what is true now; the others of each order, customer, return and case that something
    was told of since D, as it stands now.
    """
    from hub.rules.dry_run import DryRun
    from notifications.rules.rule import Rules

    with installation() as parts:
        hub, now = parts.hub, parts.hub.now()
        asked = [rule for rule in hub.rules.all if only in (None, rule.id)]
        if only and not asked:
            raise refuse(f"there is no rule {only}; {one_of(only, [rule.id for rule in hub.rules.all])}")
        run = DryRun(hub, Rules(tuple(asked)), moment_before(since, now, "--since"), now)
        with hub.store.read() as conn:
            expected = run.expected(conn)
        with progress_bar("Asking", expected, quiet=as_json) as bar:
            found = list(run.run(bar.update))
    counts = sorted(Counter((each.rule, each.held_back or WOULD_FIRE) for each in found).items())
    lines = [*map(_line, found), *(f"{rule}: {times} {_OUTCOMES[outcome]}" for (rule, outcome), times in counts)]
    told = [{"rule": rule, "outcome": outcome, "times": times} for (rule, outcome), times in counts]
    show({"items": found, "counts": told}, as_json=as_json, text="\n".join(lines) or "No rule would fire.")


def _described(rule: "Rule") -> dict[str, Any]:
    return {"id": rule.id, "on": sorted(rule.on), "once_per": rule.once_per.value, "digest": rule.digest}


def _line(each: "Would") -> str:
    from notifications.rules.telling import because

    whose = f"customer {each.customer_id}" + (f", order {each.order_number}" if each.order_number else "")
    held = f"\n    {_OUTCOMES[each.held_back]}" if each.held_back else ""
    would = "; ".join(map(_deed, each.would))
    first = f"{each.rule}: {each.subject} {each.subject_id} ({whose}), on {each.event}"
    return f"{first}\n    because {because(each.facts) or 'it is always true'}\n    would: {would}{held}"


def _deed(deed: dict[str, Any]) -> str:
    """Writes `{"notice": "stuck", "decision": "send", "channel": "sms"}` as "notice stuck (send, sms)"."""
    (what, name), *more = deed.items()
    told = [f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value) for _, value in more if value]
    return f"{what} {name}" + (f" ({', '.join(told)})" if told else "")


WOULD_FIRE = "would_fire"
_OUTCOMES = {
    WOULD_FIRE: "would fire",
    "once_per": "held back: it fired for this before (once_per)",
    "at_most": "held back: often enough for this customer (at_most)",
    "loop": "held back: too many rules follow from one another (loop)",
}
