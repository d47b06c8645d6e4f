"""Says in words why a case was opened, wherever agents read it."""

_REASONS = {
    "asked_human": "The customer asked for a person",
    "no_match_3": "The bot did not understand three times",
    "bot_loop": "A machine seems to write: the same words again and again, so the bot is silent",
    "no_end": "A conversation with the bot that finds no end",
    "max_attempts": "Too many attempts at one question",
    "action_failed": "The bot could not look something up or do it",
    "media_only": "The customer sent something the bot cannot read",
    "verification_failed": "The customer could not prove their identity",
    "locked": "Locked after too many wrong guesses",
    "order_cancel": "An order is to be cancelled",
    "address_change": "An order is to go to another address",
    "address_abroad": "An order is to go to another country",
    "items_change": "Items of an order are to be changed",
    "stock_problem": "Part of an order is not in stock",
    "reschedule": "A parcel is to come at another time or place",
    "parcel_lost": "A parcel is lost or on its way back",
    "data_request": "A data request, proven by a one-time code: doorstep customer export or erase",
    "account_change": "An account is to be changed",
    "not_received": "Delivered, says the carrier, but not received",
    "shop_request": "The store did not do what a customer asked for",
    "parcel_trouble": "Trouble with a parcel",
    "order_late": "An order is late",
    "return_request": "A return needs a decision",
    "return_late": "A return just after its time",
    "damaged": "Something arrived damaged",
    "defective": "Something does not work",
    "wrong_item": "The wrong item came",
    "missing_item": "Something was missing in a parcel",
    "claim_refused": "The bot refused a claim",
    "refund_overdue": "A refund has not arrived in time",
    "return_unsettled": "A return arrived here, and was not settled in time",
    "refund_exception": "A refund needs a decision",
    "internal_error": "The bot failed",
    "voice_note": "The customer sent a voice note",
    "order_request": "The customer put a basket together in the chat",
    "form_received": "The customer filled in a form",
    "change_after": "The customer wants to change what was done already",
    "advice": "A question that touches health or safety",
    "bulk_order": "The customer wants a larger number, or an offer",
    "price_protection": "Something got cheaper after it was bought",
    "promo_code": "A promo code does not work",
    "invoice": "The customer needs an invoice",
    "gift": "An order is to be sent as a present",
    "question": "A question that the bot cannot answer",
    "complaint": "The customer complains",
    "payment": "A refund or a payment to be looked into",
    "privacy": "The customer asks about their data, or wants it removed",
    "safety": "Somebody may be hurt",
    "legal": "The customer speaks of a lawyer, a court or the press",
    "chargeback": "The customer disputes the charge, or says they did not order",
    "fraud": "The customer suspects fraud",
    "account_takeover": "Somebody else may use the customer's account",
    "angry": "The customer is angry",
    "repeat_contact": "The customer asks again and again",
    "privacy_request": "The customer asks about their data, or wants it removed",
    "high_value": "A sum above the bot's limit",
    "lost_or_stolen": "A parcel is lost or stolen",
    "minor_or_vulnerable": "The customer may be a minor, or needs special care",
    "wholesale": "A business customer asks",
    "unsupported_language": "The customer writes in a language that the bot does not know",
    "clarify_2": "The bot could not find out what is meant",
    "low_rating": "A low rating after a resolved case",
    "shop_action": "Something the shop did not answer in time",
    "answered_elsewhere": "A colleague answered outside this desk",
}


def reason_text(reason: str) -> str:
    """Says why the case was opened; a code without words becomes readable ("chess_problem" is "Chess problem")."""
    return _REASONS.get(reason) or spaced(reason) or "Not said"


def spaced(code: str) -> str:
    """Writes a code as words, with a capital."""
    words = str(code).replace("_", " ").strip()
    return words[:1].upper() + words[1:]
