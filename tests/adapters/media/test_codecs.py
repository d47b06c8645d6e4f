"""Tests what is in a container: files as encoders write them, cut to their heads."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.media.codecs import codecs
from adapters.media.sniff import recognise


def page(packet: bytes, serial: int = 1) -> bytes:
    head = b"OggS\x00\x02" + bytes(8) + struct.pack("<III", serial, 0, 0)
    return head + bytes((1, len(packet))) + packet


def opus(channels: int = 1) -> bytes:
    return page(b"OpusHead\x01" + bytes((channels,)) + b"\x38\x01\x80\xbb\x00\x00\x00\x00\x00")


VORBIS = page(b"\x01vorbis" + bytes(4) + b"\x02\x44\xac\x00\x00" + bytes(14))
THEORA = page(b"\x80theora\x03\x02\x01" + bytes(32), 2)
SPEEX = page(b"Speex   1.2rc1" + bytes(66))
FLAC = page(b"\x7fFLAC\x01\x00\x00\x01fLaC" + bytes(38))


def box(name: bytes, *content: bytes) -> bytes:
    whole = b"".join(content)
    return struct.pack(">I", len(whole) + 8) + name + whole


def track(entry: bytes, described: bytes = b"") -> bytes:
    stsd = box(b"stsd", bytes(4), struct.pack(">I", 1), box(entry, bytes(28), described))
    return box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", box(b"minf", box(b"stbl", stsd))))


def esds(kind: int) -> bytes:
    return box(b"esds", bytes(4), b"\x03\x80\x80\x80\x25\x00\x02\x00\x04\x80\x80\x80\x17", bytes((kind,)), bytes(12))


def mp4(*tracks: bytes, brand: bytes = b"isom") -> bytes:
    # the index stands behind the pictures, as cameras write it
    return box(b"ftyp", brand, bytes(4), b"mp41") + box(b"mdat", bytes(9000)) + box(b"moov", *tracks)


AAC, MP3_IN_MP4 = track(b"mp4a", esds(0x40)), track(b"mp4a", esds(0x6B))
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(40)
WEBP = b"RIFF\x20\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10"


def frame(colours: int) -> bytes:
    return b"\xff\xc2\x00\x11\x08\x00\x10\x00\x10" + bytes((colours,)) + bytes(9)


@pytest.mark.parametrize(
    ("content", "kind", "declared", "expected"),
    [
        (opus(), "voice", "audio/ogg", ("voice", "audio/ogg; codecs=opus")),
        (opus(2), "audio", "application/ogg", ("audio", "audio/ogg; codecs=opus-stereo")),
        (VORBIS, "audio", "audio/ogg", ("audio", "audio/ogg; codecs=vorbis")),
        (SPEEX, "audio", "audio/ogg", ("audio", "audio/ogg; codecs=speex")),
        (FLAC, "audio", "audio/ogg", ("audio", "audio/ogg; codecs=flac")),
        (THEORA + VORBIS, "video", "video/ogg", ("video", "video/ogg; codecs=theora,vorbis")),
        (mp4(track(b"avc1"), AAC), "video", "video/mp4", ("video", "video/mp4; codecs=h264,aac")),
        (mp4(track(b"hvc1"), AAC), "video", "video/mp4", ("video", "video/mp4; codecs=hevc,aac")),
        (mp4(track(b"avc1"), MP3_IN_MP4), "video", "", ("video", "video/mp4; codecs=h264,mp3")),
        (mp4(AAC, brand=b"M4A "), "audio", "audio/x-m4a", ("audio", "audio/mp4; codecs=aac")),
        (mp4(AAC), "video", "video/mp4", ("audio", "audio/mp4; codecs=aac")),  # sound alone, whatever it was called
        (mp4(track(b"alac"), brand=b"M4A "), "audio", "", ("audio", "audio/mp4; codecs=alac")),
        (mp4(track(b"avc1"), AAC), "audio", "audio/mp4", ("document", "video/mp4; codecs=h264,aac")),
        (mp4(track(b"s263"), track(b"samr"), brand=b"3gp4"), "video", "", ("video", "video/3gpp; codecs=h263,amr")),
        (mp4(track(b"avc1"), track(b"tmcd")), "video", "", ("video", "video/mp4; codecs=h264")),
        (mp4(track(b"xyz9")), "video", "", ("video", "video/mp4; codecs=other")),
        (WEBM + b"\x86\x85V_VP9" + b"\x86\x86A_OPUS", "video", "", ("video", "video/webm; codecs=vp9,opus")),
        (WEBM + b"\x86\x86A_OPUS", "video", "video/webm", ("audio", "audio/webm; codecs=opus")),
        (
            b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128) + b"\xff\xfb\x90\x44",
            "audio",
            "",
            ("audio", "audio/mpeg; codecs=mp3"),
        ),
        (
            b"ID3\x04\x00\x00\x00\x00\x00\x04" + bytes(4) + b"\xff\xfd\x90\x44",
            "audio",
            "",
            ("audio", "audio/mpeg; codecs=mp2"),
        ),
        (
            b"ID3\x04\x00\x00\x00\x00\x00\x04" + bytes(4) + b"\xff\xf1\x50\x80",
            "audio",
            "",
            ("audio", "audio/aac; codecs=aac"),
        ),
        (b"#!AMR-WB\n\x3c", "audio", "audio/amr", ("audio", "audio/amr-wb")),
        (WEBP + b"\x02" + bytes(20), "sticker", "image/webp", ("sticker", "image/webp; codecs=animated")),
        (WEBP + b"\x10" + bytes(20), "sticker", "image/webp", ("sticker", "image/webp")),
        (JPEG + frame(4), "image", "image/jpeg", ("image", "image/jpeg; codecs=cmyk")),
        (JPEG + frame(3), "image", "image/jpeg", ("image", "image/jpeg")),
        (PNG + b"\x10\x06", "image", "image/png", ("image", "image/png; codecs=16bit")),
        (PNG + b"\x08\x06", "image", "image/png", ("image", "image/png")),
    ],
)
def test_what_is_in_it_decides(content: bytes, kind: str, declared: str, expected: tuple[str, str]) -> None:
    assert recognise(content, kind, declared) == expected


@given(
    st.binary(max_size=200),
    st.sampled_from([b"OggS\x00\x02", b"\x00\x00\x00\x18ftypisom", b"ID3", b"\xff\xd8\xff", WEBM]),
)
def test_damaged_files_have_no_codec_we_could_tell(rest: bytes, start: bytes) -> None:
    for container in ("audio/ogg", "video/mp4", "video/webm", "audio/mpeg", "image/webp", "image/jpeg", "image/png"):
        codecs(start + rest, container)
