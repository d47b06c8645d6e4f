"""Writes everything that an installation knows into one file: `doorstep backup`."""

from pathlib import Path

import click

from bots.cli.common import counted, database, json_option, progress_bar, show


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def backup(file: Path, as_json: bool) -> None:
    """Write rows, files, SECRET_KEY and STORE_DIR into FILE, as of one moment, while the system runs.

    Whoever has FILE has everything that customers wrote: keep it as you keep the database. The settings are not in it.
    """
    from bots.cli import backups

    with database() as opened:
        rows, files = backups.size(opened.store)
        with progress_bar("Saving", rows + files, quiet=as_json) as bar:
            made = backups.make(opened.settings, opened.store, file, opened.now(), bar.update, rows)
    gone = f" ({made['files_gone']} came to their end meanwhile)" if made["files_gone"] else ""
    kept = f"{counted(sum(made['rows'].values()), 'row')} and {counted(made['files'], 'file')}"
    text = f"{file}: {kept}{gone}, {made['bytes']:,} bytes."
    show(made, as_json=as_json, text=text)
