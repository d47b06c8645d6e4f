"""How a message becomes Twilio's calls."""

from adapters.channels.twilio.render import render
from adapters.channels.twilio.send import LIMITS
from core.messages import Option, OutboundMessage, TemplateCall
from core.ports import Part, Rendered

SMS, WHATSAPP = LIMITS["sms"], LIMITS["whatsapp"]
MENU = (Option("refund", "Refund"), Option("exchange", "Exchange"))


def test_a_menu_is_numbered_on_both() -> None:
    for limits in (SMS, WHATSAPP):
        rendered = render(OutboundMessage("What would you like?", MENU), limits)
        assert rendered.parts == (Part("messages", {"Body": "What would you like?\n1. Refund\n2. Exchange"}),)
        assert "to_numbered_text" in rendered.degradations


def test_one_segment_is_no_loss() -> None:
    assert render(OutboundMessage("a" * 160), SMS).degradations == ()


def test_segments_are_told_where_they_cost() -> None:
    assert render(OutboundMessage("a" * 160 + "bc" * 80), SMS).degradations == ("sms_segments:3",)
    assert render(OutboundMessage("a" * 69 + "👢"), SMS).degradations == ("sms_segments:2",)
    assert render(OutboundMessage("a" * 300), WHATSAPP).degradations == ()


def test_a_long_text_is_split_and_its_segments_are_summed() -> None:
    rendered = render(OutboundMessage("word " * 600), SMS)
    assert [len(part.payload["Body"]) <= 1600 for part in rendered.parts] == [True, True]
    assert rendered.degradations == ("text_split:2", "sms_segments:21")


def test_a_link_is_written_out() -> None:
    rendered = render(OutboundMessage("On its way.", link="https://t.example/1", link_title="Track"), SMS)
    assert rendered.parts[0].payload == {"Body": "On its way.\nTrack: https://t.example/1"}


def test_a_content_template_goes_by_its_sid() -> None:
    call = TemplateCall("HX" + "a" * 32, "en", ("Jane", 'order "1001"'))
    assert render(OutboundMessage("Hi Jane", template=call), WHATSAPP) == Rendered(
        (Part("messages", {"ContentSid": call.name, "ContentVariables": '{"1":"Jane","2":"order \\"1001\\""}'}),)
    )


def test_a_template_that_twilio_cannot_know_is_its_text() -> None:
    rendered = render(OutboundMessage("Hi Jane", template=TemplateCall("order_shipped", "en")), WHATSAPP)
    assert rendered == Rendered((Part("messages", {"Body": "Hi Jane"}),), ("template_as_text",))


def test_a_template_by_sms_is_its_text() -> None:
    call = TemplateCall("HX" + "a" * 32, "en")
    assert render(OutboundMessage("Hi Jane", template=call), SMS) == Rendered((Part("messages", {"Body": "Hi Jane"}),))


def test_nothing_to_say_is_no_call() -> None:
    assert render(OutboundMessage(callback="31740"), SMS).parts == ()
