import time

import pytest

from core.content.vcards import read_vcards

FOUR = """BEGIN:VCARD\r
VERSION:4.0\r
N:Doe;Jane;Maria;Dr.;\r
FN:Dr. Jane Doe\r
NICKNAME:JD\r
ORG:Acme Ltd;Purchasing\r
TITLE:Buyer\r
TEL;TYPE=cell,voice:+1 202 555 0199\r
item1.TEL;TYPE="work":tel:+44 20 7946 0018\r
EMAIL;TYPE=work:jane@acme.example\r
ADR;TYPE=home:;;1 Main St;Springfield;NY;12345;USA\r
URL:https://jane.example\r
BDAY:1990-05-01\r
NOTE:Likes red\\, and\\nblue\r
PHOTO;ENCODING=b:AAAA==\r
 BBBB==\r
END:VCARD\r
"""
TWO = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=
=C3=BCrgen
TEL;CELL;PREF:+4917112345678
PHOTO;BASE64:AAAA=
EMAIL;INTERNET:j@example.com
END:VCARD
BEGIN:VCARD
FN:Second
END:VCARD
"""


def test_everything_on_a_card_is_read() -> None:
    (card,) = read_vcards(FOUR)
    assert card == {
        "name": "Dr. Jane Doe",
        "phone": "+1 202 555 0199",
        "own": False,
        "phones": [{"value": "+1 202 555 0199", "type": "cell"}, {"value": "+44 20 7946 0018", "type": "work"}],
        "emails": [{"value": "jane@acme.example", "type": "work"}],
        "addresses": [{"value": "1 Main St, Springfield, NY, 12345, USA", "type": "home"}],
        "urls": [{"value": "https://jane.example"}],
        "organisation": "Acme Ltd, Purchasing",
        "title": "Buyer",
        "nickname": "JD",
        "birthday": "1990-05-01",
        "note": "Likes red, and blue",
    }


def test_old_cards_and_several_in_one_file_are_read() -> None:
    first, second = read_vcards(TWO)
    assert first["name"] == "Jürgen Müller"
    assert first["phones"] == [{"value": "+4917112345678", "type": "cell"}]
    assert first["emails"] == [{"value": "j@example.com"}]
    assert second == {"name": "Second", "phone": "", "own": False}


def test_what_is_no_card_gives_none() -> None:
    assert read_vcards("") == []
    assert read_vcards("BEGIN:VCARD\nEND:VCARD") == []
    assert read_vcards("BEGIN:VCARD\nno colon here\nTEL:\nEND:VCARD") == []


def test_a_card_that_is_cut_short_and_one_with_a_large_photo_are_read() -> None:
    assert read_vcards("BEGIN:VCARD\nFN:Jo\nTEL:+12025550199")[0]["phone"] == "+12025550199"
    photo = "\n ".join(["A" * 75] * 4000)
    assert read_vcards(f"BEGIN:VCARD\nFN:Jo\nPHOTO;ENCODING=b:{photo}\nEND:VCARD")[0]["name"] == "Jo"


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VCARD\n" * 50_000,
        "BEGIN:VCARD\n" + "TEL;" * 20_000 + ":1\nEND:VCARD",
        "BEGIN:VCARD\nX;quoted-printable:" + "=\nX" * 50_000,
        "BEGIN:VCARD\nEND:VCARD\n" * 40_000,
    ],
)
def test_a_file_made_to_take_long_does_not(text: str) -> None:
    began = time.perf_counter()
    read_vcards(text)
    assert time.perf_counter() - began < 2
