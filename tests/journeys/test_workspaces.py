"""Tests a desk in two Slack workspaces: each has its own cases, and what happens to one does not concern the other."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.actors import PATIENCE, Json, call, until
from tests.journeys.conftest import QUICK
from tests.journeys.system import ROOT, System, system

SECOND = "second"
LATER = 150  # seconds: what was refused for its token is tried each minute
RULE = "  - {{id: {channel}_desk, if: \"channel == '{channel}'\", then: {{channel: {place}}}}}\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose Telegram customers are answered in the second workspace, and those by SMS in a channel of
    their own."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        sandbox = made.make_sandbox()
        folder = made.var / "store"
        shutil.copytree(ROOT / "config" / "store", folder)
        routing = folder / "routing.yaml"
        places = {
            "telegram": f"{SECOND}/{sandbox.extra['slack_second_channel']}",
            "sms": sandbox.extra["slack_warehouse_channel"],
        }
        rules = "".join(RULE.format(channel=channel, place=place) for channel, place in places.items())
        routing.write_text(routing.read_text().replace("rules:\n", f"rules:\n{rules}", 1))
        address = {"CHANNELS_FILE": sandbox.extra["channels_file"], "PUBLIC_URL": made.product}
        made.start({**QUICK, **address, "STORE_DIR": str(folder)})
        assert made.command("channels", "setup").returncode == 0
        yield made


def posts(desk: System) -> list[Json]:
    """Reads the messages of the second workspace, oldest first."""
    found: list[Json] = [m for channel in _second(desk)["channels"] for m in channel["messages"]]
    return sorted(found, key=lambda message: str(message["ts"]))


def root_of(desk: System, name: str, timeout: float = PATIENCE) -> str:
    """Finds the newest card there that names this customer."""

    def found() -> str | None:
        roots = [m for m in posts(desk) if m.get("thread_ts", m["ts"]) == m["ts"] and name in m["text"]]
        return roots[-1]["ts"] if roots else None

    return until(found, lambda: f"a card of {name} in the second workspace; there is {posts(desk)}", timeout)


def act(desk: System, action: str, **body: Any) -> Json:
    """Does something in the second workspace."""
    done: Json = desk.api(f"slack/{action}", {"workspace": SECOND, **body})
    return done


def has(message: Json, words: str) -> bool:
    return words in message["text"] or words in str(message.get("blocks"))


def _second(desk: System) -> Json:
    found: Json = desk.api("state")["workspaces"][SECOND]
    return found


def test_each_workspace_has_its_own_cases_and_replies_do_not_cross(desk: System) -> None:
    first = desk.meet(name="Wanda West")
    other = desk.meet(name="Erik East", channels=["telegram"])
    desk.say(first, "agent")
    desk.say(other, "agent")
    mine, theirs = desk.slack_root("Wanda West"), root_of(desk, "Erik East")
    assert not any(has(m, "Erik East") for m in desk.slack())
    assert not any(has(m, "Wanda West") for m in posts(desk))

    desk.slack_reply(mine, "Hello Wanda, from the west")
    said = act(desk, "reply", thread_ts=theirs, text="Hello Erik, from the east", user="bea")
    desk.expect(first, "from the west")
    desk.expect(other, "from the east")
    assert not [b for b in desk.bubbles(first) if "from the east" in b["text"]]
    assert not [b for b in desk.bubbles(other) if "from the west" in b["text"]]

    def marked() -> bool:
        mark = next(m for m in posts(desk) if m["ts"] == said["ts"]).get("reactions", [])
        return any(each["name"] == "white_check_mark" for each in mark)

    until(marked, lambda: f"a mark on the reply; there is {posts(desk)}")

    card = next(m for m in posts(desk) if m["ts"] == theirs)
    until(lambda: "has it" in str(next(m for m in posts(desk) if m["ts"] == theirs)), lambda: f"a claim: {card}")
    answer = act(desk, "command", text="mine", user="bea")
    assert answer["ok"]
    listed = until(lambda: [m for m in posts(desk) if m.get("ephemeral_to") and has(m, "Erik East")], "my cases")
    assert not any(has(m, "Wanda West") for m in listed)  # the same id is somebody else's there


def test_a_request_that_names_a_team_of_nobody_is_refused(desk: System) -> None:
    other = desk.meet(name="Frieda Far", channels=["telegram"])
    desk.say(other, "agent")
    root = root_of(desk, "Frieda Far")
    channel = next(c for c in _second(desk)["channels"] if any(m["ts"] == root for m in c["messages"]))["id"]
    word = {"type": "message", "channel": channel, "thread_ts": root, "user": "U0BEA", "text": "from nowhere"}
    act(desk, "event", event={**word, "ts": "1796119280.000100", "event_ts": "1796119280.000100"}, team="T0NOBODY")

    def refused() -> bool:
        return any(e["platform"] == "slack" and e["direction"] == "in" and e["status"] == 401 for e in desk.api("log"))

    until(refused, "the refusal")
    act(desk, "reply", thread_ts=root, text="Hello Frieda", user="bea")
    desk.expect(other, "Hello Frieda")
    assert not [b for b in desk.bubbles(other) if "from nowhere" in b["text"]]


def test_one_workspace_that_removed_the_app_leaves_the_other_at_work(desk: System) -> None:
    first = desk.meet(name="Willa West")
    other = desk.meet(name="Emil East", channels=["telegram"])
    act(desk, "uninstall")
    desk.say(other, "agent")
    desk.say(first, "agent")
    mine = desk.slack_root("Willa West")
    desk.slack_reply(mine, "Hello Willa")
    desk.expect(first, "Hello Willa")
    desk.expect(other, "colleague")

    def missing() -> list[str]:
        return list(call(f"{desk.product}/readyz").json.get("missing", []))

    until(lambda: "slack:second" in missing(), lambda: f"slack:second among {missing()}")
    assert "slack" not in missing()
    told = desk.command("doctor", patience=LATER).stdout
    assert "slack second" in told
    assert "token_revoked" in told

    act(desk, "install")
    root_of(desk, "Emil East", LATER)
    until(lambda: "slack:second" not in missing(), lambda: f"nothing missing, not {missing()}")


def roots(desk: System, place: str) -> set[str]:
    """Lists the cards in a channel of the first workspace."""
    listed = next(each for each in desk.api("state")["slack"]["channels"] if each["id"] == place)
    return {m["ts"] for m in listed["messages"] if m.get("thread_ts", m["ts"]) == m["ts"] and "Case " in m["text"]}


def test_a_channel_that_is_archived_leaves_its_cases_to_the_first_one_even_over_a_crash(desk: System) -> None:
    waiting, place = desk.meet(channels=["sms"]), desk.sandbox.extra["slack_warehouse_channel"]
    first = desk.sandbox.settings["SLACK_CHANNEL"]
    desk.say(waiting, "agent")
    until(lambda: roots(desk, place), "the card in the team's channel")
    desk.settled()
    before = roots(desk, first)
    desk.kill("worker")
    desk.api("slack/archive", {"channel": place})
    (root,) = until(lambda: roots(desk, first) - before, "the card, though nobody has written meanwhile")
    desk.slack_reply(root, "Here we are again")
    desk.expect(waiting, "Here we are again")
    desk.settled()
    assert roots(desk, first) - before == {root}
    desk.api("slack/unarchive", {"channel": place})
