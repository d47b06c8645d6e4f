"""Finds what is in a container: which sound, which pictures. Providers take codecs, not containers."""

import re
from collections.abc import Callable, Iterator

HEAD = 65_536
_OGG = {  # how the first packet of each stream begins (RFC 7845; Xiph's specifications)
    b"OpusHead": "opus",
    b"\x01vorbis": "vorbis",
    b"Speex   ": "speex",
    b"\x7fFLAC": "flac",
    b"\x80theora": "theora",
}
_BOXES = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}  # boxes that hold others (ISO/IEC 14496-12)
_ENTRIES = {  # sample entries (the MP4 registration authority's list)
    b"avc1": "h264",
    b"avc3": "h264",
    b"hvc1": "hevc",
    b"hev1": "hevc",
    b"dvh1": "hevc",
    b"av01": "av1",
    b"vp08": "vp8",
    b"vp09": "vp9",
    b"mp4v": "mpeg4",
    b"s263": "h263",
    b"h263": "h263",
    b"jpeg": "mjpeg",
    b"mp4a": "aac",
    b"samr": "amr",
    b"sawb": "amr-wb",
    b"Opus": "opus",
    b"alac": "alac",
    b"fLaC": "flac",
    b"ac-3": "ac3",
    b"ec-3": "ac3",
    b".mp3": "mp3",
    b"lpcm": "pcm",
    b"sowt": "pcm",
    b"twos": "pcm",
}
_MPEG_SOUND = (b"\x69", b"\x6b")  # objectTypeIndication of MPEG-1 and 2 layers (ISO/IEC 14496-1)
_MATROSKA = re.compile(rb"[VA]_[A-Z0-9]+(?:/[A-Z0-9]+)*")
_MATROSKA_NAMES = {
    b"V_VP8": "vp8",
    b"V_VP9": "vp9",
    b"V_AV1": "av1",
    b"V_MPEG4/ISO/AVC": "h264",
    b"V_MPEGH/ISO/HEVC": "hevc",
    b"A_OPUS": "opus",
    b"A_VORBIS": "vorbis",
    b"A_AAC": "aac",
    b"A_MPEG/L3": "mp3",
    b"A_FLAC": "flac",
}
PICTURES = frozenset(("h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "h263", "mjpeg", "theora"))
OTHER = "other"
_LAYERS = {1: "mp3", 2: "mp2", 3: "mp1"}
_FRAMES = b"\xc0\xc1\xc2\xc3\xc5\xc6\xc7\xc9\xca\xcb\xcd\xce\xcf"  # JPEG: start of frame (ITU-T T.81, table B.1)


def codecs(content: bytes, container: str) -> tuple[str, ...]:
    """Finds the codecs of a file of this type, in their order; nothing where they cannot be told."""
    look = _LOOKS.get(container)
    return tuple(dict.fromkeys(look(content))) if look else ()


def is_sound_alone(found: tuple[str, ...]) -> bool:
    """Tells whether there is sound, and nothing to see."""
    return bool(found) and OTHER not in found and not PICTURES.intersection(found)


def _ogg(content: bytes) -> Iterator[str]:
    """Reads the first pages, each of which begins a stream. Opus tells its channels: some take only one."""
    at = 0
    while content[at : at + 4] == b"OggS" and len(content) > at + 27 and content[at + 5] & 2 and at < HEAD:
        packet = at + 27 + content[at + 26]
        name = next((name for start, name in _OGG.items() if content.startswith(start, packet)), OTHER)
        yield "opus-stereo" if name == "opus" and content[packet + 9 : packet + 10] > b"\x01" else name
        at = packet + sum(content[at + 27 : packet])


def _boxes(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Lists the boxes in a stretch: name, where its content begins, where it ends."""
    while start + 8 <= end:
        size, name = int.from_bytes(content[start : start + 4]), content[start + 4 : start + 8]
        head = 8
        if size == 1:
            size, head = int.from_bytes(content[start + 8 : start + 16]), 16
        stop = end if size == 0 else start + size
        if stop > end or stop < start + head:
            return
        yield name, start + head, stop
        start = stop


def _mp4(content: bytes) -> Iterator[str]:
    yield from _tracks(content, 0, len(content))


def _tracks(content: bytes, start: int, end: int) -> Iterator[str]:
    for name, begins, ends in _boxes(content, start, end):
        if name in _BOXES:
            yield from _tracks(content, begins, ends)
        elif name == b"stsd":
            for entry, inside, over in _boxes(content, begins + 8, ends):
                yield _entry(entry, content[inside:over])


def _entry(name: bytes, content: bytes) -> str:
    """Names a sample entry. `mp4a` is any MPEG sound: its descriptor says which."""
    if name == b"mp4a":
        described = re.search(rb"esds.{4}\x03(?:[\x80-\xfe]{0,3}.).{3}\x04(?:[\x80-\xfe]{0,3}.)(.)", content, re.DOTALL)
        return "mp3" if described and described[1] in _MPEG_SOUND else "aac"
    return _ENTRIES.get(name, OTHER if name not in (b"tx3g", b"text", b"tmcd", b"mett", b"rtp ") else "")


def _matroska(content: bytes) -> Iterator[str]:
    for name in _MATROSKA.findall(content[:HEAD]):
        yield _MATROSKA_NAMES.get(name, OTHER)


def _mpeg(content: bytes) -> Iterator[str]:
    """Reads the layer in the first frame's header, behind the tag that may come first (ID3v2)."""
    at = 0
    if content.startswith(b"ID3") and len(content) > 10:
        size = 0
        for byte in content[6:10]:
            size = size << 7 | byte & 0x7F
        at = 10 + size
    if content[at : at + 1] == b"\xff" and content[at + 1 : at + 2] >= b"\xe0":
        layer = content[at + 1] >> 1 & 3
        yield _LAYERS.get(layer, "aac")  # a layer of 0 is AAC's own framing


def _webp(content: bytes) -> Iterator[str]:
    if content[12:16] == b"VP8X" and len(content) > 20 and content[20] & 2:
        yield "animated"


def _jpeg(content: bytes) -> Iterator[str]:
    """Counts the colours of the first frame: four are ink, not light."""
    at = 2
    while content[at : at + 1] == b"\xff" and at + 9 < len(content):
        marker = content[at + 1]
        if marker in _FRAMES:
            if content[at + 9] == 4:
                yield "cmyk"
            return
        at += 2 + int.from_bytes(content[at + 2 : at + 4])


def _png(content: bytes) -> Iterator[str]:
    if content[12:16] == b"IHDR" and content[24:25] == b"\x10":
        yield "16bit"


_LOOKS: dict[str, Callable[[bytes], Iterator[str]]] = {
    **dict.fromkeys(("audio/ogg", "video/ogg"), _ogg),
    **dict.fromkeys(("video/mp4", "audio/mp4", "video/3gpp", "audio/3gpp", "video/quicktime"), _mp4),
    **dict.fromkeys(("video/webm", "audio/webm", "video/x-matroska"), _matroska),
    "audio/mpeg": _mpeg,
    "image/webp": _webp,
    "image/jpeg": _jpeg,
    "image/png": _png,
}
