"""Reads the answers that the store wrote (`faq.yaml`): for the flows, and as a form of the desk shows them.

The web process reads them when such a form is opened, and never what flows understand texts by (numpy, the classifier).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from config.settings import SHIPPED_STORE
from core.desk.ready_texts import Answer
from core.files.documents import listed_in
from flows.loading.faq import load_faq, told
from flows.loading.policies import Policies
from flows.understanding.faq import Entry, Faq
from hub.store_facts import faq_scope
from notifications.store.policy import Policy

if TYPE_CHECKING:
    from flows.understanding.classifier.trained import EncoderSource

FAQ = "faq.yaml"


def load_answers(
    store: Path,
    policies: Policies,
    notices: Policy,
    locales: Sequence[str] | None = None,
    source: "EncoderSource | None" = None,
) -> Faq:
    """Reads ours and the store's. Raises ConfigurationError."""
    return load_faq(listed_in(FAQ, SHIPPED_STORE, store), faq_scope(policies, notices), locales, source)


def ready_answers(faq: Faq) -> tuple[Answer, ...]:
    """Says each as customers read it, with its link."""
    return tuple(_ready(faq, entry) for entry in faq.entries.values())


def _ready(faq: Faq, entry: Entry) -> Answer:
    texts = {locale: told(text, faq.scope, locale) for locale, text in entry.answers.items()}
    return Answer(
        entry.id,
        {locale: said[0] for locale, said in entry.questions.items()},
        {locale: "\n".join(filter(None, (text, entry.link))) for locale, text in texts.items()},
        tuple(said for wordings in entry.questions.values() for said in wordings[1:]),
        holds=entry.holds,
        review_by=entry.review_by,
    )
