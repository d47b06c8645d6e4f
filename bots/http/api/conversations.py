"""Lists conversations, and shows one with all that was said: `GET /api/v1/conversations`."""

from adapters.channels.capability_table import window_hours
from bots.http.api.cursors import cursor_of, no_cursor, place
from bots.http.api.route import CURSOR, LIMIT, PREFIX, Asked, Page, Parameter, Route, missing, wrong
from bots.wiring.intake import Intake
from core.files.near import one_of
from insights.conversations import views
from insights.conversations.views import ConversationView
from storage.conversations.listing import STATES, Sought
from storage.people import lookup

WHOLE = 1000  # messages of one conversation: the newest


def _listed(intake: Intake, asked: Asked) -> Page[ConversationView]:
    state = asked.word("state")
    if state and state not in STATES:
        raise wrong("state", f"{state}: {one_of(state, STATES)}")
    with intake.store.read() as conn:
        sought = Sought(
            ids=lookup.both(conn, asked.word("customer"), asked.word("order")),
            words=asked.word("q"),
            state=state or None,
            channel=asked.word("channel") or None,
            topic=asked.word("topic") or None,
            flow=asked.word("flow") or None,
            limit=asked.limit,
            after=place(asked),
        )
        try:
            items, following = views.listed(conn, sought, window_hours())
        except ValueError as error:
            raise no_cursor() from error
    return Page(items, cursor_of(following) if following else None)


def _one(intake: Intake, asked: Asked) -> ConversationView:
    with intake.store.read() as conn:
        found = views.shown(conn, asked.rest, WHOLE, window_hours())
    if found is None:
        raise missing("there is no conversation with this id")
    return found


ROUTES = (
    Route(
        "GET",
        f"{PREFIX}conversations",
        "Conversations, the one last spoken in first; with `q`, those in which it was said",
        Page[ConversationView],
        parameters=(
            Parameter("customer", "Of this customer: an id (ours or the store's), phone, e-mail or address."),
            Parameter("order", "Of the customer of this order, and cases about it."),
            Parameter("state", "Who answers; closed: nobody is written to there.", {"type": "string", "enum": STATES}),
            Parameter("channel", "Like whatsapp."),
            Parameter("topic", "A contact, or a case, was about it: an id like order_status."),
            Parameter("flow", "This flow ran there."),
            Parameter("q", "Words, all of which are in one message or note."),
            LIMIT,
            CURSOR,
        ),
        answer=_listed,
    ),
    Route(
        "GET",
        f"{PREFIX}conversations/{{id}}",
        f"One conversation with its last {WHOLE} messages, notes and what became of them",
        ConversationView,
        parameters=(Parameter("id", "Our id of it.", is_required=True),),
        refusals={404: "There is none with this id."},
        answer=_one,
    ),
)
