from pathlib import Path

import pytest

from core.content.text import sms_segments
from core.errors import ConfigurationError
from core.messages.outbound import Speaker
from notifications import About, Letter, Notice, Recipient, load_policy, notices_due, render
from notifications.planning.zones import Zones
from notifications.wording.case_templates import VARIABLES as OF_CASES
from notifications.wording.formats import best_locale
from notifications.wording.texts import PACKAGED, load_texts
from tests.notifications.examples import BY_HAND, DUE
from tests.notifications.samples import (
    CHANNELS,
    NOW,
    POLICY,
    PROVIDERS,
    STORE,
    candidate,
    recipient,
)
from tests.notifications.test_planner import CUTOFF


def sample(kind: str) -> tuple[Notice, About]:
    if kind == "holiday_cutoff":
        return CUTOFF, About()
    if kind in BY_HAND:
        return BY_HAND[kind]
    change = DUE[kind]
    return next(notice for notice in notices_due(change, POLICY.kinds) if notice.kind == kind), change.after


def letter(kind: str, to: Recipient) -> Letter:
    return Letter(*sample(kind), to, POLICY, NOW)


def said(kind: str, channel: str, locale: str, **changes: object) -> str:
    return render(letter(kind, recipient(locale=locale, **changes)), candidate(channel)).text


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("kind", sorted(POLICY.kinds))
def test_every_text_can_be_written(kind: str, locale: str, channel: str) -> None:
    text = said(kind, channel, locale)
    assert "{" not in text
    assert "None" not in text
    assert "\n\n" not in text
    assert "\u202f" not in text
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in text)
    assert chinese == (locale == "zh")


@pytest.mark.parametrize("provider", ["whatsapp", "messenger", "twilio"])
def test_every_provider_template_can_be_filled(provider: str) -> None:
    listed = POLICY.templates.sections[provider].items()
    for kind, template in ((kind, template) for kind, template in listed if kind not in OF_CASES):
        for locale in ("en", "zh"):
            call = render(letter(kind, recipient(locale=locale)), candidate("whatsapp"), template).template
            assert call is not None
            assert all(call.values)
            assert len(call.values) == len(template.body)
            assert provider != "twilio" or (call.name.startswith("HX") and len(call.name) == 34)


def test_shipped_in_english() -> None:
    assert said("shipped", "telegram", "en") == (
        "Hi Jane, good news: your order 1001 is on its way with DHL.\nIn this parcel: Leather boots, Socks ×2\n"
        "Tracking number: JD0001\nExpected: Sat, Dec 5\nReply here if you need anything."
    )


def test_delay_on_sms() -> None:
    text = said("delay", "sms", "en")
    assert text == (
        "Northwind: sorry, your order 1001 is delayed. New date: Fri, Dec 11 (was Tue, Dec 8)."
        " Reply if that does not work for you."
    )
    assert sms_segments(text) == 1


@pytest.mark.parametrize(
    ("zone", "locale", "expected"),
    [
        ("America/New_York", "en", "Wed, Dec 16, 2:00 PM (New York time)"),
        ("Pacific/Honolulu", "en", "Wed, Dec 16, 9:00 AM (Honolulu time)"),
        ("Asia/Shanghai", "zh", "上海时间 12月17日周四 03:00"),
        ("Europe/London", "en_GB", "Wed 16 Dec, 19:00 (London time)"),
    ],
)
def test_the_last_moment_is_said_in_their_zone(zone: str, locale: str, expected: str) -> None:
    assert expected in said("holiday_cutoff", "telegram", locale, zones=Zones((zone,)))


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("locale", "words"), [("en", "STOP"), ("zh", "退订")])
def test_offers_end_with_the_way_out(channel: str, locale: str, words: str) -> None:
    assert words in said("holiday_cutoff", channel, locale).splitlines()[-1]
    assert words not in said("shipped", channel, locale)


def test_who_speaks() -> None:
    offer = render(letter("holiday_cutoff", recipient()), candidate("sms"))
    assert (offer.speaker, offer.link, offer.link_title) == (
        Speaker.MARKETING,
        "https://shop.example/",
        "Go to the shop",
    )
    assert render(letter("delay", recipient()), candidate("sms")).speaker is Speaker.NOTICE


