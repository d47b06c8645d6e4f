"""Shows how returns stand: `doorstep returns`."""

from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import database, installation, json_option, refuse, show

if TYPE_CHECKING:
    from core.desk.return_glance import ReturnGlance
    from core.shop.returns import ReturnRecord
    from storage.shop.filed_returns import Filed
    from storage.shop.return_refunds import ReturnRefund

STATES = (
    "requested",
    "approved",
    "refused",
    "label_sent",
    "in_transit",
    "received",
    "inspected",
    "completed",
    "cancelled",
)


@click.group()
def returns() -> None:
    """Returns, as customers, the store and the desk left them (docs/desk/returns.md)."""


@returns.command(name="list")
@click.option("--state", type=click.Choice(STATES), help="Only those that stand so.")
@click.option("--order", "order_number", help="Only those of this order.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="So many, the newest.")
@json_option
def list_(state: str | None, order_number: str | None, limit: int, as_json: bool) -> None:
    """Show returns, the newest first: the state that customers hear of, then its three tracks."""
    from storage.shop import returns as rows

    with database() as opened, opened.store.read() as conn:
        found = rows.listed(conn, rows.Sought(state, order_number, limit))
    shown = [{**_stands(row.record), "store_id": row.store_id, "created_at": row.created_at} for row in found]
    none = "There is no return." if state is None and order_number is None else "There is no such return."
    show(shown, as_json=as_json, text="\n".join(map(_line, shown)) or none)


@returns.command(name="show")
@click.argument("id_", metavar="ID")
@json_option
def show_(id_: str, as_json: bool) -> None:
    """Show a return with what was decided, counted and paid. ID: our number for it (R1001-1), or the store's."""
    from hub.desk.returns import view
    from hub.returns.moves import SERVICE
    from storage.shop import filed_returns, return_refunds

    with installation() as parts, parts.hub.store.read() as conn:
        filed = filed_returns.named(conn, id_)
        if filed is None:
            raise refuse(f"there is no return {id_}; `doorstep returns list` shows those there are")
        money = return_refunds.newest_of(conn, filed.id)
        glance = view.glance(parts.hub, conn, filed, SERVICE, parts.hub.now())
    show({**_stands(filed.record), **_decided(filed, money)}, as_json=as_json, text="\n".join(_told(glance)))


def _stands(record: "ReturnRecord") -> dict[str, Any]:
    from core.shop.return_tracks import of_record

    tracks = of_record(record)
    return {
        "id": record.id,
        "order": record.order_number,
        "state": record.state.value,
        "approval": tracks.approval.value,
        "logistics": tracks.logistics.value,
        "settlement": tracks.settlement.value,
        "resolution": record.resolution or None,
        "refusal": record.refusal or None,
    }


def _decided(filed: "Filed", money: "ReturnRefund | None") -> dict[str, Any]:
    import msgspec

    lines = [
        {**line.asked(), "came": msgspec.to_builtins(filed.counts[line.line_id])}
        if line.line_id in filed.counts
        else line.asked()
        for line in filed.record.lines
    ]
    return {
        "store_id": filed.store_id or None,
        "decided_by": filed.decided_by or None,
        "lines": lines,
        "label_url": filed.record.label_url or None,
        "refund": msgspec.to_builtins(money) if money else None,
        "created_at": filed.created_at,
    }


def _line(shown: dict[str, Any]) -> str:
    tracks = " / ".join(shown[name] for name in ("approval", "logistics", "settlement"))
    at = f"{shown['created_at']:%Y-%m-%d %H:%M}"
    return f"{shown['id']:<12}  order {shown['order']:<10}  {shown['state']:<10}  {at}  {tracks}"


def _told(glance: "ReturnGlance") -> list[str]:
    stands = [f"{name}: {' '.join(filter(None, (value, user)))}" for name, value, user in glance.stands]
    sums = [f"{name}: {value}" for name, value in glance.sums]
    trouble = [f"! {glance.trouble}"] if glance.trouble else []
    return [glance.title, *(f"  {item}" for item in glance.items), *stands, *glance.policy, *sums, *trouble]
