"""Every button, form, command and shortcut of the desk is used in front of the running system, through Slack."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from adapters.desks.slack.blocks import home
from core.desk.glances import ButtonGlance
from hub.campaigns.at_desk import EXTRAS
from hub.desk.buttons import BUTTONS
from hub.desk.commands import WORDS
from hub.desk.deeds import DEEDS
from tests.journeys.conftest import QUICK
from tests.journeys.presses import Story, stories
from tests.journeys.presses.team import TRANSLATED, Team
from tests.journeys.system import ROOT, System, system
from tests.llm_server import KEY, MODEL, llm_server, translation

MANIFEST = yaml.safe_load((ROOT / "adapters" / "desks" / "slack" / "manifest.yaml").read_text(encoding="utf-8"))
SHORTCUTS = {each["callback_id"] for each in MANIFEST["features"]["shortcuts"]}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """Starts a system with a translation hook, where finance has a channel and approves more than ten dollars."""
    with llm_server() as model, system(tmp_path_factory.mktemp("presses")) as made:
        model.say = lambda told: translation(f"{TRANSLATED} {told['text']}")
        hook = {"TRANSLATE_URL": model.url, "LLM_MODEL": MODEL, "LLM_API_KEY": KEY}
        made.start({**QUICK, **hook, "STORE_DIR": str(store_with_teams(made))})
        yield Team(made)


def store_with_teams(made: System) -> Path:
    """Makes the store's folder."""
    extra, folder = made.make_sandbox().extra, made.var / "store"
    shutil.copytree(ROOT / "config" / "store", folder)
    for known, passed in (("bought_from: 2026", "bought_from: 2020"), ("bought_until: 2026", "bought_until: 2020")):
        change(folder / "policies.yaml", known, passed)  # Christmas is over, whenever this runs
    change(folder / "policies.yaml", 'finance_above: "200.00"', 'finance_above: "10.00"')
    for name in ("warehouse", "finance"):
        change(folder / "routing.yaml", f"  {name}: {{}}", f"  {name}: {{channel: {extra[f'slack_{name}_channel']}}}")
    kind = folder / "notices" / "shop_news"
    kind.mkdir(parents=True)
    (kind / "kind.yaml").write_text("subject: customer\ncategory: service\nexpires_after: 1d\n", encoding="utf-8")
    for locale, text in (("en", "we have news"), ("zh", "我们有新消息")):
        (kind / f"{locale}.yaml").write_text(f'text: "{text}"\nsms: "{{{{ shop }}}}: {text}"\n', encoding="utf-8")
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# What stands on an agent's own page beside the buttons of a card.
AT_HOME = {each.id for each in vars(home).values() if isinstance(each, ButtonGlance)} | {home.CLAIM}
EVERYTHING = {
    *(id_ for id_, button in BUTTONS.items() if button.states or id_ not in SHORTCUTS),
    *EXTRAS.buttons,
    *(f"shortcut: {id_}" for id_ in SHORTCUTS),
    *(f"home: {id_}" for id_ in AT_HOME),
    *(f"/desk {word}" for word in {*WORDS, *DEEDS, *EXTRAS.commands, "help"}),
}
STORIES = stories()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_what_agents_do_at_the_desk(team: Team, story: Story) -> None:
    team.used.clear()
    story.tell(team)
    assert not story.missed(team.used)
    team.desk.heal()


def test_all_that_can_be_pressed_has_a_story() -> None:
    """Fails for a button, command or shortcut that was added without one, and for a story of what is gone."""
    assert {used for story in STORIES for used in story.presses} == EVERYTHING
