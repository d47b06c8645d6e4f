"""Defines what goes out to the desk: rows in the outbox that its adapter turns into its own calls."""

import msgspec

from core.desk.digest import DigestView
from core.desk.events import DeskUser, Pressed
from core.desk.forms import Form
from core.desk.glances import ButtonGlance, DetailGlance, FileGlance, QuoteGlance
from core.desk.home import Home
from core.desk.return_glance import ReturnGlance


class PostCard(msgspec.Struct, frozen=True, omit_defaults=True, tag="card"):
    """Posts the case's card as a thread's root, or draws it again. Holds nothing: the view is read when it is sent.

    `first`: the thread is not there yet, and what is said in it waits for the card.
    """

    case_id: str
    first: bool = False


EARLIER, ARRIVED = "earlier", "arrived"  # files from before the case, and such as their message did not wait for
TRANSCRIPT, TRANSLATED = "transcript", "translated"  # what a recording of theirs says, and what words with files mean


class PostCustomer(msgspec.Struct, frozen=True, omit_defaults=True, tag="customer"):
    """What the customer said, word for word, under their name. `files` are filled in from `media` when it is posted."""

    case_id: str
    text: str
    attachments: tuple[str, ...] = ()  # kinds, like "image"
    # edited, deleted, reaction, reaction_removed, blocked, identity_changed, answered_elsewhere, answered_by_program;
    # EARLIER and ARRIVED, TRANSCRIPT and TRANSLATED
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


class PostTranslation(msgspec.Struct, frozen=True, omit_defaults=True, tag="translation"):
    """Writes below a customer's words what they mean in the agents' language: changes the post of the row `of`.

    That post as it is to read then (`shown`), and its `message` at the desk, are filled in when it is posted.
    """

    case_id: str
    of: str
    text: str
    message: str = ""
    shown: PostCustomer | None = None


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


class PostDigest(msgspec.Struct, frozen=True, omit_defaults=True, tag="digest"):
    """Says in a channel how a week or a month was. `place`: the channel, where it is not the desk's. `refused`: the one
    that was to have it, and is closed to us."""

    shown: DigestView
    place: str = ""
    refused: str = ""


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


class PostHome(msgspec.Struct, frozen=True, omit_defaults=True, tag="home"):
    """Shows somebody their own page of the desk as it is when it is posted: `shown` is filled in then.

    With a `refusal` that is all they see.
    """

    user: DeskUser
    refusal: str = ""
    shown: Home | None = None


class PostForm(msgspec.Struct, frozen=True, omit_defaults=True, tag="form"):
    """Draws an open form anew with what was asked for it: the agent's words, `spoken` in one language, `translated`
    into another, or the `trouble` that this did not come. `form` is filled in when it is posted."""

    pressed: Pressed
    translated: str = ""
    language: str = ""
    spoken: str = ""
    trouble: str = ""
    form: Form | None = None


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
    | PostTranslation
    | PostMark
    | PostEphemeral
    | PostDetails
    | PostCampaign
    | PostDigest
    | PostReturn
    | PostErased
    | PostHome
    | PostForm
)


def place_of(post: DeskPost, otherwise: str) -> str:
    """Returns where a post belongs, by an id whose account says in which workspace: its own place or person, else
    `otherwise`."""
    match post:
        case PostMark() | PostDetails() | PostDigest():
            return post.place or otherwise
        case PostEphemeral():
            return post.place or post.user or otherwise
        case PostErased():
            return post.place or post.file
        case PostHome():
            return post.user.id
        case PostForm():
            return post.pressed.user
        case _:
            return otherwise


_POST: msgspec.json.Decoder[DeskPost] = msgspec.json.Decoder(DeskPost)


def decode_desk_post(data: bytes | str) -> DeskPost:
    """Reads the post that `core.encoding.encode` wrote."""
    return _POST.decode(data)
