"""Makes an installation of a backup: `doorstep restore`."""

from datetime import datetime
from pathlib import Path

import click

from bots.cli.common import counted, json_option, progress_bar, reached, show


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def restore(file: Path, as_json: bool) -> None:
    """Fill an empty VAR_DIR, or an empty database, with what FILE holds.

    What was on its way when FILE was made is held, as it may have been sent since: `doorstep held`.
    """
    from bots.cli import backups
    from bots.wiring import clock_time
    from bots.wiring.clients.database import make_store
    from config.settings import load
    from storage.backup.archive import Archive

    settings = load()
    found = Archive(file)
    store = make_store(settings, pool_size=2)
    with reached(store):
        steps = backups.steps(found)
        with progress_bar("Restoring", steps, quiet=as_json) as bar:
            made = backups.restore(settings, store, found, clock_time.now(), bar.update)
    held = ", ".join(f"{number} {what}" for what, number in made["held"].items())
    as_of = f"{datetime.fromisoformat(str(made['made_at'])):%Y-%m-%d %H:%M} UTC"
    lines = [f"Restored as of {as_of}, with {counted(made['files'], 'file')}."]
    lines += [f"Held: {held}. `doorstep held list` shows them."] if held else []
    if Path(made["store"]) != settings.store_dir:
        lines.append(
            f"The store's files are in {made['store']}, as {settings.store_dir} has others: set STORE_DIR to it."
        )
    if not made["key_kept"]:
        lines.append("SECRET_KEY is set to another key: links that were made before do not hold.")
    show(made, as_json=as_json, text="\n".join(lines))
