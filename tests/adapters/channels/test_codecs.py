"""Tests what each channel takes of sound, films and pictures: the codec decides, not the container."""

from pathlib import Path

import pytest

import adapters.channels
from core.content.capabilities import load_capabilities
from core.content.rendering import fit
from core.messages.outbound import Media, OutboundMessage

HERE = Path(adapters.channels.__path__[0])
FILES = {
    "whatsapp": "whatsapp/limits.yaml",
    "telegram": "telegram/limits.yaml",
    "messenger": "messenger/limits.yaml",
    "twilio_whatsapp": "twilio/limits_whatsapp.yaml",
    "sms": "twilio/limits_sms.yaml",
}
LIMITS = {name: load_capabilities(HERE / file) for name, file in FILES.items()}
LINK = "link"


def form(channel: str, kind: str, mime: str, size: int = 1000) -> str:
    fitted = fit(OutboundMessage("", media=(Media("m", kind, mime, "f", size, "https://l"),)), LIMITS[channel])
    return fitted.media[0].kind if fitted.media else LINK


@pytest.mark.parametrize(
    ("channel", "kind", "mime", "expected"),
    [
        ("whatsapp", "voice", "audio/ogg; codecs=opus", "voice"),
        ("whatsapp", "audio", "audio/ogg; codecs=vorbis", LINK),
        ("whatsapp", "audio", "audio/ogg; codecs=opus-stereo", LINK),
        ("whatsapp", "audio", "audio/ogg; codecs=flac", LINK),
        ("whatsapp", "audio", "audio/ogg", "audio"),  # from before codecs were looked at
        ("whatsapp", "audio", "audio/mp4; codecs=aac", "audio"),
        ("whatsapp", "audio", "audio/mp4; codecs=alac", "document"),
        ("whatsapp", "audio", "audio/mpeg; codecs=mp2", "document"),
        ("whatsapp", "audio", "audio/opus", LINK),
        ("whatsapp", "video", "video/mp4; codecs=h264,aac", "video"),
        ("whatsapp", "video", "video/mp4; codecs=h264", "video"),
        ("whatsapp", "video", "video/mp4; codecs=hevc,aac", "document"),
        ("whatsapp", "video", "video/3gpp; codecs=h263,amr", "document"),
        ("whatsapp", "video", "video/webm; codecs=vp9,opus", LINK),
        ("whatsapp", "image", "image/jpeg", "image"),
        ("whatsapp", "image", "image/jpeg; codecs=cmyk", "document"),
        ("whatsapp", "image", "image/png; codecs=16bit", "document"),
        ("twilio_whatsapp", "audio", "audio/ogg; codecs=vorbis", LINK),
        ("twilio_whatsapp", "video", "video/mp4; codecs=hevc,aac", LINK),
        ("telegram", "voice", "audio/ogg; codecs=opus-stereo", "voice"),
        ("telegram", "voice", "audio/ogg; codecs=vorbis", "document"),
        ("telegram", "sticker", "image/webp; codecs=animated", "document"),
        ("telegram", "sticker", "image/webp", "sticker"),
        ("messenger", "audio", "audio/ogg; codecs=vorbis", "audio"),
        ("sms", "image", "image/jpeg; codecs=cmyk", "image"),
    ],
)
def test_what_a_channel_does_not_show_goes_as_a_document_or_a_link(
    channel: str, kind: str, mime: str, expected: str
) -> None:
    assert form(channel, kind, mime) == expected


@pytest.mark.parametrize(
    ("mime", "size", "expected"),
    [
        ("image/webp", 100_000, "sticker"),
        ("image/webp", 100_001, "document"),
        ("image/webp; codecs=animated", 500_000, "sticker"),
        ("image/webp; codecs=animated", 500_001, "document"),
    ],
)
def test_a_sticker_that_moves_may_be_larger(mime: str, size: int, expected: str) -> None:
    assert form("whatsapp", "sticker", mime, size) == expected
