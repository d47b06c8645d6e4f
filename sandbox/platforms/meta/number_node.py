"""Describes a business number and its business account, as the Graph API does."""

from typing import Any

from sandbox.platforms.meta.whatsapp.number import WhatsApp
from sandbox.world import ids

Json = dict[str, Any]


def number_node(number: WhatsApp) -> Json:
    """Returns all fields of a phone number."""
    digits, phone_id = number.setting("WHATSAPP_NUMBER"), number.setting("WHATSAPP_PHONE_NUMBER_ID")
    callbacks = {"application": f"{number.world.config.product}/webhooks/whatsapp"}
    if number.callback:
        callbacks = {"whatsapp_business_account": number.callback, **callbacks}
    return {
        "id": phone_id,
        "verified_name": number.world.config.shop,
        "display_phone_number": f"+{digits[0]} {digits[1:4]}-{digits[4:7]}-{digits[7:]}",
        "quality_rating": number.quality,
        "name_status": "APPROVED",
        "status": "CONNECTED",
        "code_verification_status": "VERIFIED",
        "account_mode": "LIVE",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "whatsapp_business_manager_messaging_limit": number.tier,
        "messaging_limit_tier": number.tier,
        "webhook_configuration": callbacks,
        "health_status": _health(number, phone_id),
    }


def business_node(number: WhatsApp) -> Json:
    """Returns all fields of the WhatsApp business account that a number belongs to."""
    return {
        "id": number.setting("WHATSAPP_BUSINESS_ID"),
        "name": number.world.config.shop,
        "account_review_status": "APPROVED",
        "currency": "USD",
        "timezone_id": "1",
        "whatsapp_business_manager_messaging_limit": number.tier,
    }


def _health(number: WhatsApp, phone_id: str) -> Json:
    """Tells who may send; `trouble` (set by news of the account) stands in the way of the whole business account."""
    state = "BLOCKED" if number.trouble else "AVAILABLE"
    ids_of = {
        "PHONE_NUMBER": phone_id,
        "WABA": number.setting("WHATSAPP_BUSINESS_ID"),
        "BUSINESS": ids.numeric("business", 15),
        "APP": number.setting("META_APP_ID"),
    }
    entities: list[Json] = [
        {"entity_type": kind, "id": entity, "can_send_message": state if kind == "WABA" else "AVAILABLE"}
        for kind, entity in ids_of.items()
    ]
    if number.trouble:
        advice = "Look at the account's quality page in WhatsApp Manager."
        error = {"error_code": 141006, "error_description": number.trouble, "possible_solution": advice}
        entities[1]["errors"] = [error]
    return {"can_send_message": state, "entities": entities}
