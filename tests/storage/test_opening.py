"""Which store the settings ask for, and links as Amazon's own example has them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sfd.config import Settings
from sfd.domain.errors import InvalidInput
from sfd.storage.bucket import Bucket, BucketStore
from sfd.storage.disk import DiskStore
from sfd.storage.opening import bucket_of, open_store
from sfd.storage.signing import Signer

KEYS = {"r2_bucket": "dramas", "r2_access_key_id": "key", "r2_secret_access_key": "secret"}


def bucket(**given: Any) -> Bucket:
    found = bucket_of(Settings.model_validate({**KEYS, **given}))
    assert found is not None
    return found


def test_without_a_bucket_the_library_is_a_folder(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path, r2_account_id="account"))
    assert isinstance(store, DiskStore)
    assert store.place == f"the folder {tmp_path / 'library'}"


def test_with_one_nothing_is_kept_on_this_machine(tmp_path: Path) -> None:
    store = open_store(Settings.model_validate({**KEYS, "r2_account_id": "abc", "data_dir": tmp_path}))
    assert isinstance(store, BucketStore)
    assert store.place == "the bucket dramas at https://abc.r2.cloudflarestorage.com"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("endpoint", "region"),
    [
        ("https://s3.eu-central-1.amazonaws.com", "eu-central-1"),
        ("https://s3.dualstack.us-west-2.amazonaws.com/", "us-west-2"),
        ("http://127.0.0.1:9000", "auto"),
        ("https://abc.eu.r2.cloudflarestorage.com", "auto"),
    ],
)
def test_requests_are_signed_for_the_region_that_the_endpoint_is_in(endpoint: str, region: str) -> None:
    assert bucket(r2_endpoint_url=endpoint).region == region
    assert bucket(r2_endpoint_url=endpoint, r2_region="here").region == "here"
    assert bucket(r2_endpoint_url=endpoint).endpoint == endpoint.rstrip("/")


@pytest.mark.parametrize("missing", ["r2_access_key_id", "r2_secret_access_key", "r2_endpoint_url"])
def test_what_a_bucket_lacks_is_named(missing: str) -> None:
    given = {**KEYS, "r2_endpoint_url": "http://127.0.0.1:9000", missing: None}
    with pytest.raises(InvalidInput, match=missing.upper()) as told:
        bucket_of(Settings.model_validate(given))
    assert [missing in fault.pointer for fault in told.value.faults] == [True]


@pytest.mark.parametrize("name", ["r2_endpoint_url", "r2_public_url"])
@pytest.mark.parametrize("wrong", ["localhost:9000", "ftp://host/", "https://", "https://host/?key=1"])
def test_what_is_no_address_is_refused(name: str, wrong: str) -> None:
    given = {**KEYS, "r2_account_id": "abc", name: wrong}
    with pytest.raises(InvalidInput, match=name.upper()):
        bucket_of(Settings.model_validate(given))


def test_a_link_is_signed_as_in_amazons_example() -> None:
    """From docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html."""
    signer = Signer(
        "https://examplebucket.s3.amazonaws.com",
        "us-east-1",
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    )
    url = signer.presigned("/test.txt", datetime(2013, 5, 24, tzinfo=UTC), 86400, {})
    assert url.endswith("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
