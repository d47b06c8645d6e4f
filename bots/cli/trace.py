"""`doorstep trace`."""

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
    if not steps:
        raise refuse(f"nothing is known of {message_or_notice_id}")
    show(steps, as_json=as_json, text="\n".join(_line(step) for step in steps))


def _line(step: dict[str, Any]) -> str:
    at = datetime.fromisoformat(str(step["at"])).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    rest = "  ".join(f"{key}={value}" for key, value in step.items() if key not in ("at", "what") and value)
    return f"{at}  {step['what']:<22} {rest}"
