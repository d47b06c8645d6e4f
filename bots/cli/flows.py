"""Checks, shows, tries and replays flows, for those who write them: `doorstep flows`."""

import sys
from pathlib import Path
from typing import Any

import click

from adapters.channels import registry
from bots.cli.common import installation, json_option, refuse, show


@click.group()
def flows() -> None:
    """Check, try and show conversation flows."""


def _load(store: Path) -> tuple[Any, Any]:
    from flows.loading.loader import load_flows  # noqa: PLC0415 - --help need not load it
    from flows.loading.policies import load_policies  # noqa: PLC0415

    policies = load_policies(store / "policies.yaml")
    return load_flows(settings=policies.settings()), policies


store_option = click.option(
    "--store",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("config/store"),
    help="Folder with policies.yaml.",
)


@flows.command()
@store_option
@json_option
def lint(store: Path, as_json: bool) -> None:
    """Find mistakes in flows and texts, with file and line."""
    from flows.linting.lint import ERROR  # noqa: PLC0415
    from flows.linting.lint import lint as lint_flows  # noqa: PLC0415

    findings = lint_flows(_load(store)[0])
    lines = [f"{f.file}:{f.line}: {f.severity}: {f.message}" for f in findings]
    errors = sum(f.severity == ERROR for f in findings)
    verdict = f"{errors} errors, {len(findings) - errors} warnings" if findings else "Flows and texts are in order."
    show(findings, as_json=as_json, text="\n".join([*lines, verdict]))
    if errors:
        sys.exit(1)


@flows.command()
@store_option
def graph(store: Path) -> None:
    """Print the flows as a Mermaid diagram."""
    loaded, _ = _load(store)
    click.echo("flowchart TD")
    for flow in loaded.flows.values():
        click.echo(f'  subgraph {flow.id}["{flow.id}"]')
        for step in flow.steps.values():
            click.echo(f'    {_node(flow.id, step.id)}["{step.kind}: {step.name or step.id}"]')
            for target in dict.fromkeys([*(b.target for b in step.branches), step.following]):
                end = _node(flow.id, target) if target in flow.steps else f'{_node(flow.id, target)}(("{target}"))'
                click.echo(f"    {_node(flow.id, step.id)} --> {end}")
        click.echo("  end")


def _node(flow: str, step: str) -> str:
    return f"{flow}__{step}".replace(":", "_").replace("-", "_").replace(" ", "_")


@flows.command()
@click.option("--channel", type=click.Choice(list(registry.lines())), default="whatsapp")
@click.option("--locale", default="en", help="en or zh.")
@click.option(
    "--phone", default="", help="The number the customer writes from; proves their orders on WhatsApp and SMS."
)
@store_option
def chat(channel: str, locale: str, phone: str, store: Path) -> None:
    """Talk to the flows in the terminal, on the orders of this installation. Nothing is sent or kept."""
    from bots.cli.chat import talk  # noqa: PLC0415

    loaded, policies = _load(store)
    with installation() as parts:
        talk(loaded, policies, parts, channel, locale, phone)


@flows.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@store_option
def test(files: tuple[Path, ...], store: Path) -> None:
    """Play conversation tests (default: those of the flows that we ship)."""
    from flows.files import case_files  # noqa: PLC0415
    from flows.loading.loader import LIBRARY  # noqa: PLC0415
    from flows.tools.testing import load_cases, run_case  # noqa: PLC0415

    loaded, policies = _load(store)
    passed = failed = 0
    for path in files or [path for folder in LIBRARY for path in case_files(folder)]:
        for case in load_cases(path):
            problems = run_case(loaded, policies, case)
            passed, failed = passed + (not problems), failed + bool(problems)
            for problem in problems:
                click.echo(f"{case.name}: {problem}")
    click.echo(f"{passed} passed, {failed} failed")
    if failed:
        raise refuse(f"{failed} conversations went otherwise")


@flows.command()
@click.option("--last", default=50, show_default=True, help="How many conversations.")
@store_option
@json_option
def replay(last: int, store: Path, as_json: bool) -> None:
    """Play what customers wrote on the flows as they are now, and show where the answers differ."""
    from bots.cli.replay import replay_conversations  # noqa: PLC0415

    loaded, policies = _load(store)
    with installation() as parts:
        differences = replay_conversations(loaded, policies, parts, last)
    lines = [
        f"{d['conversation']}: after {d['after']!r}\n  was: {d['was']!r}\n  now: {d['now']!r}" for d in differences
    ]
    verdict = f"{len(differences)} answers differ." if differences else "Every answer is as it was."
    show(differences, as_json=as_json, text="\n".join([*lines, verdict]))
