"""Runs the whole product with the sandbox (`make run`), on this machine only; no real customer is reached."""

import os
import shlex
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path

from bots.checks import check
from bots.claims import claim_folder, claim_port
from bots.process import CHECKED, become, in_words
from bots.start import launch, programs
from config.settings import SHIPPED_STORE, Settings, load, prefixes
from core.errors import ConfigurationError
from core.files.documents import found_in, read
from sandbox import config as sandbox_config

HOST = "127.0.0.1"
CLEARED = ("CHANNELS_FILE", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL")
KEPT = ("STORE_DIR",)


def main() -> None:
    """Puts the sandbox's settings in place of everything that talks to the world, then starts product and sandbox.

    An argument names where the store is (`sandbox.config.SHOPS`); without one it has a system of its own.
    """
    settings = become("start")
    with in_words():
        shop = wanted_shop(sys.argv[1:])
        claim_folder(settings.var_dir, settings.port)
        claim_port(HOST, settings.port)
        claim_port(HOST, settings.port + 1, beside=1)
        sandbox = _isolated(settings, shop)
        settings = load()
        check(settings)
        commands = programs(settings)
    commands["registration"] = shlex.join([sys.executable, "-m", "bots.registration"])
    commands["sandbox"] = shlex.join([sys.executable, "-m", "sandbox", "--var", str(settings.var_dir)])
    sys.stderr.write(
        "\n"
        f"  Doorstep is starting. Open the sandbox:  {sandbox.page}\n"
        f"  The dashboard of the store:              {settings.base_url}/dashboard\n"
        f"  The product itself answers at            {settings.base_url}/readyz\n"
        f"  Data stays in                            {settings.var_dir}   (Ctrl-C stops all)\n\n"
    )
    launch(settings, commands, {CHECKED: "1"})


def wanted_shop(arguments: Sequence[str]) -> str:
    """Returns where the store is, empty for a system of its own. Raises ConfigurationError."""
    wanted = arguments[0] if arguments else ""
    if wanted and wanted not in sandbox_config.SHOPS:
        raise ConfigurationError(f"SHOP: expected {' or '.join(sandbox_config.SHOPS)}, or nothing, not {wanted!r}")
    return wanted


def _isolated(settings: Settings, shop: str) -> sandbox_config.SandboxConfig:
    """Makes this process's environment the sandbox's; returns the sandbox."""
    isolate(os.environ)
    os.environ.update(
        HOST=HOST,
        PORT=str(settings.port),
        VAR_DIR=str(settings.var_dir.resolve()),
        STORE_DIR=str(settings.store_dir.resolve()),
        LOG_LEVEL=os.environ.get("LOG_LEVEL", "WARNING"),
    )
    product, name = f"http://{HOST}:{settings.port}", shop_name(settings.store_dir)
    sandbox = sandbox_config.create(settings.var_dir, product, settings.port + 1, name)
    given = {**sandbox.settings, **(sandbox.shop_settings(shop) if shop else {})}
    os.environ.update(given, CHANNELS_FILE=sandbox.extra["channels_file"])
    _write_environment(settings.var_dir / "sandbox.env", given)
    return sandbox


def _write_environment(path: Path, settings: Mapping[str, str]) -> None:
    """Writes settings for `ENV_FILE=…/sandbox.env doorstep …`: the command line on this installation."""
    own = {name: os.environ[name] for name in ("HOST", "PORT", "VAR_DIR", "STORE_DIR", "CHANNELS_FILE")}
    own["PUBLIC_URL"] = f"http://127.0.0.1:{os.environ['PORT']}"
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in {**own, **settings}.items()))


def shop_name(store: Path) -> str:
    """Returns what the shop is called, empty where its file does not say. Raises ConfigurationError."""
    shop = read(found_in("shop.yaml", store, SHIPPED_STORE))
    return str(shop.get("name") or "") if isinstance(shop, Mapping) else ""


def isolate(environment: MutableMapping[str, str]) -> None:
    """Forgets every channel, desk, store, model and database setting, and the file that could bring them back."""
    ours = prefixes()
    for name in list(environment):
        if name not in KEPT and (name.startswith(ours) or name in CLEARED):
            del environment[name]
    environment["ENV_FILE"] = os.devnull


if __name__ == "__main__":
    main()
