"""Takes a text apart into the terms by which texts and names are found: words, and pairs of Chinese signs.

terms("Where are my boots?")    # ["where", "are", "my", "boot"]
terms("杯子碎了")                # ["杯子", "子碎", "碎了"]
indexed("杯子")                  # {"杯", "子", "杯子"}: a single sign finds it too
"""

import re
import unicodedata

from core.locales import HAN

LONGEST = 64  # characters of a term that is kept; longer ones are what nobody types twice
_ACCENTS = range(0x300, 0x370)  # combining marks of letters; those of other scripts are part of the sign
_POSSESSIVE = re.compile(r"['’]s\b")
_HAN = re.compile(f"{HAN.pattern}+")
_WORD = re.compile(r"[^\W_\u3400-\u9fff]+")


def terms(text: str) -> list[str]:
    """Lists the terms of a text in order: words without number and case, Chinese by pairs (a lone sign as it is)."""
    said = _plain(text)
    found = [(m.start(), _singular(m.group())[:LONGEST]) for m in _WORD.finditer(said)]
    for run in _HAN.finditer(said):
        signs = run.group()
        found += [(run.start() + n, signs[n : n + 2]) for n in range(max(1, len(signs) - 1))]
    return [term for _, term in sorted(found)]


def indexed(text: str) -> set[str]:
    """Returns all that a text is found by: its terms, and each Chinese sign by itself."""
    return {*terms(text), *(sign for run in _HAN.finditer(_plain(text)) for sign in run.group())}


def _plain(text: str) -> str:
    """Folds case, width, accents and digits of other scripts."""
    apart = unicodedata.normalize("NFKD", text)
    said = "".join(_digit(sign) for sign in apart if ord(sign) not in _ACCENTS)
    return _POSSESSIVE.sub("  ", unicodedata.normalize("NFC", said).casefold())


def _digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def _singular(word: str) -> str:
    if not word.isascii() or len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
