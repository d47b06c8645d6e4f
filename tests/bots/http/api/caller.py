"""Calls the API as a store does, on an installation of a test's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bots.http.app import create_app
from bots.wiring.intake import Intake, build_intake
from config.settings import load
from storage.engine import migrate

KEY = "sk_store"


@contextmanager
def installed(var_dir: Path) -> Iterator[Intake]:
    """Makes an installation with a key for the store."""
    intake = build_intake(load({"ENV_FILE": "/dev/null", "VAR_DIR": str(var_dir), "STORE_API_KEY": KEY}))
    migrate.upgrade(intake.store)
    yield intake
    intake.store.close()
    intake.redis.close()


def ask(intake: Intake, path: str, key: str = KEY) -> tuple[int, Any]:
    """Gets a path; returns status and body."""
    answer = create_app(intake).test_client().get(path, headers={"Authorization": f"Bearer {key}"})
    return answer.status_code, answer.json


def pages(intake: Intake, path: str) -> list[list[Any]]:
    """Gets all pages of a list."""
    found, mark = [], ""
    while True:
        status, page = ask(intake, path + mark)
        assert status == 200, page
        found.append(page["items"])
        if page["next"] is None:
            return found
        mark = f"&cursor={page['next']}"
