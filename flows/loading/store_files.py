"""Finds the store's own flows, texts and phrases in its folder, and refuses what does not belong there."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from core.errors import ConfigurationError
from core.files.documents import files, place, read
from core.files.near import one_of
from flows import library, understanding
from flows.engine.flowset import FlowSet
from flows.files import FLOW, PHRASES, TESTS, phrase_files
from flows.language.responses import DEFAULT_LOCALE

SHIPPED_PHRASES = Path(understanding.__file__ or "").parent / "phrases"
FLOWS, RESPONSES, PHRASE_FOLDER = "flows", "responses", "phrases"
NOTES = (".md", ".txt")
ENGINE_S = ("common", "menu")  # folders with flows and texts that the engine itself asks for
HUMAN = "human"  # the intent by which a customer asks for a person
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Sources(msgspec.Struct, frozen=True):
    """Lists where flows, responses and phrases are read: ours, then the store's."""

    flows: tuple[Path, ...] = (library.HERE,)
    responses: tuple[Path, ...] = (library.HERE,)
    phrases: tuple[Path, ...] = (SHIPPED_PHRASES,)


def sources(store: Path) -> Sources:
    """Finds the folders there are in the store's. Raises ConfigurationError for a file that would never be read."""
    flows, responses, phrases = store / FLOWS, store / RESPONSES, store / PHRASE_FOLDER
    _check_flows(flows)
    for folder in (responses, phrases):
        for path in _visible(folder):
            _check_locale(path, ())
    own = [folder for folder in (flows, responses) if folder.is_dir()]
    return Sources(
        (library.HERE, *(folder for folder in (flows,) if folder in own)),
        (library.HERE, *own),
        (SHIPPED_PHRASES, *(folder for folder in (phrases,) if folder.is_dir())),
    )


def check_whole(flows: FlowSet, store: Path) -> None:
    """Raises ConfigurationError for what the store's files leave out although the engine itself asks for it, and for
    phrases of an intent that nothing has."""
    _check_intents(flows, store)
    if HUMAN not in flows.triggers:
        raise ConfigurationError(
            f"{store / FLOWS}: no flow has {HUMAN!r} among its triggers; nobody could ask for a person"
        )
    for folder in ENGINE_S:
        for name, there in ((FLOW, flows.flows.keys()), (f"{DEFAULT_LOCALE}.yaml", _keys(flows))):
            own, shipped = store / FLOWS / folder / name, read(library.HERE / folder / name)
            wanted = shipped["flows"] if name == FLOW else shipped
            missing = [key for key in wanted if key not in there] if own.exists() else []
            if missing:
                raise ConfigurationError(f"{own}:1: {missing[0]} is missing; the conversation itself needs it")


def _check_intents(flows: FlowSet, store: Path) -> None:
    own = [*files(store / PHRASE_FOLDER), *phrase_files(store / FLOWS)] if (store / PHRASE_FOLDER).is_dir() else []
    shipped = [*files(SHIPPED_PHRASES), *phrase_files(library.HERE)] if own else []
    known = {*flows.triggers, *(intent for path in shipped for intent in read(path))}
    for path in own:
        document = read(path)
        for intent in document:
            if intent not in known:
                where = place(path, document, intent)
                raise ConfigurationError(f"{where}: no flow has the intent {intent!r}; {one_of(intent, sorted(known))}")


def _keys(flows: FlowSet) -> Collection[str]:
    return flows.responses.by_locale[DEFAULT_LOCALE].keys()


def _check_flows(folder: Path) -> None:
    shipped = {path.parent.name for path in library.HERE.glob(f"*/{FLOW}")}
    for flow in _visible(folder):
        if not flow.is_dir():
            raise ConfigurationError(f"{flow}: expected a folder for each flow, with {FLOW} and texts in it")
        for path in _visible(flow):
            _check_locale(path, (FLOW, PHRASES, TESTS))
        if flow.name not in shipped and not (flow / FLOW).exists():
            wanted = one_of(flow.name, sorted(shipped))
            raise ConfigurationError(f"{flow}: there is no {FLOW} in it, and we ship no such flow; {wanted}")


def _check_locale(path: Path, others: tuple[str, ...]) -> None:
    if path.suffix == ".py":
        raise ConfigurationError(f"{path}: Python is not run from the store's folder; expected YAML")
    named = path.suffix == ".yaml" and (path.name in others or _LOCALE.fullmatch(path.stem))
    if not named and path.suffix not in NOTES:
        wanted = one_of(path.name, [*others, "en.yaml", "zh.yaml"])
        raise ConfigurationError(f"{path}: this file is not read; {wanted}")


def _visible(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "__pycache__")))
