"""Answers to requests that were accepted: 202, where the job is, and when to look again."""

from fastapi import Response

from sfd.domain.errors import Fault, InvalidInput
from sfd.domain.owner import Owner
from sfd.routers.shapes import POLL_AGAIN, JobAccepted, job_links, job_url
from sfd.services.accepted_jobs import warnings_of
from sfd.services.idempotency import Accepted

REPLAYED = "Idempotent-Replayed"


def note_acceptance(response: Response, accepted: Accepted) -> None:
    """Set the headers of a 202: the job's address, when to look, and whether an earlier request was the first."""
    response.headers["Location"] = job_url(accepted.job)
    response.headers["Retry-After"] = POLL_AGAIN
    note_replay(response, replayed=accepted.replayed)


def note_replay(response: Response, *, replayed: bool) -> None:
    """Say that an earlier request with the same `Idempotency-Key` was the first."""
    if replayed:
        response.headers[REPLAYED] = "true"


def accepted_body(accepted: Accepted, message: str) -> JobAccepted:
    """The body of a 202 for one job."""
    job = accepted.job
    return JobAccepted(
        job_id=job.id, drama_id=job.drama_id, message=message, warnings=warnings_of(job), urls=job_links(job)
    )


def acting_owner(owner: Owner, user_id: str | None, project_name: str | None) -> Owner:
    """For whom and in which project a request acts.

    Raises:
        InvalidInput: the key speaks for another user or project.
    """
    if user_id not in (None, owner.user_id):
        raise InvalidInput(
            f"This key acts for user {owner.user_id}.", [Fault("/user_id", "is not the user of this key")]
        )
    if owner.only_project is not None and project_name not in (None, owner.only_project):
        raise InvalidInput(
            f"This key is bound to project {owner.only_project!r}.",
            [Fault("/project_name", "is not the project of this key")],
        )
    return Owner(owner.user_id, project_name or owner.project, owner.only_project, owner.key_id, owner.spend_cap_micros)
