"""A customer is erased in the running system: their words and pictures are gone from Slack as well."""

import json

from tests.journeys.actors import until
from tests.journeys.system import System


def test_our_posts_are_deleted_in_slack_and_agents_words_are_listed(desk: System) -> None:
    gone = desk.meet(name="Greta Gone")
    desk.say(gone, "agent")
    root = desk.slack_root("Greta Gone")
    desk.say(gone, "I live at 5 Secret Street")
    desk.slack_expect(root, "Secret Street")
    reply = desk.slack_reply(root, "noted")
    desk.slack_sent(reply)
    desk.settled()
    erased = json.loads(desk.command("customer", "erase", desk.phone(gone)["number"], "--yes", "--json").stdout)
    assert [each["id"] for each in erased["stays at the desk"]] == [reply]
    until(
        lambda: "Secret Street" not in json.dumps(desk.slack()),
        lambda: f"the words to go; there is {desk.slack_told()}",
    )
    until(lambda: "Greta Gone" not in json.dumps(desk.slack()), "the card to go")
    desk.settled()
