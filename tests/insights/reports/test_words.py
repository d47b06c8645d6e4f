"""Tests how a report reads: at the desk, in a terminal, for programs, in both languages."""

import csv
import json
from io import StringIO

import msgspec
import pytest

from insights.dashboard.csv_file import lines
from insights.dashboard.texts import texts
from insights.reports import files
from insights.reports.material import Material
from insights.reports.posting import digest
from insights.reports.terminal import WIDE, written
from insights.reports.words import Words
from tests.insights.reports.samples import improvement, report

URL = "https://shop.example"
OF_KIND = "improvements.kind_"
LEFT = "/dashboard/metrics/drop_off/behind?from=2026-11-23&to=2026-11-29&topic=change_address&by=detail&key=new_address"
EN = {
    "numbers": "First response: 40 min (+100%, was 20 min); target 30 min missed",
    "changed": "First response: 40 min (+100%, was 20 min); target 30 min missed; worse; "
    "mostly topic Where is the order: 16 min 40 s → 50 min",
    "problem": "Where is the order: 15 of 30 contacts needed a person or came back (50%), before 40%",
    "question": "“=do you rent tents?” and what is like it: 14 times in 12 conversations; nearest is Product question",
    "text": "utter_ask_reason (English): misunderstood 20 of 40 times (50%)",
    "step": "Change the address, question new_address: 25 of 40 did not answer (62.5%)",
    "lane": "YunExpress to Australia: 8 of 20 parcels late (40%), half of them by 2 days or more",
    "return": "Trail boots: 9 of 12 pieces came back because of “Too small” (75%); 60 were sold",
    "improvement": "Nov 24: text utter_ask_reason: Why? → What is wrong with it?; "
    "Solved by the bot 61% → 68% (+7 points)",
}


def told(locale: str) -> dict[str, str]:
    sections = Words(locale).sections(report(improvement()))
    return {section.name: section.lines[-1].text for section in sections}


def test_every_sentence_in_english() -> None:
    assert told("en") == EN


def test_every_sentence_in_chinese() -> None:
    found = told("zh-CN")
    assert found.keys() == EN.keys()
    assert found["step"] == "修改地址的问题 new_address：40 人中有 25 人没有回答（62.5%）"
    assert found["improvement"].startswith("11月24日：文案 utter_ask_reason：Why? → What is wrong with it?；机器人解决")


def test_a_language_that_we_have_no_words_in_reads_english() -> None:
    assert told("de") == EN


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_kind_of_file_and_of_change_has_words(language: str) -> None:
    words = Words(language)
    for key in (key.removeprefix(OF_KIND) for key in texts() if key.startswith(OF_KIND)):
        for what in ("added", "changed", "removed"):
            each = msgspec.structs.replace(improvement(), kind=key, what=what)
            assert words.improvement(each, report()).text


def test_what_was_changed_lately_is_too_early_to_tell() -> None:
    line = Words("en").improvement(improvement(is_early=True), report())
    assert line.text.endswith("; too early to tell, the week after is over on Dec 1")
    assert line.place == "responses/en.yaml:12"
    assert "3 entries of responses/en.yaml" in Words("en").improvement(improvement(keys=3), report()).text


def test_the_terminal_has_a_table_and_where_things_are() -> None:
    found = written(report(improvement()), Words("en"), URL)
    assert (
        "  Contacts            95   +19%      80\n  First response  40 min  +100%  20 min  target 30 min missed"
        in found
    )
    assert "\n     responses/en.yaml:12\n" in found
    assert f"\n     {URL}{LEFT}\n" in found
    assert "Came back" not in found  # nothing was counted
    long = [line for line in found.splitlines() if len(line) > WIDE]
    assert all(URL in line for line in long)


def test_one_that_is_not_over_says_so() -> None:
    assert written(report(is_over=False), Words("en"), URL).startswith("Northwind: the week of Nov 23 – 29, so far\n")


def test_where_nothing_happened_it_says_so() -> None:
    empty = msgspec.structs.replace(report(material=Material()), figures=(), changed=())
    assert "Nothing was counted on these days" in written(empty, Words("en"), URL)
    assert empty.is_empty
    assert not report().is_empty


def test_the_desk_has_links_where_it_can_follow_them() -> None:
    shown = digest(report(improvement()), Words("en"), URL)
    assert shown.title == "Northwind: the week of Nov 23 – 29"
    assert [part.title for part in shown.parts][:3] == ["Numbers", "What changed most", "Top problems"]
    text = next(part for part in shown.parts if part.title == "Texts that are misunderstood").lines[0]
    assert text.text.endswith("(responses/en.yaml:12)")
    assert text.url.startswith(f"{URL}/dashboard/metrics/texts_misread/behind?")
    without = digest(report(improvement()), Words("en"), "")
    assert not any(line.url for part in without.parts for line in part.lines)


def test_programs_have_all_of_it() -> None:
    data = json.loads(msgspec.json.encode(files.data(report(improvement()), Words("en"))))
    assert (data["kind"], data["from"], data["to"], data["before"]["to"]) == (
        "week",
        "2026-11-23",
        "2026-11-29",
        "2026-11-22",
    )
    assert [each["name"] for each in data["numbers"]] == ["contacts", "first_response_s", "came_back"]
    assert data["numbers"][1]["cause"] == {"by": "topic", "key": "order_status", "before": 1000, "after": 3000}
    assert data["findings"][2]["file"] == "responses/en.yaml"
    assert data["improvements"][0]["effects"] == [{"name": "bot_solved", "before": 0.61, "after": 0.68}]


def test_a_table_is_safe_in_a_spreadsheet() -> None:
    text = "".join(lines(files.HEADER, files.rows(report(improvement()), Words("en"))))
    rows = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
    assert {len(row) for row in rows} == {len(files.HEADER)}
    assert [row["part"] for row in rows] == [*["number"] * 3, *list(EN)[2:]]
    assert not any(value.startswith("=") for row in rows for value in row.values())
