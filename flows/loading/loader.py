"""Reads and checks flow files, wording and phrases into a FlowSet."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError
from core.files.documents import Place, fail, files, mapping, place, read
from core.templating.expressions import Text
from flows import library
from flows.engine.facts import NO_FACTS, Facts
from flows.engine.flowset import FlowSet
from flows.engine.model import NEVER_STORE, Flow, Slot
from flows.files import add, flow_files, layered, phrase_files
from flows.language.responses import DEFAULT_LOCALE, ENV, Response, Responses, Variation, load_responses
from flows.loading.phrases import load_interpreter
from flows.loading.reading import read_flow
from flows.loading.slots import read_slot
from flows.loading.store_files import SHIPPED_PHRASES, check_whole, sources
from flows.understanding.classifier.trained import EncoderSource, NoEncoder

LIBRARY = (library.HERE,)
NO_ENCODER = NoEncoder()


def load_flows(
    folders: Sequence[Path] = LIBRARY,
    responses: Sequence[Path] = LIBRARY,
    settings: Mapping[str, Any] | None = None,
    phrases: Sequence[Path] = (SHIPPED_PHRASES,),
    source: EncoderSource = NO_ENCODER,
    trained: Path | None = None,
    facts: Facts = NO_FACTS,
) -> FlowSet:
    """Reads flows (folders of them, or single files), responses and phrases; what comes later wins, file by file in a
    flow's folder, else name by name.

    `settings` is what expressions read under that name (`Policies.settings()`); `source` and `trained` are the
    interpreter's (`flows.loading.phrases`). Raises ConfigurationError naming file,
    line and what is expected. What files mean together is checked by `flows.linting.lint`.
    """
    slots: dict[str, Slot] = {}
    flows: dict[str, Flow] = {}
    for paths in layered(folders, flow_files):
        more_slots, more_flows = _read_layer(paths)
        slots |= more_slots
        flows |= more_flows
    if not flows:
        raise ConfigurationError(f"{', '.join(map(str, folders))}: no flows found; expected YAML files with `flows:`")
    return FlowSet(
        flows=flows,
        slots=slots,
        responses=_named(load_responses(responses), flows),
        triggers=_triggers(flows),
        interpreter=load_interpreter(_phrase_files(folders, phrases), source, trained),
        settings=dict(settings or {}),
        secrets=frozenset(slot.name for slot in slots.values() if slot.pii == NEVER_STORE),
        facts=facts,
    )


def load_store_flows(
    store: Path,
    settings: Mapping[str, Any],
    source: EncoderSource = NO_ENCODER,
    trained: Path | None = None,
    facts: Facts = NO_FACTS,
) -> FlowSet:
    """Reads the flows, responses and phrases that we ship, with those in the store's folder over them.

    Raises ConfigurationError.
    """
    found = sources(store)
    flows = load_flows(found.flows, found.responses, settings, found.phrases, source, trained, facts)
    check_whole(flows, store)
    return flows


def phrase_paths(store: Path) -> list[Path]:
    """Lists the files of phrases, ours and those in the store's folder. Raises ConfigurationError."""
    found = sources(store)
    return _phrase_files(found.flows, found.phrases)


def _phrase_files(folders: Sequence[Path], phrases: Sequence[Path]) -> list[Path]:
    """Lists all phrases, ours first: between patterns that match, the first decides."""
    flat = [path for folder in phrases for path in files(folder)]
    return [*flat, *(path for paths in layered(folders, phrase_files) for path in paths)]


def _read_layer(paths: Sequence[Path]) -> tuple[dict[str, Slot], dict[str, Flow]]:
    slots: dict[str, Slot] = {}
    flows: dict[str, Flow] = {}
    for path in paths:
        document = mapping(Place(str(path), 1), read(path), ("slots", "flows"))
        listed = mapping(place(path, document, "slots"), document.get("slots") or {})
        add(slots, {name: read_slot(path, listed, name) for name in listed})
        listed = mapping(place(path, document, "flows"), document.get("flows") or {})
        add(flows, {name: read_flow(path, listed, name) for name in listed})
    return slots, flows


def _named(responses: Responses, flows: Mapping[str, Flow]) -> Responses:
    """Lets a flow's own `name` stand where no text names it."""
    english = dict(responses.by_locale[DEFAULT_LOCALE])
    for flow in flows.values():
        key = f"flow_name_{flow.id}"
        if flow.name and key not in english:
            english[key] = Response(key, DEFAULT_LOCALE, flow.place, (Variation(Text(ENV, flow.name)),))
    return Responses({**responses.by_locale, DEFAULT_LOCALE: english}, responses.added)


def _triggers(flows: Mapping[str, Flow]) -> dict[str, str]:
    triggers: dict[str, str] = {}
    for flow in sorted(flows.values(), key=lambda flow: flow.otherwise):
        for intent in flow.triggers:
            if intent in triggers and flow.otherwise:
                continue
            if intent in triggers:
                fail(flow.place, f"{intent!r} starts {triggers[intent]} already", "one flow for an intent")
            triggers[intent] = flow.id
    return triggers
