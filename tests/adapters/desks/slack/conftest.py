import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

NOW = datetime(2026, 12, 1, 10, 2, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def capture() -> Callable[[str], dict[str, Any]]:
    """Reads the payload of a captured request by name."""

    def read(name: str) -> dict[str, Any]:
        path = Path(__file__).with_name("fixtures") / "payloads" / f"{name}.json"
        payload: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["payload"]
        return payload

    return read
