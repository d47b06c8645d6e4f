"""Tests that a start and `doctor` tell of settings that cannot be meant: in one sentence, before anything is begun."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bots.process import EXIT_MISCONFIGURED

ROOT = Path(__file__).parents[2]


def run(module: str, folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(folder / "var"), **settings}
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("module", ["bots.start", "bots.run", "bots.web"])
def test_a_named_file_that_is_not_there_ends_the_start(tmp_path: Path, module: str) -> None:
    done = run(module, tmp_path, ENV_FILE="/nowhere/.env")
    assert done.returncode == EXIT_MISCONFIGURED
    assert done.stderr.splitlines() == [
        "doorstep: ENV_FILE: there is no file /nowhere/.env; name another, or unset ENV_FILE"
    ]
    assert not (tmp_path / "var").exists()


def test_a_start_names_what_is_near_a_setting(tmp_path: Path) -> None:
    file = tmp_path / "shop.env"
    file.write_text("TELEGRAM_TOKEN=1\n")
    done = run("bots.start", tmp_path, ENV_FILE=str(file), DATABSE_URL="x", STORE_DIR="/nowhere")
    assert done.returncode == EXIT_MISCONFIGURED
    assert done.stderr.splitlines()[:2] == [
        "doorstep: warning: DATABSE_URL is no setting of Doorstep; did you mean DATABASE_URL?",
        "doorstep: warning: TELEGRAM_TOKEN is no setting of Doorstep; did you mean TELEGRAM_BOT_TOKEN?",
    ]


def test_doctor_names_what_is_near_a_setting_and_what_does_nothing(tmp_path: Path) -> None:
    file = tmp_path / "shop.env"
    file.write_text("TWILLIO_AUTH_TOKEN=1\nLLM_API_KEY=abc\n")
    done = run("bots.cli", tmp_path, "doctor", "--json", ENV_FILE=str(file), SLAK_BOT_TOKEN="x")
    words = [finding["words"] for finding in json.loads(done.stdout) if finding["subject"] == "settings"]
    assert words == [
        "read and understood",
        "SLAK_BOT_TOKEN is no setting of Doorstep; did you mean SLACK_BOT_TOKEN?",
        "TWILLIO_AUTH_TOKEN is no setting of Doorstep; did you mean TWILIO_AUTH_TOKEN?",
        "LLM_API_KEY is set, and does nothing without LLM_URL or TRANSLATE_URL or TRANSCRIBE_URL",
    ]


def test_doctor_says_where_nothing_can_be_written() -> None:
    done = run("bots.cli", Path("/proc/none"), "doctor")
    assert done.returncode == 1
    assert "cannot be written" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
