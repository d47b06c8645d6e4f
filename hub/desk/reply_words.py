"""Words what agents are told of their replies and notes: what did not go out, and what they can do."""

LIKE_A_NOTE = "This reads like a note, so the customer did not get it. Send it to the customer, or keep it as a note?"
NO_LONGER_A_NOTE = "You took the mark of a note off this message. Send it to the customer, or keep it as a note?"
NAMES_SOMEBODY = (
    "Kept inside as a note, because it mentions somebody: the customer did not get it. "
    "To answer the customer, write it without the mention."
)
NOTHING_TO_READ = (
    "Nothing was sent: there is nothing in this message that a customer could read (custom emoji are only in this "
    "workspace). Write it in words."
)
STILL_HELD = "Send the new words to the customer, or keep them as a note?"
SENT_ALREADY = "This message is with the customer already; marking it as a note does not take it back."
