"""Which accounts are on: those of the environment and those of CHANNELS_FILE. Half a channel stops the start."""

import os
import re
from pathlib import Path
from typing import Any

from config.settings import Settings, reveal, reveal_all
from core.documents import read
from core.errors import ConfigurationError

# What a channel needs before it is on; in order of asking.
REQUIRED: dict[str, tuple[str, ...]] = {
    "whatsapp": ("phone_number_id", "access_token", "app_secret", "verify_token"),
    "messenger": ("page_id", "access_token", "app_secret", "verify_token"),
    "telegram": ("bot_token",),
    "twilio": ("account_sid", "auth_token"),
    "slack": ("bot_token", "channel"),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    "telegram": ("webhook_secret",),
    "twilio": ("sms_from", "whatsapp_from"),
    "slack": ("signing_secret", "app_token"),
}
LISTS = ("app_secret", "webhook_secret", "auth_token", "signing_secret")

Account = dict[str, Any]


def accounts(settings: Settings) -> dict[str, list[Account]]:
    """Settings of each account by channel ("twilio" and "slack" included), the environment's first.

    Raises ConfigurationError naming what is missing.
    """
    found: dict[str, list[Account]] = {channel: [] for channel in REQUIRED}
    for channel, listed in found.items():
        account = _from_environment(settings, channel)
        if account:
            listed.append(_checked(channel, account, channel.upper() + "_"))
    if settings.channels_file:
        for n, (channel, account) in enumerate(_from_file(settings.channels_file)):
            found[channel].append(_checked(channel, account, f"{settings.channels_file}: entry {n + 1}: "))
    return found


def _from_environment(settings: Settings, channel: str) -> Account:
    names = (*REQUIRED[channel], *OPTIONAL.get(channel, ()))
    values = {name: _plain(getattr(settings, f"{channel}_{name}")) for name in names}
    return {name: value for name, value in values.items() if value}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return reveal_all(value)
    return value if isinstance(value, str) else reveal(value)


def _from_file(path: Path) -> list[tuple[str, Account]]:
    entries = read(path) or []
    if not isinstance(entries, list):
        raise ConfigurationError(f"{path}: expected a list of accounts, like - {{channel: whatsapp, account: main, …}}")
    return [_entry(path, n, entry) for n, entry in enumerate(entries, 1)]


def _entry(path: Path, n: int, entry: Any) -> tuple[str, Account]:
    channel = entry.get("channel") if isinstance(entry, dict) else None
    if channel not in REQUIRED:
        raise ConfigurationError(f"{path}: entry {n}: channel: expected one of {', '.join(REQUIRED)}")
    allowed = {"channel", "account", *REQUIRED[channel], *OPTIONAL.get(channel, ())}
    strange = sorted(set(entry) - allowed)
    if strange:
        raise ConfigurationError(f"{path}: entry {n}: {strange[0]}: expected one of {', '.join(sorted(allowed))}")
    for name in ("sms_from", "whatsapp_from"):
        if isinstance(entry.get(name), int):
            raise ConfigurationError(f'{path}: entry {n}: {name}: put the number in quotes, like "+12025550100"')
    account: Account = {k: _filled(path, n, k, str(value)) for k, value in entry.items() if k != "channel"}
    for key in LISTS:
        if key in account:
            account[key] = tuple(part.strip() for part in account[key].split(",") if part.strip())
    return channel, account


def _filled(path: Path, n: int, key: str, value: str) -> str:
    """`${NAME}` is an environment variable."""

    def lookup(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise ConfigurationError(f"{path}: entry {n}: {key}: the environment has no {match[1]}")
        return os.environ[match[1]]

    return re.sub(r"\$\{(\w+)\}", lookup, value)


def _checked(channel: str, account: Account, where: str) -> Account:
    missing = [name for name in REQUIRED[channel] if not account.get(name)]
    if channel == "twilio" and not (account.get("sms_from") or account.get("whatsapp_from")):
        missing.append("sms_from")
    if channel == "slack" and not (account.get("signing_secret") or account.get("app_token")):
        missing.append("signing_secret")
    if missing:
        names = [f"{where}{name}".upper() if where.endswith("_") else f"{where}{name}" for name in missing]
        raise ConfigurationError(
            f"{channel} is only half set up; missing: {', '.join(names)}. Add them, or remove its other settings."
        )
    return account
