"""Defines what passes between the product and the desk where people answer (Slack), free of Slack's own forms.

`DeskEvent`s come in: what an agent wrote, changed or pressed. `DeskPost`s go out: rows in the outbox that the desk
adapter turns into its own calls. `CaseView` is everything a case's card shows, read afresh for each rendering.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from core.cases.home import Home
from core.cases.return_glance import ReturnGlance
from core.content.styles import Styled
from core.people.conversations import CaseState, Priority, Proof
from core.shop.orders import OrderStatus, ShipmentStatus


class AgentFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that an agent shared. `id` is the desk's own handle."""

    id: str
    name: str = ""
    mime: str = ""
    size: int = 0


class AgentMessage(msgspec.Struct, frozen=True, omit_defaults=True, tag="agent_message"):
    """A human's message in a thread. `text` is plain, `styles` say how its words look; `note` when it must stay inside.

    A note `in_passing` only names somebody, and does not speak to them: its author may have meant the customer.
    """

    external_id: str
    place: str  # the desk's channel id
    thread: str  # the root message's id there
    message: str  # this message's own id there
    user: str
    text: str
    sent_at: datetime
    note: bool = False
    files: tuple[AgentFile, ...] = ()
    styles: tuple[Styled, ...] = ()
    in_passing: bool = False


class AgentEdited(msgspec.Struct, frozen=True, omit_defaults=True, tag="agent_edited"):
    """A human changed the text of an earlier message (never sent for link previews)."""

    external_id: str
    place: str
    thread: str
    message: str
    user: str
    text: str
    sent_at: datetime
    note: bool = False
    styles: tuple[Styled, ...] = ()


class AgentDeleted(msgspec.Struct, frozen=True, omit_defaults=True, tag="agent_deleted"):
    """A human deleted an earlier message."""

    external_id: str
    place: str
    thread: str
    message: str
    user: str
    sent_at: datetime


class ThreadDeleted(msgspec.Struct, frozen=True, omit_defaults=True, tag="thread_deleted"):
    """The root message of a thread, a case's card perhaps, was deleted; the desk does not say by whom."""

    external_id: str
    place: str
    thread: str
    sent_at: datetime


class Pressed(msgspec.Struct, frozen=True, omit_defaults=True, tag="pressed"):
    """A button was pressed: `action` is its id, `value` the id of the case, held message or campaign.

    With `values` its form was filled in (`core.cases.forms`). A shortcut on a message is a press without a `value`, in
    whose thread the case is.
    """

    external_id: str
    place: str
    thread: str
    message: str
    user: str
    action: str
    value: str
    sent_at: datetime
    values: Mapping[str, str] = {}


class Command(msgspec.Struct, frozen=True, omit_defaults=True, tag="command"):
    """`/desk …`, answered in private. `people` are the users that it mentions."""

    external_id: str
    place: str
    user: str
    text: str
    sent_at: datetime
    people: tuple[str, ...] = ()


ThreadEvent = AgentMessage | AgentEdited | AgentDeleted | Pressed
DeskEvent = ThreadEvent | ThreadDeleted | Command


# A button's id begins with what it is about; its value is the id of that case, held message, reply (and what it is to
# go by, after a colon), campaign or return. One about the desk itself has none.
ON_CASE, ON_HELD, ON_REPLY, ON_CAMPAIGN, ON_DESK = "case_", "held_", "reply_", "campaign_", "desk_"
ON_RETURN = "return_"
HOME = "desk_home"  # the press that only shows somebody their own page
ButtonStyle = Literal["", "primary", "danger"]


def is_button(id_: str) -> bool:
    """Tells whether an element's id can be that of a button of ours."""
    return id_.startswith((ON_CASE, ON_HELD, ON_REPLY, ON_CAMPAIGN, ON_RETURN, ON_DESK))


class ButtonGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """A button as a post shows it. At most one of a row has a style, and stands out."""

    id: str
    label: str
    value: str
    style: ButtonStyle = ""


class FileGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file as a post shows it: with a `link` (`coming`: while it is still being fetched), or with its `trouble`.

    `told` says what is in a file that is not to be opened by everybody: other people's contact cards. `shared` is the
    desk's own id of it where it is seen there itself; `unshared` says why only the link is.
    """

    kind: str
    filename: str = ""
    mime: str = ""
    size: int = 0
    link: str = ""
    trouble: str = ""
    coming: bool = False
    told: str = ""
    shared: str = ""
    unshared: str = ""


class QuoteGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a message points at, in a line. No `text`: a message that is not known here any more.

    `author`: customer, bot, agent, notice; shop where only that is known. `origin`: whose it is, from elsewhere.
    """

    author: str = ""
    text: str = ""
    origin: str = ""


class PostCard(msgspec.Struct, frozen=True, omit_defaults=True, tag="card"):
    """Posts the case's card as a thread's root, or draws it again. Holds nothing: the view is read when it is sent.

    `first`: the thread is not there yet, and what is said in it waits for the card.
    """

    case_id: str
    first: bool = False


EARLIER, ARRIVED = "earlier", "arrived"  # files from before the case, and such as their message did not wait for


class PostCustomer(msgspec.Struct, frozen=True, omit_defaults=True, tag="customer"):
    """What the customer said, word for word, under their name. `files` are filled in from `media` when it is posted."""

    case_id: str
    text: str
    attachments: tuple[str, ...] = ()  # kinds, like "image"
    # edited, deleted, reaction, reaction_removed, blocked, identity_changed, answered_elsewhere, answered_by_program;
    # EARLIER and ARRIVED
    change: str = ""
    media: tuple[str, ...] = ()  # ids
    files: tuple[FileGlance, ...] = ()
    quoted: QuoteGlance | None = None  # what it answers, or reacts to


class PostFile(msgspec.Struct, frozen=True, omit_defaults=True, tag="file"):
    """Uploads a file of ours to the desk, where nobody sees it until the post that it belongs to shares it."""

    case_id: str
    media: str
    name: str
    mime: str = ""


class PostNote(msgspec.Struct, frozen=True, omit_defaults=True, tag="note"):
    """A sentence in the thread, from the product to the team. `broadcast` shows it in the channel too.

    Without a case it stands in the channel itself. `user` is told of it by name. `shows` is our id of a message that an
    agent wrote elsewhere (in a form): it has its marks here.
    """

    case_id: str
    text: str
    broadcast: bool = False
    user: str = ""
    buttons: tuple[ButtonGlance, ...] = ()
    shows: str = ""


class PostMark(msgspec.Struct, frozen=True, omit_defaults=True, tag="mark"):
    """A reaction on an agent's message: `name` like "white_check_mark"; `remove` takes it away.

    Without a name it is what became of the message, read when it is sent; it takes the place of the one before.
    """

    case_id: str
    message: str
    name: str = ""
    remove: bool = False
    place: str = ""


# The tag is older than the class: rows with it may wait in an outbox.
class PostEphemeral(msgspec.Struct, frozen=True, omit_defaults=True, tag="whisper"):
    """A message for one user's eyes, perhaps with buttons. Without a place they get it as a direct message."""

    place: str
    user: str
    text: str
    thread: str = ""
    buttons: tuple[ButtonGlance, ...] = ()


class PostCampaign(msgspec.Struct, frozen=True, omit_defaults=True, tag="campaign"):
    """Says in the team's channel how far a campaign is; later ones change the same message."""

    campaign_id: str
    text: str
    buttons: tuple[ButtonGlance, ...] = ()


class PostReturn(msgspec.Struct, frozen=True, omit_defaults=True, tag="return"):
    """Shows a return to a team; later ones change the same `message`. All but the first two is filled in when it is
    posted."""

    return_id: str
    team: str
    message: str = ""
    shown: ReturnGlance | None = None
    files: tuple[FileGlance, ...] = ()
    buttons: tuple[ButtonGlance, ...] = ()


class PostErased(msgspec.Struct, frozen=True, omit_defaults=True, tag="erased"):
    """Takes a `message` of ours away from the desk, or a `file` that we uploaded."""

    place: str
    message: str = ""
    file: str = ""


class DeskUser(msgspec.Struct, frozen=True, omit_defaults=True):
    """A user of the workspace. `member` is true for a full human member (no bot, guest, stranger or deleted one).

    `timezone` is their own, like "Europe/Berlin".
    """

    id: str
    name: str
    member: bool
    timezone: str = ""


