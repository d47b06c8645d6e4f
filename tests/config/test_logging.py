"""Tests a log line: one JSON object, ids and no words of people."""

import json
import logging
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from config.logging import JsonLines


@pytest.fixture
def log(tmp_path: Path) -> logging.Logger:
    """Makes a logger whose lines go to a file."""
    made = logging.Logger("bots.tried", logging.INFO)  # noqa: LOG001 - one for each test
    made.addHandler(JsonLines("web", os.open(tmp_path / "log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)))
    return made


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log").read_text().splitlines()]


def test_a_line_has_the_ids_that_the_caller_passed(log: logging.Logger, tmp_path: Path) -> None:
    log.info("accepted", extra={"inbox_id": "6616", "path": Path("a")})
    log.debug("not at this level")
    (line,) = lines(tmp_path)
    assert line.pop("time").endswith("+00:00")
    told = {"level": "info", "logger": "bots.tried", "message": "accepted", "inbox_id": "6616", "path": "a"}
    assert line == {**told, "process_title": "web"}


def test_what_a_library_says_of_people_is_taken_out(log: logging.Logger, tmp_path: Path) -> None:
    log.warning("no answer from %s for jane@example.com", "+1 202 555 0101")
    assert lines(tmp_path)[0]["message"] == "no answer from [redacted] for [redacted]"


def test_an_error_is_a_class_and_a_place_and_not_its_words(log: logging.Logger, tmp_path: Path) -> None:
    try:
        int("what the customer wrote")
    except ValueError:
        log.exception("a tick failed")
    (line,) = lines(tmp_path)
    assert line["error"] == "ValueError"
    assert line["at"][-1].endswith("test_an_error_is_a_class_and_a_place_and_not_its_words")
    assert "customer wrote" not in str(line)


def test_lines_of_many_threads_are_whole(log: logging.Logger, tmp_path: Path) -> None:
    def speak(n: int) -> None:
        for _ in range(200):
            log.info("accepted", extra={"n": n, "filler": "x" * 500})

    threads = [threading.Thread(target=speak, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(line["n"] for line in lines(tmp_path)) == sorted([*range(8)] * 200)


def test_a_line_that_cannot_be_written_stops_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    made = logging.Logger("bots.tried")  # noqa: LOG001 - one for each test
    made.addHandler(JsonLines("web", descriptor=-1))
    made.error("nobody hears it")
    assert "Bad file descriptor" in capsys.readouterr().err
