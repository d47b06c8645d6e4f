"""Finds settings that are set and do nothing, so that nobody counts on them."""

from collections.abc import Iterator, Mapping, Sequence

from adapters.channels import registry
from config.settings import FOR_LATER, Settings, described
from core.accounts import Account


def without_effect(settings: Settings, accounts: Mapping[str, Sequence[Account]]) -> Iterator[str]:
    """Writes a sentence for each."""
    given = settings.model_fields_set
    for name in sorted(given):
        if described()[name] == FOR_LATER:
            yield f"{name.upper()} is set, and does nothing in this version"
    users: dict[str, list[str]] = {}
    for spec in registry.specs():
        for setting in spec.settings:
            users.setdefault(setting.name, []).append(spec.name)
    for name, channels in users.items():
        if name in given and not any(accounts[channel] for channel in channels):
            yield f"{name.upper()} is set, and does nothing while {' and '.join(channels)} is off"
    if settings.outgoing_webhook_secret and not settings.outgoing_webhook_url:
        yield "OUTGOING_WEBHOOK_SECRET is set, and does nothing without OUTGOING_WEBHOOK_URL"
    if "media_s3_region" in given and not settings.media_s3_bucket:
        yield "MEDIA_S3_REGION is set, and does nothing without MEDIA_S3_BUCKET"
