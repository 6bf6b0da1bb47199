"""Browser sessions: a key is exchanged once for a cookie, because EventSource, images and films cannot send headers."""

from typing import Annotated

from fastapi import APIRouter, Cookie, Request, Response, status
from pydantic import BaseModel, ConfigDict

from sfd.dependencies import SESSION_COOKIE, App, CurrentPrincipal, count_guess, refuse_guessing
from sfd.domain.errors import Unauthorized
from sfd.routers.answers import COOKIE
from sfd.routers.shapes import RequestBody
from sfd.services.keys import SESSION_MS

router = APIRouter(prefix="/session", tags=["keys"])


class OpenSession(RequestBody):
    """The key to exchange."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"key": "sfd_the-rest-of-your-key"}]})

    key: str


class SessionBody(BaseModel):
    """For whom this browser, or key, speaks."""

    user_id: str
    project_name: str | None
    scopes: list[str]


@router.post(
    "",
    operation_id="openSession",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={
        **COOKIE,
        401: {"description": "The key is not known, or it was revoked"},
        429: {"description": "Too many guesses"},
    },
)
async def open_session(body: OpenSession, app: App, request: Request, response: Response) -> None:
    """Exchange a key for a cookie of 30 days that scripts cannot read and other sites cannot send."""
    await refuse_guessing(request)
    token = await app.keys.open_session(body.key)
    if token is None:
        await count_guess(request)
        raise Unauthorized("This key is not known, or it was revoked.")
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=SESSION_MS // 1000,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )


@router.get("", operation_id="getSession")
async def get_session(principal: CurrentPrincipal) -> SessionBody:
    """For whom this request speaks, and what it may do."""
    return SessionBody(
        user_id=principal.owner.user_id,
        project_name=principal.owner.only_project,
        scopes=sorted(principal.scopes),
    )


@router.delete("", operation_id="closeSession", status_code=status.HTTP_204_NO_CONTENT, responses=COOKIE)
async def close_session(
    app: App, response: Response, sfd_session: Annotated[str | None, Cookie(include_in_schema=False)] = None
) -> None:
    """End the browser's session and remove its cookie."""
    if sfd_session is not None:
        await app.keys.close_session(sfd_session)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
