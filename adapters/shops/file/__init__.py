"""Takes orders and products from a file that somebody exported: JSON or CSV."""

from adapters.shops.file.exports import Defaults
from adapters.shops.file.orders import read_orders
from adapters.shops.file.products import read_products

__all__ = ["Defaults", "read_orders", "read_products"]
