"""Declares the settings of one Twilio account, and the paths it calls us by."""

import msgspec

PATH = "/webhooks/twilio"
STATUS_PATH = "/webhooks/twilio/status"


class AccountSettings(msgspec.Struct, frozen=True):
    """Holds the settings of one account with up to two senders, in E.164; empty means that channel is off.

    A messaging service sends SMS by whichever of its numbers fits (the one that the customer knows, unless its "sticky
    sender" is off), and what comes to any of them is ours.
    All `auth_tokens` prove webhooks (rotation: primary and secondary), the first one makes the calls. MMS goes only
    between numbers of `mms_countries` (Twilio, "MMS availability"); elsewhere a file goes as its link.
    """

    account_sid: str
    auth_tokens: tuple[str, ...] = msgspec.field(name="auth_token")
    sms_from: str = ""
    whatsapp_from: str = ""
    messaging_service_sid: str = ""
    mms_countries: frozenset[str] = frozenset(("US", "CA"))

    def __repr__(self) -> str:
        """Shows no tokens: a settings object ends up in tracebacks."""
        return f"AccountSettings({self.account_sid!r})"
