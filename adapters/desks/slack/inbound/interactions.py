"""Parses what people press, choose and fill in at Slack (docs: Interactivity): pure.

A button, a shortcut and a filled-in form are all a press; what is only asked while a form is open is a question, which
is answered at once and kept nowhere.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from adapters.desks.slack.blocks import form
from adapters.desks.slack.inbound.payloads import (
    BlockActions,
    BlockSuggestion,
    GlobalShortcut,
    MessageAction,
    View,
    ViewSubmission,
)
from adapters.desks.slack.inbound.reading import convert, moment
from core.desk.events import Pressed, is_button
from core.desk.forms import Changed, Question, Searched
from core.errors import MalformedPayload

Interaction = Pressed | Question | None


def _pressed(payload: Mapping[str, Any], now: datetime) -> Interaction:
    """Parses a pressed button. Slack does not repeat interactions; should one come twice, its id here is the same."""
    body = convert(payload, BlockActions)
    if body.view is not None and any(each.action_id == form.CHANGED for each in body.actions):
        return Changed(_filled(body.view, body.user.id, now), body.view.id, body.view.hash)
    action = next((each for each in body.actions if is_button(each.action_id)), None)
    if action is None:
        return None
    box, card = body.container, body.message
    place = box.channel_id or (body.channel.id if body.channel else "")
    message = box.message_ts or (card.ts if card else "")
    thread = box.thread_ts or (card.thread_ts if card else None) or message
    return Pressed(
        external_id=f"action:{place}:{message}:{action.action_id}:{action.action_ts}:{body.user.id}",
        place=place,
        thread=thread,
        message=message,
        user=body.user.id,
        action=action.action_id,
        value=action.value or "",
        sent_at=moment(action.action_ts),
    )


def _submitted(payload: Mapping[str, Any], now: datetime) -> Interaction:
    body = convert(payload, ViewSubmission)
    return _filled(body.view, body.user.id, now) if is_button(body.view.callback_id) else None


def _searched(payload: Mapping[str, Any], now: datetime) -> Interaction:
    body = convert(payload, BlockSuggestion)
    return Searched(_filled(body.view, body.user.id, now), body.block_id, body.value) if body.view else None


def _on_message(payload: Mapping[str, Any], _now: datetime) -> Interaction:
    body = convert(payload, MessageAction)
    if not is_button(body.callback_id):
        return None
    return Pressed(
        external_id=f"shortcut:{body.channel.id}:{body.message.ts}:{body.callback_id}:{body.action_ts}:{body.user.id}",
        place=body.channel.id,
        thread=body.message.thread_ts or body.message.ts,
        message=body.message.ts,
        user=body.user.id,
        action=body.callback_id,
        value="",
        sent_at=moment(body.action_ts),
    )


def _from_anywhere(payload: Mapping[str, Any], _now: datetime) -> Interaction:
    body = convert(payload, GlobalShortcut)
    if not is_button(body.callback_id):
        return None
    external_id = f"shortcut:{body.callback_id}:{body.action_ts}:{body.user.id}"
    return Pressed(external_id, "", "", "", body.user.id, body.callback_id, "", moment(body.action_ts))


def _filled(view: View, user: str, now: datetime) -> Pressed:
    """Makes the press of the form's button, with what is filled in; a view says no time."""
    try:
        carried = form.carried(view.private_metadata)
    except msgspec.MsgspecError as error:
        raise MalformedPayload("not what we put there", "$.view.private_metadata") from error
    return Pressed(
        external_id=f"view:{view.id}:{view.hash}:{user}",
        place=carried.place,
        thread=carried.thread,
        message=carried.message,
        user=user,
        action=view.callback_id,
        value=carried.subject,
        sent_at=now,
        values=form.values(view.state.values),
    )


KINDS: Mapping[str, Callable[[Mapping[str, Any], datetime], Interaction]] = MappingProxyType(
    {
        "block_actions": _pressed,
        "view_submission": _submitted,
        "block_suggestion": _searched,
        "message_action": _on_message,
        "shortcut": _from_anywhere,
    }
)