class PostHome(msgspec.Struct, frozen=True, omit_defaults=True, tag="home"):
    """Shows somebody their own page of the desk as it is when it is posted: `shown` is filled in then.

    With a `refusal` that is all they see.
    """

    user: DeskUser
    refusal: str = ""
    shown: Home | None = None


class PostDetails(msgspec.Struct, frozen=True, omit_defaults=True, tag="details"):
    """Shows one user alone everything of a case, unmasked, in `pages` messages of which this is number `page`.

    Holds nothing of it: `shown` is filled in when it is posted, and kept nowhere.
    """

    case_id: str
    place: str
    user: str
    thread: str
    page: int = 0
    pages: int = 1
    shown: tuple["DetailGlance", ...] = ()


DeskPost = (
    PostCard
    | PostCustomer
    | PostFile
    | PostNote
    | PostMark
    | PostEphemeral
    | PostDetails
    | PostCampaign
    | PostReturn
    | PostErased
    | PostHome
)


class ParcelGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """A parcel as a card shows it."""

    status: ShipmentStatus
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    eta: date | None = None


class OrderGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """An order as a card shows it. `total` is formatted with its currency; `is_meant`: it is the one spoken of."""

    number: str
    status: OrderStatus
    placed_at: datetime
    total: str = ""
    items: str = ""
    parcels: tuple[ParcelGlance, ...] = ()
    is_meant: bool = True


class PastCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """An earlier case of the same customer."""

    number: int
    reason: str
    state: CaseState
    opened_at: datetime


class ConsentGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the customer agreed to, or ended, on a channel. `purpose`: service or marketing."""

    channel: str
    purpose: str
    granted: bool


class DetailGlance(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that the bot took down for a case: `label` names it for people. Files have no `text`."""

    label: str
    text: str = ""
    files: tuple[FileGlance, ...] = ()


class TurnGlance(msgspec.Struct, frozen=True):
    """One line of the conversation so far. `author`: customer, bot, agent, notice, program."""

    author: str
    text: str
    at: datetime
    quoted: QuoteGlance | None = None


class ReturnShown(msgspec.Struct, frozen=True):
    """Holds a return on its case's card, with the buttons under it."""

    glance: ReturnGlance
    buttons: tuple[ButtonGlance, ...] = ()


class CaseView(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that a card shows. Contact data is masked before it comes here."""

    case_id: str
    number: int
    state: CaseState
    reason: str
    customer: str
    channel: str
    address: str  # masked
    proof: Proof
    opened_at: datetime
    locale: str = ""
    tier: str = ""
    summary: str = ""
    claimed_by: str = ""  # the desk's user id
    order: OrderGlance | None = None
    orders: tuple[OrderGlance, ...] = ()  # others that are not done
    more_orders: int = 0  # of these, not shown
    turns: tuple[TurnGlance, ...] = ()
    returns: tuple[str, ...] = ()
    window_closes_at: datetime | None = None
    wakes_at: datetime | None = None  # of one that rests; None: when the customer writes
    waits_for: str = ""  # of one on hold
    files: tuple[FileGlance, ...] = ()  # the newest that the customer sent
    buttons: tuple[ButtonGlance, ...] = ()
    priority: Priority = Priority.NORMAL
    team: str = ""
    tags: tuple[str, ...] = ()
    details: tuple[DetailGlance, ...] = ()
    asked_returns: tuple[ReturnShown, ...] = ()  # those that the case is about
    past: tuple[PastCase, ...] = ()  # the newest first
    consents: tuple[ConsentGlance, ...] = ()
    # Until when the team aims to answer first, to answer again, and to be done; None where that clock does not run.
    first_due_at: datetime | None = None
    next_due_at: datetime | None = None
    resolution_due_at: datetime | None = None


_EVENT: msgspec.json.Decoder[DeskEvent] = msgspec.json.Decoder(DeskEvent)
_POST: msgspec.json.Decoder[DeskPost] = msgspec.json.Decoder(DeskPost)


def decode_desk_event(data: bytes | str) -> DeskEvent:
    """Reads the event that `core.encoding.encode` wrote."""
    return _EVENT.decode(data)


def decode_desk_post(data: bytes | str) -> DeskPost:
    """Reads the post that `core.encoding.encode` wrote."""
    return _POST.decode(data)
