"""Flow files, wording and phrases, read and checked into a FlowSet."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.documents import Place, fail, files, mapping, place, read
from core.errors import ConfigurationError
from flows.engine.flowset import FlowSet
from flows.engine.model import Flow, Slot
from flows.language.responses import load_responses
from flows.loading.reading import read_flow, read_slot
from flows.understanding.interpreter import load_interpreter

HERE = Path(__file__).parents[1]
FOLDERS = (HERE / "patterns.yaml", HERE / "store")
RESPONSES = (HERE / "responses",)
PHRASES = HERE / "understanding" / "phrases"


def load_flows(
    folders: Sequence[Path] = FOLDERS, responses: Sequence[Path] = RESPONSES, settings: Mapping[str, Any] | None = None
) -> FlowSet:
    """Reads flow files (folders or single files; later ones replace flows of the same name) and responses.

    `settings` is what expressions read under that name (`Policies.settings()`). Raises ConfigurationError naming file,
    line and what is expected. What a file means together with the others is `flows.linting.lint`'s to judge.
    """
    slots: dict[str, Slot] = {}
    flows: dict[str, Flow] = {}
    for path in (path for folder in folders for path in files(folder)):
        document = mapping(Place(str(path), 1), read(path), ("slots", "flows"))
        _read_slots(path, document, slots)
        _read_flows(path, document, flows)
    if not flows:
        raise ConfigurationError(f"{', '.join(map(str, folders))}: no flows found; expected YAML files with `flows:`")
    return FlowSet(
        flows=flows,
        slots=slots,
        responses=load_responses(responses),
        triggers=_triggers(flows),
        interpreter=load_interpreter(PHRASES),
        settings=dict(settings or {}),
    )


def _read_slots(path: Path, document: Mapping[str, Any], slots: dict[str, Slot]) -> None:
    where = place(path, document, "slots")
    listed = mapping(where, document.get("slots") or {})
    for name in listed:
        slots[str(name)] = read_slot(path, listed, str(name))


def _read_flows(path: Path, document: Mapping[str, Any], flows: dict[str, Flow]) -> None:
    where = place(path, document, "flows")
    listed = mapping(where, document.get("flows") or {})
    for name in listed:
        flows[str(name)] = read_flow(path, listed, str(name))


def _triggers(flows: Mapping[str, Flow]) -> dict[str, str]:
    triggers: dict[str, str] = {}
    for flow in flows.values():
        for intent in flow.triggers:
            if intent in triggers:
                fail(flow.place, f"{intent!r} starts {triggers[intent]} already", "one flow for an intent")
            triggers[intent] = flow.id
    return triggers
