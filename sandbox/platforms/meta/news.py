"""Tells news of a WhatsApp business account or of a page by webhook, and keeps to it from then on."""

from typing import Any

from sandbox.platforms.meta.messenger.page import Messenger
from sandbox.platforms.meta.whatsapp.number import WhatsApp
from sandbox.wire.webhooks import Answer

Json = dict[str, Any]
TROUBLE = {"ACCOUNT_RESTRICTION", "ACCOUNT_VIOLATION", "ACCOUNT_DELETED", "ACCOUNT_OFFBOARDED", "DISABLED_UPDATE"}
CURED = {"ACCOUNT_RECONNECTED", "VERIFIED_ACCOUNT"}
QUALITY = {"FLAGGED": "RED", "DOWNGRADE": "YELLOW", "UNFLAGGED": "GREEN", "UPGRADE": "GREEN", "ONBOARDING": "GREEN"}


async def of_business(whatsapp: WhatsApp, field: str, value: Json) -> Answer:
    """Posts a change of a field like message_template_status_update, account_update, account_alerts.

    Others: template_category_update, phone_number_quality_update, business_capability_update (Cloud API webhook
    reference).
    """
    value = _template_id(whatsapp, field, value)
    whatsapp.templates.news(field, value)
    event = str(value.get("event", ""))
    if field == "account_update" and event in TROUBLE | CURED:
        whatsapp.trouble = event if event in TROUBLE else ""
    if field == "phone_number_quality_update":
        value = {"display_phone_number": whatsapp.setting("WHATSAPP_NUMBER"), **value}
        whatsapp.quality = QUALITY.get(event, whatsapp.quality)
        whatsapp.tier = str(value.get("current_limit", whatsapp.tier))
    return await whatsapp.tell(whatsapp.news(value, field, int(whatsapp.world.clock())))


async def of_page(messenger: Messenger, field: str, value: Json) -> Answer:
    """Posts a change of a page, like messenger_template_status_update."""
    value = _template_id(messenger, field, value)
    messenger.templates.news(field, value)
    return await messenger.tell(messenger.envelope({"field": field, "value": value}, part="changes"))


def _template_id(owner: WhatsApp | Messenger, field: str, value: Json) -> Json:
    if "template" not in field or "message_template_id" in value:
        return value
    name, language = str(value.get("message_template_name")), str(value.get("message_template_language", "en"))
    known = owner.templates.get(name, language)
    number = {"message_template_id": int(known.id)} if known else {"message_template_id": 1689556908129832}
    return {**value, **number, "message_template_language": language}
