"""Tests a claim as a customer makes it: a damaged item with photos by WhatsApp, in Chinese, asked about in between."""

import base64
import json
import re
import struct
import zlib
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from storage import tables
from tests.journeys.actors import until
from tests.journeys.system import System
from tests.journeys.test_media import opened
from tests.journeys.wording import constant, said

returns, media = tables.returns.c, tables.media.c
HAN, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"(?:\b[A-Za-z]+\b\s?){3}")


def delivered(desk: System, number: str) -> None:
    desk.shop(number, "deliver")
    desk.handled()


def request_of(desk: System, number: str) -> Row[Any]:
    """Waits for the return of an order: its lines and details, as they are kept."""
    found = select(returns.lines, returns.details).where(returns.order_number == number)
    return until(lambda: next(iter(desk.rows(found)), None), f"a return of {number}")


def picture(red: int) -> bytes:
    """Makes a PNG of one colour, so that pictures can be told from each other (w3.org/TR/png-3)."""
    rows = b"".join(b"\x00" + bytes((red, 90, 60)) * 16 for _ in range(16))
    chunks = (b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    body = (
        struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data)) for tag, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def shows(desk: System, phone: str, image: bytes) -> None:
    """Sends a picture; the next one is sent when the product has it."""
    sent = {"kind": "image", "base64": base64.b64encode(image).decode(), "mime": "image/png"}
    assert desk.act(phone, sent) == 200
    desk.handled()


def below(label: str, card: Any) -> list[Any]:
    """Lists the pieces of a card that stand after a label, before the next one."""
    sections = [each for block in card["blocks"] if block["type"] == "rich_text" for each in block["elements"]]
    pieces = [piece for section in sections for piece in section["elements"]]
    start = next(n for n, piece in enumerate(pieces) if piece.get("text") == label) + 1
    labels = (n for n, piece in enumerate(pieces) if n >= start and piece.get("style", {}).get("bold"))
    return pieces[start : next(labels, len(pieces))]


def test_a_damaged_item_with_photos_by_whatsapp_in_chinese(sqlite_desk: System) -> None:
    desk, phone = sqlite_desk, "xiaoming-whatsapp"
    taken = [picture(200), picture(20), picture(110)]
    delivered(desk, "1004")
    before = len(desk.answers(phone))
    desk.say(phone, "收到的茶杯是坏的")
    desk.expect(phone, "有问题的是几件")
    desk.say(phone, "一件")
    desk.expect(phone, said("utter_ask_claim_photos", "zh"))
    shows(desk, phone, taken[0])
    shows(desk, phone, taken[1])
    desk.say(phone, "订单1006到哪了？")  # asked in between
    desk.expect(phone, said("utter_ask_claim_photos", "zh"))
    shows(desk, phone, taken[2])  # the third is the last that is asked for
    desk.expect(phone, constant("utter_ask_solution", "zh"))
    desk.say(phone, "补发")
    desk.expect(phone, "1 × 青花瓷茶杯（蓝色）：商品损坏")
    desk.say(phone, "提交")
    desk.expect(phone, "R1004-1")
    told = [bubble["text"] for bubble in desk.answers(phone)[before:]]
    assert all(HAN.search(text) and not ENGLISH.search(text) for text in told), told

    kept = request_of(desk, "1004")
    assert [line["reason"] for line in json.loads(kept.lines)] == ["damaged"]
    photos = json.loads(kept.details)["photos"]
    named = {row.id: row.sha256 for row in desk.rows(select(media.id, media.sha256).where(media.id.in_(photos)))}
    assert [named[photo] for photo in photos] == [sha256(image).hexdigest() for image in taken]

    root = desk.slack_root("王小明")
    desk.slack_expect(root, "Something arrived damaged")
    card = next(message for message in desk.slack() if message["ts"] == root)
    links = [piece["url"] for piece in below("Photos: ", card) if piece["type"] == "link"]
    assert [opened(desk, link).body for link in links] == taken
