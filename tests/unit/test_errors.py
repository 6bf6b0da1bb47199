import pickle

import pytest

from sfd.domain import errors
from sfd.domain.errors import (
    Conflict,
    Fault,
    InvalidInput,
    ProviderError,
    ProviderErrorKind,
    SfdError,
    TooManyRequests,
)

WITH_MORE_TO_SAY = (Conflict, InvalidInput, ProviderError, TooManyRequests)

PLAIN = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, SfdError) and kind not in WITH_MORE_TO_SAY
]


@pytest.mark.parametrize("kind", PLAIN)
def test_every_error_survives_the_way_between_processes(kind: type[SfdError]) -> None:
    back = pickle.loads(pickle.dumps(kind("what is wrong")))
    assert type(back) is kind
    assert back.detail == str(back) == "what is wrong"


def test_errors_with_more_to_say_keep_it() -> None:
    faults = [Fault("/premise", "is empty")]
    assert list(pickle.loads(pickle.dumps(InvalidInput("no", faults))).faults) == faults
    assert pickle.loads(pickle.dumps(Conflict("no", {"job_id": "x"}))).context == {"job_id": "x"}
    assert pickle.loads(pickle.dumps(TooManyRequests("later", 7.0))).retry_after == 7.0
    back = pickle.loads(pickle.dumps(ProviderError(ProviderErrorKind.RATE_LIMITED, "later", 3.0)))
    assert (back.kind, back.detail, back.retry_after, back.not_accepted) == ("rate_limited", "later", 3.0, True)


def test_each_error_has_a_code_a_status_and_an_exit_code_of_its_own_kind() -> None:
    assert all(400 <= kind.status < 600 and kind.exit_code > 0 and kind.code for kind in (*PLAIN, *WITH_MORE_TO_SAY))
