"""Reads where something is sent."""

from adapters.shops.fields import Text
from adapters.shops.payloads.payload import Payload
from core.shop.orders import StreetAddress


class AddressPayload(Payload):
    """`shipping_address`."""

    line1: Text | None = None
    line2: Text | None = None
    city: Text | None = None
    postcode: Text | None = None
    region: Text | None = None
    country: Text | None = None

    def value(self) -> StreetAddress:
        """Makes the StreetAddress, its country in capitals."""
        return StreetAddress(
            self.line1 or "",
            self.line2 or "",
            self.city or "",
            self.postcode or "",
            self.region or "",
            (self.country or "").upper(),
        )
