"""Prints the way of a message or notice: `doorstep trace`."""

from datetime import datetime
from typing import Any

import click

from bots.cli.common import installation, json_option, refuse, show


@click.command()
@click.argument("message_or_notice_id")
@json_option
def trace(message_or_notice_id: str, as_json: bool) -> None:
    """Follow a message or notice from webhook to receipt, by our id or the provider's."""
    from hub.trace import trace as trace_of  # noqa: PLC0415 - --help need not load it

    with installation() as parts, parts.hub.store.read() as conn:
        steps = trace_of(conn, message_or_notice_id)
        locale = parts.hub.notices.shop.locale
    if not steps:
        raise refuse(f"nothing is known of {message_or_notice_id}")
    show(steps, as_json=as_json, text="\n".join(_line(step, locale) for step in steps))


def _line(step: dict[str, Any], locale: str) -> str:
    at = datetime.fromisoformat(str(step["at"])).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    rest = "  ".join(f"{key}={value}" for key, value in step.items() if key not in ("at", "what", "assumed") and value)
    return "\n".join([f"{at}  {step['what']:<22} {rest}", *_assumed(step.get("assumed", {}), locale)])


def _assumed(found: dict[str, str], locale: str) -> list[str]:
    """Words what was assumed of the customer, in the store's language, a line each."""
    from notifications.planning.decisions import Assumed, Assumption  # noqa: PLC0415 - --help need not load it
    from notifications.planning.explaining import explain_assumed  # noqa: PLC0415

    assumed = [Assumption(Assumed(what), value) for what, value in found.items()]
    return [f"{'':27}{sentence}" for sentence in explain_assumed(assumed, locale)]
