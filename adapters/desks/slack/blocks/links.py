"""Makes the addresses of messages (docs: chat.getPermalink, whose answer has this form): no call is needed for one."""

from collections.abc import Mapping

from adapters.desks.slack.blocks.times import local_time
from core.desk.links import resolve, resolve_times
from core.desk.workspaces import account_of, bare

Addresses = Mapping[str, str]  # of workspaces (`https://….slack.com/`), by account


def permalink(addresses: Addresses, place: str, message: str) -> str:
    """Returns the address of a message; empty where that of its workspace is not known."""
    workspace = addresses.get(account_of(place), "")
    if not (workspace and place and message):
        return ""
    return f"{workspace.rstrip('/')}/archives/{bare(place)}/p{message.replace('.', '')}"


def linked(text: str, addresses: Addresses) -> str:
    """Writes the links and times in an escaped text as Slack's."""

    def write(label: str, place: str, thread: str) -> str:
        url = permalink(addresses, place, thread)
        return f"<{url}|{label}>" if url else label

    return resolve_times(resolve(text, write), local_time)
