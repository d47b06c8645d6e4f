"""Gathers what was given as settings: those of the environment, and beneath them those of the file `.env`.

Where nothing says otherwise, an installation lies in its own folder, the checkout, whatever folder a command is
called from.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from core.errors import ConfigurationError

_CODE = Path(__file__).resolve().parents[1]
# Installed as a package, the code lies among those of others: there the folder one stands in is the installation's.
HOME = _CODE if (_CODE / "pyproject.toml").exists() else Path()
PATHS = ("var_dir", "store_dir", "channels_file")


def given() -> Mapping[str, str]:
    """Returns what is set, by its name in lower case. Raises ConfigurationError when ENV_FILE is not there."""
    named = {name.lower(): value for name, value in os.environ.items() if value}
    return {**_of_file(), **named}


def _of_file() -> dict[str, str]:
    path = env_file()
    if path is None:
        return {}
    try:
        found = dotenv_values(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read as settings ({type(error).__name__})") from error
    written = {name.lower(): value for name, value in found.items() if value}
    # A path in a file means the same from wherever the file is read.
    return {n: str(path.parent.absolute() / v) if n in PATHS else v for n, v in written.items()}


def env_file() -> Path | None:
    """Finds the file of settings: ENV_FILE, else `.env` here, else the installation's; None when there is none.

    Raises ConfigurationError when ENV_FILE names none.
    """
    named = os.environ.get("ENV_FILE")
    if named:
        path = Path(named)
        if not path.exists() or path.is_dir():
            raise ConfigurationError(f"ENV_FILE: there is no file {named}; name another, or unset ENV_FILE")
        return path
    return next((path for path in (Path(".env"), HOME / ".env") if path.is_file()), None)
