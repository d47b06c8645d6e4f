"""Declares flows as the engine reads them: checked, flattened, with compiled expressions."""

from datetime import timedelta

import msgspec

from core.files.documents import Place
from core.templating.expressions import Expression

END = "END"
HANDOFF = "handoff:"  # a target like "handoff:max_attempts"
COLLECT, UTTER, ACTION, SET_SLOTS, CALL, LINK, HAND_OVER, WAIT, NOOP = (
    "collect",
    "utter",
    "action",
    "set_slots",
    "call",
    "link",
    "handoff",
    "wait",
    "noop",
)
EXPIRES = timedelta(hours=24)  # an unfinished flow is not taken up again after so long a silence
ANSWER, ANYTHING = "answer", "anything"  # what a collect accepts
ASK, AUTO, NEVER = "ask", "auto", "never"  # how an interrupted flow goes on
PIN, MIGRATE = "pin", "migrate"  # which version a running flow goes on with
MASK, NEVER_STORE = "mask", "never_store"  # how a slot's personal data is kept
SLOT_TYPES = (
    *("text", "bool", "int", "money", "date", "email", "phone", "postcode", "order_number", "proof"),
    *("person", "code", "choice", "image", "file", "location", "any"),
)
LISTED = ("choice", "image", "file")  # of which there may be several
FILES = ("image", "file")
WORDED = ("text", "any", "location")  # whatever is written may be the answer
# Types with a least and a most: a date's in days from today, a text's in characters.
RANGED = ("int", "money", "date", "text")
PATTERNED = ("text", "order_number", "postcode")
LONG_PATTERN = 200


class ChoiceSpec(msgspec.Struct, frozen=True):
    """Describes a value that a slot may take, and when it is offered."""

    value: str
    condition: Expression | None = None


class Slot(msgspec.Struct, frozen=True):
    """Describes a variable. `private` values never appear in a summary; of `pii` "mask" only a trace does, and
    "never_store" is gone when the turn ends. With `multiple`, `minimum` and `maximum` count the values."""

    name: str
    type: str
    place: Place
    choices: tuple[ChoiceSpec, ...] = ()
    minimum: int | float | None = None
    maximum: int | float | None = None
    private: bool = False
    multiple: bool = False
    pattern: str = ""  # which the whole text must fit
    pii: str = ""


class Branch(msgspec.Struct, frozen=True):
    """Says where to go when `condition` holds (None: always). `target` is a step id, END or `handoff:<reason>`."""

    condition: Expression | None
    target: str


class Rejection(msgspec.Struct, frozen=True):
    """Describes an answer that can be read but not taken."""

    condition: Expression
    utter: str


class Tells(msgspec.Struct, frozen=True):
    """Says of which choices the store hears, under a `kind`: those in `names`, by the store's word for each."""

    kind: str
    names: dict[str, str]


class Step(msgspec.Struct, frozen=True):
    """Describes one step. `name` is the slot, response, action, flow, reason or event, by `kind`; `following` is the
    step below it. A `collect` that accepts anything takes a request as its answer too; `hints` are what is said before
    the question when it is asked again, one after the other. Where the text `told_in` names one of the choices, that is
    the answer, and nothing is asked; `tells` are the choices that the store hears of. `told` of a `set_slots`:
    the customer said it."""

    id: str
    kind: str
    name: str
    place: Place
    following: str = END
    condition: Expression | None = None
    branches: tuple[Branch, ...] = ()
    args: dict[str, Expression] = {}
    save: str = ""
    utter: str = ""
    choices_from: str = ""
    fill_single: bool = False
    optional: bool = False
    ask_before_filling: bool = False
    rejections: tuple[Rejection, ...] = ()
    max_attempts: int = 3
    on_max_attempts: str = HANDOFF + "max_attempts"
    on_error: str = HANDOFF + "action_failed"
    consequential: bool = False
    accept: str = ANSWER
    hints: tuple[str, ...] = ()
    told_in: Expression | None = None
    remind_after: timedelta | None = None
    tells: Tells | None = None
    told: bool = False


class Flow(msgspec.Struct, frozen=True):
    """Describes a named list of steps. `version` is the hash of its text; `short` begins its choices' ids.

    `otherwise`: its triggers start it only where no other flow has them. `fills` are slots that the message which
    starts the flow may fill; `persist` those that a caller gets back. `covers` are further intents that it answers: no
    second request. `expire_after` so long a silence it ends; `remind_after` so long a silence the customer is reminded,
    once. One that is not `interruptible` lets no other request in; `resume` says how it goes on after one.
    """

    id: str
    description: str
    place: Place
    version: str
    short: str
    steps: dict[str, Step]
    first: str
    triggers: tuple[str, ...] = ()
    condition: Expression | None = None
    otherwise: bool = False
    read_only: bool = False
    persist: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    expire_after: timedelta = EXPIRES
    remind_after: timedelta | None = None
    interruptible: bool = True
    resume: str = AUTO
    version_policy: str = MIGRATE
    source: str = ""  # of a pinned flow, as JSON, to be kept
    name: str = ""  # what the customer reads it is called, where no response `flow_name_<id>` says it
