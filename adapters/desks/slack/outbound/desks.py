"""Reaches all workspaces as one desk: the account in an id says in which of them a post, a person or a file is."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from msgspec.structs import replace

from adapters.desks.slack.blocks.links import Addresses
from adapters.desks.slack.outbound.gateway import SlackDesk
from adapters.desks.slack.outbound.homing import localised
from adapters.desks.slack.outbound.posts import NOWHERE
from adapters.desks.slack.outbound.uploads import LARGEST
from adapters.desks.slack.settings import SlackSettings
from adapters.transport.http import Http
from core.desk.card import CaseView
from core.desk.events import DeskUser
from core.desk.links import has_links
from core.desk.posts import DeskPost, PostEphemeral, PostFile, PostHome, place_of
from core.desk.workspaces import MAIN, account_of, bare, within
from core.errors import Outcome, SendError
from core.ports.calls import Download, Sent
from core.ports.files import Files


class SlackDesks:
    """Is the desk of an installation. Belongs to one event loop, as its `Http` does."""

    largest = LARGEST

    def __init__(self, each: Sequence[SlackSettings], http: Http, files: Files) -> None:
        self._by_account = {one.account: SlackDesk(one, http, files) for one in each}

    @property
    def workspaces(self) -> Mapping[str, SlackDesk]:
        """Returns each workspace by its account, to be asked by itself."""
        return self._by_account

    async def post(
        self,
        post: DeskPost,
        view: CaseView | None,
        place: str,
        root: str,
        correlation: str = "",
        *,
        again: bool = False,
    ) -> Sent:
        """Makes the post in its workspace; `Sent.provider_id` of a file names the workspace too. Raises SendError."""
        account = account_of(place_of(post, place))
        desk = self._of(account)
        addresses = await self._addresses(post, account)
        local, shown = localised(post, view, account)
        sent = await desk.post(local, shown, bare(place), root, correlation, addresses, again=again)
        return replace(sent, provider_id=within(account, sent.provider_id)) if isinstance(post, PostFile) else sent

    async def user(self, user_id: str) -> DeskUser:
        """Looks up a user in their workspace. Raises SendError."""
        found = await self._of(account_of(user_id)).user(bare(user_id))
        return replace(found, id=user_id)

    async def members(self) -> list[str]:
        """Lists who is in the desk's channels, of all workspaces. Raises SendError."""
        return [within(account, id_) for account, desk in self._by_account.items() for id_ in await desk.members()]

    async def locate(self, ref: str) -> Download:
        """Locates a file that somebody shared. Raises SendError."""
        return await self._of(account_of(ref)).locate(bare(ref))

    def _of(self, account: str) -> SlackDesk:
        desk = self._by_account.get(account)
        if desk is None:  # it was taken out of the settings, with all that stood there
            raise SendError(Outcome.ADDRESS_DEAD, "no_such_account", account or MAIN, scope="thread")
        return desk

    async def _addresses(self, post: DeskPost, own: str) -> Addresses:
        """Returns the workspaces' addresses for a post that links to threads; of others only those that answer."""
        if not (isinstance(post, PostHome) or (isinstance(post, PostEphemeral) and has_links(post.text))):
            return NOWHERE
        found = {own: await self._of(own).address()}
        for account, desk in self._by_account.items():
            if account != own:
                with suppress(SendError):
                    found[account] = await desk.address()
        return found
