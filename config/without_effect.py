"""Finds settings that are set and do nothing, so that nobody counts on them."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from adapters.channels import registry
from config.settings import Settings
from core.accounts import Account

_NEEDS = {
    "outgoing_webhook_secret": ("outgoing_webhook_url",),
    "media_s3_region": ("media_s3_bucket",),
    "llm_daily_calls": ("llm_url", "translate_url", "transcribe_url"),
    "llm_api_key": ("llm_url", "translate_url", "transcribe_url"),
    "alert_email": ("smtp_url",),
}


def without_effect(settings: Settings, accounts: Mapping[str, Sequence[Account]]) -> Iterator[str]:
    """Writes a sentence for each."""
    given = settings.model_fields_set
    yield from _of_channels(given, accounts)
    for name, wanted in _NEEDS.items():
        if name in given and not any(getattr(settings, each) for each in wanted):
            yield f"{name.upper()} is set, and does nothing without {' or '.join(map(str.upper, wanted))}"


def _of_channels(given: Collection[str], accounts: Mapping[str, Sequence[Account]]) -> Iterator[str]:
    """Writes a sentence for each setting of channels that are all off."""
    users: dict[str, list[str]] = {}
    for spec in registry.specs():
        for setting in spec.settings:
            users.setdefault(setting.name, []).append(spec.name)
    for name, channels in users.items():
        if name in given and not any(accounts[channel] for channel in channels):
            yield f"{name.upper()} is set, and does nothing while {' and '.join(channels)} is off"
