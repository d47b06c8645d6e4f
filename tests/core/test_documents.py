"""Tests settings and wording from files: every complaint says where."""

from pathlib import Path

import msgspec
import pytest

from core.documents import Document, files, mapping, place, read, sequence, text
from core.errors import ConfigurationError


class Route(msgspec.Struct, forbid_unknown_fields=True):
    carrier: str
    days: int = 0


class Calendar(msgspec.Struct, forbid_unknown_fields=True):
    routes: tuple[Route, ...] = ()
    carriers: dict[str, Route] = {}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.yaml"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("routes:\n- carrier: DHL\n- carrier: UPS\n  days: many", "4: routes.1.days: Expected `int`, got `str`"),
        ("routes:\n- carrier: DHL\n  speed: 1", "3: routes.0.speed: Object contains unknown field `speed`"),
        ("routes:\n- days: 1", "2: routes.0: Object missing required field `carrier`"),
        ("\ncarriers:\n  DHL:\n    carrier: 1", "2: carriers: Expected `str`, got `int`"),
        ("- x", "1: Expected `object`, got `array`"),
        ("a: [", "1: did not find expected node content; expected YAML"),
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
