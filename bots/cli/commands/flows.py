"""Checks, shows, tries and replays flows, for those who write them: `doorstep flows`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import counted, database, json_option, refuse, show, store_option

if TYPE_CHECKING:
    from flows.tools.testing import Case


@click.group()
def flows() -> None:
    """Check, try and show conversation flows."""


def _load(store: Path) -> tuple[Any, Any]:
    folder = _folder(store)
    return folder.flows, folder.policies


def _folder(store: Path) -> Any:
    from bots.wiring.store.folder import load_folder
    from bots.wiring.understanding import Understanding
    from config.settings import load

    understanding = Understanding(load())
    understanding.load()
    return load_folder(store, understanding, understanding.trained)


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
    from bots.wiring.store.folder import findings as find
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
@click.argument("names", nargs=-1, metavar="[FLOW]...")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page to look at into this file.")
@click.option(
    "--days",
    type=click.IntRange(1, 400),
    help="Tell how many were asked in these days, and how many left.",
)
@store_option
@json_option
def graph(names: tuple[str, ...], html: Path | None, days: int | None, store: Path, as_json: bool) -> None:
    """Draw flows, or those named: as a Mermaid diagram, or as a page for the browser."""
    from core.files.near import one_of
    from flows.tools.graph import graph_of, mermaid
    from flows.tools.page import page

    loaded, _ = _load(store)
    unknown = next((name for name in names if name not in loaded.flows), None)
    if unknown:
        raise refuse(f"there is no flow {unknown!r}; {one_of(unknown, sorted(loaded.flows))}")
    told = _passages(days) if days else {}
    graphs = [graph_of(flow, told) for name, flow in loaded.flows.items() if name in names or not names]
    if html is None:
        show({each.flow: each for each in graphs}, as_json=as_json, text=mermaid(graphs))
        return
    html.write_text(page(graphs), encoding="utf-8")
    written = {"file": str(html), "flows": [each.flow for each in graphs]}
    show(written, as_json=as_json, text=f"{html}: {counted(len(graphs), 'flow')}")


def _passages(days: int) -> dict[tuple[str, str], str]:
    """Tells of each question in how many conversations it was asked, and how many went no further."""
    from datetime import timedelta

    from storage.conversations.flow_events import passages

    with database() as opened, opened.store.read() as conn:
        found = passages(conn, opened.now() - timedelta(days=days))
    return {place: f"{each.asked} asked, {each.left} % left" for place, each in found.items()}


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
    from flows.files import case_files, flow_folder, layered
    from flows.loading.store_files import sources
    from flows.tools.coverage import Reached, coverage
    from flows.tools.testing import load_cases, run_case

    loaded, policies = _load(store)
    paths = files or [path for paths in layered(sources(store).flows, case_files) for path in paths]
    cases = _playable([case for path in paths for case in load_cases(path)])
    reached: Reached = set()
    played = [
        {"name": case.name, "problems": run_case(loaded, policies, case, lambda chat: reached.update(chat.visited))}
        for case in cases
    ]
    failed = sum(bool(each["problems"]) for each in played)
    covered = coverage(loaded, reached, {flow_folder(path) for path in files})
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


def _playable(cases: "list[Case]") -> "list[Case]":
    """Leaves out, and says so, what only the sentence encoder understands where the settings leave that away."""
    from config.settings import load

    is_light = load().understanding == "light"
    playable = [case for case in cases if not (is_light and case.needs_encoder)]
    if len(playable) < len(cases):
        left = counted(len(cases) - len(playable), "conversation")
        click.echo(f"UNDERSTANDING=light: {left} not played, as only the sentence encoder understands them", err=True)
    return playable


@flows.command()
@click.argument("name")
@store_option
@json_option
def new(name: str, store: Path, as_json: bool) -> None:
    """Make the folder of a new flow in the store's folder: steps, texts, phrases and conversations to change."""
    from core.errors import ConfigurationError
    from flows.tools.new_flow import make

    loaded, _ = _load(store)
    try:
        made = make(store / "flows", name, {*loaded.flows, *loaded.interpreter.intents})
    except ConfigurationError as error:
        raise refuse(str(error)) from error
    lines = [*map(str, made), "Change them, then: doorstep flows lint, flows test, flows chat, flows train, reload."]
    show([str(path) for path in made], as_json=as_json, text="\n".join(lines))


@flows.command()
@click.option("--last", type=click.IntRange(1), default=50, show_default=True, help="How many conversations.")
@click.option(
    "--against",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another store's folder, such as the one in use: compares what both decide, not the words.",
)
@store_option
@json_option
def replay(last: int, against: Path | None, store: Path, as_json: bool) -> None:
    """Play what customers wrote on the flows as they are now, and show where the answers differ.

    What was written while an agent had the conversation is left out.
    """
    from bots.cli.replay import replay_conversations

    folder, before = _folder(store), _folder(against) if against else None
    with database() as opened:
        played = replay_conversations(folder, opened, last, before)
    differences = played.differences
    lines = [
        f"{d['conversation']}: after {d['after']!r}\n  was: {d['was']!r}\n  now: {d['now']!r}" for d in differences
    ]
    verdict = f"Answers that differ: {len(differences)}." if differences else "Every answer is as it was."
    if not played.messages:
        verdict = "There is nothing to play: no customer has written to the bot."
    show(differences, as_json=as_json, text="\n".join([*lines, verdict]))


@flows.command()
@click.option("--locale", default="", help="The language of the lines, en or zh; guessed line by line without it.")
@click.option("--llm", is_flag=True, help="Ask the language model (LLM_URL) about lines that are not understood here.")
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"), default="-")
@store_option
@json_option
def understand(locale: str, llm: bool, file: Any, store: Path, as_json: bool) -> None:
    """Say what lines of text mean: those of FILE, or of the standard input. Prints one JSON object per line.

    The language is told along; what a line means does not depend on it, as customers mix them.
    """
    from contextlib import ExitStack

    import msgspec

    from flows.understanding.lexicon.languages import LANGUAGES

    del as_json  # the answer is JSON in any case
    loaded, _ = _load(store)
    with ExitStack() as opened:
        model = opened.enter_context(_asking(loaded)) if llm else None
        for line in file:
            text = line.rstrip("\r\n")
            written = {"text": text, "language": locale or LANGUAGES.guessed(text) or None}
            advised = {"llm": model.told(text)} if model is not None else {}
            click.echo(msgspec.json.encode({**written, **loaded.interpreter.told(text), **advised}).decode())


def _asking(loaded: Any) -> Any:
    from bots.cli.advice import asking
    from core.errors import ConfigurationError

    try:
        return asking(loaded)
    except ConfigurationError as error:
        raise refuse(str(error)) from error


@flows.command()
@click.option("--shipped", is_flag=True, help="For developers: make the model anew that we ship.")
@store_option
@json_option
def train(shipped: bool, store: Path, as_json: bool) -> None:
    """Learn from the phrases, ours and the store's; takes some seconds. Running processes take it by themselves."""
    from bots.wiring.jobs import training
    from config.settings import load

    def tell(text: str) -> None:
        click.echo(text, err=True)

    done = training.ship(load(), tell) if shipped else training.train(load(), store, tell)
    words = f"{done.phrases} phrases for {done.intents} intents" if done.trained else "nothing new"
    show(done, as_json=as_json, text=f"Learned: {words}.")
