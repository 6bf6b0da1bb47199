"""Judging what a provider delivered: it must be whole, and what differs from the request waits for a person."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sfd.generation.requests import ClipSpec, PictureSpec, SpeechSpec
from sfd.media.check import check_film, check_picture
from sfd.media.flaws import Wish, film_flaws, fit_picture, picture_flaws
from sfd.media.pool import MediaPool
from sfd.media.speech import is_silent, speech_length
from sfd.providers.base import Capabilities, Made


@dataclass(frozen=True)
class Judge:
    """Judges the results of one request. Decodes in media processes."""

    pool: MediaPool
    spec: PictureSpec | ClipSpec | SpeechSpec
    capabilities: Capabilities
    wrong_shape: Literal["fit", "refuse"]

    async def verify(self, path: Path, made: Made) -> None:
        """Decode all of it, and cut a picture to its shape.

        Raises:
            MediaError: it is damaged, or not what its kind says.
        """
        if made.media_type.startswith("video/"):
            await self.pool.run(check_film, path)
            return
        if isinstance(self.spec, SpeechSpec):
            await self.pool.run(speech_length, path)
            return
        await self.pool.run(check_picture, path)
        if self.capabilities.compared and self.wrong_shape == "fit":
            await self.pool.run(fit_picture, path, self.spec.aspect_ratio)

    async def flaws(self, path: Path, made: Made) -> list[str]:
        """What differs from the request, in sentences.

        Raises:
            MediaError: it cannot be decoded.
        """
        if not self.capabilities.compared:
            return []
        if isinstance(self.spec, SpeechSpec):
            return ["Nothing can be heard in the recording."] if await self.pool.run(is_silent, path) else []
        wish = self._wish(self.spec)
        look = film_flaws if made.media_type.startswith("video/") else picture_flaws
        return await self.pool.run(look, path, wish)

    def _wish(self, spec: PictureSpec | ClipSpec) -> Wish:
        shape = spec.aspect_ratio if self.wrong_shape == "refuse" else ""
        if isinstance(spec, PictureSpec):
            return Wish(aspect_ratio=shape)
        seconds = self.capabilities.accepted_seconds(spec.seconds)
        return Wish(aspect_ratio=shape, seconds=seconds, sound=self.capabilities.speaks)
