"""Writes the words of an SMS: cheap where letters look alike, never a bare STOP, and what they cost."""

from collections.abc import Iterable, Sequence

from core.content.text import UCS2, gsm_alike, sms_cost
from core.messages.outbound import Option
from core.people.consent import carrier_word


def as_sms(text: str) -> str:
    """Writes `text` in GSM-7 where look-alikes allow it, and never as a bare STOP, START or HELP."""
    plain = gsm_alike(text)
    return f'"{plain}"' if carrier_word(plain) else plain


def keywords(options: Iterable[Option], texts: Iterable[str]) -> list[str]:
    """Lists what to warn of: "sms_keyword:<word>" for each text put in quotes, and for each option of that name.

    An option "Cancel" is shown as it is; Twilio unsubscribes a customer who answers with that word.
    """
    said = (word for word in (*(option.title for option in options), *texts) if carrier_word(word))
    return [f"sms_keyword:{word}" for word in dict.fromkeys(word.strip().casefold() for word in said)]


def costs(texts: Sequence[str], files: int) -> list[str]:
    """Lists what sending costs when it is more than one segment, and why.

    "sms_segments:<n>" over all texts, "sms_ucs2:<character>" for the first that makes a text UCS-2, "mms:<n>" for
    files, each an MMS (which is billed as one, whatever its caption).
    """
    told = [sms_cost(text) for text in texts]
    segments = sum(cost.segments for cost in told)
    flip = next((cost.flips[0] for cost in told if cost.encoding == UCS2), "")
    return [
        *([f"sms_segments:{segments}"] if segments > 1 else []),
        *([f"sms_ucs2:{flip}"] if flip else []),
        *([f"mms:{files}"] if files else []),
    ]
