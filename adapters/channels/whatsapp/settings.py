"""The settings of one WhatsApp account."""

import msgspec


class AccountSettings(msgspec.Struct, frozen=True):
    """One business number. `app_secrets` are all valid (rotation)."""

    phone_number_id: str
    access_token: str
    app_secrets: tuple[str, ...]
    verify_token: str
