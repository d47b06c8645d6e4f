"""Tries the store's routing on a case that there is not: `doorstep cases route`."""

from pathlib import Path
from typing import Any

import click

from bots.cli.common import json_option, refuse, show, store_option


@click.command(name="route")
@store_option
@click.option("--reason", required=True, help="Why it is opened, like damaged.")
@click.option("--intent", default="", help="What the customer wanted, like return_item.")
@click.option("--channel", default="", help="Where they wrote, like whatsapp.")
@click.option("--language", default="", help="What they read, like zh.")
@click.option("--tier", default="", help="Their tier, like vip.")
@click.option("--total", default=0.0, help="The total of the order.")
@click.option("--country", default="", help="Where the order goes, like US.")
@click.option("--angry", is_flag=True, help="They are angry.")
@click.option("--closed", is_flag=True, help="Nobody is at the desk.")
@json_option
def route(store: Path, as_json: bool, **asked: Any) -> None:
    """Show whose such a case would be, how urgent, and by which times, and which rules say so. Changes nothing."""
    from bots.wiring.store.policies import load_for_notices
    from core.cases.clock_words import written
    from core.cases.routing import Facts, OrderFacts
    from core.cases.sla import AIMS
    from core.errors import ConfigurationError

    try:
        folder = load_for_notices(store)
    except ConfigurationError as error:
        raise refuse(str(error)) from error
    facts = Facts(
        asked["reason"],
        asked["channel"],
        asked["intent"],
        asked["language"],
        asked["tier"],
        OrderFacts(total=asked["total"], country=asked["country"]),
        asked["closed"],
        "angry" if asked["angry"] else "calm",
    )
    routed, rules = folder.routing.route(facts), [rule.id for rule in folder.routing.holding(facts)]
    policy = folder.times.policy(routed.sla)
    aims = {metric.value: aim for metric in AIMS if (aim := policy.aim(metric))}
    told = {
        "priority": routed.priority.value,
        "team": routed.team,
        "channel": routed.place,
        "tags": routed.tags,
        "sla": routed.sla,
        "hours": "always" if policy.always else "support",
        "times": {name: aim.total_seconds() for name, aim in aims.items()},
        "rules": rules,
    }
    times = ", ".join(f"{name} {written(aim)}" for name, aim in aims.items())
    lines = (
        f"priority  {routed.priority}",
        f"team      {routed.team or 'none'}, in {routed.place or 'the desk’s channel'}",
        f"tags      {', '.join(routed.tags) or 'none'}",
        f"times     {routed.sla or 'the usual ones'}: {times} ({told['hours']} hours)",
        f"rules     {', '.join(rules) or 'none holds, so the default does'}",
    )
    show(told, as_json=as_json, text="\n".join(lines))
