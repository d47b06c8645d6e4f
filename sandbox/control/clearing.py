"""Clears all chats on both sides: open cases are resolved first, so that nobody waits for a thread that is gone."""

import asyncio
from collections.abc import Iterator
from typing import Any

from sandbox.control.parts import Parts
from sandbox.platforms.slack.errors import SlackError
from sandbox.platforms.slack.routes import Slack
from sandbox.world.world import Pace

Json = dict[str, Any]
AGENT = "bea"
RESOLVE = {"Resolve", "解决"}
LONGEST = 5.0  # seconds for the product to resolve and to say good-bye
QUIET = 0.4  # seconds without a call


async def clear(parts: Parts) -> int:
    """Resolves open cases, then empties phones, Slack, log and faults; returns how many cases there were.

    Accounts stay as they are set up: webhooks, templates, subscriptions.
    """
    cases = [found for slack in parts.slacks.by_account.values() for found in _open_cases(slack)]
    for slack, channel, ts, action in cases:
        await _resolve(slack, channel, ts, action)
    if cases:
        await _settled(parts)
    world = parts.world
    world.clear_chats()
    parts.slacks.reset()
    world.log.clear()
    restore_pace(parts)
    world.feed.publish("reload", "reload", None)
    return len(cases)


def restore_pace(parts: Parts) -> None:
    """Lets the world behave again: no faults, webhooks arrive."""
    world = parts.world
    world.courier.muted.clear()
    world.faults.clear()
    world.pace = Pace()
    parts.telegram.resume()


def _open_cases(slack: Slack) -> Iterator[tuple[Slack, str, str, str]]:
    """Finds the cards of a workspace that can be resolved: (workspace, channel, ts, action id)."""
    for channel in slack.desk.workspace.channels.values():
        for message in list(channel.messages.values()):
            action = _resolving(message)
            if action:
                yield slack, channel.id, message["ts"], action


def _resolving(message: Json) -> str:
    """Finds the button by its word, as an agent does; "" when there is none."""
    elements = [part for block in message.get("blocks") or [] for part in block.get("elements") or []]
    buttons = [part for part in elements if part.get("type") == "button"]
    return next((str(part["action_id"]) for part in buttons if part["text"]["text"] in RESOLVE), "")


async def _resolve(slack: Slack, channel: str, ts: str, action: str) -> None:
    """Presses Resolve, and submits the modal if one opens; waits until the card offers it no more."""
    user = slack.desk.workspace.human(AGENT)["id"]
    open_before = [view["id"] for view in slack.views.modals.get(user, [])]
    pressed = await slack.interactions.press({"message_ts": ts, "action_id": action, "user": AGENT})
    for _ in range(int(LONGEST / 0.05) if pressed.ok else 0):
        for view in [view["id"] for view in slack.views.modals.get(user, [])]:
            if view not in open_before:
                await _submit(slack, view)
        message = slack.desk.workspace.channels[channel].messages.get(ts)
        if message is None or not _resolving(message):
            return
        await asyncio.sleep(0.05)


async def _submit(slack: Slack, view: str) -> None:
    try:
        await slack.interactions.submit({"view_id": view})
    except SlackError:  # the product did not answer: the case stays open, and is posted anew when the customer writes
        slack.views.reset()


async def _settled(parts: Parts) -> None:
    """Waits until the product has said what it says after that."""
    for _ in range(int(LONGEST / QUIET)):
        before = parts.world.log.count
        await asyncio.sleep(QUIET)
        if parts.world.log.count == before:
            return
