"""Makes a press of a button as Slack would send it, from the message that shows the button."""

import json
from pathlib import Path
from typing import Any

CAPTURE = Path(__file__).parents[2] / "adapters" / "desks" / "slack" / "fixtures" / "payloads" / "pressed_claim.json"


def pressed(blocks: tuple[dict[str, Any], ...], label: str, user: str) -> dict[str, Any]:
    """Makes the payload of pressing the button with that word. Raises StopIteration where there is none."""
    row = (each for block in blocks if block["type"] == "actions" for each in block["elements"])
    button = next(each for each in row if each["text"]["text"] == label)
    payload: dict[str, Any] = json.loads(CAPTURE.read_text(encoding="utf-8"))["payload"]
    action = {**button, "block_id": "b1", "action_ts": "1796119280.445566"}
    return {**payload, "user": {"id": user}, "actions": [action]}
