"""Tests which media store is used: a folder unless there is a bucket; half a bucket stops the start."""

import asyncio
from pathlib import Path

import pytest

from adapters.media.folder import FolderBlobs
from adapters.media.s3 import S3Blobs
from bots.wiring.clients.media import KeptFiles, build_blobs, build_links
from config.settings import load
from core.errors import ConfigurationError, SendError
from core.ids import new_id
from storage.media import files
from tests.fakes import NOW, FakeClock

BUCKET = {"MEDIA_S3_BUCKET": "files", "MEDIA_S3_KEY_ID": "AKIDEXAMPLE", "MEDIA_S3_SECRET": "s"}


def test_without_a_bucket_files_lie_in_the_var_folder(tmp_path: Path) -> None:
    blobs = build_blobs(load({"VAR_DIR": str(tmp_path)}))
    assert isinstance(blobs, FolderBlobs)
    blobs.put("a/b", b"x", "image/jpeg")
    assert (tmp_path / "media" / "a" / "b").read_bytes() == b"x"


def test_with_a_bucket_they_lie_there() -> None:
    assert isinstance(build_blobs(load({**BUCKET, "MEDIA_S3_ENDPOINT": "http://127.0.0.1:9/"})), S3Blobs)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"MEDIA_S3_ENDPOINT": "https://s3.example"}, "MEDIA_S3_BUCKET is missing"),
        ({"MEDIA_S3_SECRET": "s"}, "MEDIA_S3_BUCKET is missing"),
        ({"MEDIA_S3_BUCKET": "files", "MEDIA_S3_KEY_ID": "AKID"}, "set both"),
        ({"MEDIA_S3_BUCKET": "files", "MEDIA_S3_SECRET": "s"}, "set both"),
    ],
)
def test_half_a_bucket_stops_the_start(given: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        build_blobs(load(given))


def test_accounts_read_what_is_kept(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    id_ = new_id(NOW)
    with pytest.raises(SendError, match="media_gone"):
        asyncio.run(KeptFiles(blobs).read(id_))
    blobs.put(files.blob_name(id_), b"photo", "image/jpeg")
    assert asyncio.run(KeptFiles(blobs).read(id_)) == b"photo"


def test_links_are_signed_with_the_installations_own_key(tmp_path: Path) -> None:
    settings = load({"VAR_DIR": str(tmp_path), "PUBLIC_URL": "https://desk.example"})
    first, second = (build_links(settings, FakeClock()) for _ in range(2))
    link = first.link("f" * 24)
    assert link.startswith("https://desk.example/media/")
    assert second.media_id(link.rpartition("/")[2]) == "f" * 24
