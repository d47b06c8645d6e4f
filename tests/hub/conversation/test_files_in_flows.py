"""Files, places and secrets on their way from a channel into a flow."""

from pathlib import Path

import pytest

from core.messages.pieces import Attachment
from flows.engine.flowset import FlowSet
from flows.engine.session import decode_session
from flows.loading.loader import LIBRARY, load_flows
from storage.engine.store import Store
from storage.media.tables import media
from storage.people.tables import conversations, messages
from storage.queues.tables import inbox
from tests.fakes import shipped_policies
from tests.hub.house import House

FLOWS = """\
slots:
  pictures: {type: image, multiple: true, max: 3}
  spot: {type: location}
  card: {type: text, pii: never_store}
  colour: {type: text}
flows:
  order_status:
    triggers: [order_status]
    steps:
      - {collect: pictures, utter: utter_thanks}
      - {collect: spot, utter: utter_acknowledge}
      - {collect: card, utter: utter_goodbye}
      - {collect: colour, utter: utter_hello_again}
"""


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> FlowSet:
    path: Path = tmp_path_factory.mktemp("files") / "flows.yaml"
    path.write_text(FLOWS)
    return load_flows([*LIBRARY, path], settings=shipped_policies().settings())


def test_they_reach_the_flow_and_secrets_stay_nowhere(store: Store, flows: FlowSet) -> None:
    house = House(store, flows=flows)
    house.hear("where is my order?")
    house.hear(attachments=(Attachment("image", "ref-1"),))
    house.hear(attachments=(Attachment("image", "ref-2"),))
    house.hear("done")
    house.hear(attachments=(Attachment("location", data={"latitude": 1.5, "longitude": 2.5, "address": "Main St"}),))
    house.hear("4111 1111 1111 1111")
    (frame,) = decode_session(house.row(conversations).session).stack
    kept = {row.id for row in house.rows(media)}
    assert [(each["id"] in kept, each["kind"]) for each in frame.slots["pictures"]] == [(True, "image")] * 2
    assert frame.slots["spot"] == {"latitude": 1.5, "longitude": 2.5, "address": "Main St"}
    assert "card" not in frame.slots
    rows = [*house.rows(messages), *house.rows(inbox), *house.rows(conversations)]
    assert "4111" not in "".join(map(str, rows))
    assert [row.text for row in house.rows(messages) if row.author == "customer"][-1] == "•••"
