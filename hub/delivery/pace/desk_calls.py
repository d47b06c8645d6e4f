"""Names what the desk counts the calls of a post as."""

from collections.abc import Iterable, Iterator

import msgspec

from core.desk.posts import (
    DeskPost,
    PostCampaign,
    PostCard,
    PostDetails,
    PostEphemeral,
    PostErased,
    PostFile,
    PostForm,
    PostHome,
    PostMark,
    PostReturn,
    PostTranslation,
)
from hub.delivery.job import Attempt, Job
from hub.delivery.pace.limits import ANSWERS, CHANGES, MARKS, POSTS


def kinds(own: DeskPost, attempts: Iterable[Attempt], place: str, root: str) -> Iterator[str]:
    """Names for each call what Slack counts it as: posts of a channel, all else of the workspace."""
    for attempt in attempts:
        post = msgspec.convert(attempt.part.payload, DeskPost) if attempt.part.payload else own
        match post:
            case PostCard() | PostCampaign() if root:
                yield CHANGES
            case PostReturn() if post.message:
                yield CHANGES
            case PostErased() | PostTranslation():
                yield CHANGES
            case PostMark():
                yield MARKS
            case PostEphemeral() | PostDetails() | PostHome() | PostForm():
                yield ANSWERS
            case PostFile():
                continue  # a file by itself is seen by nobody, and counted generously
            case _:
                yield f"{POSTS}:{place}"


def posts_into(job: Job, place: str) -> bool:
    """Tells whether a job puts a message into that channel."""
    return any(kind == f"{POSTS}:{place}" for kind, _ in job.calls)
