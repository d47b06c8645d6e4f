"""Declares the settings of one WhatsApp account, and the path it calls us by."""

import msgspec

PATH = "/webhooks/whatsapp"


class AccountSettings(msgspec.Struct, frozen=True):
    """Holds the settings of one business number. `app_secrets` are all valid (rotation).

    `business_account_id` (WABA) is found at Meta when it is not given; given, it keeps apart the template news of
    several businesses.
    """

    phone_number_id: str
    access_token: str
    app_secrets: tuple[str, ...] = msgspec.field(name="app_secret")
    verify_token: str
    business_account_id: str = ""
