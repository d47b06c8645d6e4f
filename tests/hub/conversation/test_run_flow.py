"""Flows on the database: what their actions make of a fault of their own, and of one of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from flows.engine.actions import ACTIONS, Result, action
from flows.engine.context import ActionContext
from flows.loading.loader import LIBRARY, load_flows
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.queues import inbox
from storage.queues.tables import inbox as inbox_table
from tests.fakes import shipped_policies
from tests.hub.conversation.test_receive import JANE
from tests.hub.house import House
from tests.statements import listening
from tests.storage.orders_sample import saved_order

FAULTY = """\
flows:
  order_status:
    triggers: [order_status]
    steps:
      - action: faulty_for_test
        on_error: sorry
        next: END
      - id: sorry
        utter: utter_thanks
"""


@pytest.fixture
def faulty() -> Iterator[None]:
    @action("faulty_for_test")
    def faulty(ctx: ActionContext) -> Result:
        raise RuntimeError(ctx.address.value)

    yield
    del ACTIONS["faulty_for_test"]


@pytest.mark.usefixtures("faulty")
def test_an_action_that_fails_leads_to_its_on_error(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(FAULTY)
    flows = load_flows([*LIBRARY, path], settings=shipped_policies().settings())
    house = House(store, flows=flows)
    house.hear("where is my order?")
    assert house.texts() == [flows.say("utter_thanks", "en")]
    assert house.rows(cases) == []


@contextmanager
def one_fault() -> Iterator[None]:
    """Fails the next statement that reads orders, as if the database were away."""
    failed: list[str] = []

    def refuse(text: str, _values: object) -> None:
        if not failed and text.startswith("SELECT orders."):
            failed.append(text)
            raise OperationalError(text, {}, Exception("the server closed the connection unexpectedly"))

    with listening(refuse):
        yield
    assert failed


def test_a_database_fault_under_an_action_makes_the_turn_come_again(house: House) -> None:
    saved_order(house.store, JANE)
    with one_fault():
        house.hear("where is my order?")
    assert house.row(inbox_table).state == inbox.PENDING
    assert house.texts() == []
    house.later(minutes=1)
    house.drain()
    (answer,) = house.texts()
    assert "#1001" in answer
    assert house.rows(cases) == []
