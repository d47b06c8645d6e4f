"""Masks personal data in words that leave the house: rather too much than too little, as only the wish must stay."""

import re
from collections.abc import Iterable

from flows.understanding.normalise import clean
from flows.understanding.values.codes import codes

EMAIL, LINK, NUMBER, NAME, ADDRESS = "[email]", "[link]", "[number]", "[name]", "[address]"
_DIGITS = 3  # of a number that may be somebody's; sizes and quantities have fewer
_MIXED, _MIXED_DIGITS = 5, 2  # letters and digits of a postcode or an order number, and how many are digits
_HAN = r"\u3040-\u30ff\u3400-\u9fff"

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_EMAIL = re.compile(rf"[^\s@{_HAN}]*@[^\s@{_HAN}]+")
_SIGN = rf"(?:(?![{_HAN}])[^\W_])"
_TOKEN = re.compile(rf"{_SIGN}+(?:[-_./#:,]{{1,2}}{_SIGN}+)*")
_BETWEEN = re.compile(r"[\s()+#./_-]{1,4}")
_SPELLED = re.compile(r"[零〇一二三四五六七八九两](?:[\s-]?[零〇一二三四五六七八九两]){4,}")
_STREET = re.compile(
    r"\b\d+\s?[a-z]?,?\s+(?:[^\W\d_]+\.?\s+){0,3}"
    r"(?:street|str|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|ct|way|place|pl|square|terrace)\b\.?"
    rf"|(?:(?![住在到是址寄送])[{_HAN}]){{1,6}}(?:路|街|巷|弄|大道)\s?\d+\s?(?:号|號|弄)?(?:\s?\d+\s?(?:号楼|號樓|栋|棟|楼|樓|单元|單元|室|房))*",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"(?i:\b(?:my|the|full)\s+(?:full\s+)?name(?:'s|\s+is|:)|\bname:|\bi(?:'m|\s+am)\s+called|\b(?:under|for)\s+the\s+name)"
    r"\s+(?P<plain>[^\W\d_][\w'’-]*(?:\s+(?!(?i:and|but|i|my|the|from|with)\b)[^\W\d_][\w'’-]*){0,2})"
    r"|(?i:\bi(?:'m|\s+am)|\bthis\s+is|\b(?:mr|mrs|ms|dr)\.?|\b(?:regards|cheers|yours|sincerely|thanks)\s*,)"
    r"\s+(?P<shown>[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,2})"
    rf"|(?:我叫|姓名[是为為:]?|名字[是叫为為]|收[件货貨]人[是为為:]?)\s?(?P<han>[{_HAN}]{{2,4}})"
    rf"|我是(?P<self>[{_HAN}]{{2,3}})(?=[\s,.!，。！]|$)"
)


def masked(text: str, names: Iterable[str] = ()) -> str:
    """Returns a text without addresses, links, numbers of three digits and more, and names: those in `names` (of the
    customer, as far as they are known) and those that a sentence introduces."""
    said = _EMAIL.sub(EMAIL, _LINK.sub(LINK, clean(text)))
    said = _STREET.sub(ADDRESS, said)
    said = _without_codes(_SPELLED.sub(NUMBER, said))
    return _without_names(_without_introduced(said), names)


def _without_codes(said: str) -> str:
    """Masks order numbers as the store writes them, and all other numbers that may be somebody's."""
    found = [(code.start, code.end) for code in codes(said) if code.named or not any(map(str.isdigit, code.text))]
    said = _blanked(said, found)
    groups: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(said):
        if not any(map(str.isdigit, match.group())):
            continue
        start, end = match.span()
        if groups and _BETWEEN.fullmatch(said, groups[-1][1], start):
            start = groups.pop()[0]
        groups.append((start, end))
    return _blanked(said, [(start, end) for start, end in groups if _may_be_somebodys(said[start:end])])


def _blanked(said: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        said = said[:start] + NUMBER + said[end:]
    return said


def _may_be_somebodys(number: str) -> bool:
    digits, signs = sum(map(str.isdigit, number)), sum(map(str.isalnum, number))
    return digits >= _DIGITS or (signs > digits >= _MIXED_DIGITS and signs >= _MIXED)


def _without_introduced(said: str) -> str:
    def without(found: re.Match[str]) -> str:
        name = next(each for each in found.groups() if each)
        return found.group().removesuffix(name) + NAME

    return _TOLD.sub(without, said)


def _without_names(said: str, names: Iterable[str]) -> str:
    known = {clean(name) for name in names}
    parts = {part for name in known for part in (name, *re.split(r"[\s·•,]+", name)) if len(part) > 1}
    # A Chinese name is written without a space, and used without the family's.
    parts |= {name[1:] for name in known if re.fullmatch(rf"[{_HAN}]{{3,4}}", name)}
    for part in sorted(parts, key=len, reverse=True):
        edge = "" if re.search(rf"[{_HAN}]", part) else r"(?<![^\W_]){}(?![^\W_])"
        said = re.sub((edge or "{}").format(re.escape(part)), NAME, said, flags=re.IGNORECASE)
    return said
