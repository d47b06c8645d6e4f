"""Tests settings and wording from files: every complaint says where."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta

from core.errors import ConfigurationError
from core.files.documents import Document, files, mapping, place, read, sequence, text


class Route(msgspec.Struct, forbid_unknown_fields=True):
    carrier: str
    days: Annotated[int, Meta(ge=0)] = 0
    kind: Literal["air", "sea"] = "air"


class Named(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1)]


class Calendar(msgspec.Struct, forbid_unknown_fields=True):
    routes: tuple[Route, ...] = ()
    carriers: dict[str, Route] = {}
    shop: Named | None = None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.yaml"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "routes:\n- carrier: DHL\n- carrier: UPS\n  days: many",
            "4: routes.1.days: expected a whole number, found text",
        ),
        (
            "routes:\n- carrier: DHL\n  speed: 1",
            "3: routes.0.speed: unknown field 'speed'; expected one of carrier, days, kind",
        ),
        (
            "routes:\n- carier: DHL",
            "2: routes.0.carier: unknown field 'carier'; expected one of carrier, days, kind; did you mean 'carrier'?",
        ),
        ("routes:\n- days: 1", "2: routes.0: carrier is missing"),
        (
            "\ncarriers:\n  UPS:\n    carrier: x\n  DHL:\n    carrier: 1",
            "6: carriers.DHL.carrier: expected text, found a whole number",
        ),
        (
            "carriers:\n  DHL:\n    carrier: x\n    dais: 3",
            "4: carriers.DHL.dais: unknown field 'dais'; expected one of carrier, days, kind; did you mean 'days'?",
        ),
        ("routes:\n- {carrier: x,\n   days: -3}", "3: routes.0.days: expected a whole number, 0 or more"),
        (
            "routes:\n- {carrier: x, kind: aire}",
            "2: routes.0.kind: aire: expected one of air, sea; did you mean 'air'?",
        ),
        ("shop: maybe", "1: shop: expected a mapping or nothing, found text"),
        ("shop:\n  nam: x", "2: shop.nam: unknown field 'nam'; expected one of name; did you mean 'name'?"),
        ('shop: {name: ""}', "1: shop.name: expected 1 or more characters"),
        ("- x", "1: expected a mapping, found a list"),
        ("a: [", "1: not readable as YAML: did not find expected node content"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(file: Path, written: str, said: str) -> None:
    file.write_text(written)
    with pytest.raises(ConfigurationError) as caught:
        Document(file).read(Calendar)
    assert str(caught.value) == f"{file}:{said}"


def test_a_document_is_read_as_its_type(file: Path) -> None:
    file.write_text("routes: [{carrier: DHL, days: 2}]")
    assert Document(file).read(Calendar) == Calendar((Route("DHL", 2),))
    file.write_text("")
    assert Document(file).read(Calendar) == Calendar()


def test_a_fault_stops_at_the_last_line_that_is_there(file: Path) -> None:
    file.write_text("\nroutes:\n- carrier: DHL\n")
    document = Document(file)
    assert str(document.fault("no", "routes", 0, "days", "x")) == f"{file}:3: routes.0.days.x: no"
    assert str(document.fault("no", "routes", 7)) == f"{file}:2: routes.7: no"
    assert str(document.fault("no")) == f"{file}:1: no"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"gone\.yaml: cannot be read"):
        read(tmp_path / "gone.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match=r"bytes\.yaml: cannot be read"):
        read(tmp_path / "bytes.yaml")


def test_a_folder_is_its_files_by_name(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "c.txt"):
        (tmp_path / name).write_text("")
    assert [path.name for path in files(tmp_path)] == ["a.yml", "b.yaml"]
    assert files(tmp_path / "b.yaml") == [tmp_path / "b.yaml"]


def test_checks_say_what_they_found(file: Path) -> None:
    file.write_text("a: 1\nb: no\nc:\n")
    document = read(file)
    where = place(file, document, "b")
    assert (str(where), str(place(file, document, "z")), str(place(file, "x"))) == (
        f"{file}:2",
        f"{file}:1",
        f"{file}:1",
    )
    assert text(where, document["b"]) == "no"
    for check, key, said in [
        (text, "a", "found a number; expected text"),
        (sequence, "b", "found 'no'"),
        (mapping, "c", "found nothing"),
    ]:
        with pytest.raises(ConfigurationError, match=said):
            check(place(file, document, key), document[key])
    with pytest.raises(ConfigurationError, match=r"a\.yaml:1: unknown field 'a'; expected one of b, c"):
        mapping(where, document, ("b", "c"))
