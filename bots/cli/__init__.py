"""Runs the command line, `doorstep`. Exit 0 done, 1 refused or failed with the reason on stderr, 2 wrong usage."""

import sys
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules

import click

from bots.cli import commands
from bots.cli.common import json_option, show
from core.errors import ConfigurationError


class Commands(click.Group):
    """Loads a command when it is asked for: none waits for what only the others need."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Lists the names."""
        return sorted(module.name for module in iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Loads the command of this name; None when there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = getattr(import_module(f"{commands.__name__}.{cmd_name}"), cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command that `args` begin with; names the nearest where there is none."""
        near = get_close_matches(args[0], self.list_commands(ctx), 1)
        if near and near[0] != args[0]:
            raise click.UsageError(f"there is no command {args[0]}; did you mean {near[0]}?")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--version", is_flag=True, help="Print the version.")
@json_option
@click.pass_context
def cli(ctx: click.Context, version: bool, as_json: bool) -> None:
    """The messaging desk of an online store."""
    if version:
        from importlib.metadata import version as version_of

        number = version_of("doorstep")
        show({"version": number}, as_json=as_json, text=f"doorstep {number}")
        ctx.exit()
    if ctx.invoked_subcommand is None or as_json:
        raise click.UsageError("say a command, and --json after it")


def main() -> None:
    """Runs the command; a wrong setting or file, or one that cannot be read or written, is a sentence, no traceback."""
    try:
        cli(prog_name="doorstep")
    except ConfigurationError as error:
        sys.stderr.write(f"doorstep: {error}\n")
        sys.exit(1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        sys.stderr.write(f"doorstep: {error.filename}: {error.strerror}\n")
        sys.exit(1)
