"""Posts to the product what Slack itself would post, or somebody who has its secret: any body, signed."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from tests.journeys.actors import Answer, Json, call
from tests.journeys.system import System

FORM = "application/x-www-form-urlencoded"


def signed(desk: System, body: str, content_type: str = "application/json") -> Answer:
    """Posts a body with a good signature (docs: Verifying requests from Slack)."""
    stamp, secret = str(int(time.time())), desk.sandbox.settings["SLACK_SIGNING_SECRET"].split(",")[0]
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}", "Content-Type": content_type}
    return call(f"{desk.product}/slack/events", body.encode(), headers)


def event(desk: System, **event: Any) -> Answer:
    """Posts an event of the Events API, of the desk's channel."""
    ts = f"{time.time():.6f}"
    told = {"type": "message", "channel": desk.sandbox.settings["SLACK_CHANNEL"], "ts": ts, "event_ts": ts, **event}
    return signed(desk, json.dumps({"type": "event_callback", "event_id": f"Ev{ts}", "event": told}))


def interaction(desk: System, payload: Json) -> Answer:
    """Posts a press, a filled-in form, a search."""
    return signed(desk, urlencode({"payload": json.dumps(payload)}), FORM)


def pressed(desk: System, root: str, element: Json, user: str) -> Answer:
    """Posts the press of an element that somebody still sees on a card."""
    place = {"message_ts": root, "channel_id": desk.sandbox.settings["SLACK_CHANNEL"]}
    action = {**element, "block_id": "b1", "action_ts": f"{time.time():.6f}"}
    who = {"user": {"id": user}, "container": {"type": "message", **place}, "trigger_id": "1.2.gone"}
    return interaction(desk, {"type": "block_actions", **who, "actions": [action]})
