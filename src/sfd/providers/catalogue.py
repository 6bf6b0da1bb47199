"""What is known of vendors' models: prices, and the day on which a model ends. Data, which an operator can replace."""

import tomllib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from sfd.domain.errors import InvalidInput, ProviderError, ProviderErrorKind
from sfd.providers.base import Modality

PER_MILLION = Decimal(1_000_000)
Prices = dict[str, Decimal]


class TokenPrices(BaseModel):
    """US dollars for a million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Decimal
    output: Decimal

    def of(self, read: int, written: int) -> Decimal:
        """US dollars for tokens `read` and `written`."""
        return (self.input * read + self.output * written) / PER_MILLION


class ModelCard(BaseModel):
    """One model of a provider. Prices are US dollars; of resolutions and sizes the first is the one asked for.

    `assumed`: no published price was found, so that the figure is a guess.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: str
    modality: Modality
    name: str
    usd_per_second: Prices = {}
    usd_per_image: Prices = {}
    usd_per_million: TokenPrices | None = None
    shutdown: date | None = None
    assumed: bool = False


class LiveModel(BaseModel):
    """A model that a vendor lists, and the day on which it says that it ends it."""

    model_config = ConfigDict(frozen=True)

    id: str
    shutdown_date: date | None = None


class _Listed(BaseModel):
    data: list[LiveModel]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    model: list[ModelCard]


class Catalogue:
    """All models there are."""

    def __init__(self, cards: Sequence[ModelCard]) -> None:
        self._cards = tuple({(one.provider, one.modality, one.name): one for one in reversed(cards)}.values())[::-1]

    @classmethod
    def load(cls, more: Path | None = None) -> "Catalogue":
        """The models that come with SFD, and before them those in the operator's file.

        Raises:
            InvalidInput: the file cannot be read, or is not of the form of `models.toml`.
        """
        own = _cards(resources.files("sfd.providers").joinpath("models.toml").read_text(encoding="utf-8"))
        if more is None:
            return cls(own)
        try:
            return cls([*_cards(more.read_text(encoding="utf-8")), *own])
        except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
            raise InvalidInput(f"MODELS_FILE {more} cannot be used: {error}") from error

    def of(self, provider: str, modality: Modality) -> tuple[ModelCard, ...]:
        """A provider's models, its default first."""
        return tuple(one for one in self._cards if (one.provider, one.modality) == (provider, modality))


def card_of(cards: Sequence[ModelCard], model: str) -> ModelCard:
    """The card of a model; of the default for an empty name.

    Raises:
        InvalidInput: there is no such model.
    """
    found = next((one for one in cards if one.name == model or not model), None)
    if found is None:
        raise InvalidInput(f"The model {model!r} has no known price. Describe it in the file that MODELS_FILE names.")
    return found


def models_in(body: bytes) -> tuple[LiveModel, ...]:
    """The models of an answer to `GET /v1/models`, as OpenAI and servers like it give it.

    Raises:
        ProviderError: it is no such answer.
    """
    try:
        return tuple(_Listed.model_validate_json(body).data)
    except ValidationError as error:
        detail = "The server answered with something that is no list of models. Check its address."
        raise ProviderError(ProviderErrorKind.INVALID, detail) from error


def _cards(text: str) -> list[ModelCard]:
    return _File.model_validate(tomllib.loads(text)).model
