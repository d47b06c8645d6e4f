"""Tests which language a message is written in, and which one it asks for."""

from pathlib import Path

import pytest

from core.errors import ConfigurationError
from flows.understanding.lexicon.languages import LANGUAGES, load_languages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *((text, "zh") for text in ("我的订单到哪了？", "我买的 iPhone case 坏了", "請問幾時到貨")),
        *(
            (text, "en")
            for text in ("where is my order", "I want a refund", "its too small for me", "need refund asap")
        ),
        *((text, "es") for text in ("¿dónde está mi pedido?", "no me ha llegado el paquete")),
        *((text, "de") for text in ("wo ist meine Bestellung", "Kann ich das zurückgeben")),
        ("où est ma commande", "fr"),
        ("注文はどこですか", "ja"),
        ("где мой заказ", "ru"),
        ("배송이 언제 오나요", "ko"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: str) -> None:
    assert LANGUAGES.written(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("退款", "zh"),
        ("refund", "en"),
        ("Nike 退货", "zh"),
        ("où est ma commande", "fr"),
        ("おはよう", "ja"),
        ("12345 🙂", ""),
    ],
)
def test_the_language_of_few_words_is_guessed(text: str, language: str) -> None:
    assert LANGUAGES.guessed(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hola",
        "ok 好的",
        "你好",
        "black leather boots",
        "Nike Air Max 90",
        "jane@example.com 12345",
        "2x 1x",
        "🙏🙏🙏",
    ],
)
def test_what_is_too_short_or_a_product_tells_none(text: str) -> None:
    assert LANGUAGES.written(text) == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *((text, "en") for text in ("speak English please", "English", "can you speak english?", "请用英文回复")),
        *((text, "en") for text in ("sorry, I don't understand Chinese. English please", "可以用英语吗", "in english")),
        *(
            (text, "zh")
            for text in ("说中文", "请说中文", "chinese please", "你会说中文吗", "switch to chinese", "中文")
        ),
        ("do you speak spanish?", "es"),
        *((text, "") for text in ("is the manual in english?", "the chinese teapot", "english breakfast tea", "")),
    ],
)
def test_a_language_is_asked_for_by_its_name(text: str, language: str) -> None:
    assert LANGUAGES.asked(text) == language


def test_a_language_without_a_name_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "languages.yaml"
    path.write_text("languages:\n  en: {names: [english]}\nasking: [NAME]\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"languages\.yaml:2"):
        load_languages(path)
