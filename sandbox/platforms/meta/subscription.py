"""Keeps which webhooks of a page the app is subscribed to."""

from typing import Any

from sandbox.platforms.meta.errors import GraphError

Json = dict[str, Any]
FIELDS = (
    "messages",
    "messaging_postbacks",
    "messaging_optins",
    "messaging_optouts",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "message_edits",
    "message_echoes",
    "message_context",
    "messaging_referrals",
    "messaging_account_linking",
    "messaging_handovers",
    "messaging_policy_enforcement",
    "messaging_feedback",
    "messaging_customer_information",
    "messenger_template_status_update",
    "message_template_status_update",
    "response_feedback",
    "marketing_message_delivery_failed",
    "send_cart",
    "standby",
    "feed",
)
TEMPLATE_NEWS = {"messenger_template_status_update", "message_template_status_update"}
# What a messaging item holds and the field that brings it.
ITEMS = {
    "postback": "messaging_postbacks",
    "optin": "messaging_optins",
    "delivery": "message_deliveries",
    "read": "message_reads",
    "reaction": "message_reactions",
    "message_edit": "message_edits",
    "referral": "messaging_referrals",
    "account_linking": "messaging_account_linking",
    "pass_thread_control": "messaging_handovers",
    "take_thread_control": "messaging_handovers",
    "request_thread_control": "messaging_handovers",
    "app_roles": "messaging_handovers",
    "policy_enforcement": "messaging_policy_enforcement",
    "messaging_feedback": "messaging_feedback",
    "order": "send_cart",
}


class Subscription:
    """Keeps the subscribed fields; until the product says otherwise every field is on."""

    def __init__(self) -> None:
        self.fields: list[str] = list(FIELDS)

    @property
    def on(self) -> bool:
        """Tells whether the app is subscribed at all."""
        return bool(self.fields)

    def set(self, fields: Any) -> None:
        """Keeps what POST subscribed_apps names (a list, or words with commas); raises GraphError.

        Without names the fields stay, or all come on when there were none.
        """
        names = fields.split(",") if isinstance(fields, str) else list(fields or self.fields or FIELDS)
        for number, name in enumerate(names):
            if name not in FIELDS:
                text = f"(#100) Param subscribed_fields[{number}] must be one of {{{', '.join(FIELDS)}}}"
                raise GraphError(100, message=f'{text} - got "{name}".')
        self.fields = names

    def off(self) -> None:
        """Unsubscribes: the page does not tell the app anything any more."""
        self.fields = []

    def kept(self, payload: Json) -> Json:
        """Returns the webhook body without what the app is not subscribed to; {} when nothing is left."""
        entries = [entry for entry in map(self._entry, payload["entry"]) if entry]
        return {**payload, "entry": entries} if entries else {}

    def _entry(self, entry: Json) -> Json:
        if "standby" in entry:
            return entry if "standby" in self.fields else {}
        if "changes" in entry:
            return entry if self._news(entry["changes"][0]["field"]) else {}
        items = [item for item in entry["messaging"] if _field(item) in self.fields]
        return {**entry, "messaging": items} if items else {}

    def _news(self, field: str) -> bool:
        """Meta's pages call the field of template news by two names; either brings it."""
        return field in self.fields or (field in TEMPLATE_NEWS and bool(TEMPLATE_NEWS & set(self.fields)))


def _field(item: Json) -> str:
    if (item.get("message") or {}).get("is_echo"):
        return "message_echoes"
    return next((field for name, field in ITEMS.items() if name in item), "messages")
