"""Finds values inside a message: order number, e-mail, phone, postcode, the proof of an order."""

import re
from collections.abc import Sequence
from itertools import pairwise

from core.people.addresses import e164
from core.shop.order_numbers import normal_form
from flows.understanding.normalise import clean
from flows.understanding.values.codes import EMAIL, PHONE, Code, codes, framed, is_phone, spans, without_phones

_DIALLED = re.compile(r"\+?\(?[0-9][0-9\s().-]{5,18}[0-9]")
# Postcodes of the countries that we know of: digits, digits in two groups, or letters among them.
_POSTCODE = re.compile(
    r"[0-9]{4,7}|[0-9]{5}-[0-9]{3,4}|[0-9]{4}-[0-9]{3}|[0-9]{3}-[0-9]{2,4}|[0-9]{2}-[0-9]{3}|[0-9]{4}\s?[A-Z]{2}"
    r"|[A-Z]{1,2}[0-9][A-Z0-9]?\s?[0-9][A-Z]{2}|[A-Z][0-9][A-Z]\s?[0-9][A-Z][0-9]|[A-Z][0-9]{2}\s?[A-Z0-9]{4}",
    re.IGNORECASE,
)
_IN_TWO = re.compile(r"(?<![A-Za-z0-9#])[A-Za-z0-9]{3,4}\s[A-Za-z0-9]{2,4}(?![A-Za-z0-9])(?![-_./][A-Za-z0-9])")
_FACT_NAMED = re.compile(
    r"(?:(?<![A-Za-z])(?:post\s?(?:al\s)?code|zip(?:\s?code)?|postal|digits|last\s(?:four|4)|phone|mobile)(?![A-Za-z])"
    r"|邮编|郵編|邮政编码|郵政編碼|郵遞區號|尾号|尾號|后四位|後四位|手机号?|手機號?|电话|電話)"
    r"(?:\s?(?:is|are|was|of|digits|code|my|the|phone|number|ends|ending|in|with)(?![A-Za-z])|是|为|為)*[\s::,]*$",
    re.IGNORECASE,
)
_OR = re.compile(r"(?<![A-Za-z])(?:or|and)(?![A-Za-z])|[和或跟与與]|还是|還是", re.IGNORECASE)
# In what a customer quotes, only what is called an order is one: our texts hold dates, sums and other numbers.
_ORDER = re.compile(
    r"(?:#|(?<![A-Za-z])orders?(?![A-Za-z])[\s.:#-]*(?:(?:number|no|nr|num|id)(?![A-Za-z])[\s.:#-]*)*"
    r"|(?:订单|訂單)(?:编号|編號|号码|號碼|号|號)?[\s:#]*)\s*$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"(?:(?<![A-Za-z])(?:like|such as|example|e\.g\.)|类似|例如|比如|類似)[\s:,]*(?:#\s*)?$", re.IGNORECASE
)
_POINTS = re.compile(r"[?？]|(?<![a-z])(?:this|that|these|those|it|one|here)(?![a-z])|[这那此该該這]", re.IGNORECASE)
_FEW_WORDS = 8
_INITIALLED = re.compile(r"(?!(?:no|nr|is|num|id|my|the|for)[\s#])[A-Za-z]{1,3}[\s#]+[A-Za-z0-9./_-]+", re.IGNORECASE)
_SHOUTED = re.compile(r"[A-Z]{6,36}")
_SHORT = re.compile(r"#?\s?[0-9]{1,2}")
_NO_LETTERS = frozenset(("or", "is", "no", "my", "it", "in", "at", "ok", "by", "on", "pm", "am", "kg"))  # of a postcode
_WHOLE_PHONE = re.compile(r"[0-9]{9,15}")
_LOUD = 3  # signs of a number that a message about nothing else has
_FACTS = 2  # codes of an answer that may be its proof: one of them may be the order's number


def email(text: str) -> str | None:
    """Finds the e-mail address in the text, lower case, without a dot at its end."""
    found = EMAIL.search(clean(text))
    return found.group().strip(".'-").casefold() if found else None


def phone(text: str, region: str | None = None) -> str | None:
    """Finds the phone number in the text, E.164."""
    found = _DIALLED.search(clean(text))
    return e164(found.group(), region) if found else None


def postcode(text: str) -> str | None:
    """Finds the postcode in the text, upper case without spaces: one that is called so before any other."""
    said = EMAIL.sub(" ", clean(text))
    found = _postcodes(said)
    called = [code for code in found if _FACT_NAMED.search(said, 0, code.start)]
    return next((_compact(code.text) for code in (*called, *found)), None)


def order_number(text: str) -> str | None:
    """Finds what is given as the order (or tracking) number in an answer to the question for it, upper case.

    Without a word that names it these are all the codes in the text, as the postcode may stand beside it; what a story
    tells of sums and days is none.
    """
    said = EMAIL.sub(" ", clean(text))
    named = mentioned_order(text)
    found = [code for code in codes(said) if not code.counted and not _FACT_NAMED.search(said, 0, code.start)]
    if named or not found:
        return named or _alone(said)
    if _INITIALLED.fullmatch(said) and len(found) == 1:
        return said.upper()
    if not framed(said, codes(said)):
        return None
    return (said[found[0].start : found[-1].end] if _close(said, found) else ", ".join(c.text for c in found)).upper()


def mentioned_order(text: str) -> str | None:
    """Finds the order number in a longer message that is named as one."""
    named = next((code.written for code in codes(clean(text)) if code.named), None)
    return named.upper() if named else None


def bare_numbers(text: str) -> list[str]:
    """Lists what could be an order number in a longer message, though nothing calls it so: prices, sizes, dates too."""
    return [span.upper() for span in spans(clean(text))]


def only_number(text: str) -> str | None:
    """Finds the order number that a short message is about: hardly another word is in it."""
    said = EMAIL.sub(" ", clean(text))
    found = [code for code in codes(said) if code.named or len(code.text) >= _LOUD]
    return order_number(text) if found and framed(said, found) else None


def quoted_order(quoted: str) -> str | None:
    """Finds the order that quoted words are about; None where they name none, several, or one for example only."""
    said = clean(quoted)
    found = codes(said)
    if len(found) == 1 and found[0].text == said.lstrip("#"):  # the customer's own answer to our question
        return found[0].text.upper()
    called = {code.text.upper() for code in found if _called_an_order(said, code)}
    return called.pop() if len(called) == 1 else None


def pointed_order(text: str, quoted: str) -> str | None:
    """Finds the order that a few words point at by what they quote: "this one", "and that?"."""
    points = len(text.split()) <= _FEW_WORDS and _POINTS.search(text)
    return quoted_order(quoted) if quoted and points else None


def proof(text: str) -> str | None:
    """Finds what is given as the proof in an answer to the question for it, in the form that `check_identity` reads.

    That is the e-mail, postcode or last four digits, or several of them; a number somewhere in a story is none.
    """
    said = clean(text)
    rest = without_phones(EMAIL.sub(" ", said))
    found = _postcodes(rest)
    called = [code for code in found if _FACT_NAMED.search(rest, 0, code.start)]
    sure = called or (found if framed(rest, found) else [])
    facts = [*filter(None, [email(text)]), *_last_four(said), *(_compact(code.text) for code in sure[:_FACTS])]
    return " ".join(facts) or None


def proof_beside(text: str, number: str) -> str | None:
    """Finds the proof in an answer that also holds the order number: the e-mail, what is called a proof, or the other
    one of two codes; "1001 or 1002" holds none."""
    rest = EMAIL.sub(" ", clean(text))
    own = normal_form(number)
    found = _postcodes(without_phones(rest))
    called = [code for code in found if _FACT_NAMED.search(rest, 0, code.start)]
    two = len(codes(rest)) <= _FACTS + sum(" " in code.text for code in found) and not _OR.search(rest)
    facts = [*filter(None, [email(text)]), *(_compact(code.text) for code in called or (found if two else []))]
    return " ".join(fact for fact in facts if normal_form(fact) != own) or None


def read_proof(text: str) -> list[str]:
    """Lists what could be a proof in a longer message: read there, and not given as an answer."""
    rest = without_phones(EMAIL.sub(" ", clean(text)))
    found = sorted(_postcodes(rest), key=lambda code: not _FACT_NAMED.search(rest, 0, code.start))
    return [*filter(None, [email(text)]), *(_compact(code.text) for code in found)]


def _last_four(said: str) -> list[str]:
    """Reads the last digits of a whole phone number."""
    found = next((match.group() for match in PHONE.finditer(said) if is_phone(match.group())), "")
    whole = found or (said if _WHOLE_PHONE.fullmatch(said) else "")
    return [re.sub(r"[^0-9]", "", whole)[-4:]] if whole else []


def _postcodes(said: str) -> list[Code]:
    """Finds postcodes and other digits of a proof, each a whole code or two with a space between them."""
    found = [code for code in codes(said) if not code.counted and _POSTCODE.fullmatch(code.text)]
    pairs = [
        Code(match.group(), match.start(), match.end())
        for match in _IN_TWO.finditer(said)
        if _POSTCODE.fullmatch(match.group()) and match.group().split()[1] not in _NO_LETTERS
    ]
    inside = [code for code in found if not any(pair.start <= code.start < pair.end for pair in pairs)]
    return sorted((*pairs, *inside), key=lambda code: code.start)


def _called_an_order(said: str, code: Code) -> bool:
    return bool(_ORDER.search(said, 0, code.start)) and not _EXAMPLE.search(said, 0, code.start)


def _close(said: str, found: Sequence[Code]) -> bool:
    """Tells whether codes may be one number with spaces: nothing else is between them."""
    gaps = (said[one.end : other.start] for one, other in pairwise(found))
    return bool(found) and all(len(gap.strip(" #-./_")) == 0 for gap in gaps)


def _alone(said: str) -> str | None:
    """Reads a whole answer in which no code is: a number of few digits, or letters that are shouted."""
    return said.lstrip("# ") if _SHORT.fullmatch(said) or _SHOUTED.fullmatch(said) else None


def _compact(code: str) -> str:
    return code.upper().replace(" ", "")
