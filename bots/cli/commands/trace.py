"""Prints the way of a message or notice, or lists those there are: `doorstep trace`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import database, json_option, refuse, show

if TYPE_CHECKING:
    from sqlalchemy import Connection


@click.command()
@click.argument("what", metavar="[ID]", required=False, default="")
@click.option("--order", "order", metavar="N", help="All about an order: its number.")
@click.option("--phone", metavar="P", help="All about a customer: their phone, as it is at hand.")
@click.option("--case", metavar="C", help="All about a case: its number.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many, the newest.")
@json_option
def trace(what: str, order: str | None, phone: str | None, case: str | None, limit: int, as_json: bool) -> None:
    """Follow a message or notice from webhook to receipt, by our ID or the provider's.

    By an order, phone, case, conversation or customer it lists messages and notices, each with its state, the reason
    and the ID to follow. It shows no words and no numbers.
    """
    asked = {"--order": order, "--phone": phone, "--case": case, "": what}
    given = [(option, word) for option, word in asked.items() if word]
    if len(given) != 1:
        raise click.UsageError("say an ID, or one of --order N, --phone P and --case C")
    with database() as opened, opened.store.read() as conn:
        steps = _found(conn, *given[0], limit)
        settings = opened.settings
    if steps is None:
        said = " ".join(filter(None, given[0]))
        raise refuse(
            f"nothing is known of {said}; a message or notice has an ID (the provider's will do), else say --order N, "
            "--phone P or --case C. `doorstep conversations list` shows what there is"
        )
    steps = [_in_words(step) for step in steps]
    assumes = any(step.get("assumed") for step in steps)
    locale = _locale(settings.store_dir) if assumes and not as_json else ""
    lines = [_line(step, locale) for step in steps] or ["It is known; nothing was said about it, and nothing sent."]
    show(steps, as_json=as_json, text="\n".join(lines))


def _found(conn: "Connection", option: str, word: str, limit: int) -> list[dict[str, Any]] | None:
    from hub.trace import story
    from hub.trace import trace as trace_of
    from storage.people import lookup

    if not option:
        steps = trace_of(conn, word)
        if steps:
            return steps
    find = {"--order": lookup.by_order, "--phone": lookup.by_phone, "--case": lookup.by_case, "": lookup.by_any}
    meant = find[option](conn, word)
    return story(conn, meant, limit) if meant else None


def _locale(store_dir: Path) -> str:
    from bots.wiring.store.policies import load_shop_of

    return load_shop_of(store_dir).locale


def _in_words(step: dict[str, Any]) -> dict[str, Any]:
    """Says in words what a message lost when it was fitted to its channel."""
    from core.content.degradations import told

    return {**step, "lost": "; ".join(map(told, step["lost"]))} if "lost" in step else step


def _line(step: dict[str, Any], locale: str) -> str:
    at = f"{datetime.fromisoformat(str(step['at'])):%Y-%m-%d %H:%M:%S.%f}"[:-3] if step["at"] else "never written to us"
    rest = "  ".join(f"{key}={value}" for key, value in step.items() if key not in ("at", "what", "assumed") and value)
    return "\n".join([f"{at:<23}  {step['what']:<22} {rest}", *_assumed(step.get("assumed", {}), locale)])


def _assumed(found: dict[str, str], locale: str) -> list[str]:
    """Words what was assumed of the customer, in the store's language, a line each."""
    if not found:
        return []
    from notifications.planning.decisions import Assumed, Assumption
    from notifications.planning.explaining import explain_assumed

    assumed = [Assumption(Assumed(what), value) for what, value in found.items()]
    return [f"{'':27}{sentence}" for sentence in explain_assumed(assumed, locale)]
