"""Declares the settings of the Slack desk."""

import msgspec

from core.accounts import AccountForm, Kind, Setting

API_URL = "https://slack.com/api/"
SLACKBOT = "USLACKBOT"  # the same in every workspace
FORM = AccountForm(
    "slack",
    (
        Setting("bot_token", "xoxb-…", Kind.SECRET),
        Setting("channel", "Id of the channel where cases open, like C0123456789", in_file="desk_channel"),
        Setting(
            "signing_secret", "Signs Slack's requests; comma-separated while rotating", Kind.SECRETS, required=False
        ),
        Setting("app_token", "xapp-…; set: Socket Mode", Kind.SECRET, required=False),
    ),
    one_of=("signing_secret", "app_token"),
)


class SlackSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Holds one workspace and one channel. While one of `signing_secrets` replaces another, both are valid.

    `account` is what its ids begin with (core.desk.workspaces), empty in the main workspace; `channel` is the bare id.

    With `app_token` (`xapp-…`) events come by Socket Mode. `api_url` ends in `/api/`.
    """

    bot_token: str
    channel: str
    account: str = ""
    signing_secrets: tuple[str, ...] = ()
    app_token: str = ""
    api_url: str = API_URL

    def __repr__(self) -> str:
        """Leaves out the secrets, because settings end up in tracebacks."""
        return f"SlackSettings(account={self.account!r}, channel={self.channel!r}, api_url={self.api_url!r})"
