"""Reads STORE_DIR whole, checks it whole, and looks whether it has changed."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from adapters.channels import registry
from adapters.channels.capability_table import load_all
from bots.wiring import clock_time
from config.agents import load_agents
from config.settings import SHIPPED_STORE
from core.cases.desk_times import DeskTimes, load_desk_times
from core.cases.routing import Routing, load_routing
from core.errors import ConfigurationError
from core.files.documents import found_in, place, read
from core.files.near import hint
from flows import library
from flows.files import text_files
from flows.linting.finding import WARNING, Finding
from flows.linting.lint import ERROR, as_finding, lint
from flows.linting.phrases import phrase_findings
from flows.loading.earlier import with_earlier
from flows.loading.faq import due, load_faq
from flows.loading.loader import NO_ENCODER, load_store_flows, phrase_paths
from flows.loading.policies import Policies, load_policies
from flows.loading.store_files import SHIPPED_PHRASES, sources
from flows.understanding.classifier.trained import EncoderSource
from hub.store_facts import StoreFacts, faq_scope
from hub.store_folder import Shelf, StoreFolder
from notifications.rules.rules_file import FILE as RULES_FILE
from notifications.rules.rules_file import load_rules
from notifications.store.calendars import past_holidays
from notifications.store.policy import Policy, load_policy
from notifications.store.shop import Shop, load_shop
from notifications.wording.texts import PACKAGED

log = logging.getLogger(__name__)

SHIPPED = (library.HERE, SHIPPED_PHRASES, *PACKAGED)
FILES = (
    *("shop.yaml", "policies.yaml", "cutoffs.yaml", "shipping.yaml", "faq.yaml", "templates.yaml"),
    *("prices.yaml", "routing.yaml", "sla.yaml", "agents.yaml", RULES_FILE),
)
FOLDERS = ("flows", "responses", "phrases", "notices")
YAML, EXAMPLE = (".yaml", ".yml"), ".example.yaml"
LOOK_SECONDS = 5.0

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
    hashed = version(store)
    policies = _loaded("policies", lambda: load_policies(found_in("policies.yaml", store, SHIPPED_STORE)))
    notices = _loaded("policies", lambda: _notices(store, policies))
    settings = policies.settings(notices.shop.name)
    facts = _loaded("policies", lambda: _facts(store, policies, notices))
    flows = _loaded("flows", lambda: load_store_flows(store, settings, source, trained, facts))
    roles = _loaded("policies", lambda: load_agents(store / "agents.yaml"))
    routing = _loaded("policies", lambda: _routing(store))
    notices = _loaded("policies", lambda: _with_rules(store, notices, routing))
    times = _loaded("policies", lambda: _times(store))
    mistakes = [finding for finding in lint(flows) if finding.severity == ERROR]
    if mistakes:
        first = mistakes[0]
        more = f" ({len(mistakes) - 1} more: doorstep flows lint)" if len(mistakes) > 1 else ""
        raise NotLoadedError("flows", f"{first.file}:{first.line}: {first.message}{more}")
    flows = with_earlier(flows, versions) if versions else flows
    return StoreFolder(
        flows, policies, notices, routing, times, roles, hashed, tuple(_warnings(store, policies, notices.shop.name))
    )


def findings(store: Path) -> list[Finding]:
    """Finds everything that is wrong in the folder, and in what we ship; a file that cannot be read is one finding."""
    found: list[Finding] = []
    shop = Policies().store_name
    try:
        policies = load_policies(found_in("policies.yaml", store, SHIPPED_STORE))
        notices = _notices(store, policies)
        load_agents(store / "agents.yaml")
        _with_rules(store, notices, _routing(store))
        _times(store)
        shop = notices.shop.name
        found += [as_finding(sentence, WARNING) for sentence in _warnings(store, policies, shop)]
        found += [as_finding(sentence, WARNING) for sentence in _unspoken(notices)]
        _facts(store, policies, notices)
        today = clock_time.now().astimezone(notices.shop.zone).date()
        found += [as_finding(sentence, WARNING) for sentence in due(_answers(store), today)]
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


def load_rules_of(store: Path) -> Policy:
    """Reads what the store decides about notices, and its rules. Raises ConfigurationError."""
    policies = load_policies(found_in("policies.yaml", store, SHIPPED_STORE))
    return _with_rules(store, _notices(store, policies), _routing(store))


def _with_rules(store: Path, notices: Policy, routing: Routing) -> Policy:
    rules = load_rules(found_in(RULES_FILE, store, SHIPPED_STORE), notices.kinds, routing.teams)
    return msgspec.structs.replace(notices, rules=rules)


def _routing(store: Path) -> Routing:
    return load_routing(found_in("routing.yaml", store, SHIPPED_STORE))


def _times(store: Path) -> DeskTimes:
    return load_desk_times(found_in("sla.yaml", store, SHIPPED_STORE))


def _facts(store: Path, policies: Policies, notices: Policy) -> StoreFacts:
    faq = load_faq(_answers(store), faq_scope(policies, notices), _locales(store))
    return StoreFacts(notices, faq)


def _answers(store: Path) -> list[Path]:
    return [path for path in dict.fromkeys((SHIPPED_STORE / "faq.yaml", store / "faq.yaml")) if path.exists()]


def _locales(store: Path) -> list[str]:
    """Lists the languages that there are texts in, ours and the store's."""
    texts = [path for folder in sources(store).responses for path in text_files(folder)]
    return sorted({path.stem for path in texts})


