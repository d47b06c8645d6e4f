"""Renders the messages in a case's thread: a customer's words and files, and our own text with buttons."""

from collections.abc import Iterable, Sequence

from adapters.desks.slack.blocks.elements import Line, Rendering, button_rows, cut, literal, plain, rich
from adapters.desks.slack.blocks.wording import UNSHARED, change_text, file_size, quote_text
from adapters.desks.slack.markup import to_slack
from core.content.text import shorten, size, split
from core.desk.glances import ButtonGlance, FileGlance, QuoteGlance
from core.desk.posts import PostDetails
from core.messages.pieces import MEDIA_KINDS

LINE, FILES, NAME = 300, 20, 80
FALLBACK = 3000  # escaping may make five characters of one
WORDS, ELEMENT = 11_000, 2900  # of a customer's message, in all and in one element


def customer_words(
    text: str,
    attachments: Iterable[str],
    files: Sequence[FileGlance] = (),
    change: str = "",
    quoted: QuoteGlance | None = None,
    translated: str = "",
) -> Rendering:
    """Renders a customer's message literally, then the kinds of their attachments, and a line for each file that Slack
    does not show itself.

    `change` is what they did without saying anything new: a line before the words it is about. `quoted` is what they
    point at: a line, too. What the words mean in the agents' language (`translated`) stands below them.
    """
    kinds = ", ".join(kind for kind in attachments if not (files and kind in MEDIA_KINDS))
    parts = split(shorten(text, WORDS, "utf16"), ELEMENT, "utf16")
    done = change_text(change)
    above = [done] if done else []
    above += [cut(quote_text(quoted), LINE)] if quoted else []
    lines = [[literal(line, italic=True)] for line in above]
    lines += [[literal(part)] for part in parts]
    if translated:
        meaning = shorten(translated, WORDS - size(text, "utf16"), "utf16")
        lines += [[literal(part, italic=True)] for part in split(f"translated: {meaning}", ELEMENT, "utf16")]
    if kinds:
        lines.append([literal(f"📎 {cut(kinds, LINE)}", italic=True)])
    lines += [file_line(file) for file in files[:FILES] if not file.shared]
    said = text.strip() or kinds or ", ".join(file.kind for file in files)
    shown = ": ".join(filter(None, (*above, said)))
    return Rendering(to_slack(cut(shown, FALLBACK)), tuple(rich(lines)))


def file_line(file: FileGlance, most: int = ELEMENT) -> Line:
    """Writes a file as a line, like "📎 image, 231 kB: photo.jpg", the name being the link; a card tells itself, in as
    many characters as `most`."""
    if file.told:
        return [literal(cut(file.told, most))]
    kind = f"{file.kind}, {file_size(file.size)}" if file.size and not file.coming else file.kind
    name = cut(" ".join(file.filename.split()), NAME) if file.filename.strip() else "open"
    if not file.link and file.coming:
        return [literal(f"📎 {kind}, is being fetched", italic=True)]
    if not file.link:
        named = f" ({name})" if file.filename.strip() else ""
        return [
            literal(
                f"📎 {kind}{named}: could not be fetched, because {cut(file.trouble, min(most, LINE))}", italic=True
            )
        ]
    words = f"📎 {kind}, is being fetched: " if file.coming else f"📎 {kind}: "
    why = [literal(f" ({UNSHARED[file.unshared]})", italic=True)] if file.unshared in UNSHARED else []
    return [literal(words), {"type": "link", "url": file.link, "text": name}, *why]


def note(text: str, buttons: Iterable[ButtonGlance], mention: str = "") -> Rendering:
    """Renders a sentence in the thread with buttons under it; `mention` names whom it is for."""
    above = ({"type": "section", "text": {"type": "mrkdwn", "text": mention.strip()}},) if mention else ()
    words = {"type": "section", "text": plain(text, FALLBACK)}
    return Rendering(mention + to_slack(cut(text, FALLBACK)), (*above, words, *button_rows(buttons)))


def details(post: PostDetails) -> Rendering:
    """Renders a page of everything of a case, literally, for one user alone."""
    title = f"Everything of this case, {post.page + 1} of {post.pages}" if post.pages > 1 else "Everything of this case"
    lines = [[literal(f"🔎 {title}", bold=True)]]
    for each in post.shown:
        lines.append([literal(f"{cut(each.label, NAME)}: ", bold=True), literal(cut(each.text, ELEMENT))])
    return Rendering(title, tuple(rich(lines)))


def ephemeral(text: str, buttons: Iterable[ButtonGlance]) -> Rendering:
    """Renders a message for one user alone (ephemeral), with buttons under it."""
    words = {"type": "section", "text": plain(text, FALLBACK)}
    return Rendering(to_slack(cut(text, FALLBACK)), (words, *button_rows(buttons)))
