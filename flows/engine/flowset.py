"""Holds everything the engine needs that is data: flows, slots, wording, phrases, settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from flows.engine.effects import Say
from flows.engine.facts import NO_FACTS, Facts
from flows.engine.model import Flow, Slot
from flows.language.responses import Responses
from flows.understanding.interpreter import Interpreter


class FlowSet(msgspec.Struct, frozen=True):
    """Holds what all conversations share, loaded once. `triggers` maps an intent to the flow that it starts."""

    flows: dict[str, Flow]
    slots: dict[str, Slot]
    responses: Responses
    triggers: dict[str, str]
    interpreter: Interpreter
    settings: dict[str, Any]
    secrets: frozenset[str] = frozenset()  # slots that are never stored
    facts: Facts = NO_FACTS
    earlier: dict[tuple[str, str], Flow] = {}  # of pinned flows, by id and version

    def running(self, flow: str, version: str) -> Flow:
        """Finds the flow in the version with which a frame goes on: its own where that is kept, else today's."""
        return self.earlier.get((flow, version)) or self.flows[flow]

    def say(self, key: str, locale: str, **values: Any) -> str:
        """Renders a response's text outside any flow, with `values` as its placeholders. Raises ExpressionFailed."""
        return self.message(key, locale, values).text

    def message(
        self, key: str, locale: str, values: Mapping[str, Any], timezone: str = "UTC", now: datetime | None = None
    ) -> Say:
        """Renders as `say` does, with the response's link."""
        reader = self.responses.reader({"settings": self.settings, **values}, locale, timezone, now)
        wording = self.responses.wording(key, locale, reader.scope)
        return Say(
            wording.text(reader.scope),
            link=wording.link(reader.scope) if wording.link else "",
            link_title=wording.link_title(reader.scope) if wording.link_title else "",
            key=key,
        )
