"""Reads and checks flow files, wording and phrases into a FlowSet."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.documents import Place, fail, files, mapping, place, read
from core.errors import ConfigurationError
from flows import library, understanding
from flows.engine.flowset import FlowSet
from flows.engine.model import Flow, Slot
from flows.files import add, flow_files, phrase_files
from flows.language.responses import load_responses
from flows.loading.reading import read_flow, read_slot
from flows.understanding.interpreter import load_interpreter

LIBRARY = (library.HERE,)
PHRASES = Path(understanding.__file__ or "").parent / "phrases"


def load_flows(
    folders: Sequence[Path] = LIBRARY, responses: Sequence[Path] = LIBRARY, settings: Mapping[str, Any] | None = None
) -> FlowSet:
    """Reads flows (folders of them, or single files; later ones replace flows of the same name) and responses.

    `settings` is what expressions read under that name (`Policies.settings()`). Raises ConfigurationError naming file,
    line and what is expected. What files mean together is checked by `flows.linting.lint`.
    """
    slots: dict[str, Slot] = {}
    flows: dict[str, Flow] = {}
    for folder in folders:
        more_slots, more_flows = _read_folder(folder)
        slots |= more_slots
        flows |= more_flows
    if not flows:
        raise ConfigurationError(f"{', '.join(map(str, folders))}: no flows found; expected YAML files with `flows:`")
    return FlowSet(
        flows=flows,
        slots=slots,
        responses=load_responses(responses),
        triggers=_triggers(flows),
        interpreter=load_interpreter([*files(PHRASES), *(path for where in folders for path in phrase_files(where))]),
        settings=dict(settings or {}),
    )


def _read_folder(folder: Path) -> tuple[dict[str, Slot], dict[str, Flow]]:
    slots: dict[str, Slot] = {}
    flows: dict[str, Flow] = {}
    for path in flow_files(folder):
        document = mapping(Place(str(path), 1), read(path), ("slots", "flows"))
        listed = mapping(place(path, document, "slots"), document.get("slots") or {})
        add(slots, {name: read_slot(path, listed, name) for name in listed})
        listed = mapping(place(path, document, "flows"), document.get("flows") or {})
        add(flows, {name: read_flow(path, listed, name) for name in listed})
    return slots, flows


def _triggers(flows: Mapping[str, Flow]) -> dict[str, str]:
    triggers: dict[str, str] = {}
    for flow in flows.values():
        for intent in flow.triggers:
            if intent in triggers:
                fail(flow.place, f"{intent!r} starts {triggers[intent]} already", "one flow for an intent")
            triggers[intent] = flow.id
    return triggers
