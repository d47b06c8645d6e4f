"""Finds the installation's own key: given by SECRET_KEY, or made once and kept in VAR_DIR."""

import contextlib
import os
import secrets
from pathlib import Path

from config.settings import Settings, reveal
from core.errors import ConfigurationError


def secret_key(settings: Settings) -> str:
    """Returns the key. A file made here is its owner's only; processes that make one at once all get the same.

    Raises ConfigurationError for a VAR_DIR in which no file can be.
    """
    if settings.secret_key:
        return reveal(settings.secret_key)
    path = settings.var_dir / "secret_key"
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _make(path)
        return path.read_text().strip()
    except OSError as error:
        said = f"{path}: cannot be written or read ({error.strerror}); name a VAR_DIR that is yours, or set SECRET_KEY"
        raise ConfigurationError(said) from error


def keep(settings: Settings, key: str) -> bool:
    """Keeps a key in VAR_DIR from now on; false when SECRET_KEY says another one."""
    if settings.secret_key:
        return reveal(settings.secret_key) == key
    path = settings.var_dir / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    _draft(path, key).replace(path)
    return True


def _make(path: Path) -> None:
    draft = _draft(path, secrets.token_hex(32))
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


def _draft(path: Path, key: str) -> Path:
    """Writes the key in full before the file has its name."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    return draft
