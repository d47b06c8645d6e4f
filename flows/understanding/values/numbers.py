"""Reads small numbers as people write them: 2, ２, two, second, 二, 第二个."""

import re

from flows.understanding.normalise import clean, folded

_ENGLISH = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_CHINESE = "一二三四五六七八九十"
WORDS = {
    **{word: n for n, word in enumerate(_ENGLISH, 1)},
    **{word: n for n, word in enumerate(_ORDINALS, 1)},
    **{f"{n}{suffix}": n for n, suffix in enumerate(("st", "nd", "rd", *["th"] * 7), 1)},
    **{sign: n for n, sign in enumerate(_CHINESE, 1)},
    "两": 2,
    "兩": 2,
    "both": 2,
    "a pair": 2,
}
LONGEST = 40
_BELOW_ZERO = re.compile(r"(?<![0-9A-Za-z])[-\u2212][0-9]")
TRAITS = ("latest", "oldest", "cheapest", "dearest")  # by which one of a list is told from the others
_FRAME = re.compile(
    r"^(?:(?:the|option|number|no|nr|choice|just|only|选|選|选择|我要|我选|我選)\s*)*#?(.*?)"
    r"\s*(?:one|please|pls|thanks|option|item|items|piece|pieces|pcs|个|個|件|项|項|号|號|双|雙|只|条|條)?$"
)


def small_number(text: str) -> int | None:
    """Reads the number that the whole text is, framed by at most a polite word; None when it says something else."""
    said = folded(text)
    if _BELOW_ZERO.search(clean(text)):
        return None
    if said in WORDS or len(said) > LONGEST:
        return WORDS.get(said)
    found = _FRAME.match(said)
    core = found.group(1).strip() if found else said
    if core.startswith("第"):
        core = core[1:]
    if core.isascii() and core.isdigit() and len(core) <= 4:
        return int(core)
    return WORDS.get(core)
