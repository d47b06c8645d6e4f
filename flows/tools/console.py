"""Talks to the flows without any channel: the engine, the actions and a store that is asked."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from core.addresses import Address
from core.messages import Choice
from core.one_time_codes import EMAIL, SMS
from flows.engine.context import ActionContext, CustomerView, StoreView
from flows.engine.effects import Effect
from flows.engine.events import FlowEvent, Opened, UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.loop import converse
from flows.engine.session import Session, new_session
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
        )
        self.history: list[Effect] = []
        self.visited: set[tuple[str, str]] = set()  # the steps that ran, each with its flow

    def say(self, text: str, attachments: tuple[str, ...] = (), quoted: str = "") -> list[Effect]:
        """Writes as the customer; returns the effects."""
        return self.send(UserMessage(text, attachments=attachments, quoted=quoted))

    def press(self, choice_id: str, title: str = "") -> list[Effect]:
        """Presses a choice as the customer."""
        return self.send(UserMessage(choice=Choice(choice_id, title)))

    def open(self, flow: str, **slots: object) -> list[Effect]:
        """Begins a flow of our own accord."""
        return self.send(Opened(flow, slots))

    def wait(self, time: timedelta) -> None:
        """Lets time pass."""
        self.context = replace(self.context, now=self.context.now + time)

    def send(self, event: FlowEvent) -> list[Effect]:
        """Takes one turn, with all the actions in it."""
        effects: list[Effect] = []

        def perform(effect: Effect) -> None:
            effects.append(effect)
            self._apply(effect)

        self.session = converse(
            self._flows, self.session, event, lambda: self.context, perform, seen=self.visited.update
        )
        self.history.extend(effects)
        return effects

    def _apply(self, effect: Effect) -> None:
        self.context = self.context.after((effect,))
        if isinstance(self.context.store, MemoryStore):
            self.context.store.apply(effect, self.context.now)
