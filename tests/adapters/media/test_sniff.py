"""Tests what a file is: by its content, whatever it was called."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.media.sniff import UNKNOWN, real_type, recognise

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb0043")
OGG_OPUS = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01\x38\x01\x80\xbb"
WEBP = b"RIFF\x20\x00\x00\x00WEBPVP8 " + bytes(20)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
GZIP = b"\x1f\x8b\x08\x00" + bytes(16)


def ftyp(brand: bytes) -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x00\x00isomiso2"


def packed(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "application/epub+zip" if name == "mimetype" else "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (JPEG, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
        (b"GIF89a\x01\x00\x01\x00", "image/gif"),
        (WEBP, "image/webp"),
        (ftyp(b"heic"), "image/heic"),
        (ftyp(b"mif1"), "image/heif"),
        (ftyp(b"avif"), "image/avif"),
        (MP4, "video/mp4"),
        (ftyp(b"3gp5"), "video/3gpp"),
        (ftyp(b"qt  "), "video/quicktime"),
        (ftyp(b"M4A "), "audio/mp4"),
        (OGG_OPUS, "audio/ogg"),
        (b"OggS\x00\x02" + bytes(20) + b"\x01\x2a\x80theora", "video/ogg"),
        (b"#!AMR\n\x3c\x91", "audio/amr"),
        (b"ID3\x03\x00\x00\x00\x00\x00\x21", "audio/mpeg"),
        (b"\xff\xfb\x90\x44\x00\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80\x00\x00", "audio/aac"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"fLaC\x00\x00\x00\x22", "audio/flac"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        (packed("a.txt"), "application/zip"),
        (
            packed("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            packed("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (packed("mimetype"), "application/epub+zip"),
        (GZIP, "application/gzip"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jane\r\n", "text/vcard"),
        ("Wo ist mein Päckchen?\n".encode(), "text/plain"),
        ("订单在哪里".encode(), "text/plain"),
        ("é".encode() * 3000, "text/plain"),
        (b"x" + "é".encode() * 3000, "text/plain"),  # the cut goes through a character
        (b"{\\rtf1\\ansi Hello}", "text/plain"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "application/msword"),
        (b"", "text/plain"),
        (bytes(range(1, 32)) * 8, UNKNOWN),
    ],
)
def test_content_decides(content: bytes, expected: str) -> None:
    assert real_type(content) == expected


ACTIVE = {
    "html": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "html without a head": b"\n\n  <script>alert(document.domain)</script>",
    "html after words": b"hello <img src=x onerror=alert(1)>",
    "html in capitals": b"<HTML><SCRIPT>alert(1)</SCRIPT></HTML>",
    "html in utf-16": "<html><script>alert(1)</script>".encode("utf-16"),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg in xml": b'<?xml version="1.0"?>\n<svg onload="alert(1)"/>',
    "windows program": b"MZ\x90\x00\x03" + bytes(60),
    "linux program": b"\x7fELF\x02\x01\x01" + bytes(60),
    "java class": b"\xca\xfe\xba\xbe\x00\x00\x00\x34",
    "script": b"#!/bin/sh\nrm -rf /\n",
}


@pytest.mark.parametrize("declared", ["image/jpeg", "image/svg+xml", "text/html", "application/pdf", "video/mp4", ""])
@pytest.mark.parametrize("name", ACTIVE)
def test_what_can_act_is_an_unknown_document_whatever_it_is_called(name: str, declared: str) -> None:
    kind, mime = recognise(ACTIVE[name], declared.partition("/")[0], declared, "photo.jpg")
    assert mime == UNKNOWN
    assert kind not in ("image", "video", "audio", "voice", "sticker")


@pytest.mark.parametrize(
    ("content", "declared", "expected"),
    [
        (MP4, "audio/mp4", "audio/mp4"),
        (MP4, "audio/aac; codecs=x", "audio/mp4"),
        (ftyp(b"3gp5"), "audio/3gpp", "audio/3gpp"),
        (MP4, "image/jpeg", "video/mp4"),
        (b"a,b\n1,2\n", "text/csv", "text/csv"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b"plain", "application/javascript", "text/plain"),
        (GZIP, "application/x-tgsticker", "application/x-tgsticker"),
        (JPEG, "application/x-tgsticker", "image/jpeg"),
    ],
)
def test_the_declared_type_only_chooses_between_equals(content: bytes, declared: str, expected: str) -> None:
    assert real_type(content, declared) == expected


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (JPEG, "image", "image"),
        (WEBP, "sticker", "sticker"),
        (OGG_OPUS, "voice", "voice"),
        (OGG_OPUS, "image", "document"),
        (JPEG, "video", "document"),
        (b"%PDF-1.7", "image", "document"),
        (b"%PDF-1.7", "document", "document"),
        (JPEG, "document", "document"),
    ],
)
def test_a_kind_that_cannot_be_is_a_document(content: bytes, kind: str, expected: str) -> None:
    assert recognise(content, kind)[0] == expected


def test_an_animated_sticker_is_known_by_its_name() -> None:
    assert recognise(GZIP, "sticker", "", "AnimatedSticker.tgs") == ("sticker", "application/x-tgsticker")


@given(st.binary(max_size=300), st.sampled_from(["", "image/jpeg", "audio/ogg", "text/html", "x"]), st.text(max_size=9))
def test_any_bytes_have_a_type_and_never_an_active_one(content: bytes, declared: str, filename: str) -> None:
    mime = real_type(content, declared, filename)
    assert "/" in mime
    assert not any(word in mime for word in ("html", "xml", "svg", "script")) or mime.startswith(
        "application/vnd.openxmlformats"
    )


@given(st.binary(max_size=60), st.sampled_from([b"<script>", b"<svg ", b"<html>", b"<!DOCTYPE html>"]))
def test_text_that_holds_markup_is_never_shown_as_a_picture(words: bytes, markup: bytes) -> None:
    mime = real_type(b"  " + markup + words, "image/png")
    assert not mime.startswith(("image/", "video/", "audio/", "text/"))
