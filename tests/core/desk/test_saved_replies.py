"""Tests the saved replies: what is refused at load, with file, line and cure; languages, search, and values."""

from pathlib import Path

import pytest

from core.desk.saved_replies import FILE, filled, load_saved_replies, missing
from core.errors import ConfigurationError
from tests.fakes import STORE_DIR

EXAMPLE = (Path(__file__).parent / "fixtures" / FILE).read_text(encoding="utf-8")
TEAMS = ("support", "finance")


def written(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("was", "said", "expected"),
    [
        ("tags: [refund]\n", "tag: [refund]\n", "7: replies.0.tag: unknown field 'tag'"),
        ("order.number }} reaches", "order.numbr }} reaches", "5: replies.0.text.en: there is no value 'order.numbr'"),
        ("order.number }} reaches", "order.numbr }} reaches", "did you mean 'order.number'?"),
        (
            "{{ order.number }} 的",
            "{{ order.number }} {% if x %} 的",
            "6: replies.0.text.zh: only values stand in braces",
        ),
        (
            "{{ customer.first_name }}",
            "{{ customer.first_name|upper }}",
            "there is no value 'customer.first_name|upper'",
        ),
        ("teams: [support]", "teams: [suport]", "8: replies.0.teams.0: there is no team 'suport' in routing.yaml"),
        ("team: finance", "team: finanse", "9: replies.0.then.team: there is no team 'finanse'"),
        ("state: waiting", "state: snoozed", "9: replies.0.then.state: snoozed: expected one of"),
        ("id: bye", "id: refund_timing", "10: replies.1.id: there is a reply 'refund_timing' already"),
        ('text: {en: "Goodbye!"}', "text: {}", "12: replies.1.text:"),
        ("{{ order.number }} reaches", "{{ {{ order.number }} }} reaches", "5: replies.0.text.en: only values stand"),
        ("{{ order.number }} reaches", "{{ order.number reaches", "5: replies.0.text.en: only values stand"),
        ('text: {en: "Goodbye!"}', f"text: {{en: {'x' * 3001}}}", "12: replies.1.text.en:"),
    ],
)
def test_mistakes_are_refused_with_file_line_and_cure(tmp_path: Path, was: str, said: str, expected: str) -> None:
    assert was in EXAMPLE
    path = written(tmp_path, EXAMPLE.replace(was, said, 1))
    with pytest.raises(ConfigurationError) as error:
        load_saved_replies([path], TEAMS)
    assert str(error.value).startswith(f"{path}:")
    assert expected in str(error.value)


def test_a_later_file_adds_and_replaces_by_id(tmp_path: Path) -> None:
    own = written(tmp_path, "replies: [{id: photo_please, title: {en: Ours}, text: {en: Please}}, "
                            "{id: more, title: {en: More}, text: {en: More}}]")  # fmt: skip
    shipped = load_saved_replies([STORE_DIR / FILE])
    both = load_saved_replies([STORE_DIR / FILE, own])
    assert len(both) == len(shipped) + 1
    assert {each.id: each for each in both}["photo_please"].titled("en") == "Ours"


def test_what_we_ship_has_both_languages() -> None:
    shipped = load_saved_replies([STORE_DIR / FILE])
    assert len(shipped) >= 6
    assert all({"en", "zh"} <= each.text.keys() & each.title.keys() for each in shipped)


def test_the_customer_s_language_counts_then_english_then_what_there_is(tmp_path: Path) -> None:
    refund, bye = load_saved_replies([written(tmp_path, EXAMPLE)], TEAMS)
    assert refund.said("zh-HK").startswith("您好")
    assert refund.said("de") == refund.text["en"]
    assert bye.said("zh") == "Goodbye!"


def test_every_word_is_looked_for_in_title_text_and_tags_of_any_language(tmp_path: Path) -> None:
    refund, bye = load_saved_replies([written(tmp_path, EXAMPLE)], TEAMS)
    assert all(refund.fits(typed) for typed in ("", "退款", "REFUND bank", "工作日 timing"))
    assert not refund.fits("refund parcel")
    assert not bye.fits("refund")


def test_a_value_that_is_not_known_stays_to_be_asked_for() -> None:
    text = filled("Hi {{ customer.first_name }}, {{order.number}} {{ order.number }}", {"customer.first_name": "Jane"})
    assert text == "Hi Jane, {{order.number}} {{ order.number }}"
    assert missing(text) == ("order.number",)
    assert filled(text, {"order.number": "{{ shop.name }}"}) == "Hi Jane, {{ shop.name }} {{ shop.name }}"


def test_a_text_of_three_thousand_characters_is_taken(tmp_path: Path) -> None:
    written(tmp_path, f"replies: [{{id: long, title: {{en: Long}}, text: {{en: {'x' * 3000}}}}}]")
    (long,) = load_saved_replies([tmp_path / FILE])
    assert len(long.said("en")) == 3000


def test_values_are_filled_in_once_and_what_is_unknown_stays() -> None:
    text = "{{order.number}} {{ parcel.eta }} {{ order.numbr }}"
    assert filled(text, {"order.number": "{{ parcel.eta }}"}) == "{{ parcel.eta }} {{ parcel.eta }} {{ order.numbr }}"
    assert missing(text) == ("order.number", "parcel.eta")
