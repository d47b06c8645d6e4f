"""Lists the lanes, the most urgent first: what customers wrote, what agents did, receipts, the store, news."""

from functools import partial

from hub.accounts import news
from hub.campaigns import at_desk
from hub.conversation import receive
from hub.delivery.outcomes import receipts
from hub.desk import events
from hub.lanes import Lane, Lanes
from hub.orders import apply
from storage.queues import inbox

LANES = Lanes(
    (
        Lane(inbox.CONVERSATION, 50, receive.handle),
        Lane(inbox.DESK, 50, partial(events.handle, extras=at_desk.EXTRAS)),
        Lane(inbox.RECEIPT, receipts.GROUP, receipts.handle),
        Lane(inbox.STORE_LANE, 50, apply.handle),
        Lane(inbox.ACCOUNT, 50, news.handle),
    )
)
