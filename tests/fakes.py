"""Stand-ins for what a hub talks to: a clock, channels, the desk, the waker. Small, honest, no patches."""

import dataclasses
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from adapters.channels import registry
from core.cases.routing import Routing, load_routing
from core.content.capabilities import Capabilities, ErrorTable, load_capabilities
from core.content.rendering import fit
from core.desk.card import CaseView
from core.desk.events import DeskUser
from core.desk.permissions import ROLES, Agent, Role, Staff
from core.desk.posts import DeskPost, PostCard, PostFile
from core.errors import Outcome, SendError
from core.messages.inbound import InboundEvent
from core.messages.outbound import OutboundMessage
from core.messages.pieces import Profile
from core.people.addresses import Address
from core.ports.calls import Download, Part, Rendered, Sent
from core.ports.channel import Finding
from core.ports.templates import TemplateState
from flows.engine.flowset import FlowSet
from flows.loading.loader import load_flows
from flows.loading.policies import Policies, load_policies
from hub.delivery.pace.rate_limit import Pace, Request
from hub.hub import Hub
from hub.store_folder import Shelf, StoreFolder
from notifications.store.policy import Policy, load_policy
from storage.engine.store import Store
from storage.notices import notices
from storage.notices.notices import NoticeRow
from storage.notices.tables import notices as notices_table

ROOT = Path(__file__).parents[1]
STORE_DIR = ROOT / "config" / "store"
NOW = datetime(2026, 12, 2, 15, tzinfo=UTC)  # 10:00 in New York
PHONE = "+12025550101"
PLACE = "C0DESK"
LIMITS = {
    "whatsapp": "whatsapp/limits.yaml",
    "messenger": "messenger/limits.yaml",
    "telegram": "telegram/limits.yaml",
    "sms": "twilio/limits_sms.yaml",
}
ERRORS = ErrorTable(
    {
        "dead": Outcome.ADDRESS_DEAD,
        "stopped": Outcome.OPTED_OUT,
        "stopped_ads": Outcome.OPTED_OUT,
        "window": Outcome.WINDOW_CLOSED,
        "refused": Outcome.CONTENT_REJECTED,
        "30034": Outcome.MISCONFIGURED,
        "30008": Outcome.RETRY,
    },
    {"stopped_ads": "marketing"},
)


class FakeClock:
    """Stands still until it is told to move."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **parts: float) -> datetime:
        """Moves on by a timedelta's parts; returns the new time."""
        self.time += timedelta(**parts)
        return self.time


class Sending(msgspec.Struct, frozen=True):
    """One call that a FakeChannel took or refused."""

    to: Address
    part: Part
    correlation: str

    @property
    def text(self) -> str:
        """Reads the words of this part."""
        return str(self.part.payload.get("text", ""))


