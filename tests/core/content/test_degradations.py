import re
from pathlib import Path

from core.content.degradations import told

CODES = re.compile(r"\"([a-z0-9_]+):<|lost\.append\(f?\"([a-z0-9_]+)")


def test_losses_are_told_in_words() -> None:
    assert told("title_shortened:size") == "the choice size was shortened"
    assert told("paged:3") == "the menu became 3 pages"
    assert told("something_new") == "something new"


def test_every_loss_that_rendering_names_has_words() -> None:
    source = (Path(__file__).parents[3] / "core" / "content" / "rendering.py").read_text()
    codes = {first or second for first, second in CODES.findall(source)}
    assert len(codes) >= 8
    for language in ("en", "zh"):
        assert not [code for code in codes if told(f"{code}:x", language) == f"{code}:x".replace("_", " ")]
