"""Checks, shows, tries and replays flows, for those who write them: `doorstep flows`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bots.cli.common import counted, database, json_option, refuse, show


@click.group()
def flows() -> None:
    """Check, try and show conversation flows."""


def _load(store: Path) -> tuple[Any, Any]:
    folder = _folder(store)
    return folder.flows, folder.policies


def _folder(store: Path) -> Any:
    from bots.wiring.store_folder import load_folder
    from bots.wiring.understanding import Understanding
    from config.settings import load

    understanding = Understanding(load())
    understanding.load()
    return load_folder(store, understanding, understanding.trained)


def _store_dir() -> Path:
    from config.settings import load

    folder = load().store_dir
    if not folder.is_dir():
        raise refuse(f"STORE_DIR: there is no folder {folder}")
    return folder


store_option = click.option(
    "--store",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=_store_dir,
    show_default="STORE_DIR",
    help="The store's folder.",
)


def _channel(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    from adapters.channels import registry

    if value not in registry.lines():
        raise click.BadParameter(f"{value} is none of {', '.join(registry.lines())}.")
    return value


@flows.command()
@store_option
@json_option
def lint(store: Path, as_json: bool) -> None:
    """Find mistakes in flows, texts and notices, ours and the store's, with file and line."""
    from bots.wiring.store_folder import findings as find
    from flows.linting.lint import ERROR

    findings = find(store)
    lines = [str(finding) for finding in findings]
    errors = sum(f.severity == ERROR for f in findings)
    verdict = (
        f"{counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}"
        if findings
        else "Flows and texts are in order."
    )
    show(findings, as_json=as_json, text="\n".join([*lines, verdict]))
    if errors:
        sys.exit(1)


@flows.command()
@store_option
@json_option
def graph(store: Path, as_json: bool) -> None:
    """Print the flows as a Mermaid diagram."""
    loaded, _ = _load(store)
    drawn = {flow.id: [_drawn(step) for step in flow.steps.values()] for flow in loaded.flows.values()}
    lines = ["flowchart TD", *(line for flow, steps in drawn.items() for line in _mermaid(flow, steps))]
    show(drawn, as_json=as_json, text="\n".join(lines))


def _drawn(step: Any) -> dict[str, Any]:
    targets = dict.fromkeys([*(branch.target for branch in step.branches), step.following])
    return {"id": step.id, "kind": step.kind, "name": step.name, "next": list(targets)}


def _mermaid(flow: str, steps: list[dict[str, Any]]) -> Iterator[str]:
    own = {step["id"] for step in steps}
    yield f'  subgraph {flow}["{flow}"]'
    for step in steps:
        yield f'    {_node(flow, step["id"])}["{step["kind"]}: {step["name"] or step["id"]}"]'
        for target in step["next"]:
            end = _node(flow, target) if target in own else f'{_node(flow, target)}(("{target}"))'
            yield f"    {_node(flow, step['id'])} --> {end}"
    yield "  end"


def _node(flow: str, step: str) -> str:
    return f"{flow}__{step}".replace(":", "_").replace("-", "_").replace(" ", "_")


@flows.command()
@click.option("--channel", callback=_channel, default="whatsapp", show_default=True)
@click.option("--locale", default="", help="A language with texts; default the customer's, else the shop's.")
@click.option(
    "--phone", default="", help="The number the customer writes from; proves their orders on WhatsApp and SMS."
)
@store_option
@json_option
def chat(channel: str, locale: str, phone: str, store: Path, as_json: bool) -> None:
    """Talk to the flows in the terminal, on the orders of this installation. Nothing is sent or kept."""
    from bots.cli.chat import begin, talk

    folder = _folder(store)
    with database() as opened:
        talk(begin(folder, opened, channel, locale, phone), as_json=as_json)


@flows.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--min",
    "least",
    type=click.FloatRange(0, 100),
    default=0,
    help="Fail when less than this % of the steps is reached.",
)
@store_option
@json_option
def test(files: tuple[Path, ...], least: float, store: Path, as_json: bool) -> None:
    """Play conversation tests, and say which steps none of them reaches.

    Without FILES: those of all flows, ours and the store's.
    """
    from flows.files import case_files, layered
    from flows.loading.store_files import sources
    from flows.tools.coverage import Reached, coverage
    from flows.tools.testing import load_cases, run_case

    loaded, policies = _load(store)
    paths = files or [path for paths in layered(sources(store).flows, case_files) for path in paths]
    cases = [case for path in paths for case in load_cases(path)]
    reached: Reached = set()
    played = [
        {"name": case.name, "problems": run_case(loaded, policies, case, lambda chat: reached.update(chat.visited))}
        for case in cases
    ]
    failed = sum(bool(each["problems"]) for each in played)
    covered = coverage(loaded, reached, {path.parent for path in files})
    told = {"passed": len(played) - failed, "failed": failed, "conversations": played, "coverage": covered}
    problems = [f"{each['name']}: {problem}" for each in played for problem in each["problems"]]
    missed = [f"{each}" for each in covered.missed] if least or files else []
    steps = f"{covered.percent:g} % of {counted(covered.steps, 'step')} reached"
    verdict = f"{told['passed']} passed, {failed} failed; {steps}"
    show(told, as_json=as_json, text="\n".join([*problems, *missed, verdict]))
    if failed:
        raise refuse(f"{counted(failed, 'conversation')} went otherwise")
    if covered.percent < least:
        raise refuse(f"{covered.percent:g} % of the steps are reached, and {least:g} % are wanted")


@flows.command()
@click.option("--last", default=50, show_default=True, help="How many conversations.")
@store_option
@json_option
def replay(last: int, store: Path, as_json: bool) -> None:
    """Play what customers wrote on the flows as they are now, and show where the answers differ."""
    from bots.cli.replay import replay_conversations

    folder = _folder(store)
    with database() as opened:
        differences = replay_conversations(folder, opened, last)
    lines = [
        f"{d['conversation']}: after {d['after']!r}\n  was: {d['was']!r}\n  now: {d['now']!r}" for d in differences
    ]
    verdict = f"Answers that differ: {len(differences)}." if differences else "Every answer is as it was."
    show(differences, as_json=as_json, text="\n".join([*lines, verdict]))


@flows.command()
@click.option("--locale", default="", help="The language of the lines, en or zh; guessed line by line without it.")
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"), default="-")
@store_option
@json_option
def understand(locale: str, file: Any, store: Path, as_json: bool) -> None:
    """Say what lines of text mean: those of FILE, or of the standard input. Prints one JSON object per line."""
    import msgspec

    del locale, as_json  # phrases of all languages are known together; the answer is JSON in any case
    loaded, _ = _load(store)
    for line in file:
        text = line.rstrip("\r\n")
        click.echo(msgspec.json.encode({"text": text, **loaded.interpreter.told(text)}).decode())


@flows.command()
@click.option("--shipped", is_flag=True, help="For developers: make the model anew that we ship.")
@store_option
@json_option
def train(shipped: bool, store: Path, as_json: bool) -> None:
    """Learn from the phrases, ours and the store's; takes some seconds. Running processes take it with `reload`."""
    from bots.wiring import training
    from config.settings import load

    def tell(text: str) -> None:
        click.echo(text, err=True)

    done = training.ship(load(), tell) if shipped else training.train(load(), store, tell)
    words = f"{done.phrases} phrases for {done.intents} intents" if done.trained else "nothing new"
    show(done, as_json=as_json, text=f"Learned: {words}.")
