"""Builds the media store and the links that the settings ask for. Imports little: the web process serves files."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bots.http.media_links import Links
from config.secret_key import secret_key
from config.settings import Settings, reveal
from core.errors import ConfigurationError
from core.ports.files import Blobs
from storage.media import files

FOLDER = "media"


class KeptFiles:
    """Reads the contents that accounts send (`core.ports.files.Files`)."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    async def read(self, media_id: str) -> bytes:
        """Reads a kept file."""
        return await asyncio.to_thread(self._blobs.get, files.blob_name(media_id))


def build_blobs(settings: Settings) -> Blobs:
    """Builds the bucket, if there is one, else a folder in VAR_DIR. Raises ConfigurationError for half a bucket."""
    if not settings.media_s3_bucket:
        if settings.media_s3_endpoint or settings.media_s3_key_id or settings.media_s3_secret:
            raise ConfigurationError("MEDIA_S3_BUCKET is missing. Add it, or remove the other MEDIA_S3_ settings.")
        from adapters.media.folder import FolderBlobs  # noqa: PLC0415 - only the store that is used

        return FolderBlobs(settings.var_dir / FOLDER)
    if bool(settings.media_s3_key_id) != bool(settings.media_s3_secret):
        raise ConfigurationError("MEDIA_S3_KEY_ID and MEDIA_S3_SECRET: set both, or none of them.")
    from adapters.media.s3 import S3Blobs, S3Settings  # noqa: PLC0415 - its SDK is large

    return S3Blobs(
        S3Settings(
            bucket=settings.media_s3_bucket,
            region=settings.media_s3_region,
            endpoint=settings.media_s3_endpoint,
            key_id=settings.media_s3_key_id,
            secret=reveal(settings.media_s3_secret),
        )
    )


def build_links(settings: Settings, clock: Callable[[], datetime]) -> Links:
    """Builds links under PUBLIC_URL, signed with the installation's key."""
    return Links(secret_key(settings), settings.base_url, timedelta(days=settings.media_link_days), clock)
