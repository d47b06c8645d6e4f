"""The installation's own key: given by SECRET_KEY, or made once and kept in VAR_DIR."""

import os
import secrets

from config.settings import Settings, reveal


def secret_key(settings: Settings) -> str:
    """The key. A file made here can be read by its owner only."""
    if settings.secret_key:
        return reveal(settings.secret_key)
    path = settings.var_dir / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()
