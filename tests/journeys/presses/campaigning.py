"""How a campaign is steered at the desk."""

from tests.journeys.presses import presses
from tests.journeys.presses.team import Team

KIND = "shop_news"
LATER = "2099-01-01T10:00:00Z"


@presses("/desk campaign", "campaign_approve", "campaign_run", "campaign_pause", "campaign_resume", "campaign_cancel")
def a_campaign_is_approved_run_paused_and_cancelled(team: Team) -> None:
    """Shows what it would cost, is begun while the provider takes nothing, stopped, gone on with, and ended."""
    desk = team.desk
    phone = desk.phones_of("sms", name="Campaigned Cy")["sms"]
    desk.sells("8401", desk.phone(phone)["number"], name="Campaigned Cy", tier="cy")
    desk.handled()
    made = desk.command("campaign", "create", KIND, "--segment", "customer.tier == 'cy'", "--by", "anna")
    assert made.returncode == 0, made.stderr
    id_ = made.stdout.split()[0]
    desk.fault("twilio", "status", value=500)
    asked = ask(team, id_, "draft")
    team.bea.press(asked, "campaign_approve")
    team.bea.press(team.bea.told(f"Campaign {id_} is approved now.")["ts"], "campaign_run")
    team.bea.press(team.bea.told(f"Campaign {id_} is running now.")["ts"], "campaign_pause")
    team.bea.press(team.bea.told(f"Campaign {id_} is paused now.")["ts"], "campaign_resume")
    team.bea.press(team.bea.told(f"Campaign {id_} is running now.")["ts"], "campaign_cancel")
    team.bea.told(f"Campaign {id_} is cancelled now.")
    desk.heal()
    assert not desk.answers(phone)
    ask(team, id_, "cancelled")


def ask(team: Team, id_: str, state: str) -> str:
    """Asks how a campaign stands; returns the ts of the answer."""
    team.bea.command(f"campaign {id_}")
    return str(team.bea.told(f"Campaign {id_}: {state}")["ts"])
