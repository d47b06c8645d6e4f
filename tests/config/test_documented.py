"""Tests that what is configurable is written down: a new setting without a line in .env.example fails here."""

from pathlib import Path

import pytest

from config.settings import described
from notifications import shipped

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(described()))
def test_setting_is_in_the_example_with_its_description(name: str) -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    place = next((n for n, line in enumerate(lines) if line.startswith(f"#{name.upper()}=")), None)
    assert place is not None, f"{name.upper()} is missing in .env.example"
    assert lines[place - 1] == f"# {described()[name]}"


def test_the_example_has_nothing_else() -> None:
    names = [line[1:].split("=")[0] for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line[:60]]
    unknown = [name for name in names if name.isupper() and name.lower() not in described()]
    assert unknown == []


@pytest.mark.parametrize("process", ["web", "worker", "clock", "jobs", "telegram_polling", "slack_socket"])
def test_process_is_in_the_procfile(process: str) -> None:
    assert f"{process}: python -m bots." in (ROOT / "Procfile").read_text()


@pytest.mark.parametrize(
    "link", ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE", "docs/operating.md"]
)
def test_readme_leads_there(link: str) -> None:
    assert f"({link})" in (ROOT / "README.md").read_text()
    assert (ROOT / link).exists()


@pytest.mark.parametrize("kind", sorted(shipped()))
def test_notice_has_words_in_both_languages(kind: str) -> None:
    for locale in ("en", "zh"):
        assert (ROOT / "notifications" / "kinds" / kind / f"{locale}.yaml").exists()