class FakeChannel:
    """Keeps what one account is given. `script` holds what comes of the next calls: an error, or an answer."""

    def __init__(self, channel: str, account: str = "main", **limits: Any) -> None:
        self.channel = channel
        self.account = account
        self.capabilities = msgspec.structs.replace(capabilities(channel), **limits)
        self.errors = ERRORS
        self.script: deque[Sent | Exception] = deque()
        self.sent: list[Sending] = []
        self.refused: list[Sending] = []
        self.places: deque[Download | Exception] = deque()
        self.located: list[str] = []
        self.list_missed: list[InboundEvent] = []
        self.list_templates: list[TemplateState] = []
        self.findings: list[Finding] = []
        self.since: list[datetime] = []
        self.set_up: list[str] = []
        self.trouble: Exception | None = None
        self.no_templates: Exception | None = None
        self.profiles: dict[str, Profile | Exception] = {}
        self.asked_names: list[str] = []
        self._numbers = count(1)

    def render(self, message: OutboundMessage) -> Rendered:
        """Renders a part for each text, buttons and link with the last; a template is a part of its own kind."""
        if message.template:
            return Rendered((Part("template", {"name": message.template.name, "text": message.text}),))
        fitted = fit(message, self.capabilities)
        placed = {"route": message.route} if message.route else {}
        parts = [Part("text", {"text": text, "late": message.late, **placed}) for text in fitted.texts]
        if parts and message.reply_to:
            parts[0].payload["reply_to"] = message.reply_to
        if message.callback:
            parts.insert(0, Part("callback", {"id": message.callback}, silent=True))
        return Rendered(tuple(parts), fitted.degradations)

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        """Gives the next answer of the script, else an acceptance."""
        sending = Sending(to, part, correlation)
        answer = self.script.popleft() if self.script else self._acceptance()
        if isinstance(answer, Exception):
            self.refused.append(sending)
            raise answer
        self.sent.append(sending)
        return answer

    async def locate(self, ref: str) -> Download:
        """Gives the next answer of the script, else an address that grows with each question."""
        self.located.append(ref)
        answer = self.places.popleft() if self.places else Download(f"https://cdn.example/{ref}/{len(self.located)}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def check(self) -> str:
        """Says who we are."""
        return f"{self.channel} {self.account}"

    async def setup(self, base_url: str) -> list[Finding]:
        """Remembers it."""
        self.set_up.append(base_url)
        return [Finding("subscription", True)]

    async def status(self, base_url: str) -> list[Finding]:
        """Says what the test says."""
        return self.findings

    async def missed(self, since: datetime) -> list[InboundEvent]:
        """Gives what the test says, or raises its trouble."""
        self.since.append(since)
        if self.trouble:
            raise self.trouble
        return self.list_missed

    async def profile(self, value: str) -> Profile:
        """Gives the name of the person with this address, or the next trouble."""
        self.asked_names.append(value)
        answer = self.profiles.get(value, Profile())
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def templates(self) -> list[TemplateState]:
        """Gives what the test says."""
        if self.no_templates:
            raise self.no_templates
        return self.list_templates

    def _acceptance(self) -> Sent:
        return Sent(f"{self.channel}-{next(self._numbers)}")

    @property
    def texts(self) -> list[str]:
        """Lists the words that went out, in order."""
        return [sending.text for sending in self.sent if not sending.part.silent]


class FakeDesk:
    """Keeps the posts to the place where people answer, hands out message ids."""

    largest = 1_000_000

    def __init__(self, users: Iterable[DeskUser] = ()) -> None:
        self.users = {user.id: user for user in users}
        self.posts: list[DeskPost] = []
        self.views: list[CaseView | None] = []
        self.roots: list[str] = []
        self.places: list[str] = []
        self.gone: set[str] = set()  # roots that were deleted
        self.closed: set[str] = set()  # channels that were archived
        self.script: deque[Exception] = deque()
        self.again: list[bool] = []  # of each call: whether it may have been made before
        self.refuses_files = False
        self._numbers = count(1700000001)

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
        """Keeps the post, or raises what the script says, or that its thread or channel is gone."""
        self.again.append(again)
        if self.script:
            raise self.script.popleft()
        if place in self.closed:
            raise SendError(Outcome.MISCONFIGURED, "is_archived", scope="place")
        if root in self.gone:
            code = "message_not_found" if isinstance(post, PostCard) else "thread_not_found"
            raise SendError(Outcome.ADDRESS_DEAD, code, scope="thread")
        if not root and view is not None and not isinstance(post, PostCard):
            raise SendError(Outcome.ADDRESS_DEAD, "no_root", scope="thread")
        self.places.append(place)
        self.posts.append(post)
        self.views.append(view)
        self.roots.append(root)
        if isinstance(post, PostFile):
            return Sent("" if self.refuses_files else f"F{post.media}")
        return Sent(f"{next(self._numbers)}.000100")

    async def user(self, user_id: str) -> DeskUser:
        """Finds who that is."""
        return self.find(user_id)

    def find(self, user_id: str) -> DeskUser:
        """Finds who that is; raises SendError for nobody."""
        if user_id not in self.users:
            raise SendError(Outcome.CONTENT_REJECTED, "user_not_found")
        return self.users[user_id]

    async def members(self) -> list[str]:
        """Lists who is in the channel."""
        return list(self.users)

    async def locate(self, ref: str) -> Download:
        """Returns where a file lies."""
        return Download(f"https://files.example/{ref}")

    @property
    def workspaces(self) -> Mapping[str, "FakeDesk"]:
        """Is the one workspace itself."""
        return {"": self}

    async def check(self) -> str:
        """Says who we are."""
        return "the desk"


class ListWaker:
    """Remembers the wake-ups."""

    def __init__(self) -> None:
        self.calls: list[int | str] = []
        self.delays: list[float] = []

    def shards(self, shards: Collection[int], delay: float = 0.0) -> None:
        """Notes that something came in, or will be ready."""
        self.calls.extend(shards)
        self.delays += [delay] if delay else []

    def outbox(self) -> None:
        """Notes that something is to be sent."""
        self.calls.append("outbox")

    def files(self) -> None:
        """Notes that something is to be fetched."""
        self.calls.append("files")

    def outgoing(self) -> None:
        """Notes that the store is to be asked or told something."""
        self.calls.append("outgoing")


class FreePace(Pace):
    """Lets everybody send at once; remembers pauses."""

    def __init__(self) -> None:
        self.pauses: list[tuple[str, float]] = []

    def reserve(self, requests: Sequence[Request]) -> list[float]:
        """Lets nobody wait."""
        return [0.0] * len(requests)

    def pause(self, key: str, seconds: float) -> None:
        """Remembers it."""
        self.pauses.append((key, seconds))


def make_hub(
    store: Store,
    channels: Iterable[FakeChannel] | None = None,
    desk: FakeDesk | None = None,
    **changes: Any,
) -> Hub:
    """Makes a hub with the flows, policies and notices that we ship, and fakes for the rest.

    `changes` are fields of Hub; without `channels` there is one account of each; without `desk` there is no desk.
    """
    speaking = list(channels) if channels is not None else [FakeChannel(name) for name in LIMITS]
    fields: dict[str, Any] = {
        "store": store,
        "clock": FakeClock(),
        "channels": {(channel.channel, channel.account): channel for channel in speaking},
        "errors": {(channel.channel, channel.account): channel.errors for channel in speaking},
        "labels": registry.labels(),
        "waker": ListWaker(),
        "user": desk.find if desk else FakeDesk().find,
        "desk": desk,
        "has_desk": desk is not None,
        "places": (PLACE,) if desk else (),
    }
    folder: dict[str, Any] = {
        name: changes.pop(name)
        for name in ("policies", "notices", "routing", "agents", "times", "saved")
        if name in changes
    }
    if "flows" in changes:
        folder["spoken"] = changes.pop("flows")
    folder_in_use = dataclasses.replace(shipped_folder(), **folder)
    shelf = Shelf(lambda: folder_in_use)
    return Hub(**(fields | {"shelf": shelf} | changes))


@cache
def shipped_folder() -> StoreFolder:
    """Loads config/store."""
    return StoreFolder(shipped_flows(), shipped_policies(), shipped_notices(), shipped_routing())


@cache
def capabilities(channel: str) -> Capabilities:
    """Reads what the adapters' own files say of a channel."""
    return load_capabilities(ROOT / "adapters" / "channels" / LIMITS[channel])


@cache
def shipped_routing() -> Routing:
    """Loads the routing of config/store."""
    return load_routing(STORE_DIR / "routing.yaml")


@cache
def shipped_policies() -> Policies:
    """Loads the policies of config/store."""
    return load_policies(STORE_DIR / "policies.yaml")


@cache
def shipped_flows() -> FlowSet:
    """Loads the flows we ship."""
    return load_flows(settings=shipped_policies().settings(shipped_notices().shop.name))


@cache
def resting_notices() -> Policy:
    """Loads the notices of config/store."""
    return load_policy(STORE_DIR, list(registry.lines()), registry.with_templates(), registry.with_link_previews())


@cache
def shipped_notices() -> Policy:
    """Loads the notices that we ship, told at once: without the rest that news take first (`resting_notices`)."""
    policy = resting_notices()
    kinds = {name: msgspec.structs.replace(kind, settle=timedelta(0)) for name, kind in policy.kinds.items()}
    return msgspec.structs.replace(policy, kinds=kinds)


def members(*ids: str, **guests: str) -> list[DeskUser]:
    """Makes full members named like their ids; `guests` (id=name) are none."""
    people: Mapping[str, bool] = {**dict.fromkeys(ids, True), **dict.fromkeys(guests, False)}
    return [
        DeskUser(id_, guests.get(id_, id_.removeprefix("U").capitalize()), member) for id_, member in people.items()
    ]


def staff(**roles: Role) -> Staff:
    """Makes the desk's list: the desk's user ids with their role."""
    return Staff({id_: Agent((role,), ROLES[role]) for id_, role in roles.items()})


def notice_by_key(conn: Connection, key: str) -> NoticeRow | None:
    """Finds the notice with this business key."""
    id_ = conn.scalar(select(notices_table.c.id).where(notices_table.c.business_key == key))
    return notices.by_id(conn, id_) if id_ else None
