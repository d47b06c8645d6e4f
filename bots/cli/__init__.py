"""Runs the command line, `doorstep`. Exit 0 done, 1 refused or failed with the reason on stderr, 2 wrong usage."""

import sys

import click

from bots.cli.campaign import campaign
from bots.cli.channels import channels
from bots.cli.customer import customer
from bots.cli.doctor import doctor
from bots.cli.flows import flows
from bots.cli.jobs import jobs
from bots.cli.notify import notify
from bots.cli.orders import orders
from bots.cli.trace import trace
from core.errors import ConfigurationError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """The messaging desk of an online store."""


for command in (flows, notify, campaign, orders, customer, channels, trace, jobs, doctor):
    cli.add_command(command)


def main() -> None:
    """Runs the command; a wrong setting or file is a sentence, not a traceback."""
    try:
        cli()
    except ConfigurationError as error:
        sys.stderr.write(f"doorstep: {error}\n")
        sys.exit(1)
