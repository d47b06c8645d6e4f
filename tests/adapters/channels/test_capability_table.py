"""Tests that the table in docs/channels/README.md is made from the data, and shows every channel."""

from pathlib import Path

import pytest

from adapters.channels import capability_table, registry
from core.content.capabilities import Capabilities, MediaLimit

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "channels" / "README.md"
BEGIN = "<!-- capabilities: begin (made by `doorstep channels limits`) -->\n"
END = "<!-- capabilities: end -->"


def test_the_page_holds_what_the_data_say() -> None:
    _, _, rest = PAGE.read_text().partition(BEGIN)
    shown, end, _ = rest.partition(END)
    assert end, f"the marks are gone from {PAGE.name}"
    cure = "run `doorstep channels limits` and put what it prints between the marks of docs/channels/README.md"
    assert shown == capability_table.table(capability_table.load_all()), cure


def test_no_channel_is_missing() -> None:
    folder = ROOT / "adapters" / "channels"
    shown = {f"{spec.name}/{file}" for spec in registry.specs() for file, _ in spec.limits}
    assert shown == {str(path.relative_to(folder)) for path in folder.glob("*/limits*.yaml")}


def row(title: str, limits: Capabilities) -> str:
    lines = capability_table.table({"Pigeon": limits}).splitlines()
    return (
        next(line for line in lines if line.startswith(f"| {title} |")).removeprefix(f"| {title} | ").removesuffix(" |")
    )


@pytest.mark.parametrize(
    ("title", "limits", "told"),
    [
        ("Writes first", Capabilities("pigeon", 900), "no"),
        ("Writes first", Capabilities("pigeon", 900, writes_first=True, templates=True), "yes, by template"),
        ("Reply window", Capabilities("pigeon", 900), "none"),
        ("Reply window", Capabilities("pigeon", 900, window_hours=24, human_window_hours=168), "24 h; a person 7 days"),
        ("Text", Capabilities("pigeon", 900, text_unit="utf16"), "900 UTF-16 units"),
        ("Menu", Capabilities("pigeon", 900), "numbered text"),
        ("Menu", Capabilities("pigeon", 900, buttons=3, list_rows=10), "3 buttons, then list of 10, then pages"),
        ("Picture", Capabilities("pigeon", 900), "as a link"),
        ("Picture", Capabilities("pigeon", 900, media={"image": MediaLimit(5_242_880)}), "5 MB"),
        ("Picture", Capabilities("pigeon", 900, media={"image": MediaLimit(100_000)}), "100 kB"),
        ("Picture", Capabilities("pigeon", 900, media={"image": MediaLimit(777)}), "777 bytes"),
        ("Caption", Capabilities("pigeon", 900), "as a message"),
        ("Quotes", Capabilities("pigeon", 900, quoting=True), "yes"),
        ("Pace of a sender", Capabilities("pigeon", 900), "no limit"),
        (
            "Pace of a sender",
            Capabilities("pigeon", 900, rate=80, pair_seconds=6, pair_burst=45),
            "80/s; one recipient every 6 s, 45 at once",
        ),
    ],
)
def test_a_cell_says_what_a_person_wants_to_know(title: str, limits: Capabilities, told: str) -> None:
    assert row(title, limits) == told
