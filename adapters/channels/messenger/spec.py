"""Describes Messenger to the rest of the product."""

from adapters.channels.messenger.settings import AccountSettings
from adapters.channels.spec import Line, Spec
from adapters.meta.settings import GRAPH_API_URL
from core.accounts import AccountForm, Kind, Setting

SPEC = Spec(
    form=AccountForm(
        "messenger",
        (
            Setting("page_id", "The page's id"),
            Setting("access_token", "Page access token", Kind.SECRET),
            Setting("app_secret", "Signs Meta's webhooks; comma-separated while rotating", Kind.SECRETS),
            Setting("verify_token", "Your own word, typed in at Meta's webhook form", Kind.SECRET),
        ),
    ),
    account=AccountSettings,
    api_url=GRAPH_API_URL,
    lines=(
        Line(
            "messenger",
            "Messenger",
            ":large_blue_circle:",
            place=2,
            rate=Setting("messenger_rate", "Messages/s of one page; 0 = unlimited", Kind.NUMBER, 40),
        ),
    ),
    limits=(("limits.yaml", "Messenger"),),
    templates=True,
)
