"""Declares flows as the engine reads them: checked, flattened, with compiled expressions."""

import msgspec

from core.documents import Place
from core.templating.expressions import Expression

END = "END"
HANDOFF = "handoff:"  # a target like "handoff:max_attempts"
COLLECT, UTTER, ACTION, SET_SLOTS, CALL, LINK, HAND_OVER, NOOP = (
    "collect",
    "utter",
    "action",
    "set_slots",
    "call",
    "link",
    "handoff",
    "noop",
)
SLOT_TYPES = (
    *("text", "bool", "int", "email", "phone", "postcode", "order_number", "proof", "person", "code", "choice", "any"),
)


class ChoiceSpec(msgspec.Struct, frozen=True):
    """Describes a value that a slot may take, and when it is offered."""

    value: str
    condition: Expression | None = None


class Slot(msgspec.Struct, frozen=True):
    """Describes a variable. `private` values never appear in a summary."""

    name: str
    type: str
    place: Place
    choices: tuple[ChoiceSpec, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    private: bool = False


class Branch(msgspec.Struct, frozen=True):
    """Says where to go when `condition` holds (None: always). `target` is a step id, END or `handoff:<reason>`."""

    condition: Expression | None
    target: str


class Rejection(msgspec.Struct, frozen=True):
    """Describes an answer that can be read but not taken."""

    condition: Expression
    utter: str


class Step(msgspec.Struct, frozen=True):
    """Describes one step. `name` is the slot, response, action, flow or reason, by `kind`; `following` is the step
    below it."""

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


class Flow(msgspec.Struct, frozen=True):
    """Describes a named list of steps. `version` is the hash of its text; `short` begins its choices' ids.

    `otherwise`: its triggers start it only where no other flow has them. `fills` are slots that the message which
    starts the flow may fill; `persist` those that a caller gets back. `covers` are further intents that it answers: no
    second request.
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