def test_values_are_never_read_as_templates() -> None:
    to = recipient(name="{{ shop.__class__ }}")
    assert "{{ shop.__class__ }}" in render(letter("shipped", to), candidate("telegram")).text


def test_the_name_of_the_order_stands_in() -> None:
    assert said("shipped", "telegram", "en", name="").startswith("Hi Jane,")
    assert said("holiday_cutoff", "telegram", "en", name="").startswith("Hello, order from")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("zh-Hans-CN", "zh"), ("ZH_cn", "zh"), ("en-GB", "en"), ("de", "en"), ("", "en"), ("zhx", "en"), ("?", "en")],
)
def test_the_language_there_is(wanted: str, expected: str) -> None:
    assert best_locale(wanted, ["en", "zh"], "en") == expected
    assert said("shipped", "telegram", wanted) == said("shipped", "telegram", expected) or wanted == "en-GB"


def test_a_text_of_the_stores_own_wins(tmp_path: Path) -> None:
    (tmp_path / "shipped.en.yaml").write_text("text: '{{ shop }} sent {{ order }}.'\n")
    text = load_texts(POLICY.kinds, CHANNELS, *PACKAGED, tmp_path).kinds["shipped"]["en"]
    assert text.fill("sms", {"shop": "Doorstep", "order": "1"}) == "Doorstep sent 1."


def test_a_wording_of_the_stores_own_takes_the_place_of_just_that(tmp_path: Path) -> None:
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "en.yaml").write_text("sms: '{{ shop }}: gone.'\nlink_title: Follow it\n")
    text = load_texts(POLICY.kinds, CHANNELS, *PACKAGED, tmp_path).kinds["shipped"]["en"]
    shipped = load_texts(POLICY.kinds, CHANNELS, *PACKAGED).kinds["shipped"]["en"]
    assert (text.fill("sms", {"shop": "Northwind"}), text.link_title) == ("Northwind: gone.", "Follow it")
    assert text.templates["telegram"].source == shipped.templates["telegram"].source
    (tmp_path / "common.en.yaml").write_text("opt_out: Say STOP.\n")
    common = load_texts(POLICY.kinds, CHANNELS, *PACKAGED, tmp_path).common["en"]
    assert (common.opt_out, common.opt_out_sms) == ("Say STOP.", "Reply STOP to opt out.")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("shipped/__init__.py", "Python is not run from the store's folder"),
        ("shipped.yaml", "this file is not read; expected a text by kind and language, like "),
        ("shipped/kinds.yaml", "this file is not read; "),
        ("shipped.en.yml", "this file is not read; "),
        ("shipped/more/en.yaml", "this file is not read; "),
    ],
)
def test_what_would_not_be_read_in_the_stores_folder_is_refused(tmp_path: Path, name: str, expected: str) -> None:
    store = replaced(tmp_path, "shop.yaml", "locale: en", "locale: en")
    (store / "notices" / "shipped" / "more").mkdir(parents=True)
    (store / "notices" / name).write_text("text: x")
    with pytest.raises(ConfigurationError, match=f"{name}: {expected}"):
        load_policy(store, CHANNELS, PROVIDERS)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("common.fr.yaml", "opt_out: x", r"common.fr.yaml:1: opt_out_sms is missing"),
        ("shipped.fr.yaml", "sms: x", r"shipped.fr.yaml:1: text is missing"),
        (
            "shipped.en.yaml",
            "text: hello\nsms: 'hello {{ order }}'",
            r"shipped.en.yaml:2: sms: expected \{\{ shop \}\}",
        ),
        ("shipped.en.yaml", "\ntext: '{{ shop }} {{ ordre }}'", r"shipped.en.yaml:2: text: there is no ordre"),
        ("shipped.en.yaml", "text: '{{ shop }'", r"shipped.en.yaml:1: text: "),
        ("shipped.en.yaml", "text: '{{ shop.upper() }}'", r"shipped.en.yaml:1: text: Call is not allowed here"),
        ("shipped.en.yaml", "txt: x", r"shipped.en.yaml:1: .*text is missing|unknown field 'txt'"),
        ("shipped.en.yaml", "text: ''", r"shipped.en.yaml:1: text: expected 1 or more characters"),
        ("shipped.en.yaml", "text: [", r"shipped.en.yaml:1: "),
        ("shiped.en.yaml", "text: x", r"no kind of notice is called shiped; .*did you mean 'shipped'"),
    ],
)
def test_faults_are_found_when_loaded(tmp_path: Path, name: str, content: str, expected: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ConfigurationError, match=expected):
        load_texts(POLICY.kinds, CHANNELS, *PACKAGED, tmp_path)


