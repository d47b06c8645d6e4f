"""Describes Telegram to the rest of the product."""

from adapters.channels.spec import Line, Spec
from adapters.channels.telegram.settings import AccountSettings
from core.accounts import AccountForm, Kind, Setting

SPEC = Spec(
    form=AccountForm(
        "telegram",
        (
            Setting("bot_token", "From @BotFather", Kind.SECRET),
            Setting(
                "webhook_secret",
                "Set: webhook; not set: polling",
                Kind.SECRETS,
                required=False,
                absent="polls; set TELEGRAM_WEBHOOK_SECRET to receive by webhook",
            ),
        ),
    ),
    account=AccountSettings,
    api_url=Setting("telegram_api_url", "Host part of the Bot API", Kind.URL, "https://api.telegram.org"),
    lines=(
        Line(
            "telegram",
            "Telegram",
            ":airplane:",
            link_previews=True,
            place=3,
            rate=Setting("telegram_rate", "Messages/s of one bot; 0 = unlimited", Kind.NUMBER, 30),
            pair_seconds=Setting(
                "telegram_chat_seconds", "Seconds between messages to one chat, burst 3", Kind.NUMBER, 1
            ),
        ),
    ),
    limits=(("limits.yaml", "Telegram"),),
)
