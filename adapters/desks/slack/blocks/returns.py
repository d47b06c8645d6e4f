"""Renders a return: on its case's card, and as the message that the warehouse or finance has of it."""

import re
from collections.abc import Iterable, Sequence

from adapters.desks.slack.blocks.elements import Block, Line, Rendering, button_rows, cut, literal, rich
from adapters.desks.slack.blocks.messages import file_line
from adapters.desks.slack.markup import to_slack
from core.desk.glances import ButtonGlance, FileGlance, ReturnShown
from core.desk.posts import PostReturn
from core.desk.return_glance import ReturnGlance

RETURNS, ITEMS, LINE, NAME, FILES = 3, 8, 300, 40, 6
FALLBACK = 600
_USER = re.compile(r"[UW][A-Z0-9]{1,20}")


def on_card(shown: Iterable[ReturnShown], line: int) -> list[Block]:
    """Renders the newest returns that a case is about, in lines of so many characters."""
    newest = list(shown)[-RETURNS:]
    return [block for each in newest for block in blocks_of(each.glance, (), each.buttons, line)]


def team_message(post: PostReturn) -> Rendering:
    """Renders a team's message; its return may be gone."""
    if post.shown is None:
        return Rendering("This return is no longer known here.", ())
    return Rendering(to_slack(cut(post.shown.title, FALLBACK)), tuple(blocks_of(post.shown, post.files, post.buttons)))


def blocks_of(
    shown: ReturnGlance, files: Sequence[FileGlance], buttons: Iterable[ButtonGlance], line: int = LINE
) -> list[Block]:
    """Renders a return with its buttons: what, where it stands, what the policy says, what it comes to."""
    lines: list[Line] = [[literal(f"↩️ {cut(shown.title, line)}", bold=True)]]
    lines += [[literal(f"• {cut(item, line)}")] for item in shown.items[:ITEMS]]
    lines += [[literal("Customer: ", bold=True), literal(cut(shown.note, 2 * line))]] if shown.note.strip() else []
    lines += [_standing(*each, line) for each in shown.stands]
    lines += [[literal(cut(each, line))] for each in shown.policy[:ITEMS]]
    lines += [[literal(f"{cut(name, NAME)}: ", bold=True), literal(cut(value, line))] for name, value in shown.sums]
    lines += [file_line(file) for file in files[:FILES]]
    lines += [[literal(f"❗ {cut(shown.trouble, line)}", bold=True)]] if shown.trouble else []
    return [*rich(lines), *button_rows(buttons)]


def _standing(name: str, value: str, user: str, most: int) -> Line:
    line = [literal(f"{cut(name, NAME)}: ", bold=True), literal(cut(value, most))]
    if not user:
        return line
    named = {"type": "user", "user_id": user} if _USER.fullmatch(user) else literal(cut(user, NAME))
    return [*line, literal(" "), named]
