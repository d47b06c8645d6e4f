"""The channels that are switched on, built from their settings; only their SDKs are loaded."""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.transport.http import Http
from config.accounts import Account
from config.settings import Settings
from core.ports import Files, Kit


def build_channels(settings: Settings, listed: Mapping[str, list[Account]], http: Http, files: Files) -> Kit:
    """Every account that speaks and every endpoint that listens. Raises ConfigurationError.

    `files` are the media that accounts send.
    """
    kits = [BUILDERS[name](settings, listed[name], http, files) for name in BUILDERS if listed[name]]
    return Kit(
        tuple(account for kit in kits for account in kit.accounts),
        tuple(endpoint for kit in kits for endpoint in kit.endpoints),
    )


def telegram_accounts(listed: list[Account]) -> Any:
    """Telegram's own form of its accounts."""
    from adapters.channels import telegram  # noqa: PLC0415 - only for who uses it

    return tuple(
        telegram.AccountSettings(a.get("account", ""), a["bot_token"], a.get("webhook_secret", ())) for a in listed
    )


def _whatsapp(settings: Settings, listed: list[Account], http: Http, files: Files) -> Kit:
    from adapters.channels import whatsapp  # noqa: PLC0415 - only for who uses it

    made = [
        whatsapp.AccountSettings(a["phone_number_id"], a["access_token"], a["app_secret"], a["verify_token"])
        for a in listed
    ]
    return whatsapp.build(made, settings.graph_api_url, http, files)


def _messenger(settings: Settings, listed: list[Account], http: Http, files: Files) -> Kit:
    from adapters.channels import messenger  # noqa: PLC0415 - only for who uses it

    made = [
        messenger.AccountSettings(a["page_id"], a["access_token"], a["app_secret"], a["verify_token"]) for a in listed
    ]
    return messenger.build(made, settings.graph_api_url, http, files)


def _telegram(settings: Settings, listed: list[Account], http: Http, files: Files) -> Kit:
    from adapters.channels import telegram  # noqa: PLC0415 - only for who uses it

    return telegram.build(telegram_accounts(listed), settings.telegram_api_url, http, files)


def _twilio(settings: Settings, listed: list[Account], http: Http, files: Files) -> Kit:
    from adapters.channels import twilio  # noqa: PLC0415 - only for who uses it

    made = tuple(
        twilio.AccountSettings(a["account_sid"], a["auth_token"], a.get("sms_from", ""), a.get("whatsapp_from", ""))
        for a in listed
    )
    return twilio.build(made, settings.twilio_api_url, settings.base_url, http, files)


# A new channel's line goes here.
BUILDERS: dict[str, Callable[[Settings, list[Account], Http, Files], Kit]] = {
    "whatsapp": _whatsapp,
    "messenger": _messenger,
    "telegram": _telegram,
    "twilio": _twilio,
}
