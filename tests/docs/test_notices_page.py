"""Tests that docs/store/notices.md names every kind and every fact, and that its example loads."""

import re
from pathlib import Path

import pytest

from notifications import load_policy
from notifications.facts import EMPTY
from tests.notifications.samples import CHANNELS, POLICY, PROVIDERS, ROOT, STORE

PAGE = (ROOT / "docs" / "store" / "notices.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize("kind", sorted(POLICY.kinds))
def test_every_kind_is_there_where_it_belongs(kind: str) -> None:
    on, off = PAGE.split("Off, until", 1)
    is_on = POLICY.kinds[kind].is_on and kind != "holiday_cutoff"
    assert (f"`{kind}`" in on.split("## Kinds")[1]) is is_on
    assert f"`{kind}`" in (on if is_on else off)


@pytest.mark.parametrize("name", sorted(EMPTY))
def test_every_fact_is_there(name: str) -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` | `")]
    assert re.findall(r"`(\w+)`", line)[1:] == list(EMPTY[name])


def test_the_example_is_a_kind(tmp_path: Path) -> None:
    folder = tmp_path / "notices" / "gift_packed"
    folder.mkdir(parents=True)
    kind, texts, *_ = EXAMPLES
    (folder / "kind.yaml").write_text(kind)
    for locale in ("en", "zh"):
        (folder / f"{locale}.yaml").write_text(texts)
    assert load_policy(tmp_path, CHANNELS, PROVIDERS, shipped=STORE).kinds["gift_packed"].choices == ("order_status",)


def test_the_example_of_caps_is_one(tmp_path: Path) -> None:
    shop = (STORE / "shop.yaml").read_text()
    _, _, caps = EXAMPLES
    (tmp_path / "shop.yaml").write_text(re.sub(r"caps:\n(  .*\n)+", caps, shop))
    policy = load_policy(tmp_path, CHANNELS, PROVIDERS, shipped=STORE)
    assert [sort for sort, _ in policy.caps_of("win_back")] == ["marketing", "win_back"]
    assert policy.caps_of("shipped") == []
