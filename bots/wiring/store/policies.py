"""Reads what the store decides about its notices and cases, without the flows."""

from pathlib import Path

import msgspec

from adapters.channels import registry
from bots.wiring.store.watch import version
from config.settings import SHIPPED_STORE
from core.cases.desk_times import load_desk_times
from core.cases.routing import Routing, load_routing
from core.desk.saved_replies import FILE as SAVED_FILE
from core.desk.saved_replies import load_saved_replies
from core.files.documents import Document, found_in, listed_in
from flows.loading.policies import Policies, load_policies
from hub.store_folder import StoreFolder
from insights.metrics.targets import fault
from notifications.rules.rules_file import FILE as RULES_FILE
from notifications.rules.rules_file import load_rules
from notifications.store.policy import Policy, load_policy
from notifications.store.shop import Shop, load_shop
from notifications.wording.texts import PACKAGED

SHIPPED = PACKAGED


def load_for_notices(store: Path) -> StoreFolder:
    """Reads the folder as far as notices are planned by it. Raises ConfigurationError."""
    policies = load_policies(found_in("policies.yaml", store, SHIPPED_STORE))
    times = load_desk_times(found_in("sla.yaml", store, SHIPPED_STORE))
    routing = load_routing(found_in("routing.yaml", store, SHIPPED_STORE), times.policies)
    saved = load_saved_replies(listed_in(SAVED_FILE, SHIPPED_STORE, store), routing.teams)
    notices = _notices(store, policies, routing)
    return StoreFolder(None, policies, notices, routing, times, saved=saved, version=version(store, SHIPPED))


def _notices(store: Path, policies: Policies, routing: Routing) -> Policy:
    channels, previews = tuple(registry.lines()), registry.with_link_previews()
    notices = load_policy(store, channels, registry.with_templates(), previews, policies.store_name, SHIPPED_STORE)
    _check_targets(found_in("shop.yaml", store, SHIPPED_STORE), notices.shop)
    rules = load_rules(found_in(RULES_FILE, store, SHIPPED_STORE), notices.kinds, routing.teams)
    return msgspec.structs.replace(notices, rules=rules)


def load_shop_of(store: Path) -> Shop:
    """Reads no more than `shop.yaml` (and the name in the policies). Raises ConfigurationError."""
    other_name = load_policies(found_in("policies.yaml", store, SHIPPED_STORE)).store_name
    path = found_in("shop.yaml", store, SHIPPED_STORE)
    shop = load_shop(path, tuple(registry.lines()), registry.with_link_previews(), other_name)
    _check_targets(path, shop)
    return shop


def _check_targets(path: Path, shop: Shop) -> None:
    wrong = fault(shop.targets)
    if wrong:
        name, expected = wrong
        raise Document(path).fault(expected, "targets", name)
