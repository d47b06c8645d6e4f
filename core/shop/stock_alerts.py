"""Describes who waits for a product to be in stock again."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

import msgspec

from core.shop.catalogue import Product


class AlertState(StrEnum):
    """Says how a wish to be told stands."""

    WAITING = "waiting"
    TOLD = "told"
    TAKEN_BACK = "taken_back"


class StockAlert(msgspec.Struct, frozen=True):
    """One customer's wish to be told, once. `variant_ids` are the forms that will do; none: any."""

    id: str
    product_id: str
    variant_ids: tuple[str, ...]
    asked_at: datetime
    conversation_id: str = ""

    def covers(self, product_id: str, variant_ids: Collection[str]) -> bool:
        """Tells whether it is a wish for these variants (none: any) of a product, maybe among others."""
        if self.product_id != product_id or not self.variant_ids:
            return self.product_id == product_id
        return bool(variant_ids) and set(variant_ids) <= set(self.variant_ids)

    def is_met(self, product: Product, today: date) -> bool:
        """Tells whether what is waited for can be sent now."""
        wanted = [each for each in product.variants if not self.variant_ids or each.id in self.variant_ids]
        return self.product_id == product.id and any(each.is_there(today) for each in wanted)
