"""Tests that a process loads the SDKs of the channels that are on, and of what it does with them; nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A package whose loading is worth avoiding; "twilio.rest" is the part of Twilio's library that makes calls.
WATCHED = ("telegram", "twilio", "twilio.rest", "slack_bolt", "slack_sdk", "boto3", "botocore")
WHATSAPP = {
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "WHATSAPP_ACCESS_TOKEN": "token",
    "WHATSAPP_APP_SECRET": "secret",
    "WHATSAPP_VERIFY_TOKEN": "word",
}
TELEGRAM = {"TELEGRAM_BOT_TOKEN": "123456789:AAtoken", "TELEGRAM_WEBHOOK_SECRET": "secret"}
TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token", "TWILIO_SMS_FROM": "+12025550100"}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C0123456789", "SLACK_SIGNING_SECRET": "secret"}
# What the processes do before their first request or job. No worker can do without deciding, no web process decides.
WEB = (
    "from bots.wiring.intake import build_intake; from bots.http.app import create_app; "
    "create_app(build_intake(load()))"
)
WORKER = "import bots.worker; from bots.wiring.installation import build; build(load())"
PLANNING = (
    "from bots.wiring.planning import planning_hub; from bots.wiring.store.policies import load_for_notices; "
    "import hub.notices.wanted; load_for_notices(load().store_dir)"
)
ANSWERS = "from bots.wiring.desk.reading import words_of; assert words_of(load().store_dir)().answers()"
JOBS = "import bots.jobs, bots.wiring.jobs.job_worker"
TELL = "import sys; print(*sorted(sys.modules))"


def loaded_by(process: str, settings: dict[str, str], var: Path) -> set[str]:
    """Lists the modules that a process has loaded when it is ready."""
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(var), **settings}
    program = f"from config.settings import load; {process}; {TELL}"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("process", "settings", "expected"),
    [
        (WEB, WHATSAPP, set()),
        (WEB, {**TWILIO, **SLACK}, {"twilio", "slack_bolt", "slack_sdk"}),
        (WORKER, WHATSAPP, set()),
        (WORKER, {**TELEGRAM, **SLACK}, {"telegram", "slack_sdk"}),
    ],
    ids=["web, WhatsApp", "web, SMS and Slack", "worker, WhatsApp", "worker, Telegram and Slack"],
)
def test_a_process_loads_what_it_uses(
    process: str, settings: dict[str, str], expected: set[str], tmp_path: Path
) -> None:
    loaded = loaded_by(process, settings, tmp_path)
    assert loaded.intersection(WATCHED) == expected
    decides = {name for name in loaded if name.startswith(("flows.", "notifications."))}
    assert bool(decides) == (process is WORKER)


def test_a_web_process_that_is_asked_for_a_notice_loads_no_flows(tmp_path: Path) -> None:
    loaded = loaded_by(f"{WEB}; {PLANNING}", WHATSAPP, tmp_path)
    assert not loaded & {"numpy", "flows.engine", "flows.understanding", "hub.conversation"}


def test_a_web_process_that_shows_answers_loads_nothing_that_understands_texts(tmp_path: Path) -> None:
    loaded = loaded_by(f"{WEB}; {ANSWERS}", {**WHATSAPP, **SLACK}, tmp_path)
    assert not loaded & {"numpy", "flows.understanding.interpreter", "flows.engine.advance", "hub.conversation"}


def test_the_jobs_process_waits_for_its_first_job_without_what_jobs_need(tmp_path: Path) -> None:
    loaded = loaded_by(JOBS, {**TELEGRAM, **SLACK}, tmp_path)
    assert not [name for name in loaded if name.startswith(("flows", "hub", "storage", "notifications"))]
    assert not loaded & {*WATCHED, "sqlalchemy", "aiohttp", "jinja2"}
