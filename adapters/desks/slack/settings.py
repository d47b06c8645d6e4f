"""What the Slack desk needs to know."""

import msgspec

API_URL = "https://slack.com/api/"


class SlackSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One workspace and one channel. Several `signing_secrets` are valid at once while one replaces another.

    With `app_token` (`xapp-…`) events come by Socket Mode. `api_url` ends in `/api/`.
    """

    bot_token: str
    channel: str
    signing_secrets: tuple[str, ...] = ()
    app_token: str = ""
    api_url: str = API_URL

    def __repr__(self) -> str:
        """Without the secrets: settings end up in tracebacks."""
        return f"SlackSettings(channel={self.channel!r}, api_url={self.api_url!r})"
