"""Tells people what a channel's limits cost a message. The codes are those of `Rendered.degradations`."""

_WORDS = {
    "title_shortened": "the choice {} was shortened",
    "description_shortened": "the description of {} was shortened",
    "link_title_shortened": "the link's title was shortened",
    "buttons_to_list": "the buttons became a list",
    "to_numbered_text": "the choices became numbered text",
    "options_to_keyboard": "the choices became words of a keyboard",
    "text_split": "the text became {} messages",
    "paged": "the menu became {} pages",
    "media_to_link": "the file {} became a link",
    "media_to_document": "the file {} is sent as a document",
    "request_to_text": "the {} is asked for in words, without a button",
    "no_link_preview": "the link's preview is not ours to choose there",
    "template_as_text": "the template has no id at the provider and is sent as text",
    "sms_segments": "the SMS costs {} segments",
    "sms_ucs2": "the letter {} makes each SMS segment shorter (70 instead of 160 letters)",
    "sms_keyword": "the word {} is one that carriers take for an instruction",
    "mms": "{} of it is MMS",
}


def told(loss: str) -> str:
    """Writes a clause for people: "title_shortened:size" is "the choice size was shortened"."""
    code, _, what = loss.partition(":")
    return _WORDS.get(code, loss.replace("_", " ")).format(what)
