"""The accounts that the settings hold keys for, and free questions to them: who answers, and with which models."""

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, cast

from sfd.config import Settings
from sfd.providers.base import Modality
from sfd.providers.catalogue import LiveModel, ModelCard


class _Module(Protocol):
    """What an account's module offers."""

    async def live_models(self, settings: Settings) -> tuple[LiveModel, ...]:
        """The models that the key can use. Free."""
        ...


@dataclass(frozen=True)
class Account:
    """A vendor's account. `serves` are the providers that use it; `variables` the settings it consists of.

    `complete`: what it does not list is not there. A server of one's own may list nothing, or other names.
    """

    name: str
    serves: frozenset[tuple[Modality, str]]
    variables: tuple[str, ...]
    module: str
    complete: bool = True

    def is_set(self, settings: Settings) -> bool:
        """Whether any of its variables has a value."""
        return any(getattr(settings, one.lower()) for one in self.variables)

    async def live_models(self, settings: Settings) -> tuple[LiveModel, ...]:
        """The models that the key can use. Free.

        Raises:
            InvalidInput: a setting is missing, or cannot be used.
            ProviderError: the key is not accepted, or nobody answers.
        """
        return await cast("_Module", importlib.import_module(f"sfd.providers.{self.module}")).live_models(settings)


ACCOUNTS: Sequence[Account] = (
    Account(
        "OpenAI",
        frozenset({(Modality.WRITER, "openai"), (Modality.ILLUSTRATOR, "openai")}),
        ("OPENAI_API_KEY", "OPENAI_BASE_URL"),
        "openai_client",
    ),
    Account(
        "Gemini",
        frozenset({(one, "gemini") for one in Modality}),
        ("GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL"),
        "gemini_client",
    ),
    Account(
        "the server at SORA_API_BASE",
        frozenset({(Modality.FILMMAKER, "sora")}),
        ("SORA_API_BASE", "SORA_API_KEY"),
        "sora",
        complete=False,
    ),
)


@dataclass(frozen=True)
class Doubt:
    """Something about a model that a user should know. `over`: it cannot be used any more."""

    what: str
    fix: str
    over: bool = False


def doubts(
    card: ModelCard, others: Sequence[ModelCard], listed: Sequence[LiveModel], account: Account, today: date
) -> Iterator[Doubt]:
    """What speaks against a model that was chosen, on a day; `others` could be chosen instead.

    An empty `listed` says nothing about what there is.
    """
    live = {one.id: one for one in listed}
    named = f"{card.provider}:{card.name}"
    if live and card.name not in live:
        instead = [one.name for one in others if one.name in live]
        such = f", such as {', '.join(instead)}" if instead else ""
        yield Doubt(
            f"{named} is not among the models of {account.name}",
            f"choose another one for {card.modality.upper()}{such}",
            over=account.complete,
        )
    ends = [day for day in (card.shutdown, live[card.name].shutdown_date if card.name in live else None) if day]
    if ends:
        yield _ending(named, min(ends), today)
    if card.assumed:
        price = ", ".join(f"${usd} for {what}" for what, usd in _prices(card).items())
        yield Doubt(f"the price of {named} is a guess: {price}", "put what you pay into the file of MODELS_FILE")


def _ending(named: str, day: date, today: date) -> Doubt:
    if day <= today:
        return Doubt(f"{named} ended on {day}, as far as is known", "choose another model")
    left = (day - today).days
    return Doubt(f"{named} ends on {day}, in {left} {'day' if left == 1 else 'days'}", "choose another model before")


def _prices(card: ModelCard) -> dict[str, object]:
    if card.usd_per_million is not None:
        return {"a million tokens read": card.usd_per_million.input, "a million written": card.usd_per_million.output}
    return {
        **{f"a picture of {size}": usd for size, usd in card.usd_per_image.items()},
        **{f"a second of {size}": usd for size, usd in card.usd_per_second.items()},
    }
