"""Asks by which other address a message is to reach the customer: the button "Other channel"."""

from core.desk.events import Pressed
from core.people.addresses import mask
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.replying import reply_words
from hub.desk.undelivered import offers, reply_window
from hub.desk.undelivered.again import to_send_again
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, event: Pressed, _case: Case, who: Conversation) -> None:
    """Offers each address where an agent may write now."""
    kept = to_send_again(act, event.value)
    if kept is None:
        return
    ways = [(each.id, each.address) for each in reply_window.others(act.hub, act.conn, who, act.now)]
    ways += [(f"{each.channel}:{each.account}", each) for each in reply_window.unspoken(act.hub, act.conn, who)]
    buttons = tuple(
        offers.about(offers.VIA, event.value, by, f"{act.hub.labels[each.channel]} {mask(each.value)}")
        for by, each in ways
    )
    act.answer(reply_words.WHICH_WAY if buttons else reply_words.NO_OTHER_WAY, buttons)


BUTTON = Button(*offers.OTHER, press, 20, needs="case:reply")
