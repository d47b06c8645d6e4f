"""Counts the SMS segments that a text takes."""

GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = set("^{}\\[~]|€\f")


def count(text: str) -> int:
    """Counts segments: GSM-7 160/153 septets, else UCS-2 70/67 UTF-16 units."""
    if all(char in GSM or char in GSM_DOUBLE for char in text):
        size, single, part = sum(2 if char in GSM_DOUBLE else 1 for char in text), 160, 153
    else:
        size, single, part = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if size <= single else -(-size // part)
