"""The settings of one Twilio account."""

import msgspec


class AccountSettings(msgspec.Struct, frozen=True):
    """One account with up to two senders, in E.164; empty means that channel is off.

    All `auth_tokens` prove webhooks (rotation: primary and secondary), the first one makes the calls.
    """

    account_sid: str
    auth_tokens: tuple[str, ...]
    sms_from: str = ""
    whatsapp_from: str = ""

    def __repr__(self) -> str:
        """Without the tokens: a settings object ends up in tracebacks."""
        return f"AccountSettings({self.account_sid!r})"
