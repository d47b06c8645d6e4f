"""Webhooks as the platforms sign them, posted by the tests themselves: to repeat, forge and break them."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping

from tests.journeys.actors import Answer, Json, call
from tests.journeys.system import System


def whatsapp(desk: System, *messages: tuple[str, str], sender: str = "12025550199") -> bytes:
    """Makes a webhook with (message id, text) of one customer."""
    number = desk.sandbox.settings["WHATSAPP_PHONE_NUMBER_ID"]
    written = [
        {"from": sender, "id": id_, "timestamp": str(int(time.time())), "type": "text", "text": {"body": text}}
        for id_, text in messages
    ]
    value: Json = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "12025550189", "phone_number_id": number},
        "contacts": [{"profile": {"name": "Test Person"}, "wa_id": sender}],
        "messages": written,
    }
    entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def post_whatsapp(desk: System, body: bytes) -> Answer:
    """Posts the body, signed."""
    return call(f"{desk.product}/webhooks/whatsapp", body, signed(desk, "WHATSAPP_APP_SECRET", body))


def signed(desk: System, secret: str, body: bytes) -> Mapping[str, str]:
    """Meta's headers."""
    key = desk.sandbox.settings[secret].encode()
    return {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}",
    }


def post_store(desk: System, events: object, key: str = "") -> Answer:
    """Posts store events with the API key."""
    headers = {
        "Authorization": f"Bearer {key or desk.sandbox.settings['STORE_API_KEY']}",
        "Content-Type": "application/json",
    }
    return call(f"{desk.product}/api/v1/events", json.dumps(events).encode(), headers)
