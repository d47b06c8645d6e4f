"""An installation is backed up while customers write, is lost, and goes on elsewhere: nothing is said twice."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.databases import PostgresServer
from tests.journeys.actors import until
from tests.journeys.system import System, system

WRITERS = 24


@pytest.mark.timeout(240)
def test_an_installation_goes_on_elsewhere_and_says_nothing_twice(postgres: PostgresServer, tmp_path: Path) -> None:
    backup, elsewhere = tmp_path / "shop.backup", tmp_path / "elsewhere"
    with system(tmp_path / "lost") as desk, postgres.database() as url:
        desk.var.mkdir()
        desk.start({})
        writers = [desk.meet() for _ in range(WRITERS)]
        late, never = desk.meet(), desk.meet()
        with ThreadPoolExecutor(8) as threads:
            writing = [threads.submit(desk.say, phone, "menu") for phone in writers]
            made = _command(desk, "backup", str(backup))
            for each in writing:
                each.result()
        assert made["file"] == str(backup)
        until(lambda: all(desk.answers(phone) for phone in writers), "an answer for everybody")
        desk.settled()

        backup.unlink()
        desk.fault("whatsapp", "error", value=131016)
        for phone in (late, never):
            desk.say(phone, "menu")
        desk.handled()
        _command(desk, "backup", str(backup))
        desk.lose()
        desk.api("faults", method="DELETE")

        desk.go_on_in(elsewhere, url)
        restored = _command(desk, "restore", str(backup))
        assert restored["held"]["message"] == 2
        desk.start_again()
        desk.say(writers[0], "menu")
        until(lambda: len(desk.answers(writers[0])) == 2, lambda: f"an answer; {desk.output()}")
        desk.settled()
        assert [len(desk.answers(phone)) for phone in writers] == [2] + [1] * (WRITERS - 1)
        assert not desk.answers(late) + desk.answers(never)

        number = desk.phone(late)["address"]
        held = {each["to"][-4:]: each["id"] for each in _command(desk, "held", "list")}
        _command(desk, "held", "send", held[number[-4:]])
        until(lambda: desk.answers(late), lambda: f"what was held; {desk.told(late)}")
        _command(desk, "held", "drop", "--all")
        desk.settled()
        assert (len(desk.answers(late)), desk.answers(never)) == (1, [])


def _command(desk: System, *words: str) -> Any:
    done = desk.command(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
