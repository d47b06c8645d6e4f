from core.content.placeholders import placeholder
from core.messages import Attachment


def test_what_cannot_be_shown_is_told_in_a_line() -> None:
    place = {"latitude": 40.7127, "longitude": -74.0059, "name": "City Hall"}
    basket = {"lines": [{"product": "BOOT-42", "quantity": 2, "unit_price": "129.80", "currency": "USD"}, {}]}
    assert placeholder(Attachment("location", data=place)) == "📍 City Hall (40.71270, -74.00590)"
    assert placeholder(Attachment("contact", data={"name": "Jo", "phone": "+12025550199"})) == "👤 Jo +1•••••0199"
    assert placeholder(Attachment("contact", data={"phone": "+12025550199", "own": True})).endswith("their own number)")
    assert placeholder(Attachment("order", data=basket)) == "🛒 2 × BOOT-42 (129.80 USD), 1 × ?"
    assert placeholder(Attachment("order", data={})) == "🛒 an empty basket"
    form = {"name": "size", "answers": {"foot": "26 cm"}}
    assert placeholder(Attachment("form", data=form)) == "📝 size: foot: 26 cm"
    assert placeholder(Attachment("sticker", data={"emoji": "👍"})) == "🙂 sticker 👍"
    assert placeholder(Attachment("document", filename="a.pdf")) == "📄 document a.pdf"
    assert placeholder(Attachment("hologram")) == "📎 hologram"
