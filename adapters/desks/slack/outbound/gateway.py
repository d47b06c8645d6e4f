"""Calls Slack's Web API, which no other module does: one call for one desk post. Repeating is left to the caller."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.desks.slack.blocks.links import Addresses
from adapters.desks.slack.outbound.call import Call
from adapters.desks.slack.outbound.errors import misconfigured, slack_errors
from adapters.desks.slack.outbound.posts import NOWHERE, call_of, with_links
from adapters.desks.slack.outbound.uploads import Uploads
from adapters.desks.slack.sdk_log import sdk_log
from adapters.desks.slack.settings import SLACKBOT, SlackSettings
from adapters.transport.http import Http
from core.desk.card import CaseView
from core.desk.events import DeskUser
from core.desk.posts import DeskPost, PostFile
from core.errors import Outcome, SendError
from core.ports.calls import Download, Sent
from core.ports.files import Files

log = logging.getLogger(__name__)

SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "reactions:write",
    "users:read",
)
# The app may post, and no more: an installation from before it asked for files:write.
NO_FILES = frozenset(("missing_scope", "no_permission", "access_denied", "restricted_action"))
MEMBERS = 1000  # in one answer (docs.slack.dev, conversations.members)
_NOT_FULL = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "is_workflow_bot")


class SlackDesk:
    """Posts into one workspace, and finds its users and files; all ids are the workspace's own. Belongs to one event
    loop, as its `Http` does."""

    def __init__(self, settings: SlackSettings, http: Http, files: Files) -> None:
        self._channel = settings.channel
        self._http = http
        self._client = AsyncWebClient(settings.bot_token, base_url=settings.api_url, retry_handlers=[], logger=sdk_log)
        self._client.proxy = None  # the SDK would take the environment's proxy even for 127.0.0.1
        self._workspace: _Workspace | None = None
        self._uploads = Uploads(lambda: self._web, http, files)

    async def post(
        self,
        post: DeskPost,
        view: CaseView | None,
        place: str,
        root: str,
        correlation: str = "",
        addresses: Addresses = NOWHERE,
        *,
        again: bool = False,
    ) -> Sent:
        """Makes the call that `post` means; `Sent.provider_id` is the message's ts, or a file's id. Raises SendError.

        Where Slack refuses the form, the same words are posted without it: better a plain card than none, and better
        a link than no file. Of a file that it does not take, the id is empty.
        """
        if isinstance(post, PostFile):
            return Sent(await self._uploaded(post))
        call = call_of(post, view, place or self._channel, root, correlation, addresses)
        try:
            return await self._in_some_form(call, again=again)
        except SendError as error:
            if not (call.files and error.outcome is Outcome.CONTENT_REJECTED):
                raise
            log.warning("Slack did not share files: %s", error.code)
            links = call_of(with_links(post), view, place or self._channel, root, correlation)
            return await self._in_some_form(links)

    async def _uploaded(self, post: PostFile) -> str:
        try:
            return await self._uploads.upload(post)
        except SendError as error:
            if error.outcome is not Outcome.CONTENT_REJECTED and error.code not in NO_FILES:
                raise
            log.warning("Slack did not take a file: %s, %s", error.code, error.detail)
            return ""

    async def _in_some_form(self, call: Call, *, again: bool = False) -> Sent:
        try:
            return await self._made(call, again=again)
        except SendError as error:
            if error.code in call.done:
                return Sent(call.message)
            if error.scope != "look" or "blocks" not in call.arguments:
                raise
            log.warning("Slack refused blocks: %s, %s", error.code, error.detail)
            return await self._made(call.without_blocks())

    async def _made(self, call: Call, *, again: bool = False) -> Sent:
        if call.files:
            return Sent(await self._uploads.share(call.files, call.arguments, again=again))
        answer = await self._call(getattr(self._web, call.method), repeatable=call.repeatable, **call.arguments)
        return Sent(call.message or str(answer[call.key]))

    async def user(self, user_id: str) -> DeskUser:
        """Looks up a user; `member` is true for full, human members of our own workspace. Raises SendError."""
        answer, team = await asyncio.gather(self._call(self._web.users_info, user=user_id), self._our_team())
        user: Mapping[str, Any] = answer["user"]
        profile: Mapping[str, Any] = user.get("profile") or {}
        names = (profile.get("display_name"), user.get("real_name"), profile.get("real_name"), user.get("name"))
        ours = team in _teams(user)
        full = user_id != SLACKBOT and not any(user.get(flag) for flag in _NOT_FULL)
        name = next((str(name) for name in names if name), user_id)
        return DeskUser(user_id, name, ours and full, str(user.get("tz") or ""))

    async def members(self) -> list[str]:
        """Lists who is in the desk's channel: the first thousand, as more are no desk. Raises SendError."""
        answer = await self._call(self._web.conversations_members, channel=self._channel, limit=MEMBERS)
        return [str(each) for each in answer["members"]]

    async def locate(self, ref: str) -> Download:
        """Locates a file that somebody shared; only Slack's own hosts are sent our token. Raises SendError."""
        answer = await self._call(self._web.files_info, file=ref)
        file: Mapping[str, Any] = answer["file"]
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        if file.get("is_external") or not self._is_ours(url):
            raise SendError(Outcome.CONTENT_REJECTED, "external_file")
        return Download(
            url,
            {"Authorization": f"Bearer {self._client.token}"},
            mime=str(file.get("mimetype") or ""),
            filename=str(file.get("name") or ""),
        )

    def _is_ours(self, url: str) -> bool:
        """Tells whether a host is Slack's, or that of the API where this is another (SLACK_API_URL)."""
        asked, api = urlsplit(url), urlsplit(self._client.base_url)
        host = asked.hostname or ""
        slack = asked.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
        return slack or (asked.scheme, asked.netloc) == (api.scheme, api.netloc)

    async def check(self) -> str:
        """Checks token, scopes, channel; returns "doorstep in Example, #support". Raises SendError, with the cure."""
        who = await self._call(self._web.auth_test)
        given = [scope.strip() for scope in who.headers.get("x-oauth-scopes", "").split(",")]
        missing = [scope for scope in SCOPES if scope not in given]
        if missing and any(given):
            raise misconfigured("missing_scope", f"missing: {', '.join(missing)}")
        info = await self._call(self._web.conversations_info, channel=self._channel)
        channel: Mapping[str, Any] = info["channel"]
        if channel.get("is_archived"):
            raise misconfigured("is_archived")
        if not channel.get("is_member"):
            raise misconfigured("not_in_channel")
        return f"{who.get('user')} in {who.get('team')}, #{channel.get('name')}"

    async def _our_team(self) -> str:
        return (await self._ourselves()).team

    async def address(self) -> str:
        """Returns the address of the workspace, for links into it. Raises SendError."""
        return (await self._ourselves()).address

    async def _ourselves(self) -> "_Workspace":
        """Asks for our workspace, once: a token belongs to one."""
        if self._workspace is None:
            told = await self._call(self._web.auth_test)
            self._workspace = _Workspace(str(told["team_id"]), str(told.get("url") or ""))
        return self._workspace

    @property
    def _web(self) -> AsyncWebClient:
        """Returns the client with the present session: `Http` makes a new one after one was closed."""
        self._client.session = self._http.session
        return self._client

    async def _call(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], *, repeatable: bool = True, **arguments: Any
    ) -> AsyncSlackResponse:
        with slack_errors(repeatable):
            return await method(**arguments)


class _Workspace(NamedTuple):
    """Holds a workspace's id, and its address."""

    team: str
    address: str


def _teams(user: Mapping[str, Any]) -> set[str]:
    """Lists the workspaces of a user, who has several in an organisation."""
    enterprise: Mapping[str, Any] = user.get("enterprise_user") or {}
    return {str(user.get("team_id") or ""), *map(str, enterprise.get("teams") or ())} - {""}
