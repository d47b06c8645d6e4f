"""Prints what an installation with one more button shows on a card and answers to a press."""

import json
import sys
from pathlib import Path

from adapters.desks.slack.blocks.card import card
from adapters.desks.slack.inbound.parse import parse
from storage.engine import migrate
from storage.engine.store import Store
from tests.hub.desk.slack_press import pressed
from tests.hub.house import ANNA, House


def told(folder: Path) -> dict[str, object]:
    """Returns the card's words, and the answer to the button that was added."""
    store = Store(f"sqlite:///{folder / 'doorstep.db'}")
    migrate.upgrade(store)
    house = House(store)
    house.hear("agent")
    house.send()
    view = next(view for view in house.desk.views if view)
    blocks = card(view).blocks
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    labels = [each["text"]["text"] for row in rows for each in row]
    house.desk.posts.clear()
    event = parse(pressed(blocks, "Weigh", ANNA), house.clock())
    assert event
    house.act(event)
    (answer,) = house.ephemerals()
    store.close()
    return {"card": labels, "answer": answer.text}


if __name__ == "__main__":
    print(json.dumps(told(Path(sys.argv[1]))))  # noqa: T201 - the test reads it
