"""Describes WhatsApp by Meta's Cloud API to the rest of the product."""

from adapters.channels.spec import Line, Spec
from adapters.channels.whatsapp.settings import AccountSettings
from adapters.meta.settings import GRAPH_API_URL
from core.accounts import AccountForm, Kind, Setting

SPEC = Spec(
    form=AccountForm(
        "whatsapp",
        (
            Setting("phone_number_id", "The business number's id"),
            Setting("access_token", "System user token", Kind.SECRET),
            Setting("app_secret", "Signs Meta's webhooks; comma-separated while rotating", Kind.SECRETS),
            Setting("verify_token", "Your own word, typed in at Meta's webhook form", Kind.SECRET),
        ),
    ),
    account=AccountSettings,
    api_url=GRAPH_API_URL,
    lines=(
        Line(
            "whatsapp",
            "WhatsApp",
            ":large_green_circle:",
            link_previews=True,
            place=1,
            rate=Setting("whatsapp_rate", "Messages/s of one number; 0 = unlimited", Kind.NUMBER, 80),
            pair_seconds=Setting(
                "whatsapp_pair_seconds", "Seconds between messages to one recipient, burst 45", Kind.NUMBER, 6
            ),
            daily=Setting(
                "whatsapp_daily_limit",
                "Customers written to first in 24 hours, all numbers together; 0 = unlimited",
                Kind.COUNT,
                0,
            ),
        ),
    ),
    limits=(("limits.yaml", "WhatsApp (Meta)"),),
    templates=True,
)
