"""Describes SMS and WhatsApp by Twilio to the rest of the product."""

from adapters.channels.spec import Line, Spec
from adapters.channels.twilio.settings import AccountSettings
from core.accounts import AccountForm, Kind, Setting

SPEC = Spec(
    form=AccountForm(
        "twilio",
        (
            Setting("account_sid", "AC…"),
            Setting("auth_token", "Signs and sends; comma-separated while rotating", Kind.SECRETS),
            Setting("sms_from", "Number that sends SMS, like +12025550100", Kind.PHONE, required=False),
            Setting("whatsapp_from", "WhatsApp number at Twilio, like +12025550100", Kind.PHONE, required=False),
            Setting(
                "messaging_service_sid",
                "MG…: takes every number of this messaging service and sends SMS by it",
                required=False,
            ),
        ),
        one_of=("sms_from", "whatsapp_from", "messaging_service_sid"),
    ),
    account=AccountSettings,
    api_url=Setting("twilio_api_url", "Host part of Twilio's API", Kind.URL, "https://api.twilio.com"),
    # WhatsApp is one channel, whoever carries it: its line stands in `whatsapp`.
    lines=(
        Line(
            "sms",
            "SMS",
            ":iphone:",
            place=4,
            rate=Setting("sms_rate", "Messages/s of one number; 0 = unlimited", Kind.NUMBER, 1),
        ),
    ),
    limits=(("limits_sms.yaml", "SMS and MMS (Twilio)"), ("limits_whatsapp.yaml", "WhatsApp (Twilio)")),
    templates=True,
)