def _notices(store: Path, policies: Policies) -> Policy:
    channels, previews = tuple(registry.lines()), registry.with_link_previews()
    return load_policy(store, channels, registry.with_templates(), previews, policies.store_name, SHIPPED_STORE)


def load_shop_of(store: Path) -> Shop:
    """Reads no more than `shop.yaml` (and the name in the policies). Raises ConfigurationError."""
    other_name = load_policies(found_in("policies.yaml", store, SHIPPED_STORE)).store_name
    return load_shop(
        found_in("shop.yaml", store, SHIPPED_STORE), tuple(registry.lines()), registry.with_link_previews(), other_name
    )


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


def version(store: Path) -> str:
    """Hashes all files that are read: ours, and the store's."""
    digest = hashlib.blake2s(digest_size=8)
    for folder, path in _files(store):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Watch:
    """Looks whether the files have changed, and brings what they say now."""

    def __init__(self, store: Path, shelf: Shelf, load: Callable[[Path], StoreFolder] = load_folder) -> None:
        self._store = store
        self._shelf = shelf
        self._load = load
        self._seen: list[tuple[str, int, int]] = []
        self._refused = ""

    def look(self) -> None:
        """Looks once. A mistake is logged, and what was in use stays."""
        try:
            seen = [(str(path), (stat := path.stat()).st_mtime_ns, stat.st_size) for _, path in _files(self._store)]
            if seen == self._seen:
                return
            self._seen = seen
            self._take(version(self._store))
        except OSError as error:  # a folder that is being exchanged
            log.warning("the store's folder cannot be read; what was stays in use", extra={"error": str(error)})

    def _take(self, new: str) -> None:
        if new in (self._shelf.now.version, self._refused):
            return
        try:
            self._shelf.bring(self._load(self._store))
        except ConfigurationError as error:
            self._refused = new
            log.warning(
                "a change of the store's files is not taken; what was stays in use", extra={"mistake": str(error)}
            )


def _files(store: Path) -> Iterator[tuple[Path, Path]]:
    """Lists all YAML files with the folder they are read from; Python in the store's too, as it is refused."""
    for folder in (*SHIPPED, store):
        suffixes = (*YAML, ".py") if folder == store else YAML
        yield from ((folder, path) for path in sorted(folder.rglob("*")) if path.suffix in suffixes)
