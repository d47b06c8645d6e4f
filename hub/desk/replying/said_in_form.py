"""Says to the customer what an agent wrote in a form: by the rules of a typed reply, and seen in the thread."""

from core.content.styles import Formatted
from core.desk.posts import PostNote
from hub.delivery.postings import post_to_desk
from hub.desk import buttons
from hub.desk.act import Act
from hub.desk.replying.doubts import question
from hub.desk.replying.replies import go_out, keep
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import HELD, SENT


def say(act: Act, case: Case, who: Conversation, words: str, shown: str, quote: str = "") -> bool:
    """Sends the words, or holds them with a question; tells whether they go out. `shown` is how the team sees them.

    The post that shows them becomes the agent's message at the desk. `quote` is our id of the message they answer.
    """
    said = Formatted(words)
    asked = question(act, said, case, who)
    kept = keep(act, case, "", said, HELD if asked else SENT)
    post_to_desk(act.hub, act.conn, PostNote(case.id, shown, shows=kept.id), case.id, act.now)
    if asked:
        act.answer(asked, buttons.under_held(kept.id))
        return False
    go_out(act, case, who, kept, quote)
    now = messages.by_id(act.conn, kept.id)
    return now is not None and now.state == SENT
