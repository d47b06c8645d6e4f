"""Declares the settings of one Pigeon account, and the path it calls us by."""

import msgspec

PATH = "/webhooks/pigeon"


class AccountSettings(msgspec.Struct, frozen=True):
    """One loft. All `webhook_secrets` are valid (rotation)."""

    loft: str
    api_key: str
    webhook_secrets: tuple[str, ...] = msgspec.field(name="webhook_secret")

    def __repr__(self) -> str:
        """Writes it without the secrets: a settings object ends up in tracebacks."""
        return f"AccountSettings({self.loft!r})"
