"""Who writes, draws and films: settings turned into providers.

A provider is built when it is first needed, so that a process loads no SDK it does not use. Besides the built-in
ones, every entry point of the group `sfd.providers` is one: its name is `modality.name`, its object a `Builder`.
"""

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from sfd.config import Settings
from sfd.domain.errors import InvalidInput
from sfd.media.pool import MediaPool
from sfd.providers.base import DirectProvider, Modality, SubmittedProvider
from sfd.providers.catalogue import Catalogue, ModelCard
from sfd.providers.outline import outline_writer, screenplay_reader
from sfd.providers.preview import PreviewFilmmaker, PreviewIllustrator

AnyProvider = DirectProvider | SubmittedProvider
Builder = Callable[[Settings, Sequence[ModelCard]], AnyProvider]
Key = tuple[Modality, str]

ENTRY_POINTS = "sfd.providers"
WITHOUT_RECORDINGS = ("none", "preview")


@dataclass(frozen=True)
class _Vendor:
    """A built-in adapter: its module, and the settings of which one must be filled for it to work."""

    module: str
    needs: tuple[str, ...]


_VENDORS: Mapping[Key, _Vendor] = {
    (Modality.WRITER, "openai"): _Vendor("openai_writer", ("openai_api_key", "openai_base_url")),
    (Modality.ILLUSTRATOR, "openai"): _Vendor("openai_illustrator", ("openai_api_key", "openai_base_url")),
    (Modality.FILMMAKER, "sora"): _Vendor("sora", ("sora_api_base",)),
    (Modality.WRITER, "gemini"): _Vendor("gemini_writer", ("gemini_api_key",)),
    (Modality.ILLUSTRATOR, "gemini"): _Vendor("gemini_illustrator", ("gemini_api_key",)),
    (Modality.FILMMAKER, "gemini"): _Vendor("gemini_filmmaker", ("gemini_api_key",)),
    (Modality.FILMMAKER, "veo"): _Vendor("veo", ("google_cloud_project",)),
    (Modality.VOICE, "gemini"): _Vendor("gemini_voice", ("gemini_api_key",)),
}


@dataclass(frozen=True)
class Member:
    """A provider with the model it is asked for."""

    provider: AnyProvider
    model: str

    @property
    def queue(self) -> str:
        """The name of the queue that holds the provider's limits over all workers."""
        return queue_name(self.provider.capabilities.modality, self.provider.name)


@dataclass(frozen=True)
class CrewChoice:
    """Who a request wants, each `provider` or `provider:model`; empty: who the settings choose."""

    writer: str = ""
    illustrator: str = ""
    filmmaker: str = ""

    def or_else(self, other: "CrewChoice") -> "CrewChoice":
        """This choice, and the other where it says nothing."""
        return CrewChoice(
            self.writer or other.writer, self.illustrator or other.illustrator, self.filmmaker or other.filmmaker
        )


NO_CHOICE = CrewChoice()


@dataclass(frozen=True)
class Crew:
    """Who works on a drama."""

    writer: Member
    screenplay_reader: Member
    illustrator: Member
    filmmaker: Member
    voice: Member | None = None

    @property
    def speaks(self) -> bool:
        """Whether a voice speaks the lines: there is one, and the clips come without."""
        return self.voice is not None and not self.filmmaker.provider.capabilities.speaks

    def members(self) -> tuple[Member, ...]:
        """Everyone."""
        voices = () if self.voice is None else (self.voice,)
        return (self.writer, self.screenplay_reader, self.illustrator, self.filmmaker, *voices)


