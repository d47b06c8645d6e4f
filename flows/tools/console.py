"""Talks to the flows without any channel: the engine, the actions and a store that is asked."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from core.messages.pieces import MEDIA_KINDS, Choice
from core.people.addresses import Address
from core.people.one_time_codes import EMAIL, SMS
from flows.engine.context import ActionContext, CustomerView, StoreView
from flows.engine.effects import Effect, Schedule, ShopRequest, Unschedule
from flows.engine.events import External, FileRef, FlowEvent, Opened, UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.loop import converse
from flows.engine.session import Session, new_session
from flows.engine.stepping.waiting import changes
from flows.loading.policies import Policies
from flows.tools.memory_store import MemoryStore


class Chat:
    """Holds one conversation in memory. `session` is its state, `history` every effect so far.

    `address` is what the channel knows the customer by: a phone (`+1…`) on WhatsApp and SMS.
    """

    def __init__(
        self,
        flows: FlowSet,
        store: StoreView,
        channel: str,
        locale: str,
        now: datetime,
        address: str = "customer",
        timezone: str = "UTC",
        policies: Policies | None = None,
    ) -> None:
        self._flows = flows
        customer = CustomerView("customer", "", locale, timezone)
        self.session: Session = new_session(locale, channel, timezone)
        self.context = ActionContext(
            customer,
            Address(channel, "console", address),
            (),
            store,
            policies or Policies(),
            now,
            code_ways=frozenset((SMS, EMAIL)),
            facts=flows.facts,
        )
        self.history: list[Effect] = []
        self._files = 0
        self._pressed: Choice | None = None
        self.visited: set[tuple[str, str]] = set()  # the steps that ran, each with its flow
        self._alarms: dict[str, Schedule] = {}

    def say(
        self, text: str, attachments: tuple[str, ...] = (), quoted: str = "", place: dict[str, Any] | None = None
    ) -> list[Effect]:
        """Writes as the customer, with files of these kinds or a place; returns the effects."""
        kept = tuple(self._file(kind) for kind in attachments if kind in MEDIA_KINDS)
        kinds = (*attachments, "location") if place else attachments
        return self.send(UserMessage(text, attachments=kinds, quoted=quoted, files=kept, place=place))

    def press(self, choice_id: str, title: str = "") -> list[Effect]:
        """Presses a choice as the customer."""
        self._pressed = Choice(choice_id, title)
        return self.send(UserMessage(choice=self._pressed))

    def press_again(self) -> list[Effect]:
        """Presses what was pressed last once more. Raises LookupError when nothing was."""
        if self._pressed is None:
            raise LookupError("nothing was pressed")
        return self.press(self._pressed.id, self._pressed.title)

    def open(self, flow: str, **slots: object) -> list[Effect]:
        """Begins a flow of our own accord."""
        return self.send(Opened(flow, slots))

    def wait(self, time: timedelta) -> list[Effect]:
        """Lets time pass; returns what came due meanwhile brought about."""
        end, effects = self.context.now + time, list[Effect]()
        while due := [alarm for alarm in self._alarms.values() if alarm.at <= end]:
            first = min(due, key=lambda alarm: alarm.at)
            self.context = replace(self.context, now=max(first.at, self.context.now))
            del self._alarms[first.key]
            effects += self.happen(first.name, first.key)
        self.context = replace(self.context, now=end)
        return effects

    def connect(self, actions: Collection[str]) -> None:
        """Lets the store's system be asked for these, like "order.cancel"."""
        self.context = replace(self.context, shop=frozenset(actions))

    def answer(self, status: str, reason: str | None = None) -> list[Effect]:
        """Answers as the store what it was asked for last. Raises LookupError when it was asked for nothing."""
        asked = [effect for effect in self.history if isinstance(effect, ShopRequest)]
        if not asked:
            raise LookupError("the store was asked for nothing")
        value = {"status": status, "reason": reason, "id": None}
        return self.happen("shop.answered", asked[-1].id, value)

    def happen(self, name: str, key: str = "", value: Any = None) -> list[Effect]:
        """Lets something happen elsewhere; returns the effects."""
        return self.send(External(name, key, value))

    def send(self, event: FlowEvent) -> list[Effect]:
        """Takes one turn, with all the actions in it."""
        effects: list[Effect] = []

        def perform(effect: Effect) -> None:
            effects.append(effect)
            self._apply(effect)

        before = self.session
        self.session = converse(self._flows, before, event, lambda: self.context, perform, seen=self.visited.update)
        for change in changes(before, self.session):
            if isinstance(change, Schedule):
                self._alarms[change.key] = change
            elif isinstance(change, Unschedule):
                self._alarms.pop(change.key, None)
        self.history.extend(effects)
        return effects

    def _file(self, kind: str) -> FileRef:
        self._files += 1
        return FileRef(f"file-{self._files}", kind)

    def _apply(self, effect: Effect) -> None:
        if isinstance(effect, Schedule):
            self._alarms[effect.key] = effect
        elif isinstance(effect, Unschedule):
            self._alarms.pop(effect.key, None)
        self.context = self.context.after((effect,))
        if isinstance(self.context.store, MemoryStore):
            self.context.store.apply(effect, self.context.now)
