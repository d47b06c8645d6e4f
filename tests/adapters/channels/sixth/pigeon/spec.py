"""Describes Pigeon to the rest of the product."""

from adapters.channels.pigeon.settings import AccountSettings

from adapters.channels.spec import Line, Spec
from core.accounts import AccountForm, Kind, Setting

SPEC = Spec(
    form=AccountForm(
        "pigeon",
        (
            Setting("loft", "The loft's name"),
            Setting("api_key", "Key of the loft", Kind.SECRET),
            Setting("webhook_secret", "Signs Pigeon's webhooks; comma-separated while rotating", Kind.SECRETS),
        ),
    ),
    account=AccountSettings,
    api_url=Setting("pigeon_api_url", "Host part of Pigeon's API", Kind.URL, "https://api.pigeon.example"),
    lines=(Line("pigeon", "Pigeon", ":bird:", place=5),),
    limits=(("limits.yaml", "Pigeon"),),
)
