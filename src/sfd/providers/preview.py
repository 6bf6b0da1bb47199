"""The preview providers: they draw the script and film an animatic, with no key and no server.

Free, deterministic and local, they still go through the same seam as a paid service. The filmmaker takes a
request, gives an id, and films when the clip is fetched.
"""

from decimal import Decimal
from pathlib import Path

from sfd.domain.briefs import NO_SCENE, CharacterBrief, SceneBrief
from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.domain.estimates import Estimate
from sfd.media.animatic import film_animatic
from sfd.media.drawing import draw_plate, draw_portrait, draw_storyboard
from sfd.media.pool import MediaPool
from sfd.providers.base import (
    Capabilities,
    ImageRequest,
    LostReply,
    Made,
    Modality,
    Poll,
    RemoteState,
    Request,
    VideoRequest,
)

NAME = "preview"
LOOK_VERSION = "1"
SECONDS_TO_DRAW = Estimate(0.2, 0.4, 1.2)  # on one core of a common machine
SECONDS_TO_FILM = Estimate(0.05, 0.2, 0.6)
SECONDS_PER_FILM_SECOND = Estimate(0.15, 0.3, 0.8)


class PreviewIllustrator:
    """Draws portraits and storyboards from the script. Direct."""

    name = NAME

    def __init__(self, pool: MediaPool) -> None:
        self._pool = pool
        self.capabilities = Capabilities(
            modality=Modality.ILLUSTRATOR,
            models=(),
            lost_reply=LostReply.REPEAT,
            settles_after=0.0,
            concurrency=pool.processes,
            reads_script=True,
            local=True,
            compared=False,
            seconds=SECONDS_TO_DRAW,
            version=LOOK_VERSION,
        )

    def price(self, request: Request) -> Decimal:  # noqa: ARG002 - free whatever is asked
        """Nothing."""
        return Decimal(0)

    async def make(self, request: Request, into: Path) -> Made:
        """Draw into `into` as PNG.

        Raises:
            ProviderError: the request is not for a character or a scene.
        """
        if not isinstance(request, ImageRequest) or request.brief is None:
            raise ProviderError(ProviderErrorKind.INVALID, "The preview draws characters and scenes of a script only.")
        await self._pool.run(draw_into, request.brief, into)
        return Made("image/png")


class PreviewFilmmaker:
    """Films an animatic of a scene. Submitted."""

    name = NAME

    def __init__(self, pool: MediaPool, *, scratch_voice: bool) -> None:
        self._pool = pool
        self._scratch_voice = scratch_voice
        self.capabilities = Capabilities(
            modality=Modality.FILMMAKER,
            models=(),
            lost_reply=LostReply.REPEAT,
            settles_after=0.0,
            concurrency=pool.processes,
            reads_script=True,
            local=True,
            compared=False,
            seconds=SECONDS_TO_FILM,
            seconds_per_film_second=SECONDS_PER_FILM_SECOND,
            version=f"{LOOK_VERSION}{'-voice' if scratch_voice else ''}",
        )

    def price(self, request: Request) -> Decimal:  # noqa: ARG002 - free whatever is asked
        """Nothing."""
        return Decimal(0)

    async def submit(self, request: Request) -> str:
        """Take the request; the id is made of its idempotency key.

        Raises:
            ProviderError: the request is not for a scene.
        """
        if not isinstance(request, VideoRequest) or request.brief is None:
            raise ProviderError(ProviderErrorKind.INVALID, "The preview films scenes of a script only.")
        return f"{NAME}-{request.idempotency_key}"

    async def poll(self, remote_id: str) -> Poll:  # noqa: ARG002 - always ready to be filmed
        """Ready at once: the work is done when the clip is fetched."""
        return Poll(RemoteState.COMPLETED, 1.0)

    async def fetch(self, remote_id: str, request: Request, into: Path) -> Made:
        """Film into `into` as MP4: from the script, or over the picture when another provider drew it.

        Raises:
            ProviderError: the request is not for a scene.
        """
        if not isinstance(request, VideoRequest) or request.brief is None:
            raise ProviderError(ProviderErrorKind.INVALID, f"{remote_id} is not a scene of a script.")
        drawn = request.first_frame
        picture = drawn.path if drawn is not None and drawn.made_by != NAME else None
        brief = request.brief.model_copy(update={"seconds": request.seconds})
        await self._pool.run(film_into, brief, into, picture, voice=self._scratch_voice)
        return Made("video/mp4")

    async def cancel(self, remote_id: str) -> bool:
        """Nothing runs remotely, so nothing is lost by dropping it."""
        del remote_id
        return True

    async def find(self, request: Request) -> str | None:
        """The id that `submit` gives."""
        return await self.submit(request)


def draw_into(brief: CharacterBrief | SceneBrief, into: Path) -> None:
    """Draw a portrait, a storyboard or a place into a file. Runs in a media process."""
    if isinstance(brief, SceneBrief) and brief.number == NO_SCENE:
        draw_plate(brief).save(into, format="PNG")
        return
    into.write_bytes(draw_portrait(brief) if isinstance(brief, CharacterBrief) else draw_storyboard(brief))


def film_into(brief: SceneBrief, into: Path, picture: Path | None, *, voice: bool) -> None:
    """Film an animatic into a file. Runs in a media process."""
    film_animatic(brief, into, picture=picture, voice=voice)
