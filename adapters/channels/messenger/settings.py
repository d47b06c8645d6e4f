"""Declares the settings of one Messenger account, and the path it calls us by."""

import msgspec

PATH = "/webhooks/messenger"


class AccountSettings(msgspec.Struct, frozen=True):
    """Holds the settings of one page. `app_secrets` are all valid (rotation)."""

    page_id: str
    access_token: str
    app_secrets: tuple[str, ...] = msgspec.field(name="app_secret")
    verify_token: str
