"""Reads products as a store writes them in JSON, and translates them into `core.shop.catalogue`."""

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from adapters.shops.fields import Currency, Day, Link, Money, Name, Options, Stock, Text
from adapters.shops.payloads.payload import Payload
from core.shop.catalogue import Product, Variant

MOST_VARIANTS = 2000


class VariantPayload(Payload):
    """One of a product's `variants`."""

    id: Name
    sku: Text | None = None
    options: Options | None = None
    price: Money | None = None
    currency: Currency | None = None
    stock: Stock | None = None
    available_on: Day | None = None

    def value(self) -> Variant:
        """Makes the Variant. Oversold is not in stock."""
        return Variant(
            id=self.id,
            sku=self.sku or "",
            options=self.options or {},
            price=self.price,
            currency=self.currency or "",
            stock=None if self.stock is None else max(self.stock, 0),
            available_on=self.available_on,
        )


class ProductPayload(Payload):
    """`product`."""

    id: Name
    title: Name
    description: Annotated[str, Field(max_length=20_000)] | None = None
    url: Link | None = None
    image: Link | None = None
    options: Annotated[list[Name], Field(max_length=20)] | None = None
    variants: Annotated[list[VariantPayload], Field(max_length=MOST_VARIANTS)] | None = None
    titles: Annotated[dict[Name, Name], Field(max_length=50)] | None = None
    tags: Annotated[list[Text], Field(max_length=100)] | None = None

    @model_validator(mode="after")
    def _once(self) -> "ProductPayload":
        ids = [each.id for each in self.variants or ()]
        if len(ids) != len(set(ids)):
            raise PydanticCustomError("twice", "two variants have the same id")
        return self

    def value(self) -> Product:
        """Makes the Product. Options that are named nowhere but in a variant come last."""
        variants = tuple(each.value() for each in self.variants or ())
        named = dict.fromkeys([*(self.options or ()), *(name for each in variants for name in each.options)])
        return Product(
            id=self.id,
            title=self.title,
            description=self.description or "",
            url=self.url or "",
            image=self.image or "",
            options=tuple(named),
            variants=variants,
            titles=self.titles or {},
            tags=tuple(self.tags or ()),
        )
