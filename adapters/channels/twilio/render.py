"""A message as Twilio's Messages calls: text with a numbered menu, or an approved Content template."""

import msgspec

from core.capabilities import Capabilities
from core.messages import OutboundMessage, TemplateCall
from core.ports import Part, Rendered
from core.rendering import fit
from core.text import sms_segments

CONTENT_SID = "HX"


def render(message: OutboundMessage, limits: Capabilities) -> Rendered:
    """The calls in order. An SMS that costs more than one segment says so: `sms_segments:<n>`, over all parts."""
    call = message.template
    lost: tuple[str, ...] = ()
    if call and limits.templates:
        if call.name.startswith(CONTENT_SID):
            return Rendered((_template(call),))
        lost = ("template_as_text",)  # a name that is no Content SID: Twilio knows it not
    fitted = fit(message, limits)
    segments = sum(sms_segments(text) for text in fitted.texts) if limits.channel == "sms" else 1
    costs = (f"sms_segments:{segments}",) if segments > 1 else ()
    return Rendered(
        tuple(Part("messages", {"Body": text}) for text in fitted.texts), fitted.degradations + lost + costs
    )


def _template(call: TemplateCall) -> Part:
    variables = {str(n): value for n, value in enumerate(call.values, 1)}
    return Part("messages", {"ContentSid": call.name, "ContentVariables": msgspec.json.encode(variables).decode()})
