"""Defines the forms that the desk opens for an agent (Slack's modals), and what it asks while one is filled in.

A form has the id of the button or shortcut that opens it; what was filled in comes as that button's `Pressed`, with
`values`. Nothing of a form is stored: it is drawn from rows, in the process that Slack asks, within its three seconds.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from core.desk.events import HOME, Command, Pressed
from core.desk.home import Home

PERSON = (
    "person"  # the field of any form that names a colleague: who it is, is looked up before the press is carried out
)

FieldKind = Literal["line", "text", "choice", "search", "person", "date", "time", "button"]


class Option(msgspec.Struct, frozen=True, omit_defaults=True):
    """Offers one choice: `id` is what comes back."""

    id: str
    label: str


class Field(msgspec.Struct, frozen=True, omit_defaults=True, tag="field"):
    """Asks for one value: a line, a text of several, a choice of `options`, one searched for, a person, date or time.

    `value` is what stands there at first: the text, or the id of the option. One that `redraws` has the form drawn
    anew when it changes, with what is filled in so far; so does a button, which has no value.
    """

    id: str
    label: str
    kind: FieldKind = "line"
    value: str = ""
    options: tuple[Option, ...] = ()
    hint: str = ""
    is_optional: bool = False
    redraws: bool = False


class Passage(msgspec.Struct, frozen=True, tag="passage"):
    """Shows words between fields, as they are: a preview, an explanation."""

    text: str


class Form(msgspec.Struct, frozen=True, omit_defaults=True):
    """Describes a form. `id` is the button's, `subject` the id of the case or message that it is about.

    Without `submit` it only tells something, and can be closed. One that `waits` is drawn again by a worker, who has
    to ask for what it shows; it can be filled in meanwhile.
    """

    id: str
    subject: str
    title: str
    items: tuple[Field | Passage, ...]
    submit: str = ""
    waits: bool = False


class Changed(msgspec.Struct, frozen=True):
    """Says that a field that redraws was changed. `pressed` holds what is filled in; `view` is the form's own id at
    the desk, `version` what it looks like now."""

    pressed: Pressed
    view: str
    version: str = ""

    def as_press(self) -> Pressed:
        """Returns it as a press, for a worker: of a form that is still open."""
        name = f"asked:{self.view}:{self.version}:{self.pressed.user}"
        return msgspec.structs.replace(self.pressed, external_id=name, view=self.view)


class Searched(msgspec.Struct, frozen=True):
    """Says what an agent types into a field of the kind search."""

    pressed: Pressed
    field: str
    typed: str


class HomeOpened(msgspec.Struct, frozen=True):
    """Says that somebody opened their own page of the desk."""

    external_id: str
    user: str
    sent_at: datetime

    def as_press(self) -> Pressed:
        """Returns it as a press, for a worker: it finds out who somebody is whom nobody knows here."""
        return Pressed(self.external_id, "", "", "", self.user, HOME, "", self.sent_at)


Question = Changed | Searched | HomeOpened


class DeskReader(Protocol):
    """Answers the desk at once, from the rows: Slack waits three seconds for it. Nothing is written."""

    def command(self, command: Command) -> str | None:
        """Returns the answer to `/desk …`; None where a worker has to give it, later."""
        ...

    def form(self, pressed: Pressed) -> Form | None:
        """Returns the form that the press opens, filled in with its `values`; None: it is carried out as it is."""
        ...

    def check(self, pressed: Pressed) -> Mapping[str, str]:
        """Returns what is wrong with what was filled in: field -> a sentence; empty where it can be carried out."""
        ...

    def home(self, opened: HomeOpened) -> Home | None:
        """Returns what somebody's own page shows; None where a worker has to ask first who they are."""
        ...

    def options(self, searched: Searched) -> tuple[Option, ...]:
        """Returns what fits what was typed, best first."""
        ...
