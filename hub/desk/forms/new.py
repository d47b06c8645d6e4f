"""Asks whom an agent wants to write to: opened by the shortcut "New conversation", and on the agent's own page."""

from collections.abc import Mapping

from core.desk.forms import Field, Form, Option, Passage
from core.desk.links import without_links
from core.people.addresses import e164
from hub.desk.form import FormKind, Look
from hub.desk.showing.finding import find, line
from hub.desk.wording import FOUND_NOBODY, START_WITH_WHICH

NEW, WHOM, CHANNEL, ANY = "desk_new", "whom", "channel", "any"
WHERE = "Somewhere they have not written only if they agreed to hear from the store there."
WHAT_THEN = (
    "A case of your own opens with its thread; write there. Where the customer has not written lately, "
    "a template is offered in place of your words."
)


def _draw(look: Look) -> Form:
    field = Field(WHOM, "To whom?", hint="A phone, an e-mail, an order, or a name.")
    options = (Option(ANY, "Where they write"), *(Option(*each) for each in look.words.channels))
    channel = Field(CHANNEL, "Where?", "choice", ANY, options, WHERE)
    return Form(NEW, "", "New conversation", (field, channel, Passage(WHAT_THEN)), "Open")


def _check(look: Look) -> Mapping[str, str]:
    found = find(look.conn, look.value(WHOM))
    if len(found) == 1 or (not found and e164(look.value(WHOM))):  # of a number that is new, a worker knows more
        return {}
    listed = [without_links(line(look.conn, each)) for each in found]
    return {WHOM: "\n".join([START_WITH_WHICH, *listed]) if listed else FOUND_NOBODY}


FORM = FormKind(NEW, _draw, "case:start", _check)
