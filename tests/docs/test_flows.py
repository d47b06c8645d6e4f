"""Tests that the pages on flows are true: the tutorial is done word for word, the reference is what is taken."""

import re
from pathlib import Path

import pytest

from flows.engine.flowset import FlowSet
from flows.files import case_files
from flows.linting.lint import ERROR, lint
from flows.loading.loader import load_store_flows
from flows.loading.policies import Policies
from flows.tools.coverage import coverage
from flows.tools.reference import WORDS, reference
from flows.tools.testing import load_cases, run_case

DOCS = Path(__file__).parents[2] / "docs" / "flows"
FILE = re.compile(r"^`([\w/.]+)`:\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Makes a store's folder with the files of the tutorial."""
    folder = tmp_path_factory.mktemp("store")
    for name, text in FILE.findall((DOCS / "tutorial.md").read_text(encoding="utf-8")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def loaded(store: Path) -> FlowSet:
    return load_store_flows(store, Policies().settings("Northwind"))


def test_the_tutorial_has_whole_flows(store: Path) -> None:
    assert sorted(path.name for path in (store / "flows").iterdir()) == ["gift_wrap", "loyalty_tiers"]
    for folder in (store / "flows").iterdir():
        assert {path.stem for path in folder.iterdir()} == {"flow", "en", "zh", "phrases", "tests"}


def test_the_tutorial_lints(store: Path, loaded: FlowSet) -> None:
    own = [finding for finding in lint(loaded) if finding.file.startswith(str(store)) or finding.severity == ERROR]
    assert own == []


def test_the_tutorial_s_conversations_go_as_it_says_through_every_step(store: Path, loaded: FlowSet) -> None:
    reached: set[tuple[str, str]] = set()
    for path in case_files(store / "flows"):
        for case in load_cases(path):
            assert run_case(loaded, Policies(), case, lambda chat: reached.update(chat.visited)) == []
    covered = coverage(loaded, reached, list((store / "flows").iterdir()))
    assert covered.missed == ()


def test_the_reference_is_as_it_is_written_now() -> None:
    assert (DOCS / "reference.md").read_text(encoding="utf-8") == reference()


def test_the_reference_explains_nothing_that_is_gone() -> None:
    assert [field for field in WORDS if f"| `{field}` |" not in reference()] == []
