"""Imports orders: `doorstep orders`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bots.cli.common import counted, installation, json_option, progress_bar, refuse, show

if TYPE_CHECKING:
    from adapters.shops.file import Defaults
    from core.shop.orders import Order
    from core.shop.store_events import OrderEvent

GROUP = 50  # orders of one transaction


@click.group()
def orders() -> None:
    """Orders of the store."""


@orders.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file, keep nothing.")
@json_option
def import_orders(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take over orders from a file: JSON, CSV, or the order export of Shopify or WooCommerce as it is.

    History is silent: nobody is written to.
    """
    from adapters.shops.file import read_orders
    from core.errors import MalformedPayload

    try:
        found, errors, notes = read_orders(file, _defaults())
    except MalformedPayload as error:
        raise refuse(f"{file}: {error}") from error
    for row, message in [*errors, *notes]:
        click.echo(f"{file}:{row}: {message}", err=True)
    if errors:
        raise refuse(
            f"{len(errors)} of {counted(len(found) + len(errors), 'order')} cannot be read; nothing was imported"
        )
    if not dry_run:
        from hub.orders import apply

        with installation() as parts:
            now = parts.hub.now()
            with progress_bar("Importing", len(found), quiet=as_json) as bar:
                for start in range(0, len(found), GROUP):
                    group = [_imported(order, file.name) for order in found[start : start + GROUP]]
                    with parts.hub.store.write() as conn:
                        apply.keep_silently(parts.hub, conn, group, now)
                    bar.update(len(group))
    word = "would be imported" if dry_run else "imported"
    told = {"orders": len(found), "dry_run": dry_run, "notes": [{"row": row, "note": note} for row, note in notes]}
    show(told, as_json=as_json, text=f"{counted(len(found), 'order')} {word}.")


def _defaults() -> "Defaults":
    """Says what a shop's export leaves unsaid: the zone of its times, the currency."""
    from adapters.shops.file import Defaults
    from bots.wiring.store.policies import load_shop_of
    from config.settings import load

    shop = load_shop_of(load().store_dir)
    return Defaults(shop.timezone, shop.currency)


def _imported(order: "Order", source: str) -> "OrderEvent":
    from core.shop.store_events import OrderEvent

    return OrderEvent(
        external_id=f"import:{order.number}", source=source, at=order.placed_at, kind="created", order=order
    )
