"""Tests where customers' files lie: the link as it came, or signed anew."""

from typing import Any

import pytest

from adapters.channels.messenger.inbound.handles import file_name, handle, read_handle
from core.ports.calls import Download
from tests.adapters.channels.messenger.page import against, refusal
from tests.adapters.channels.provider import Asked, Reply

OLD = "https://scontent.xx.fbcdn.net/v/t1.15752-9/431_a.jpg?oh=old&oe=6A1B2C3D"
NEW = "https://scontent-iad3.xx.fbcdn.net/v/t1.15752-9/431_a.jpg?oh=new&oe=6A2B2C3D"
MID = "m_Ab+C/1="
LIMIT = 26_214_400
NODE = {"mime_type": "image/jpeg", "name": "image-431", "size": 90210, "image_data": {"url": NEW, "width": 720}}


def locate(ref: str, *nodes: Any, reply: Reply | None = None) -> tuple[Download, list[Asked]]:
    answer = reply or Reply(200, {"data": list(nodes)})
    return against({"GET m_": answer}, lambda account: account.locate(ref))


def test_a_handle_keeps_the_link_and_its_message() -> None:
    assert read_handle(handle(OLD, MID)) == (OLD, MID)
    assert handle(OLD, MID).startswith(f"{OLD}#")


def test_the_same_file_is_found_by_its_name_whatever_its_place() -> None:
    other = {"mime_type": "image/jpeg", "image_data": {"url": NEW.replace("431_a", "431_b")}}
    download, (asked,) = locate(handle(OLD, MID), other, NODE)
    assert download == Download(NEW, max_bytes=LIMIT, mime="image/jpeg", filename="image-431")
    assert asked.path.startswith("/v26.0/m_Ab%2BC%2F1=/attachments?fields=")


def test_the_download_takes_no_token_along() -> None:
    download, _ = locate(handle(OLD, MID), NODE)
    assert download.headers == {}


@pytest.mark.parametrize(
    "node",
    [
        {"mime_type": "video/mp4", "video_data": {"url": NEW}},
        {"mime_type": "audio/mpeg", "file_url": NEW},
    ],
)
def test_videos_and_files_have_their_link_elsewhere(node: dict[str, Any]) -> None:
    download, _ = locate(handle(OLD, MID), node)
    assert download.url == NEW


@pytest.mark.parametrize(
    "reply",
    [
        refusal(10, None, "(#10) permission"),
        Reply(200, {"data": []}),
        Reply(200, {"data": [None, {}, {"image_data": "x"}]}),
        Reply(200, {"data": [{"image_data": {"url": "https://scontent.xx.fbcdn.net/other.jpg"}}]}),
        Reply(drop=True),
    ],
)
def test_the_link_that_came_must_do_where_meta_names_no_other(reply: Reply) -> None:
    download, _ = locate(handle(OLD, MID), reply=reply)
    assert download == Download(OLD, max_bytes=LIMIT)


def test_a_bare_link_asks_nobody() -> None:
    download, asked = locate(OLD)
    assert (download.url, asked) == (OLD, [])


@pytest.mark.parametrize(
    ("url", "name"),
    [("https://cdn.fbsbx.com/v/1/receipt%201001.pdf?oh=1", "receipt 1001.pdf"), ("https://cdn.fbsbx.com/", "")],
)
def test_a_file_is_called_by_the_end_of_its_path(url: str, name: str) -> None:
    assert file_name(url) == name
