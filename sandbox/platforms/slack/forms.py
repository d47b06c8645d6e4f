"""Reads the elements of Block Kit that people fill in or press, with their values as Slack reports them."""

from collections.abc import Iterator
from typing import Any

from sandbox.platforms.slack.errors import SlackError

Json = dict[str, Any]


def element(blocks: list[Json], action_id: str, value: str | None = None) -> tuple[Json, Json]:
    """Finds (block, element) by action id, and value when several have it; raises SlackError action_not_found."""
    found = [(block, part) for block, part in elements(blocks) if part.get("action_id") == action_id]
    exact = [(block, part) for block, part in found if value is not None and part.get("value") == value]
    if not found:
        raise SlackError("action_not_found")
    return (exact or found)[0]


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Lists all interactive elements with their block."""
    for block in blocks:
        for part in (*(block.get("elements") or []), block.get("accessory"), block.get("element")):
            if isinstance(part, dict) and part.get("action_id"):
                yield block, part


def entry(part: Json, value: Any) -> Json:
    """Writes the state of an element, as in state.values and in actions."""
    kind = part["type"]
    if kind in {"static_select", "external_select", "radio_buttons", "overflow"}:
        return {"type": kind, "selected_option": _option(part, value)}
    if kind in {"multi_static_select", "multi_external_select", "checkboxes"}:
        chosen = value if isinstance(value, list) else [value] if value else []
        return {"type": kind, "selected_options": [_option(part, one) for one in chosen]}
    return {"type": kind, SIMPLE.get(kind, "value"): value}


def state(blocks: list[Json], given: Json) -> Json:
    """Writes state.values of a view: given values by block id or action id, else the initial ones."""
    values: Json = {}
    for block, part in elements(blocks):
        if part["type"] in {"button", "overflow"}:
            continue
        value = given.get(block["block_id"], given.get(part["action_id"], _initial(part)))
        if isinstance(value, dict) and part["action_id"] in value:
            value = value[part["action_id"]]
        values.setdefault(block["block_id"], {})[part["action_id"]] = entry(part, value)
    return {"values": values}


SIMPLE = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "multi_users_select": "selected_users",
}


def _option(part: Json, value: Any) -> Json | None:
    if value in {None, ""} if isinstance(value, str | None) else False:
        return None
    if isinstance(value, dict):
        return value
    groups = [group.get("options") or [] for group in part.get("option_groups") or []]
    options = [*(part.get("options") or []), *(option for group in groups for option in group)]
    for option in options:
        if option.get("value") == value:
            return dict(option)
    return {"text": {"type": "plain_text", "text": str(value)}, "value": str(value)}


def _initial(part: Json) -> Any:
    for name in (
        "initial_value",
        "initial_option",
        "initial_options",
        "initial_user",
        "initial_date",
        "initial_time",
        "initial_users",
    ):
        if part.get(name) is not None:
            return part[name]
    return None
