"""Reads all that the store decides about its notices, from its folder (`config/store`), once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from core.errors import ConfigurationError
from core.files.documents import Document, found_in
from core.files.near import one_of
from notifications.catalogue.kind_file import CATEGORIES
from notifications.catalogue.loading import SHIPPED, load_kinds
from notifications.facts import When
from notifications.notice import Kinds, Notice
from notifications.planning.caps import Cap
from notifications.rules.rule import NO_RULES, Rule, Rules
from notifications.store.calendars import Calendar, load_cutoffs
from notifications.store.prices import Prices, load_prices
from notifications.store.shipping import Shipping, load_shipping
from notifications.store.shop import Shop, load_shop
from notifications.wording.provider_templates import ProviderTemplates
from notifications.wording.template_file import load_provider_templates
from notifications.wording.texts import PACKAGED, Texts, check_own, load_texts


class Policy(msgspec.Struct, frozen=True):
    """Holds the store's rules. `suspended`: provider templates not to be used now (a status webhook said so)."""

    shop: Shop
    kinds: Kinds
    texts: Texts
    templates: ProviderTemplates
    cutoffs: Calendar
    shipping: Shipping
    prices: Prices = Prices()
    suspended: frozenset[str] = frozenset()
    rules: Rules = NO_RULES

    def when(self, now: datetime) -> When:
        """Returns the moment, by the store's own clock and calendar."""
        return When(now, self.shop.zone, self.cutoffs)

    def asked(self) -> Kinds:
        """Returns the kinds whose news are listened for: all but those that nobody switched on. One that the store
        switched off is asked too, so that its trace says so."""
        return {name: kind for name, kind in self.kinds.items() if kind.is_on or name in self.shop.notices}

    def rule_of(self, notice: Notice) -> Rule | None:
        """Returns the rule that sends a notice; None for one that is sent by itself, or whose rule is gone."""
        return self.rules.find(notice.rule)

    def sends(self, kind: str) -> bool:
        """Tells whether the store sends notices of this kind."""
        return self.shop.notices.get(kind, self.kinds[kind].is_on)

    def caps_of(self, kind: str) -> list[tuple[str, Cap]]:
        """Returns the caps of a kind, each with the category or kind that it counts; none of one that is gone."""
        found = self.kinds.get(kind)
        return self.shop.caps_of(kind, found.category) if found else []


def load_policy(
    store: Path,
    channels: Sequence[str],
    providers: Collection[str],
    previews: Collection[str] | None = None,
    other_name: str = "",
    shipped: Path | None = None,
) -> Policy:
    """Reads `shop.yaml`, `templates.yaml`, `cutoffs.yaml`, `shipping.yaml`; `notices/*.yaml` and `prices.yaml`, if any,
    over ours.

    `channels` are those that there are, in the order in which a notice tries them when `shop.yaml` names none;
    `providers` those with approved templates, `previews` the channels whose link previews are ours to choose;
    `other_name` is the shop's when `shop.yaml` has none; a file that is missing is read from `shipped`.

    Raises ConfigurationError.
    """
    folders = (store, shipped or store)
    described = found_in("shop.yaml", *folders)
    shop = load_shop(described, channels, previews, other_name)
    check_own(store / "notices")
    kinds = load_kinds(SHIPPED, store / "notices")
    strange = next((kind for kind in shop.notices if kind not in kinds), None)
    if strange:
        raise Document(described).fault(one_of(strange, kinds), "notices", strange)
    capped = next((sort for sort in shop.caps if sort not in (*CATEGORIES, *kinds)), None)
    if capped:
        raise Document(described).fault(one_of(capped, [*CATEGORIES, *kinds]), "caps", capped)
    texts = load_texts(kinds, channels, *PACKAGED, store / "notices")
    missing = [kind for kind, locales in texts.kinds.items() if shop.locale not in locales]
    if missing or shop.locale not in texts.common:
        which = f" of the notice {missing[0]}" if missing and shop.locale in texts.common else ""
        raise ConfigurationError(f"{described}: locale: there are no texts{which} in {shop.locale}")
    _check_choices(kinds, texts)
    templates = load_provider_templates(found_in("templates.yaml", *folders), kinds, texts, providers)
    cutoffs = load_cutoffs(found_in("cutoffs.yaml", *folders))
    listed = [path for path in (folder / "prices.yaml" for folder in dict.fromkeys(folders[::-1])) if path.exists()]
    prices = load_prices(channels, *listed)
    return Policy(shop, kinds, texts, templates, cutoffs, load_shipping_of(folders, cutoffs), prices)


def _check_choices(kinds: Kinds, texts: Texts) -> None:
    """Raises ConfigurationError for a button without a title in one of the languages."""
    for kind in kinds.values():
        for locale in texts.kinds[kind.name].keys() & texts.common.keys():
            for each in kind.choices:
                if each not in texts.common[locale].choices:
                    raise ConfigurationError(
                        f"notices: {kind.name}: choices: {each} has no title in {locale}; write it into "
                        f"notices/common.{locale}.yaml, under choices"
                    )


def load_shipping_of(folders: tuple[Path, Path], cutoffs: Calendar) -> Shipping:
    """Reads `shipping.yaml`; ours goes with our `cutoffs.yaml`, and a store that has only its own delivers as yet
    nowhere that we could tell of."""
    own, shipped = folders
    folder = own if (own / "shipping.yaml").exists() or (own / "cutoffs.yaml").exists() else shipped
    path = folder / "shipping.yaml"
    return load_shipping(path, cutoffs) if path.exists() else Shipping("USD")
