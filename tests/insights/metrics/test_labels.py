"""Tests that groups of numbers are named in words, in both languages, and that no code of ours is left out."""

from pathlib import Path

import pytest

from core.cases import case_reasons
from core.cases.topics import TOPICS
from core.files.documents import Document
from core.shop.promises import Purpose
from flows import library, understanding
from flows.understanding.classifier.model import NONE
from flows.understanding.interpreter import COMMANDS, WORDS
from insights.metrics.labels import _labels, code, grouping, label
from notifications import kinds
from notifications.planning.decisions import Reason
from storage.insight.counting import BY

KINDS = Path(kinds.__file__).parent
NAMES = {"UBEA": "Bea"}


@pytest.mark.parametrize(
    ("by", "key", "en", "zh"),
    [
        ("topic", "order_late", "Late order", "订单延误"),
        ("topic", "own_flow", "Own flow", "Own flow"),
        ("channel", "whatsapp", "WhatsApp", "WhatsApp"),
        ("channel", "sms", "SMS", "短信"),
        ("language", "zh", "Chinese", "中文"),
        ("language", "xx-bad", "xx-bad", "xx-bad"),
        ("agent", "UBEA", "Bea", "Bea"),
        ("agent", "UGONE", "UGONE", "UGONE"),
        ("hour", "23", "11:00 PM – 12:00 AM", "23:00 – 00:00"),
        ("day", "2026-12-01", "Tue, Dec 1", "12月1日周二"),
        ("topic", "delivery", "Trouble with the delivery", "配送问题"),
        ("detail", "delivery", "Delivery by", "送达时间"),
        ("detail", "no_consent", "the customer has not agreed to be written to there", "客户未同意在此渠道接收"),
        ("topic", "", "not known", "未知"),
    ],
)
def test_a_group_has_a_name(by: str, key: str, en: str, zh: str) -> None:
    assert (label(by, key, "en", NAMES), label(by, key, "zh", NAMES)) == (en, zh)


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_all_that_is_grouped_by_has_a_name(locale: str) -> None:
    assert all(grouping(by, locale) for by in BY)


def test_no_code_of_ours_lacks_words_in_chinese() -> None:
    folders = [each.parent.name for each in (*library.HERE.glob("*/flow.yaml"), *KINDS.glob("*/kind.yaml"))]
    codes = [
        *TOPICS,
        *case_reasons._REASONS,
        *(each.value for each in Reason),
        *(each.value for each in Purpose),
        *folders,
    ]
    assert len(codes) > 150
    assert [each for each in codes if code(each, "zh").isascii()] == []


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_all_that_is_understood_has_words(locale: str) -> None:
    """Intents, commands and risks stand on the dashboard; answers like "yes" and "no" never do."""
    phrases = Path(understanding.__file__).parent / "phrases"
    known = {name for path in phrases.glob("*.yaml") for name in Document(path).read(dict[str, list[str]])}
    shown = (known - WORDS - {NONE}) | COMMANDS
    assert len(shown) > 50
    assert [each for each in shown if not _labels().codes.get(each, {}).get(locale)] == []
