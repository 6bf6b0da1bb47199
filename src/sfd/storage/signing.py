"""URLs that let anybody who has them read one object for a while.

AWS Signature Version 4, query parameters: docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html.
obstore signs too, but cannot set what the store answers as `Content-Type` and `Content-Disposition`.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Signer:
    """Who signs, for which service. `endpoint` is a URL without a path."""

    endpoint: str
    region: str
    access_key_id: str
    secret_access_key: str

    def presigned(self, path: str, at: datetime, seconds: int, answers: Mapping[str, str]) -> str:
        """The URL of a GET of `path` (`/bucket/key`) that works for `seconds` after `at`, a time in UTC.

        `answers` are `response-…` parameters.
        """
        stamp = at.strftime("%Y%m%dT%H%M%SZ")
        scope = f"{stamp[:8]}/{self.region}/s3/aws4_request"
        address = urlsplit(self.endpoint)
        parameters = {
            **answers,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{self.access_key_id}/{scope}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": "host",
        }
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(parameters.items()))
        where = quote(path, safe="/-_.~")
        request = "\n".join(["GET", where, query, f"host:{address.netloc}\n", "host", "UNSIGNED-PAYLOAD"])
        text = "\n".join([_ALGORITHM, stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
        signature = hmac.new(self._key(scope), text.encode(), hashlib.sha256).hexdigest()
        return f"{address.scheme}://{address.netloc}{where}?{query}&X-Amz-Signature={signature}"

    def _key(self, scope: str) -> bytes:
        key = f"AWS4{self.secret_access_key}".encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
