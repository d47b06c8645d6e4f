"""Writes phone numbers as WhatsApp does: its wa_id is not always the number that people dial."""

BRAZIL_NINE_KEPT = 31  # area codes below keep the ninth digit in their wa_id


def wa_id(number: str) -> str:
    """Makes the wa_id of an E.164 number (with or without +); a wa_id stays as it is.

    Brazil drops the ninth digit outside of the areas around São Paulo and Rio, Mexico adds a 1 after 52, Argentina a 9
    after 54 (channels reference A1).
    """
    digits = number.lstrip("+")
    if digits.startswith("55") and len(digits) == 13 and int(digits[2:4]) >= BRAZIL_NINE_KEPT:
        return digits[:4] + digits[5:]
    if digits.startswith("52") and len(digits) == 12:
        return "521" + digits[2:]
    if digits.startswith("54") and len(digits) == 12:
        return "549" + digits[2:]
    return digits
