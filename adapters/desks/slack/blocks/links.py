"""Makes the addresses of messages (docs: chat.getPermalink, whose answer has this form): no call is needed for one."""

from core.desk.links import resolve


def permalink(workspace: str, place: str, message: str) -> str:
    """Returns the address of a message; empty where the workspace's own (`https://….slack.com/`) is not known."""
    if not (workspace and place and message):
        return ""
    return f"{workspace.rstrip('/')}/archives/{place}/p{message.replace('.', '')}"


def linked(text: str, workspace: str) -> str:
    """Writes the links in an escaped text as Slack's."""

    def write(label: str, place: str, thread: str) -> str:
        url = permalink(workspace, place, thread)
        return f"<{url}|{label}>" if url else label

    return resolve(text, write)
