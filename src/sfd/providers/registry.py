"""Who writes, draws and films: settings turned into providers."""

from collections.abc import Iterable
from dataclasses import dataclass

from sfd.config import Settings
from sfd.domain.errors import InvalidInput
from sfd.media.pool import MediaPool
from sfd.providers.base import DirectProvider, Modality, SubmittedProvider
from sfd.providers.outline import outline_writer, screenplay_reader
from sfd.providers.preview import PreviewFilmmaker, PreviewIllustrator

AnyProvider = DirectProvider | SubmittedProvider


@dataclass(frozen=True)
class Member:
    """A provider with the model it is asked for."""

    provider: AnyProvider
    model: str

    @property
    def queue(self) -> str:
        """The name of the queue that holds the provider's limits over all workers."""
        return f"{self.provider.capabilities.modality}-{self.provider.name}"


@dataclass(frozen=True)
class Crew:
    """Who works on a drama."""

    writer: Member
    screenplay_reader: Member
    illustrator: Member
    filmmaker: Member

    def members(self) -> tuple[Member, ...]:
        """Everyone."""
        return (self.writer, self.screenplay_reader, self.illustrator, self.filmmaker)


class Registry:
    """Every provider there is, by what it does and its name."""

    def __init__(self, providers: Iterable[AnyProvider]) -> None:
        self._providers = {(one.capabilities.modality, one.name): one for one in providers}

    @classmethod
    def built_in(cls, settings: Settings, pool: MediaPool, extra: Iterable[AnyProvider] = ()) -> "Registry":
        """The providers that come with SFD, and `extra` ones, which win over a built-in of the same name."""
        scratch_voice = settings.voice == "preview"
        own: list[AnyProvider] = [
            outline_writer(settings.default_video_duration),
            screenplay_reader(settings.default_video_duration),
            PreviewIllustrator(pool),
            PreviewFilmmaker(pool, scratch_voice=scratch_voice),
        ]
        return cls([*own, *extra])

    def member(self, modality: Modality, choice: str) -> Member:
        """The provider named in `provider` or `provider:model`.

        Raises:
            InvalidInput: there is no such provider or model; says which there are.
        """
        name, _, model = choice.partition(":")
        provider = self._providers.get((modality, name))
        if provider is None:
            known = ", ".join(sorted(n for m, n in self._providers if m is modality))
            raise InvalidInput(f"There is no {modality} {name!r}. Set {modality.upper()} to one of: {known}.")
        models = provider.capabilities.models
        if model and models and model not in models:
            raise InvalidInput(f"{name} has no model {model!r}. It has: {', '.join(models)}.")
        return Member(provider, model or (models[0] if models else ""))

    def named(self, modality: Modality, name: str) -> AnyProvider:
        """A provider by name.

        Raises:
            InvalidInput: there is none; a job of an earlier configuration may name it.
        """
        return self.member(modality, name).provider

    def crew(self, settings: Settings) -> Crew:
        """Who the settings choose.

        Raises:
            InvalidInput: a setting names a provider or model that does not exist.
        """
        if settings.voice not in ("none", "preview"):
            raise InvalidInput(f"There is no voice {settings.voice!r}. Set VOICE to one of: none, preview.")
        return Crew(
            writer=self.member(Modality.WRITER, settings.writer),
            screenplay_reader=self.member(Modality.WRITER, "screenplay"),
            illustrator=self.member(Modality.ILLUSTRATOR, settings.illustrator),
            filmmaker=self.member(Modality.FILMMAKER, settings.filmmaker),
        )
