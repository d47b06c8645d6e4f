"""Tests that no sign of the texts we ship makes an SMS dearer, or turns into one that nobody would write."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.channels.twilio.outbound.sms import as_sms
from core.content.text import GSM7, gsm_alike, sms_cost
from core.files.documents import Document
from flows.files import text_files
from flows.library import HERE
from notifications.wording.texts import PACKAGED

FILES = [path for folder in (HERE, *PACKAGED) for path in text_files(folder) if path.stem.endswith("en")]


def strings(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):  # synonyms are what customers write, not what is sent
        yield from (text for key, value in node.items() if key != "synonyms" for text in strings(value))
    elif isinstance(node, list):
        yield from (text for value in node for text in strings(value))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sign_of_an_english_text_has_its_like(path: Path) -> None:
    for text in strings(Document(path).data):
        for sign in filter(lambda sign: not sign.isascii(), text):
            is_picture = unicodedata.category(sign) == "So" or sign == "\ufe0f"  # an emoji is worth a dearer message
            assert is_picture or sms_cost(gsm_alike(sign)).encoding == GSM7, (sign, text)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("1. #1013 · Tue, Nov 24 – Two-person tent", "1. #1013 - Tue, Nov 24 - Two-person tent"),
        ("• one\n• two", "- one\n- two"),
        ("“Boots” × 2 → Berlin…", '"Boots" x 2 -> Berlin...'),
        ("Café №5 ™", "Café No.5 (TM)"),
        ("1. #1013 · 11月24日 – 双人帐篷", "1. #1013 · 11月24日 – 双人帐篷"),  # Chinese is Unicode anyway
        ("Привет · мир", "Привет · мир"),
    ],
)
def test_signs_as_an_sms_shows_them(text: str, sent: str) -> None:
    assert as_sms(text) == sent
