"""Which store the settings ask for."""

import re
from urllib.parse import urlsplit

from sfd.config import Settings
from sfd.domain.errors import Fault, InvalidInput
from sfd.storage.bucket import Bucket, BucketStore, Timing
from sfd.storage.cache import LocalCache
from sfd.storage.disk import DiskStore
from sfd.storage.object_store import ObjectStore

MEGABYTE = 1_000_000
CLOUDFLARE = "https://{}.r2.cloudflarestorage.com"
ANY_REGION = "auto"
_AWS_HOST = re.compile(r"s3[.-](?:dualstack\.)?([a-z0-9-]+)\.amazonaws\.com")


def open_store(settings: Settings) -> ObjectStore:
    """The bucket of R2_BUCKET, or else the folder `library` of DATA_DIR. Nothing is asked of the bucket yet.

    Raises:
        InvalidInput: a setting that the bucket needs is missing, or is no URL.
        StorageUnavailable: the folder cannot be made.
    """
    bucket = bucket_of(settings)
    if bucket is None:
        return DiskStore(settings.data_dir / "library")
    cache = LocalCache(settings.data_dir / "cache", settings.library_cache_mb * MEGABYTE)
    return BucketStore(bucket, cache, Timing(settings.r2_timeout_seconds, settings.r2_patience_seconds))


def bucket_of(settings: Settings) -> Bucket | None:
    """The bucket that the settings name; None: they name none.

    Raises:
        InvalidInput: something it needs is missing, or is no URL.
    """
    if settings.r2_bucket is None:
        return None
    key, secret = settings.r2_access_key_id, settings.r2_secret_access_key
    endpoint = settings.r2_endpoint_url or (settings.r2_account_id and CLOUDFLARE.format(settings.r2_account_id))
    if key is None or secret is None or not endpoint:
        raise _missing(settings)
    return Bucket(
        name=settings.r2_bucket,
        endpoint=_url("R2_ENDPOINT_URL", endpoint),
        region=settings.r2_region or _region_of(endpoint),
        access_key_id=key.get_secret_value(),
        secret_access_key=secret.get_secret_value(),
        public_url=_url("R2_PUBLIC_URL", settings.r2_public_url) if settings.r2_public_url else "",
        links=settings.r2_redirect,
    )


def _missing(settings: Settings) -> InvalidInput:
    given = {
        "R2_ACCESS_KEY_ID": settings.r2_access_key_id,
        "R2_SECRET_ACCESS_KEY": settings.r2_secret_access_key,
        "R2_ACCOUNT_ID or R2_ENDPOINT_URL": settings.r2_account_id or settings.r2_endpoint_url,
    }
    missing = [name for name, value in given.items() if not value]
    return InvalidInput(
        f"R2_BUCKET is set, but not {', '.join(missing)}. Set them, or unset R2_BUCKET to keep the library on disk.",
        [Fault(f"/{name.lower()}", "is needed with R2_BUCKET") for name in missing],
    )


def _url(name: str, given: str) -> str:
    """A base URL without a slash at its end."""
    address = urlsplit(given)
    if address.scheme not in ("http", "https") or not address.netloc or address.query:
        raise InvalidInput(f"{name} is not a URL: {given}. It begins with https:// or http://.")
    return given.rstrip("/")


def _region_of(endpoint: str) -> str:
    """What requests are signed for: Amazon's own servers each insist on theirs, R2 takes `auto`."""
    found = _AWS_HOST.fullmatch(urlsplit(endpoint).hostname or "")
    return found[1] if found else ANY_REGION
