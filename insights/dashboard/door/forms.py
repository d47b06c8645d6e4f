"""Proves that a form was ours: it carries a word that only the session of its reader knows.

A synchronizer token, kept in the signed session. Flask-WTF does the same, brings a library of forms for it, and on
https wants a Referer, which our pages forbid browsers to send.
"""

import hmac
import secrets
from collections.abc import Mapping, MutableMapping
from typing import Any

FIELD = "csrf"


def proof(session: MutableMapping[str, Any]) -> str:
    """Returns the word for a form."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(24)
    return str(session[FIELD])


def is_ours(session: Mapping[str, Any], form: Mapping[str, str]) -> bool:
    """Tells whether a form carries the word."""
    known = session.get(FIELD, "")
    return bool(known) and hmac.compare_digest(form.get(FIELD, "").encode(), known.encode())