class Registry:
    """Every provider there is, by what it does and its name. `ready` are those whose settings are filled."""

    def __init__(
        self, settings: Settings, builders: Mapping[Key, Builder], catalogue: Catalogue, ready: Iterable[Key]
    ) -> None:
        self._settings = settings
        self._builders = builders
        self._catalogue = catalogue
        self._ready = tuple(ready)
        self._built: dict[Key, AnyProvider] = {}

    @classmethod
    def built_in(cls, settings: Settings, pool: MediaPool, extra: Iterable[AnyProvider] = ()) -> "Registry":
        """The providers that come with SFD and the installed ones. `extra` ones win over others of the same name.

        Raises:
            InvalidInput: MODELS_FILE cannot be used, or an entry point is not named `modality.name`.
        """
        own: list[AnyProvider] = [
            outline_writer(settings.default_video_duration),
            screenplay_reader(settings.default_video_duration),
            PreviewIllustrator(pool),
            PreviewFilmmaker(pool, scratch_voice=settings.voice == "preview"),
            *extra,
        ]
        local = {(one.capabilities.modality, one.name): _always(one) for one in own}
        vendors = {key: _vendor_builder(vendor) for key, vendor in _VENDORS.items()}
        installed = _installed()
        ready = [key for key, vendor in _VENDORS.items() if any(getattr(settings, name) for name in vendor.needs)]
        catalogue = Catalogue.load(settings.models_file)
        builders = {**vendors, **installed, **local}
        return cls(settings, builders, catalogue, dict.fromkeys([*local, *ready, *installed]))

    def member(self, modality: Modality, choice: str) -> Member:
        """The provider named in `provider` or `provider:model`.

        Raises:
            InvalidInput: there is no such provider or model, or it misses a setting; says what there is.
        """
        name, _, model = choice.partition(":")
        provider = self.named(modality, name)
        models = provider.capabilities.models
        if model and model not in models:
            known = f"It has: {', '.join(models)}." if models else "It has no models."
            more = " MODELS_FILE can name more, with their prices." if (modality, name) in _VENDORS else ""
            raise InvalidInput(f"{name} has no model {model!r}. {known}{more}")
        return Member(provider, model or (models[0] if models else ""))

    def named(self, modality: Modality, name: str) -> AnyProvider:
        """A provider by name.

        Raises:
            InvalidInput: there is none, or it misses a setting; a job of an earlier configuration may name it.
        """
        key = (modality, name)
        if key not in self._built:
            if key not in self._builders:
                more = WITHOUT_RECORDINGS if modality is Modality.VOICE else ()
                known = ", ".join(sorted([*more, *(other for kind, other in self._builders if kind is modality)]))
                raise InvalidInput(f"There is no {modality} {name!r}. Set {modality.upper()} to one of: {known}.")
            self._built[key] = self._builders[key](self._settings, self._catalogue.of(name, modality))
        return self._built[key]

    def ready(self) -> tuple[AnyProvider, ...]:
        """Every provider that could be asked with the settings as they are.

        Raises:
            InvalidInput: a setting of one of them cannot be used.
        """
        return tuple(self.named(modality, name) for modality, name in self._ready)

    def crew(self, settings: Settings, choice: CrewChoice = NO_CHOICE) -> Crew:
        """Who the settings choose, or the request.

        Raises:
            InvalidInput: a provider or model is named that does not exist, or that misses a setting.
        """
        without = settings.voice in WITHOUT_RECORDINGS
        return Crew(
            writer=self.member(Modality.WRITER, choice.writer or settings.writer),
            screenplay_reader=self.member(Modality.WRITER, "screenplay"),
            illustrator=self.member(Modality.ILLUSTRATOR, choice.illustrator or settings.illustrator),
            filmmaker=self.member(Modality.FILMMAKER, choice.filmmaker or settings.filmmaker),
            voice=None if without else self.member(Modality.VOICE, settings.voice),
        )


def queue_name(modality: Modality, provider: str) -> str:
    """The name of a provider's queue."""
    return f"{modality}-{provider}"


def _always(provider: AnyProvider) -> Builder:
    def build(_settings: Settings, _cards: Sequence[ModelCard]) -> AnyProvider:
        return provider

    return build


def _vendor_builder(vendor: _Vendor) -> Builder:
    def build(settings: Settings, cards: Sequence[ModelCard]) -> AnyProvider:
        return importlib.import_module(f"sfd.providers.{vendor.module}").build(settings, cards)

    return build


def _installed() -> dict[Key, Builder]:
    """Providers of other packages, loaded when they are first needed."""
    found: dict[Key, Builder] = {}
    for one in entry_points(group=ENTRY_POINTS):
        modality, _, name = one.name.partition(".")
        if modality not in tuple(Modality) or not name:
            raise InvalidInput(f"The entry point {one.name!r} of {one.value} is not named `modality.name`.")
        found[Modality(modality), name] = _entry_point_builder(one)
    return found


def _entry_point_builder(entry_point: EntryPoint) -> Builder:
    def build(settings: Settings, cards: Sequence[ModelCard]) -> AnyProvider:
        return entry_point.load()(settings, cards)

    return build
