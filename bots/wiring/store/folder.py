"""Reads STORE_DIR whole, and checks it whole."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from adapters.channels.capability_table import load_all
from bots.wiring import clock_time
from bots.wiring.store.answers import FAQ, load_answers
from bots.wiring.store.policies import load_for_notices
from bots.wiring.store.watch import YAML, version
from config.agents import load_agents
from config.settings import SHIPPED_STORE
from core.desk.saved_replies import FILE as SAVED_FILE
from core.errors import ConfigurationError
from core.files.documents import found_in, listed_in, place, read
from core.files.near import hint
from flows import library
from flows.files import text_files
from flows.linting.finding import WARNING, Finding
from flows.linting.lint import as_finding, lint, mistakes
from flows.linting.phrases import phrase_findings
from flows.loading.earlier import with_earlier
from flows.loading.faq import due
from flows.loading.loader import NO_ENCODER, load_store_flows, phrase_paths
from flows.loading.policies import Policies
from flows.loading.store_files import SHIPPED_PHRASES, sources
from flows.understanding.classifier.trained import EncoderSource
from hub.store_facts import StoreFacts
from hub.store_folder import StoreFolder
from notifications.rules.rules_file import FILE as RULES_FILE
from notifications.store.calendars import past_holidays
from notifications.store.policy import Policy
from notifications.wording.texts import PACKAGED

SHIPPED = (library.HERE, SHIPPED_PHRASES, *PACKAGED)
FILES = (
    *("shop.yaml", "policies.yaml", "cutoffs.yaml", "shipping.yaml", FAQ, "templates.yaml"),
    *("prices.yaml", "routing.yaml", "sla.yaml", "agents.yaml", RULES_FILE, SAVED_FILE),
)
FOLDERS = ("flows", "responses", "phrases", "notices")
EXAMPLE = ".example.yaml"

_T = TypeVar("_T")


class NotLoadedError(ConfigurationError):
    """Raised when a file of the store is wrong; `part` is the word of `/readyz` for what is missing then."""

    def __init__(self, part: str, words: str) -> None:
        super().__init__(words)
        self.part = part


def load_folder(
    store: Path, source: EncoderSource = NO_ENCODER, trained: Path | None = None, versions: Path | None = None
) -> StoreFolder:
    """Reads and checks the folder; `source` and `trained` as `flows.loading.phrases` wants them. `versions` is where
    earlier versions of pinned flows lie.

    Raises NotLoadedError with file and line of a mistake.
    """
    if not store.is_dir():
        raise NotLoadedError("policies", f"STORE_DIR: there is no folder {store}; name another, or leave it out")
    hashed = version(store, SHIPPED)
    decided = _loaded("policies", lambda: load_for_notices(store))
    policies, notices = decided.policies, decided.notices
    settings = policies.settings(notices.shop.name)
    facts = _loaded("policies", lambda: _facts(store, policies, notices, source))
    flows = _loaded("flows", lambda: load_store_flows(store, settings, source, trained, facts))
    agents = _loaded("policies", lambda: load_agents(store / "agents.yaml", decided.routing.teams))
    if wrong := mistakes(flows):
        first = wrong[0]
        more = f" ({len(wrong) - 1} more: doorstep flows lint)" if len(wrong) > 1 else ""
        raise NotLoadedError("flows", f"{first.file}:{first.line}: {first.message}{more}")
    flows = with_earlier(flows, versions) if versions else flows
    warnings = tuple(_warnings(store, policies, notices.shop.name))
    return replace(decided, spoken=flows, agents=agents, version=hashed, warnings=warnings)


def findings(store: Path) -> list[Finding]:
    """Finds everything that is wrong in the folder, and in what we ship; a file that cannot be read is one finding."""
    found: list[Finding] = []
    shop = Policies().store_name
    try:
        decided = load_for_notices(store)
        policies, notices = decided.policies, decided.notices
        load_agents(store / "agents.yaml", decided.routing.teams)
        shop = notices.shop.name
        found += [as_finding(sentence, WARNING) for sentence in _warnings(store, policies, shop)]
        found += [as_finding(sentence, WARNING) for sentence in _unspoken(notices)]
        _facts(store, policies, notices)
        today = clock_time.now().astimezone(notices.shop.zone).date()
        found += [as_finding(sentence, WARNING) for sentence in due(listed_in(FAQ, SHIPPED_STORE, store), today)]
        over = past_holidays(found_in("cutoffs.yaml", store, SHIPPED_STORE), today)
        found += [as_finding(sentence, WARNING) for sentence in over]
    except ConfigurationError as error:
        found.append(as_finding(str(error)))
    try:
        flows = load_store_flows(store, Policies().settings(shop))
        found += [*lint(flows, load_all()), *phrase_findings(phrase_paths(store), store, flows.interpreter.form)]
    except ConfigurationError as error:
        found.append(as_finding(str(error)))
    return found


def _unspoken(notices: Policy) -> Iterator[str]:
    """Finds languages that some notices have and others lack."""
    locales = sorted({locale for texts in notices.texts.kinds.values() for locale in texts})
    for kind, texts in notices.texts.kinds.items():
        yield from (f"notices: {kind} has no text in {locale}" for locale in locales if locale not in texts)


def _loaded(part: str, load: Callable[[], _T]) -> _T:
    try:
        return load()
    except ConfigurationError as error:
        raise NotLoadedError(part, str(error)) from error


def _facts(store: Path, policies: Policies, notices: Policy, source: EncoderSource = NO_ENCODER) -> StoreFacts:
    return StoreFacts(notices, load_answers(store, policies, notices, _locales(store), source))


def _locales(store: Path) -> list[str]:
    """Lists the languages that there are texts in, ours and the store's."""
    texts = [path for folder in sources(store).responses for path in text_files(folder)]
    return sorted({path.stem for path in texts})


def _warnings(store: Path, policies: Policies, shop: str) -> Iterator[str]:
    """Finds what is read otherwise than somebody may think, and what is not read at all."""
    if not (store / "shop.yaml").exists():
        yield f"{store / 'shop.yaml'}: there is no such file, so the shop is called {shop!r}, as in the one we ship"
    if policies.store_name:
        path = found_in("policies.yaml", store, SHIPPED_STORE)
        cure = f"the shop is called {shop!r}, by name in shop.yaml; remove this line"
        yield f"{place(path, read(path), 'store_name')}: store_name: {cure}"
    for path in sorted(store.iterdir()):
        known = FOLDERS if path.is_dir() else FILES
        if path.name not in known and _looks_read(path):
            yield f"{path}: this is not read{hint(path.name, known)}"


def _looks_read(path: Path) -> bool:
    like_one = path.is_dir() or path.suffix in YAML
    return like_one and not path.name.startswith((".", "_")) and not path.name.endswith(EXAMPLE)
