"""`doorstep customer`."""

import click

from bots.cli.common import installation, json_option, refuse, show


@click.group()
def customer() -> None:
    """One customer's data."""


@customer.command()
@click.argument("address_or_id")
@json_option
def export(address_or_id: str, as_json: bool) -> None:
    """Print everything kept about a customer (phone, e-mail, address or id), as JSON."""
    from storage import privacy  # noqa: PLC0415 - --help need not load it

    del as_json  # there is no other form
    with installation() as parts, parts.hub.store.read() as conn:
        id_ = privacy.find(conn, address_or_id)
        if id_ is None:
            raise refuse("there is no such customer")
        show(privacy.export(conn, id_), as_json=True)


@customer.command()
@click.argument("address_or_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def erase(address_or_id: str, yes: bool, as_json: bool) -> None:
    """Remove a customer's name, addresses and words for good. A STOP is kept."""
    from storage import privacy  # noqa: PLC0415 - --help need not load it

    with installation() as parts:
        with parts.hub.store.read() as conn:
            id_ = privacy.find(conn, address_or_id)
        if id_ is None:
            raise refuse("there is no such customer")
        if not yes:
            click.confirm("This cannot be undone. Erase?", abort=True)
        with parts.hub.store.write() as conn:
            erased = privacy.erase(conn, id_, parts.hub.now())
    show(erased, as_json=as_json, text=", ".join(f"{number} {what}" for what, number in erased.items()) + " erased.")