def replaced(tmp_path: Path, name: str, old: str, new: str) -> Path:
    for path in STORE.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("shop.yaml", "America/New_York", "New York", r":3: timezone: expected the name of a time zone"),
        ("shop.yaml", "USD", "dollars", r":4: currency: expected text like USD"),
        ("shop.yaml", "locale: en", "locale: xx", r":5: locale: expected a language"),
        ("shop.yaml", "locale: en", "locale: fr", r"there are no texts in fr"),
        ("shop.yaml", "sms]", "fax]", r":8: channels: fax: expected some of"),
        ("shop.yaml", '"20:00"', '"8pm"', r':12: quiet_hours.marketing.from: expected text like "09:00", in quotes'),
        ("shop.yaml", "currency:", "curency:", r":4: curency: unknown field"),
        ("shop.yaml", "support_hours:", "opening_hours:", r":30: opening_hours: unknown field"),
        (
            "shop.yaml",
            "link_previews: {}",
            "link_previews: {sms: true}",
            r"link_previews: sms: expected some of whatsapp, telegram",
        ),
        (
            "shop.yaml",
            "link_previews: {}",
            "link_previews: {telegram: 1}",
            r"link_previews.telegram: expected true or false, found a whole number",
        ),
        ("shop.yaml", "notices: {}", "notices: {dely: false}", r":21: notices.dely: expected one of .*'delay'"),
        ("templates.yaml", "messenger:", "telegram:", r": telegram: unknown field"),
        (
            "templates.yaml",
            "  shipped:",
            "  shiped:",
            r":8: whatsapp.shiped: expected one of .*'shipped'",
        ),
        (
            "templates.yaml",
            "[name, order, new_date",
            "[nme, order",
            r":21: whatsapp.delay.body: there is no nme: .*; did you mean 'name'",
        ),
        (
            "templates.yaml",
            "{en: en, zh: zh_CN}",
            "{fr: fr}",
            r":10: whatsapp.shipped.languages: expected some of en, zh",
        ),
        (
            "cutoffs.yaml",
            "carrier: UPS, service",
            "carrier: USP, service",
            r":32: routes.0.carrier: expected one of UPS",
        ),
        ("cutoffs.yaml", "transit_days: 5", "transit_days: -5", r":32: routes.0.transit_days: "),
        ("cutoffs.yaml", "holidays: [US]", "holidays: [XX]", r":9: warehouse.holidays: XX: expected a country"),
        ("cutoffs.yaml", "timezone: America/New_York", "timezone: EAST", r":5: warehouse.timezone: expected"),
        ("cutoffs.yaml", "[sat, sun]", "[mon, tue, wed, thu, fri, sat, sun]", r":8: .*at least one working day"),
        ("cutoffs.yaml", "deliver_by: 2026-12-24", "deliver_by: soon", r"holidays.0.deliver_by: "),
    ],
)
def test_faults_of_the_store_name_file_and_line(tmp_path: Path, name: str, old: str, new: str, expected: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}.*{expected}"):
        load_policy(replaced(tmp_path, name, old, new), CHANNELS, PROVIDERS, ("whatsapp", "telegram"))


def test_each_provider_has_its_section_of_templates(tmp_path: Path) -> None:
    store = replaced(tmp_path, "templates.yaml", "messenger:", "pigeon:")
    templates = load_policy(store, CHANNELS, ("whatsapp", "twilio", "pigeon")).templates
    assert templates.find("pigeon", "shipped") == POLICY.templates.find("messenger", "shipped")
    assert templates.find("messenger", "shipped") is None


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"shop\.yaml"):
        load_policy(tmp_path, CHANNELS, PROVIDERS)
