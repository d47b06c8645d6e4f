"""Keeps the ids, tokens and secrets of one sandbox: VAR_DIR/sandbox.json, and channels.yaml for the second accounts."""

import base64
import secrets
import string
from collections.abc import Mapping
from pathlib import Path

import msgspec

from sandbox.files import write_private

FILE_NAME = "sandbox.json"
CHANNELS_NAME = "channels.yaml"
MAIN, SECOND = "main", "second"
ACCOUNTS = (MAIN, SECOND)
SHOP = "Northwind"  # where nobody says what the shop is called
TEAMS = ("warehouse", "finance")  # which have a channel of their own
SHOPS = ("shopify", "woocommerce")  # where the store may be, instead of its own system
# What CHANNELS_FILE says of a second account: key there and the setting it comes from (README of the product).
CHANNEL_KEYS = {
    "whatsapp": ("phone_number_id", "access_token", "app_secret", "verify_token"),
    "messenger": ("page_id", "access_token", "app_secret", "verify_token"),
    "telegram": ("bot_token", "webhook_secret"),
    "twilio": ("account_sid", "auth_token", "sms_from", "whatsapp_from"),
    "slack": ("bot_token", "signing_secret", "channel"),
}
CALLED = {("slack", "channel"): "desk_channel"}  # what a key is called there, where `channel` says what the entry is


class SandboxConfig(msgspec.Struct, frozen=True):
    """What the stand-ins know about themselves; `settings` is exactly the environment the product needs."""

    page: str
    product: str
    settings: Mapping[str, str]
    extra: Mapping[str, str]

    @property
    def base(self) -> str:
        """Returns the stand-ins' own origin, without a trailing slash."""
        return self.page.rstrip("/")

    @property
    def shop(self) -> str:
        """Returns the name that the shop has on all platforms."""
        return self.extra.get("shop_name") or SHOP

    def of(self, name: str, account: str = MAIN) -> str:
        """Returns a setting or extra by its environment name, of the main or the second account.

        What the second account does not have of its own (Meta's app secret, Twilio's account) it shares with the main
        one. Raises KeyError.
        """
        low = name.lower()
        platform, _, rest = low.partition("_")
        own = self.extra.get(f"{platform}_{account}_{rest}") if account != MAIN else None
        return own or self.settings.get(name.upper()) or self.extra[low]

    def shop_settings(self, platform: str) -> dict[str, str]:
        """Returns the environment of a product whose store is at one of SHOPS."""
        return {name.upper(): value for name, value in self.extra.items() if name.startswith(f"{platform}_")}


def create(var_dir: Path, product_url: str, port: int, shop: str = "") -> SandboxConfig:
    """Loads VAR_DIR/sandbox.json (keeping its secrets) or invents one; writes it with mode 0600.

    Addresses and the shop's name follow the arguments, ids and secrets stay as they were. Beside it stands
    channels.yaml: the second accounts, ready to be the product's CHANNELS_FILE (`extra` has its path).
    """
    path = var_dir / FILE_NAME
    known = load(var_dir) if path.exists() else None
    base = f"http://127.0.0.1:{port}"
    settings = {**_invented_settings(), **(known.settings if known else {}), **_addresses(base)}
    extra = {
        **_invented_extra(),
        **(known.extra if known else {}),
        **({"shop_name": shop} if shop else {}),
        "channels_file": str((var_dir / CHANNELS_NAME).resolve()),
        "shopify_api_url": f"{base}/admin/api/2026-10",
        "woocommerce_url": base,
    }
    config = SandboxConfig(page=f"{base}/", product=product_url.rstrip("/"), settings=settings, extra=extra)
    write_private(path, msgspec.json.format(msgspec.json.encode(config), indent=2) + b"\n")
    write_private(var_dir / CHANNELS_NAME, _channels_file(config) + b"\n")
    return config


def load(var_dir: Path) -> SandboxConfig:
    """Reads VAR_DIR/sandbox.json; raises FileNotFoundError or msgspec.DecodeError."""
    return msgspec.json.decode((var_dir / FILE_NAME).read_bytes(), type=SandboxConfig)


def _channels_file(config: SandboxConfig) -> bytes:
    lines = ["# The second account of each channel."]
    for channel, keys in CHANNEL_KEYS.items():
        names = {key: CALLED.get((channel, key), key) for key in keys}
        values = [f'{name}: "{config.of(f"{channel}_{key}", SECOND)}"' for key, name in names.items()]
        lines += [f"- channel: {channel}", f"  account: {SECOND}", *[f"  {value}" for value in values]]
    return "\n".join(lines).encode()


