"""Holds what the store says and decides, as its folder has it: a value that is exchanged whole, between two drains."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.cases.desk_times import DeskTimes
from core.cases.routing import Routing
from core.desk.permissions import Agents
from core.desk.saved_replies import SavedReply
from notifications.store.policy import Policy

if TYPE_CHECKING:  # who plans notices only does without the flows
    from flows.engine.flowset import FlowSet
    from flows.loading.policies import Policies

NO_RULES = Routing()
USUAL_TIMES = DeskTimes()


@dataclass(frozen=True)
class StoreFolder:
    """Holds the folder, read and checked. `version` is the hash of its files; `warnings` are sentences for people."""

    spoken: "FlowSet | None"  # None in a process that plans notices and talks with nobody
    policies: "Policies"
    notices: Policy
    routing: Routing = NO_RULES
    times: DeskTimes = USUAL_TIMES
    agents: Agents = None
    saved: tuple[SavedReply, ...] = ()
    version: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def flows(self) -> "FlowSet":
        """Returns the flows. Raises LookupError in a process that does without."""
        if self.spoken is None:
            raise LookupError("this process has no flows")
        return self.spoken

    @property
    def unlearned(self) -> str:
        """Names the phrases that are known word for word only, as no model has learned them yet; "" where one has."""
        return self.spoken.interpreter.unlearned if self.spoken else ""

    @property
    def state(self) -> str:
        """Returns what a process tells of the folder that it uses: the version, and what it has not learned of it."""
        return f"{self.version}-{self.unlearned}" if self.unlearned else self.version

    def learn_answers(self) -> None:
        """Learns what the questions of the store's answers mean, if the sentence encoder is there: in no turn."""
        self.flows.facts.faq.meanings.learn()


class Shelf:
    """Holds the folder that is in use, read when it is first asked for: many a command never does.

    A newer one is brought at any time, and taken into use between two drains.
    """

    def __init__(self, read: Callable[[], StoreFolder]) -> None:
        self._read = read
        self._newer: StoreFolder | None = None

    @cached_property
    def now(self) -> StoreFolder:
        """Returns it."""
        return self._read()

    def bring(self, folder: StoreFolder) -> None:
        """Brings a newer folder, from any thread."""
        self._newer = folder

    def learn_answers(self) -> None:
        """Lets the folder in use, and one that was brought, learn what questions mean."""
        for folder in (self._newer, self.now):
            if folder is not None:
                folder.learn_answers()

    def change(self) -> bool:
        """Takes the newer folder into use, if one was brought; tells whether."""
        newer, self._newer = self._newer, None
        if newer is None:
            return False
        self.now = newer
        return True
