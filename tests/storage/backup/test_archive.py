"""Tests that a backup's file is whole or is not there, and that a damaged or foreign one is refused in a sentence."""

import io
import stat
import tarfile
from pathlib import Path

import msgspec
import pytest

from core.errors import ConfigurationError
from storage.backup import archive
from storage.backup.archive import Archive, Head, Writer

HEAD = Head(archive.FORM, "0.1.0", "0007", "2026-12-01T10:00:00+00:00", {"orders": ["number"]})


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Makes a backup of a few members, one of them large."""
    path = tmp_path / "shop.backup"
    with Writer(path, HEAD) as writer:
        assert writer.add_rows("orders", iter([["1001"], ["1002"]])) == 2
        writer.add(archive.MEDIA + "ab/cd", b"picture" * 100_000)
        writer.add(archive.STORE + "notices/shipped.yaml", "name: 店".encode())
        writer.add(archive.KEY, b"key")
    return path


def test_what_was_written_is_read(made: Path) -> None:
    found = Archive(made)
    assert found.head == HEAD
    assert list(found.rows("orders")) == [["1001"], ["1002"]]
    assert dict(found.members(archive.MEDIA)) == {"ab/cd": b"picture" * 100_000}
    assert dict(found.members(archive.STORE)) == {"notices/shipped.yaml": "name: 店".encode()}
    assert found.names(archive.MEDIA) == ["ab/cd"]
    assert found.secret_key == "key"


def test_it_is_its_owners_alone_and_nothing_is_beside_it(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert list(made.parent.iterdir()) == [made]


def test_what_is_there_is_not_written_over(made: Path) -> None:
    before = made.read_bytes()
    with pytest.raises(ConfigurationError, match="exists already"), Writer(made, HEAD):
        pass
    assert made.read_bytes() == before


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Writer(tmp_path / "shop.backup", HEAD) as writer:
        writer.add_rows("orders", ([1 // n] for n in (1, 0)))
    assert list(tmp_path.iterdir()) == []


def test_two_at_once_under_one_name(tmp_path: Path) -> None:
    path = tmp_path / "shop.backup"
    with pytest.raises(ConfigurationError, match="exists already"), Writer(path, HEAD):
        path.write_text("the other one")
    assert [each.read_text() for each in tmp_path.iterdir()] == ["the other one"]


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.95, 0.99])
def test_one_that_is_cut_off_is_refused(made: Path, share: float) -> None:
    whole = made.read_bytes()
    end = whole.rindex(b"end.json") + 512  # a tar ends in zeros, which may be missing
    made.write_bytes(whole[: int(end * share)])
    with pytest.raises(ConfigurationError, match=r"shop\.backup: is (no backup of Doorstep|damaged)"):
        Archive(made)


@pytest.mark.parametrize("word", [b"picture", b"shipped.yaml", "店".encode(), b"1001", b'"form"'])
def test_one_with_a_wrong_byte_is_refused(made: Path, word: bytes) -> None:
    whole = bytearray(made.read_bytes())
    at = whole.find(word) if whole.find(word) >= 0 else whole.find(b"\x1f\x8b") + 20  # rows are packed
    whole[at] ^= 1
    made.write_bytes(whole)
    with pytest.raises(ConfigurationError, match=r"is no backup of Doorstep|damaged"):
        Archive(made)


@pytest.mark.parametrize("content", [b"", b"root:x:0:0", b"\x1f\x8b\x08\x00", b"SQLite format 3\x00" * 100])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="is no backup of Doorstep"):
        Archive(path)


def tar_of(path: Path, *members: tuple[str, bytes]) -> None:
    with tarfile.open(path, "w") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def test_another_tar_is_refused(tmp_path: Path) -> None:
    tar_of(tmp_path / "other.tar", ("notes.txt", b"hello"))
    with pytest.raises(ConfigurationError, match="is no backup of Doorstep"):
        Archive(tmp_path / "other.tar")


def test_one_of_a_later_version_is_refused(tmp_path: Path) -> None:
    tar_of(tmp_path / "later", (archive.HEAD, b'{"form": 2}'))
    with pytest.raises(ConfigurationError, match="later version"):
        Archive(tmp_path / "later")


@pytest.mark.parametrize("name", ["/etc/passwd", "store/../../etc/passwd"])
def test_nothing_leaves_its_folder(tmp_path: Path, name: str) -> None:
    tar_of(tmp_path / "evil", (archive.HEAD, msgspec.json.encode(HEAD)), (name, b"x"))
    with pytest.raises(ConfigurationError, match="what no backup of Doorstep does"):
        Archive(tmp_path / "evil")