def _addresses(base: str) -> dict[str, str]:
    return {
        "GRAPH_API_URL": f"{base}/graph/v26.0",
        "TELEGRAM_API_URL": f"{base}/telegram",
        "TWILIO_API_URL": f"{base}/twilio",
        "SLACK_API_URL": f"{base}/slack/api/",
        "OUTGOING_WEBHOOK_URL": f"{base}/store/webhook",
    }


def _invented_settings() -> dict[str, str]:
    return {
        "WHATSAPP_PHONE_NUMBER_ID": _digits(15),
        "WHATSAPP_ACCESS_TOKEN": "EAA" + _letters(60),
        "WHATSAPP_APP_SECRET": secrets.token_hex(16),
        "WHATSAPP_VERIFY_TOKEN": _letters(24),
        "MESSENGER_PAGE_ID": _digits(15),
        "MESSENGER_ACCESS_TOKEN": "EAA" + _letters(60),
        "MESSENGER_APP_SECRET": secrets.token_hex(16),
        "MESSENGER_VERIFY_TOKEN": _letters(24),
        "TELEGRAM_BOT_TOKEN": f"{_digits(10)}:AA{_letters(33)}",
        "TELEGRAM_WEBHOOK_SECRET": _letters(32),
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_SMS_FROM": "+12025550190",
        "TWILIO_WHATSAPP_FROM": "+12025550191",
        "SLACK_BOT_TOKEN": f"xoxb-{_digits(12)}-{_digits(13)}-{_letters(24)}",
        "SLACK_SIGNING_SECRET": secrets.token_hex(16),
        "SLACK_CHANNEL": "C" + _capitals(10),
        "STORE_API_KEY": "sk_" + _letters(32),
        "STORE_WEBHOOK_SECRET": "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode(),
        "AFTERSHIP_WEBHOOK_SECRET": secrets.token_hex(16),
        "SEVENTEENTRACK_KEY": secrets.token_hex(16).upper(),
        "EASYPOST_WEBHOOK_SECRET": _letters(24),
        "OUTGOING_WEBHOOK_SECRET": "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _invented_extra() -> dict[str, str]:
    return {
        "slack_app_token": f"xapp-1-A{_capitals(10)}-{_digits(13)}-{secrets.token_hex(32)}",
        "whatsapp_business_id": _digits(15),
        "whatsapp_number": "12025550189",
        "whatsapp_second_phone_number_id": _digits(15),
        "whatsapp_second_access_token": "EAA" + _letters(60),
        "whatsapp_second_business_id": _digits(15),
        "whatsapp_second_number": "12025550188",
        "messenger_second_page_id": _digits(15),
        "messenger_second_access_token": "EAA" + _letters(60),
        "telegram_second_bot_token": f"{_digits(10)}:AA{_letters(33)}",
        "telegram_second_webhook_secret": _letters(32),
        "telegram_second_bot_name": "northwind_second_bot",
        "twilio_second_sms_from": "+12025550192",
        "twilio_second_whatsapp_from": "+12025550193",
        "meta_app_id": _digits(15),
        "telegram_bot_name": "northwind_demo_bot",
        "slack_team_id": "T" + _capitals(10),
        "slack_second_team_id": "T" + _capitals(10),
        "slack_second_bot_token": f"xoxb-{_digits(12)}-{_digits(13)}-{_letters(24)}",
        "slack_second_signing_secret": secrets.token_hex(16),
        "slack_second_channel": "C" + _capitals(10),
        "slack_second_warehouse_channel": "C" + _capitals(10),
        "slack_second_finance_channel": "C" + _capitals(10),
        "slack_second_app_token": f"xapp-1-A{_capitals(10)}-{_digits(13)}-{secrets.token_hex(32)}",
        "slack_second_app_id": "A" + _capitals(10),
        "slack_app_id": "A" + _capitals(10),
        "slack_bot_id": "B" + _capitals(10),
        "slack_bot_user": "U" + _capitals(10),
        "slack_warehouse_channel": "C" + _capitals(10),
        "slack_finance_channel": "C" + _capitals(10),
        "slack_agent_bea": "U" + _capitals(10),
        "slack_agent_sam": "U" + _capitals(10),
        "slack_guest": "U" + _capitals(10),
        "slack_stranger": "U" + _capitals(10),
        "shopify_shop": "northwind-sandbox.myshopify.com",
        "shopify_client_id": secrets.token_hex(16),
        "shopify_client_secret": f"shpss_{secrets.token_hex(16)}",
        "woocommerce_key": f"ck_{secrets.token_hex(20)}",
        "woocommerce_secret": f"cs_{secrets.token_hex(20)}",
        "woocommerce_webhook_secret": _letters(40),
    }


def _digits(count: int) -> str:
    return secrets.choice("123456789") + "".join(secrets.choice(string.digits) for _ in range(count - 1))


def _letters(count: int) -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(count))


def _capitals(count: int) -> str:
    return "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(count))
