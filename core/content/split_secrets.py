"""Masks the end of a card number or an IBAN that is written in pieces, one message after the other.

When the beginning came nobody could know what it is, so it stays; without its end it is no number that pays.
"""

import re
from collections.abc import Iterator, Sequence

from core.content.ibans import LENGTHS, is_iban
from core.content.payment_secrets import ACCOUNT, BETWEEN, CARD, in_ascii, is_card_number

_GROUP = re.compile(r"\d+")
_BEGUN = re.compile(rf"(?<![0-9A-Za-z+#])\d+(?:{BETWEEN}\d+)*\s*$")
_GOES_ON = re.compile(rf"\s*(\d+(?:{BETWEEN}\d+)*)(?![0-9A-Za-z])")
_IBAN_BEGUN = re.compile(r"(?<![0-9A-Z])[A-Z]{2}[ \-]?\d{2}(?:[ \-.]?[0-9A-Z])*\s*$")
_IBAN_GOES_ON = re.compile(r"\s*[0-9A-Z](?:[ \-.]?[0-9A-Z])*")
_MAY = re.compile(r"\s*(?:[A-Z]{0,4}[ \-]?)?\d[\d \-.]+", re.IGNORECASE)
_NAMED = re.compile(r"(?:order|track|parcel|phone|tel|订单|单号|运单|快递|电话|手机)[^\d\n]{0,20}$", re.IGNORECASE)


def may_go_on(text: str) -> bool:
    """Tells whether words may go on with a number that was begun before; few messages do."""
    return _MAY.match(in_ascii(text)) is not None


def completed(before: Sequence[str], text: str) -> str:
    """Returns the text with a sign in the place of what completes a number that the words before it have begun."""
    begun, going = in_ascii(" ".join(before)), in_ascii(text)
    for end, sign in (*_cards(begun, going), *_ibans(begun.upper(), going.upper())):
        start = len(going) - len(going.lstrip())
        return f"{text[:start]}{sign}{text[end:]}"
    return text


def _cards(begun: str, going: str) -> Iterator[tuple[int, str]]:
    first, then = _BEGUN.search(begun), _GOES_ON.match(going)
    if not first or not then or _NAMED.search(begun[: first.start()]):
        return
    groups = _GROUP.findall(first[0])
    ends = [match.end() for match in _GROUP.finditer(then[1])]
    for end in reversed(ends):
        rest = "".join(_GROUP.findall(then[1][:end]))
        if any(is_card_number("".join(groups[n:]) + rest) for n in range(len(groups))):
            yield then.start(1) + end, CARD
            return


def _ibans(begun: str, going: str) -> Iterator[tuple[int, str]]:
    first, then = _IBAN_BEGUN.search(begun), _IBAN_GOES_ON.match(going)
    if not first or not then:
        return
    number = re.sub(r"[^0-9A-Z]", "", first[0])
    places = [at for at in range(then.end()) if going[at].isalnum()]
    wanted = LENGTHS.get(number[:2], 0) - len(number)
    if 0 < wanted <= len(places):
        end = places[wanted - 1] + 1
        rest = "".join(going[at] for at in places[:wanted])
        if is_iban(number + rest) and not going[end : end + 1].isalnum():
            yield end, ACCOUNT
