"""Tests the two places where files are kept, by one contract: a folder, and a bucket at a stand-in of S3."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from adapters.media.folder import FolderBlobs
from adapters.media.s3 import S3Blobs, S3Settings
from core.errors import Outcome, SendError
from core.ports.files import Blobs

KEYS = {"key_id": "AKIDEXAMPLE", "secret": "s3cr3t-of-tests"}
NAME = "ab/cd/0123456789abcdef"


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Starts a stand-in of S3 with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    url = f"http://127.0.0.1:{port}"
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=KEYS["key_id"],
        aws_secret_access_key=KEYS["secret"],
    )
    client.create_bucket(Bucket="files")
    client.close()
    yield url
    server.stop()


@pytest.fixture
def bucket(endpoint: str) -> S3Blobs:
    return S3Blobs(S3Settings(bucket="files", region="us-east-1", endpoint=endpoint, **KEYS))


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        return FolderBlobs(tmp_path / "media")
    store: Blobs = request.getfixturevalue("bucket")
    return store


def gone(blobs: Blobs, name: str) -> bool:
    with pytest.raises(SendError) as caught:
        blobs.get(name)
    with pytest.raises(SendError):
        blobs.stream(name)
    return (caught.value.outcome, caught.value.code) == (Outcome.CONTENT_REJECTED, "media_gone")


def test_what_is_put_is_there_until_it_is_deleted(blobs: Blobs) -> None:
    blobs.put(NAME, b"content", "image/jpeg")
    assert blobs.get(NAME) == b"content"
    assert b"".join(blobs.stream(NAME)) == b"content"
    blobs.delete(NAME)
    assert gone(blobs, NAME)


def test_putting_again_replaces(blobs: Blobs) -> None:
    blobs.put(NAME, b"half of a fetch that died", "image/jpeg")
    blobs.put(NAME, b"whole", "image/jpeg")
    assert blobs.get(NAME) == b"whole"


def test_deleting_what_is_not_there_is_no_error(blobs: Blobs) -> None:
    blobs.delete("ab/cd/nothing")
    assert gone(blobs, "ab/cd/nothing")


def test_large_files_come_in_pieces(blobs: Blobs) -> None:
    content = bytes(range(256)) * 4096  # 1 MiB
    blobs.put("ab/cd/large", content, "video/mp4")
    pieces = list(blobs.stream("ab/cd/large"))
    assert len(pieces) > 1
    assert b"".join(pieces) == content


def test_many_threads_may_put_the_same_name(blobs: Blobs) -> None:
    contents = [bytes([n]) * 1000 for n in range(8)]
    threads = [threading.Thread(target=blobs.put, args=(NAME, content, "x/y")) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert blobs.get(NAME) in contents


def test_a_check_leaves_nothing(blobs: Blobs) -> None:
    assert "files are kept in" in blobs.check()
    assert gone(blobs, "check")


def test_a_bucket_knows_the_type_and_its_place(bucket: S3Blobs, endpoint: str) -> None:
    bucket.put("ab/cd/typed", b"x", "image/jpeg")
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=KEYS["key_id"],
        aws_secret_access_key=KEYS["secret"],
    )
    assert client.head_object(Bucket="files", Key="media/ab/cd/typed")["ContentType"] == "image/jpeg"
    client.close()


def test_a_missing_bucket_is_for_operators(endpoint: str) -> None:
    blobs = S3Blobs(S3Settings(bucket="nowhere", region="us-east-1", endpoint=endpoint, **KEYS))
    with pytest.raises(SendError) as caught:
        blobs.put(NAME, b"x", "image/jpeg")
    assert (caught.value.outcome, caught.value.code) == (Outcome.MISCONFIGURED, "media_store")
    assert "NoSuchBucket" in caught.value.detail


def test_a_store_that_is_away_is_tried_again() -> None:
    settings = S3Settings(bucket="files", region="us-east-1", endpoint="http://127.0.0.1:9", **KEYS)
    with pytest.raises(SendError) as caught:
        S3Blobs(settings).put(NAME, b"x", "image/jpeg")
    assert (caught.value.outcome, caught.value.code) == (Outcome.RETRY, "media_store")
    assert KEYS["secret"] not in f"{caught.value} {settings!r}"


def test_a_folder_is_the_owners_own_and_holds_no_drafts(tmp_path: Path) -> None:
    FolderBlobs(tmp_path / "media").put(NAME, b"x", "image/jpeg")
    (file,) = (path for path in (tmp_path / "media").rglob("*") if path.is_file())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "media").stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../b", "a//b", ".hidden", "A/B", "a b", ""])
def test_only_names_of_ours_are_paths(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name of ours"):
        FolderBlobs(tmp_path).get(name)


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    with pytest.raises(SendError) as caught:
        FolderBlobs(tmp_path / "media").put(NAME, b"x", "image/jpeg")
    assert (caught.value.outcome, caught.value.code) == (Outcome.RETRY, "media_store")
