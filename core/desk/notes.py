"""Tells which messages of agents are notes that stay inside, and which a person would take for one.

A note that reaches the customer cannot be taken back, so the net for what is asked about is wide; a question costs a
press. Read is what somebody sees: invisible characters do not count, full width is as good as any other.
"""

import re
import unicodedata
from collections.abc import Iterator

# Around a mark may be white space, quotes, bold type, the bullet of a list.
_DRESS = r"[\s*_~>`•]*"
_MARK = re.compile(rf"{_DRESS}(?://|(?:note|private|internal|备注){_DRESS}:){_DRESS}")

_WORD = r"(?<![a-z]){}(?![a-z])"
# Words for what stays inside, and words that only do beside one of these or as the first.
_INSIDE = (
    r"internal|confidential|intern[aeo]?|interne[rsn]?|interno|privado|privad[ao]|privée?|privat|staff only|team only"
    r"|внутренн\w*|内部|內部|社内|내부|私密|保密|机密|對內|对内"
)
_PRIVATE = rf"{_WORD.format('private')}|{_WORD.format(f'(?:{_INSIDE})')}"
_NOTE = (
    rf"{_WORD.format('(?:notes?|memo|notiz|notitie|nota|заметка)')}"
    r"|备注|備註|备忘|備忘|附注|批注|留言给同事|メモ|메모|ملاحظة"
)
# What is written in place of a mark's colon.
_STOP = r"(?:[:;|=→»)\]}】」』）〕,.…]|-{1,3}>?(?=\s|$)|[–—~](?=\s|$|\w)|>|\n)"
_FEW = r"(?:[ \t]+[\w'’&]+){0,3}?"
_OPEN = r"[(\[{<（【「『《〔\"“'‘]"

_ASKED = tuple(
    re.compile(pattern)
    for pattern in (
        r"\W*[🔒🔐🔏🤫]",
        r"(?s:.*?)(?<![\w.+/@-])@\w",  # a name that Slack did not make a mention
        rf"{_DRESS}(?:;;|\\\\|\|\||/(?![/\d])|[#!]\s*(?:note|internal|private|内部|备注))",  # marks of other desks
        rf"\W*{_OPEN}[^)\]}}>）】」』》〕\n]{{0,30}}?(?:{_PRIVATE}|{_NOTE})",
        rf"(?:\W*[\w'’]+){{0,2}}?\W*(?:{_PRIVATE}){_FEW}\s*{_STOP}",
        rf"\W*(?:\d+[.)]\s*)?(?:(?:my|own|desk|agent|staff|team|self|shift|handover)\s+){{0,2}}(?:{_NOTE}){_FEW}\s*{_STOP}",
        r"\W*note(?!\s+(?:that|the|your|our|we|i|you|it|this|these|those|there|also|how|down|please)(?![a-z])|\s+\d)(?=\s)",
        rf"\W*(?:{_WORD.format(f'(?:{_INSIDE})')})",
        rf"\W*(?:{_PRIVATE}|{_NOTE})\s*$",
        r"(?s:.*?)(?:internal(?:ly)? (?:only|use)|for internal|(?:staff|team) only|off the record"
        r"|(?:do not|don['’]?t|dont|never|not to be) (?:sen[dt]|forward|show|tell|share)\w*(?: this| it)?(?: to| with)?"
        r" (?:the )?customer|not for (?:the )?customer)",
        r"(?s:.*?)(?:[仅只]供?内部|(?:别|不要|勿)(?:发|告诉|转|让)给?(?:客户|顾客|买家))",
        r"\W*(?:[备備][注住主助柱著祝驻註]|[背被倍贝北杯]注)[\u3400-\u9fff]{0,6}\s*[:;-]",
        rf"(?s:.*?)\n{_DRESS}(?://|[🔒🔐🔏🤫]|(?:private|internal|内部|內部){_FEW}\s*[:;-])",
    )
)
_FIRST = re.compile(r"\W*([a-z]{3,10})\s*(?:[:;]|[-–—](?=\s))")
_SPELT = ("note", "private", "internal")


def mark_length(text: str) -> int:
    """Returns how many characters at the beginning of a message are the mark of a note; 0 where there is none."""
    shown, places = _shown(text)
    match = _MARK.match(shown)
    return (places[match.end()] if match.end() < len(places) else len(text)) if match else 0


def is_doubtful(text: str) -> bool:
    """Tells whether a message without a mark reads like a note, so that its author is asked before it is sent."""
    shown, _ = _shown(text)
    return any(pattern.match(shown) for pattern in _ASKED) or _is_misspelt(shown)


def _is_misspelt(shown: str) -> bool:
    """Tells whether the first word is a mark but for a slip of the fingers."""
    first = _FIRST.match(shown)
    return first is not None and any(_is_near(first[1], word) for word in _SPELT)


def _is_near(word: str, mark: str) -> bool:
    """Tells whether one letter is missing, added, changed or in its neighbour's place."""
    slips = {mark[:n] + mark[n + 1] + mark[n] + mark[n + 2 :] for n in range(len(mark) - 1)}
    if len(word) == len(mark):
        return word in slips or sum(a != b for a, b in zip(word, mark, strict=True)) == 1
    longer, shorter = sorted((word, mark), key=len, reverse=True)
    return len(longer) - len(shorter) == 1 and any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


def _shown(text: str) -> tuple[str, list[int]]:
    """Returns what is seen of a text, in small letters and half width, and from which place each character comes."""
    seen = [(char, at) for at, raw in enumerate(text) for char in _as_seen(raw)]
    return "".join(char for char, _ in seen), [at for _, at in seen]


def _as_seen(char: str) -> Iterator[str]:
    for each in unicodedata.normalize("NFKC", char).casefold():
        if unicodedata.category(each) not in ("Cf", "Mn") and each not in "\u115f\u1160\u3164\u2800":
            yield each
