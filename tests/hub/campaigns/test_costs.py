"""A group of recipients is planned, and told, with as many statements as one of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from hub.campaigns import running
from hub.campaigns.planning import plan_group
from storage.campaigns import campaigns, recipients
from storage.engine.store import Store
from tests.hub.campaigns.segmented import begun, house
from tests.hub.house import House
from tests.statements import listening


@contextmanager
def counted(made: House) -> Iterator[list[str]]:
    said: list[str] = []

    def hear(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    engines = (made.store.engine, made.store._reader)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    with listening(lambda statement, _: said.append(statement)):
        yield said
    for engine in engines:
        event.remove(engine, "before_cursor_execute", hear)


def cost(made: House, work: Callable[[], object]) -> int:
    with counted(made) as said:
        work()
    return len(said)


@pytest.mark.parametrize("kind", ["win_back", "holiday_cutoff"])
def test_many_cost_no_more_statements_than_few(store: Store, kind: str) -> None:
    made = house(store, 14)
    id_ = begun(made, kind=kind)
    with store.read() as conn:
        campaign = campaigns.by_id(conn, id_)
        assert campaign
        ids = recipients.between(conn, id_, "", 14)
        plan_group(made.hub, conn, campaign, ids, made.clock())  # statements are prepared once
        few, many = (
            cost(made, lambda number=number: plan_group(made.hub, conn, campaign, ids[:number], made.clock()))
            for number in (2, 12)
        )
    assert few == many
    running.tell_group(made.hub, campaign, made.clock(), 1)
    few, many = (
        cost(made, lambda number=number: running.tell_group(made.hub, campaign, made.clock(), number))
        for number in (2, 8)
    )
    assert few == many
