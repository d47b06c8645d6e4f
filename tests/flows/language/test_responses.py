"""Tests wording: formats, fallbacks, variations, and mistakes with their place."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigurationError
from core.templating.expressions import Text
from core.templating.sandbox import ExpressionFailed
from flows.engine.flowset import FlowSet
from flows.language.responses import ENV, Responses, fallbacks, load_responses

NOW = datetime(2026, 12, 2, 23, 30, tzinfo=UTC)


def rendered(source: str, locale: str = "en", timezone: str = "UTC", **scope: Any) -> str:
    return Text(ENV, source)(Responses({}).reader(scope, locale, timezone, NOW).scope)


@pytest.mark.parametrize(
    ("source", "locale", "timezone", "expected"),
    [
        ("{{ '1234.5'|money('USD') }}", "en", "UTC", "$1,234.50"),
        ("{{ '1234.5'|money('CNY') }}", "zh", "UTC", "¥1,234.50"),
        ("{{ 'free'|money('USD') }}", "en", "UTC", "free USD"),
        ("{{ '2026-12-08'|date }}", "en", "UTC", "Tue, Dec 8"),
        ("{{ '2026-12-08'|date }}", "zh-CN", "UTC", "12月8日周二"),
        ("{{ '2024-12-08'|date }}", "en", "UTC", "Sun, Dec 8, 2024"),
        ("{{ '2026-12-03T02:10:00+00:00'|date }}", "en", "America/New_York", "Wed, Dec 2"),
        ("{{ '2026-12-03T02:10:00+00:00'|time }}", "en", "America/New_York", "9:10 PM"),
        ("{{ '2026-12-03T02:10:00+00:00'|time }}", "zh", "Asia/Shanghai", "10:10"),
        ("{{ '2026-12-03'|time }}", "en", "UTC", ""),
        ("{{ '2026-12-03'|relative }}", "en", "UTC", "tomorrow"),
        ("{{ '2026-12-03'|relative }}", "zh", "Asia/Shanghai", "今天"),
        ("{{ '2026-12-01'|relative }}", "en", "no/where", "yesterday"),
        ("{{ '2026-12-09'|relative }}", "en", "UTC", "Wed, Dec 9"),
        ("{{ 1|plural('item', 'items') }} {{ 2|plural('item', 'items') }}", "en", "UTC", "item items"),
        ("{{ ['a', 'b', 'c']|list }}", "en", "UTC", "a, b, and c"),
        ("{{ ['a', 'b', 'c']|list }}", "zh", "UTC", "a、b和c"),
        ("{{ 'jane@example.com'|mask }}", "en", "UTC", "j•••@e•••"),
    ],
)
def test_values_as_the_customer_reads_them(source: str, locale: str, timezone: str, expected: str) -> None:
    assert rendered(source, locale, timezone) == expected


def test_a_missing_value_is_a_failure_not_a_gap() -> None:
    with pytest.raises(ExpressionFailed):
        rendered("Hello {{ name }}")
    with pytest.raises(ExpressionFailed):
        rendered("{{ 'soon'|date }}")


def test_locales_fall_back() -> None:
    assert fallbacks("zh-HK") == ("zh-HK", "zh", "en")
    assert fallbacks("en_GB") == ("en-GB", "en")
    assert fallbacks("") == ("", "en")


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_keys_fall_back_and_later_folders_win(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    write(first, "en.yaml", "hello: Hello\nbye: Bye\nonly: Only")
    write(first, "zh.yaml", "hello: 你好\nbye: 再见")
    write(second, "zh-HK.yaml", "hello: 你好呀")
    write(second, "en.yaml", "bye: So long")
    responses = load_responses([first, second])

    def text(key: str, locale: str) -> str:
        return responses.wording(key, locale, {}).text({})

    assert [text(key, "zh-HK") for key in ("hello", "bye", "only")] == ["你好呀", "再见", "Only"]
    assert text("bye", "en") == "So long"
    assert text("bye", "fr-FR") == "So long"
    with pytest.raises(ExpressionFailed):
        text("gone", "en")


def test_variations_by_channel_and_condition(tmp_path: Path) -> None:
    write(
        tmp_path,
        "en.yaml",
        "ask:\n- text: General\n  choices: {a: Apple}\n- {channel: sms, text: Short}\n- {if: slots.vip, text: Dear}\n",
    )
    responses = load_responses([tmp_path])

    def variation(channel: str, vip: bool) -> str:
        scope = {"slots": {"vip": vip}, "dialog": {"channel": channel}}
        found = responses.wording("ask", "en", scope)
        assert found.choices["a"].title(scope) == "Apple"
        return found.text(scope)

    assert variation("whatsapp", False) == "General"
    assert variation("sms", True) == "Short"
    assert variation("whatsapp", True) == "Dear"


def test_phrases_that_include_each_other_end_in_a_failure(tmp_path: Path) -> None:
    write(tmp_path, "en.yaml", "a: \"{{ item|phrase('b') }}\"\nb: \"{{ item|phrase('a') }}\"")
    responses = load_responses([tmp_path])
    reader = responses.reader({"item": 1}, "en")
    with pytest.raises(ExpressionFailed, match="nested"):
        responses.wording("a", "en", reader.scope).text(reader.scope)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {{ x }}", "en.yaml:1"),
        ('b: x\na: "{{ x"', "en.yaml:2"),
        ("a:\n  - title: x", "en.yaml:2: unknown field 'title'"),
        ("a:\n  - channel: sms", "en.yaml:2: a variation without text"),
        ("a: []", "en.yaml:1: a says nothing"),
        ("a: 7", "en.yaml:1: found a number; expected a list"),
        ("a:\n  text: x\n  choices:\n    b: {description: y}", "en.yaml:4: a choice without title"),
        ("a: x\na: y", "en.yaml:2"),
        ("a: 'x", "en.yaml:"),
        ("a:\n- text: x\n  if: 1 +", "en.yaml:3"),
    ],
)
def test_mistakes_are_named_with_file_and_line(tmp_path: Path, text: str, expected: str) -> None:
    path = write(tmp_path, "en.yaml", text)
    with pytest.raises(ConfigurationError) as caught:
        load_responses([path])
    assert expected in str(caught.value)


def test_english_must_be_there(tmp_path: Path) -> None:
    write(tmp_path, "zh.yaml", "a: x")
    with pytest.raises(ConfigurationError, match=r"en\.yaml"):
        load_responses([tmp_path])


@pytest.mark.parametrize("locale", ["en", "zh", "zh-HK"])
@pytest.mark.parametrize(
    "key",
    ["agent_joined", "agent_left", "bot_back", "locked", "unsupported_media", "consent_stopped", "consent_started"],
)
def test_the_hub_finds_its_sentences(flows: FlowSet, key: str, locale: str) -> None:
    said = flows.say(key, locale, agent="Ana")
    assert said
    assert ("Ana" in said) is (key in ("agent_joined", "agent_left"))
    assert said.isascii() is (locale == "en")
    assert "STOP" in flows.say("consent_help", locale)


# Where STOP is what we mean.
CONSENTS = ("consent_", "utter_unsubscribe", "utter_ask_confirm_stop", "utter_news_allowed")


def test_no_text_asks_for_a_word_that_the_carrier_takes(flows: FlowSet) -> None:
    """STOP, CANCEL, END, QUIT, YES, START never reach us on SMS as what they seem."""
    asked = re.compile(r"\b(STOP|CANCEL|END|QUIT|YES|START)\b|[Ww]rite \"(yes|no|cancel|stop)\"")
    for response in flows.responses.by_locale["en"].values():
        if not response.key.startswith(CONSENTS):
            choices = [choice.title for variation in response.variations for choice in variation.choices.values()]
            shown = [text.source for text in (*choices, *(variation.text for variation in response.variations))]
            assert not asked.search(" ".join(shown))
            assert not {text.casefold() for text in shown} & {"yes", "stop", "cancel", "end", "quit", "start", "help"}


@pytest.mark.parametrize(
    ("written", "expected"), [("", None), ("link_preview: true", True), ("link_preview: false", False)]
)
def test_a_text_may_say_whether_its_link_is_previewed(tmp_path: Path, written: str, expected: bool | None) -> None:
    (tmp_path / "en.yaml").write_text(f"utter_x:\n  text: see https://shop.example\n  {written}\n")
    (wording,) = load_responses([tmp_path]).by_locale["en"]["utter_x"].variations
    assert wording.link_preview is expected


def test_a_preview_is_yes_or_no(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("utter_x: {text: hi, link_preview: large}\n")
    with pytest.raises(ConfigurationError, match="link_preview is 'large'"):
        load_responses([tmp_path])
