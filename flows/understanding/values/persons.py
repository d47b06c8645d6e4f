"""Reads who somebody says they are, where they know no order number; and a one-time code."""

import re

from core.locales import HAN
from core.people.one_time_codes import DIGITS
from flows.understanding.normalise import clean, folded
from flows.understanding.values.codes import EMAIL
from flows.understanding.values.entities import postcode

UNKNOWN = "unknown"  # the answer of who has no order number at hand
PARTED = ", "  # between name and postcode
_CODE = re.compile(rf"(?<![0-9])(?:[0-9][ -]?){{{DIGITS - 1}}}[0-9](?![0-9])")
_SIGNS = re.compile(r"[^\w\s'’‘.·•・-]+|_")
_POSTAL = r"(?:(?:post|zip|postal)\s?-?code|zip|postcode|postal|code|邮编|邮政编码|郵遞區號)"
_LEAD = re.compile(
    rf"^(?:(?:hi|hello|hey|ok|okay|yes|sure|so|it'?s|it is|i'?m|i am|this is|under|for|mr|mrs|ms|and|{_POSTAL}"
    r"|(?:(?:my|the|full|first|last)\s)*(?:name|surname)(?:\s(?:is|was|on it is|on the order is))?)"
    r"(?!\w)|您好|你好|我叫|我是|(?:我的?|收件人|收货人|下单人)?(?:姓名|名字|全名)(?:是|为|叫)?|收件人|收货人"
    r"|[\s,:;.，。：；-])+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    rf"(?:(?<!\w)(?:and|my|the|with|is|are|in|at|here you go|thanks|thank you|please|{_POSTAL})"
    r"|邮编|邮政编码|谢谢|是|为"
    r"|[\s,:;.，。：；-])+$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’‘.·•・-]+[^\W\d_]*)*")
_HAN_NAME, _MOST_WORDS = range(2, 7), 5
_NO_WORDS_LISTED = """
i live lives at in of on to is are my with for from as by street st road rd avenue ave lane city box weighs
paid size days phone mobile email mail its where what when why how who which do does did don't dont can can't
cannot will would should not no never know have had has need want order orders number parcel package you your
me it that this there any idea sorry remember find lost forgot nothing none return cancel refund exchange
change address help agent person human menu stop ordered bought something yesterday today tomorrow week month
a an but or if because just about cost price
"""
_NO_WORDS = frozenset(_NO_WORDS_LISTED.split())
_NO_HAN = re.compile(r"[吗呢么什怎哪没不知订单号退货取消人工客服帮想要改换查问我的了在元等久请]")
_NO_NUMBER = re.compile(
    r"(?:\b(?:don'?t|do not|didn'?t|can'?t|cannot|can not|never|haven'?t)\b.{0,24}"
    r"\b(?:have|know|remember|recall|find|got|get|see|seen|any|one|number)\b)"
    r"|\b(?:no idea|no clue|not sure|lost it|lost the|lost my|forgot|forgotten)\b"
    r"|\bwithout (?:the |a |an )?(?:order )?number\b"
    r"|^(?:no|none|nope|i have none|no (?:order )?number)\W*$"
    r"|(?:没有?|不|忘|找不|记不|丢).{0,6}(?:知道|记得|到|了|清|号)|没有订单号|不清楚|忘记?了|^没有$|沒有|不知道|不記得",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:again|resend|re-send|another code|new code|send (?:it|one)|did(?:n'?t| not) (?:get|receive|arrive|come)"
    r"|(?:not|never) (?:get|got|received|arrived|came|come))\b|重新?发|再发|没有?收到|收不到|没收到",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:other|another|different) way\b|\b(?:by|via|to my) (?:sms|text|e-?mail|phone)\b"
    r"|换.{0,4}方式|其他方式|发(?:到)?(?:邮箱|手机|短信)",
    re.IGNORECASE,
)


def person(text: str) -> str | None:
    """Finds the full name that an answer gives, with the postcode where that stands beside it: "Jane Doe, 12345"; None
    where the answer says anything else."""
    said = clean(text)
    code = postcode(said)
    rest = EMAIL.sub(" ", said)
    if code:
        rest = re.sub(re.escape(code[:2]) + r"[\s-]?" + r"[\s-]?".join(map(re.escape, code[2:])), " ", rest, flags=re.I)
    if re.search(r"[0-9@?？]", rest):
        return None
    rest = _TAIL.sub("", _LEAD.sub("", rest))
    name = " ".join(_WORD.findall(_SIGNS.sub(" ", rest)))
    if not _is_name(name):
        return None
    return f"{name}{PARTED}{code}" if code else name


def person_with_postcode(text: str) -> str | None:
    """Finds name and postcode in an answer to the question for a number: both, and nothing else."""
    found = person(text)
    return found if found and PARTED in found else None


def parted(said: str) -> tuple[str, str]:
    """Returns (name, postcode) of what `person` found; no name where it is something else, no postcode without one."""
    name, comma, code = said.partition(PARTED)
    if comma and (not re.search(r"[0-9]", code) or re.search(r"[0-9]", name)):
        return "", ""
    return name.strip(), code.strip()


def knows_no_number(text: str) -> bool:
    """Tells whether an answer says that the number is not at hand."""
    return not re.search(r"[0-9]", clean(text)) and _NO_NUMBER.search(folded(text)) is not None


def one_time_code(text: str) -> str | None:
    """Finds the code in an answer to the question for it; or what is wanted instead of it: again, other. A postcode in
    an address is none."""
    said = clean(text)
    found = _CODE.search(said)
    if found and not re.search(r"[0-9]", said[: found.start()] + said[found.end() :]):
        return re.sub(r"[^0-9]", "", found.group())
    if _OTHER.search(said):
        return "other"
    return "again" if _AGAIN.search(said) else None


def _is_name(name: str) -> bool:
    if HAN.search(name):
        return len(re.sub(r"[\s·•]", "", name)) in _HAN_NAME and not _NO_HAN.search(name)
    words = name.casefold().split()
    return 1 < len(words) <= _MOST_WORDS and not _NO_WORDS.intersection(words)
