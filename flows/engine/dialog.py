"""Holds the state of one turn while it is computed: the only thing in the engine that changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import asdict, replace

from core.messages.outbound import Option
from core.messages.pieces import Referral
from core.templating.expressions import Expression
from flows.engine.effects import Effect, Say, Track
from flows.engine.events import NO_MESSAGE, UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.model import Flow, Step
from flows.engine.session import Entry, Frame, Offered, Session, Subject
from flows.language.responses import Reader, Variation
from flows.understanding.lexicon.languages import LANGUAGES, language_of

_NOWHERE = Referral("")
STEPS_PER_TURN, MESSAGES_PER_TURN, CALL_DEPTH = 50, 5, 8


class LimitReached(Exception):
    """Raised when a flow does more in one turn than a sound flow would."""


class Slots(dict[str, Any]):
    """Shows slots as expressions read them: one that is not filled is none."""

    def __missing__(self, name: str) -> None:
        return None


class Dialog:
    """Holds a session taken apart, and the effects so far. `session()` puts it together again."""

    def __init__(self, flows: FlowSet, session: Session, now: datetime, message: UserMessage = NO_MESSAGE) -> None:
        self.flows = flows
        self.now = now
        self.message = message  # the one that began the turn
        self.locale, self.channel, self.timezone = session.locale, session.channel, session.timezone
        self.stack = list(session.stack)
        self.awaiting = session.awaiting
        self.choices = session.last_choices
        self.counters = dict(session.counters)
        self.pending = session.pending
        self.active_at = session.active_at
        self.taken = session.taken
        self.focus = session.focus
        self.later = session.later
        self.aside = list(session.aside)
        self.reminder = session.reminder
        self.echo = session.echo
        self.expired = ""  # the flow that had been left open for too long
        self.handed_over = False  # to a person, in this turn
        self.spoken = session.spoken
        self.switched = False  # whether this turn changed the language
        self.effects: list[Effect] = []
        self.visited: list[tuple[str, str]] = []  # flow and step, of the steps that ran

    def session(self) -> Session:
        """Puts the session after the turn together."""
        return Session(
            self.locale,
            self.channel,
            self.timezone,
            tuple(self.stack),
            self.awaiting,
            self.choices,
            self.counters,
            self.pending,
            self.active_at,
            self.taken,
            self.focus,
            self.later,
            tuple(self.aside),
            self.reminder,
            self.spoken,
            self.echo,
        )

    @property
    def languages(self) -> list[str]:
        """Lists the languages that we have texts for."""
        return list(dict.fromkeys(map(language_of, self.flows.responses.by_locale)))

    @property
    def top(self) -> Frame:
        """Returns the frame that runs."""
        return self.stack[-1]

    @property
    def flow(self) -> Flow:
        """Returns the flow of the top frame."""
        return self.flows.running(self.top.flow, self.top.version)

    @property
    def step(self) -> Step:
        """Returns the step of the top frame."""
        return self.flow.steps[self.stack[-1].step]

    @property
    def waiting(self) -> bool:
        """Tells whether the turn has come to its end."""
        return bool(self.awaiting) or self.pending is not None or self.patient

    @property
    def patient(self) -> bool:
        """Tells whether the top frame waits for what happens elsewhere; the customer may write meanwhile."""
        wait = self.stack[-1].wait if self.stack else None
        return wait is not None and not wait.over

    def visible(self) -> int:
        """Finds where on the stack the flow begins that the customer sees: the top frame with its callers."""
        index = len(self.stack) - 1
        while index > 0 and self.stack[index].entry is Entry.CALL:
            index -= 1
        return index

    def place(self) -> dict[str, str]:
        """Names the flow that the customer sees, and its step; both "" while nothing runs."""
        frame = self.stack[self.visible()] if self.stack else Frame("")
        return {"flow": frame.flow, "step": frame.step}

    def change(self, **fields: Any) -> None:
        """Replaces fields of the top frame."""
        self.stack[-1] = replace(self.stack[-1], **fields)

    def fill(self, values: Mapping[str, Any]) -> None:
        """Fills slots of the top frame; an order's number among them is what is spoken of."""
        self.change(slots={**self.top.slots, **values})
        self._speak_of(values)

    def push(self, flow: str, entry: Entry, slots: Mapping[str, Any], told: tuple[str, ...] = ()) -> None:
        """Begins `flow` on top of the stack; `told` are those of `slots` that the customer answered.

        Raises LimitReached when frames call each other too deep.
        """
        if len(self.stack) >= CALL_DEPTH:
            raise LimitReached("call depth")
        found = self.flows.flows[flow]
        filled = {name: value for name, value in slots.items() if value is not None}
        attempts = self.counters.get("no_match", 0)
        self._speak_of(filled)
        self.stack.append(Frame(flow, found.version, found.first, filled, {}, told, attempts, entry, self.now))
        self.track("flow_started", flow=flow)

    def _speak_of(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            slot = self.flows.slots.get(name)
            if slot is not None and slot.type == "order_number" and isinstance(value, str):
                same = self.focus if self.focus.order == value else Subject(value)
                self.focus = replace(same, at=self.now)

    def clear(self) -> None:
        """Ends everything that runs."""
        self.stack.clear()
        self.still()

    def still(self) -> None:
        """Takes the open question and the pending action back."""
        self.awaiting, self.pending, self.choices, self.reminder = "", None, (), None

    def count(self, name: str, limit: int | None = None) -> int:
        """Counts up. Raises LimitReached above `limit`."""
        self.counters[name] = self.counters.get(name, 0) + 1
        if limit is not None and self.counters[name] > limit:
            raise LimitReached(name)
        return self.counters[name]

    def new_id(self) -> str:
        """Makes an id that is this conversation's alone, now and later."""
        return f"{int(self.now.timestamp()):x}.{self.count('ids') % 4096:x}"

    def scope(self, again: bool = False) -> dict[str, Any]:
        """Returns what expressions and texts may read; `again` while a question is repeated."""
        return {
            "slots": Slots(self.stack[-1].slots) if self.stack else Slots(),
            "settings": self.flows.settings,
            "dialog": {
                "locale": self.locale,
                "channel": self.channel,
                "idle": len(self.stack) < 2,
                "digression": bool(self.later) or any(frame.entry is Entry.DIGRESSION for frame in self.stack),
                "again": again,
                "focus": asdict(self.focus),
                "languages": [LANGUAGES.own.get(code, code) for code in self.languages],
            },
            "message": {
                "text": self.message.text,
                "quoted": self.message.quoted,
                "shared": self.message.shared,
                "kinds": self.message.attachments,
                "came_by": asdict(self.message.came_by or _NOWHERE),
            },
        }

    def value(self, expression: Expression) -> Any:
        """Evaluates an expression here. Raises ExpressionFailed."""
        return expression(self.scope())

    def reader(self, again: bool = False, **values: Any) -> Reader:
        """Makes a rendering of responses for this customer, with `values` besides the scope."""
        return self.flows.responses.reader({**self.scope(again), **values}, self.locale, self.timezone, self.now)

    def say(self, key: str, **values: Any) -> None:
        """Says a response. Raises ExpressionFailed."""
        reader = self.reader(**values)
        self.utter(key, self.flows.responses.wording(key, self.locale, reader.scope), reader)

    def utter(
        self, key: str, wording: Variation, reader: Reader, options: tuple[Option, ...] = (), before: str = ""
    ) -> None:
        """Says a wording, with `options` to choose from and a sentence `before` it."""
        scope = reader.scope
        text = wording.text(scope).strip()
        said = Say(
            f"{before}\n{text}" if before else text,
            options,
            wording.menu_title(scope) if wording.menu_title and options else "",
            wording.link(scope) if wording.link else "",
            wording.link_title(scope) if wording.link_title else "",
            key,
            wording.request,
            wording.request_title(scope) if wording.request_title and wording.request else "",
            wording.link_preview,
            self.place()["flow"],
        )
        if said.text or said.options:
            self._emit(said)

    def track(self, name: str, **props: Any) -> None:
        """Counts something."""
        self.effects.append(Track(name, props))

    def offer(self, offered: tuple[Offered, ...]) -> tuple[Option, ...]:
        """Keeps what is offered and gives it the form that channels show."""
        self.choices = offered
        return tuple(Option(choice.id, choice.title, choice.description) for choice in offered)

    def _emit(self, said: Say) -> None:
        """Adds a message; above the limit its words join the last one, so that no question is lost."""
        count = self.count("says", MESSAGES_PER_TURN * 2)
        last = next((effect for effect in reversed(self.effects) if isinstance(effect, Say)), None)
        if count > MESSAGES_PER_TURN and last is not None:
            self.effects.remove(last)
            link = said if said.link else last
            text = f"{last.text}\n{said.text}"
            said = replace(said, text=text, link=link.link, link_title=link.link_title)
        self.effects.append(said)
