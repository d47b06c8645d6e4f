"""Imports the catalogue: `doorstep catalog`."""

from pathlib import Path

import click

from bots.cli.common import counted, database, json_option, progress_bar, refuse, show

GROUP = 200  # products of one transaction


@click.group()
def catalog() -> None:
    """Products of the store."""


@catalog.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file, keep nothing.")
@json_option
def import_products(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take over products from a file: a JSON array of them, or CSV with a row per variant.

    A product of the file replaces the one with its id; others stay.
    """
    from adapters.shops.file import read_products
    from core.errors import MalformedPayload

    try:
        found, errors = read_products(file)
    except MalformedPayload as error:
        raise refuse(f"{file}: {error}") from error
    for row, message in errors:
        click.echo(f"{file}:{row}: {message}", err=True)
    if errors:
        raise refuse(
            f"{len(errors)} of {counted(len(found) + len(errors), 'product')} cannot be read; nothing was imported"
        )
    if not dry_run:
        from storage.shop import products

        with database() as opened:
            now = opened.now()
            with progress_bar("Importing", len(found), quiet=as_json) as bar:
                for start in range(0, len(found), GROUP):
                    group = found[start : start + GROUP]
                    with opened.store.write() as conn:
                        products.save(conn, opened.store, [(product, now) for product in group])
                    bar.update(len(group))
    variants = sum(len(product.variants) for product in found)
    word = "would be imported" if dry_run else "imported"
    told = {"products": len(found), "variants": variants, "dry_run": dry_run}
    show(
        told,
        as_json=as_json,
        text=f"{counted(len(found), 'product')} with {counted(variants, 'variant')} {word}.",
    )
