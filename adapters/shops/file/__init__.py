"""Takes orders from a file that somebody exported: JSON or CSV."""

from adapters.shops.file.exports import Defaults
from adapters.shops.file.orders import read_orders

__all__ = ["Defaults", "read_orders"]
