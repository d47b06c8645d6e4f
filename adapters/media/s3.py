"""Keeps files in a bucket of S3 or of anything that speaks its language (MinIO, R2, Spaces)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.errors import Outcome, SendError

CHUNK = 256 * 1024
_GONE = ("NoSuchKey", "404", "NotFound")
_DENIED = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket", "403")


class S3Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the bucket is. Without `key_id` the machine's own role is used; without `endpoint` it is Amazon's."""

    bucket: str
    region: str
    endpoint: str = ""
    key_id: str = ""
    secret: str = ""
    prefix: str = "media/"

    def __repr__(self) -> str:
        """Writes it without the secret: settings end up in tracebacks."""
        return f"S3Settings(bucket={self.bucket!r}, endpoint={self.endpoint!r})"


class S3Blobs:
    """Keeps files of a bucket by name. Blocking; safe from any thread."""

    def __init__(self, settings: S3Settings) -> None:
        self._bucket = settings.bucket
        self._prefix = settings.prefix
        self._s3: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=settings.endpoint or None,
            region_name=settings.region,
            aws_access_key_id=settings.key_id or None,
            aws_secret_access_key=settings.secret or None,
            config=Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"total_max_attempts": 2},
                s3={"addressing_style": "path" if settings.endpoint else "auto"},
                # Newer checksums are Amazon's own; other servers refuse them.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, name: str, content: bytes, mime: str) -> None:
        """Keeps the file. Raises SendError (RETRY or MISCONFIGURED, "media_store")."""
        with _store_errors():
            self._s3.put_object(
                Bucket=self._bucket,
                Key=self._prefix + name,
                Body=content,
                ContentType=mime or "application/octet-stream",
            )

    def get(self, name: str) -> bytes:
        """Reads the content. Raises SendError: CONTENT_REJECTED ("media_gone"), else as `put`."""
        return b"".join(self.stream(name))

    def stream(self, name: str) -> Iterator[bytes]:
        """Reads the content in pieces; it is being sent when this returns. Raises like `get`."""
        with _store_errors():
            return _chunks(self._s3.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"])

    def delete(self, name: str) -> None:
        """Removes the file, if it is there. Raises like `put`."""
        with _store_errors():
            self._s3.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def check(self) -> str:
        """Checks whether files can be kept; returns a line for people. Raises SendError."""
        self.put("check", b"ok", "text/plain")
        self.delete("check")
        return f"files are kept in the bucket {self._bucket}"


def _chunks(body: Any) -> Iterator[bytes]:
    try:
        with _store_errors():
            yield from body.iter_chunks(CHUNK)
    finally:
        body.close()


@contextmanager
def _store_errors() -> Iterator[None]:
    """Turns the bucket's errors into ours. No text of theirs is passed on: it may name the key."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _GONE:
            raise SendError(Outcome.CONTENT_REJECTED, "media_gone") from None
        outcome = Outcome.MISCONFIGURED if code in _DENIED else Outcome.RETRY
        raise SendError(outcome, "media_store", f"the bucket answered {code}; see MEDIA_S3_…") from None
    except BotoCoreError as error:
        raise SendError(Outcome.RETRY, "media_store", type(error).__name__) from None
