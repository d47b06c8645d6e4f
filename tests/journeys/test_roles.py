"""Who may do what at the desk is looked at in the running system, and a changed list counts within seconds."""

import json
import shutil
from collections.abc import Iterator

import pytest

from tests.journeys.actors import until
from tests.journeys.system import ROOT, System, system


@pytest.fixture(scope="module")
def listed_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose list has Bea as a viewer and Sam as admin."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        shutil.copytree(ROOT / "config" / "store", made.var / "store")
        extra = made.make_sandbox().extra
        bea, sam = extra["slack_agent_bea"], extra["slack_agent_sam"]
        (made.var / "store" / "agents.yaml").write_text(f"agents: {{{bea}: viewer, {sam}: admin, U0NOBODY01: agent}}\n")
        made.start({"BURST_SECONDS": "0", "STORE_DIR": str(made.var / "store")})
        yield made


def test_a_viewer_looks_and_a_changed_list_counts(listed_desk: System) -> None:
    desk = listed_desk
    waiting = desk.meet(name="Rolf Roles")
    desk.say(waiting, "agent")
    root = desk.slack_root("Rolf Roles")
    desk.settled()
    desk.slack_press(root, "case_claim", "bea")
    told = "You may not take cases: that takes the role agent or lead. Sam can give it to you (agents.yaml)."
    until(lambda: told in json.dumps(desk.slack()), desk.slack_told)
    desk.slack_reply(root, "hello Rolf, a slip", "bea")
    until(lambda: "You may not answer customers or write notes" in json.dumps(desk.slack()), desk.slack_told)
    desk.slack_press(root, "case_claim", "gus")
    until(lambda: "Only full members of this workspace" in json.dumps(desk.slack()), desk.slack_told)
    assert json.loads(desk.command("cases", "list", "--json").stdout)[0]["state"] == "open"

    path = desk.var / "store" / "agents.yaml"
    path.write_text(path.read_text().replace("viewer", "agent"))
    assert desk.command("reload").returncode == 0
    desk.slack_press(root, "case_claim", "bea")
    desk.expect(waiting, "is here now")
    assert not [bubble for bubble in desk.bubbles(waiting) if "a slip" in str(bubble)]

    def noted() -> bool:
        entries = json.loads(desk.command("audit", "list", "--action", "roles.changed", "--json").stdout)
        return len(entries) == 2

    until(noted, "both lists in the log", 60)
    verified = json.loads(desk.command("audit", "verify", "--json").stdout)
    assert verified["whole"]
    assert verified["sealed"] > 0
    assert "Slack knows no U0NOBODY01" in desk.command("doctor").stdout
