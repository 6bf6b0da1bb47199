"""The part of `sfd doctor` about who writes, draws and films. Asks each account once, for its models, which is free."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import UTC, datetime

from sfd.cli.findings import Finding, Verdict
from sfd.config import Settings
from sfd.domain.errors import InvalidInput, ProviderError, ProviderErrorKind
from sfd.media.pool import MediaPool
from sfd.providers.accounts import ACCOUNTS, Account, Doubt, doubts
from sfd.providers.base import Modality
from sfd.providers.catalogue import Catalogue, LiveModel
from sfd.providers.registry import Member, Registry

LONGEST_SECONDS = 20.0
Chosen = tuple[Modality, Member]


async def provider_findings(settings: Settings) -> AsyncGenerator[Finding]:
    """Who was chosen, whether their accounts answer, and what speaks against their models."""
    try:
        chosen = _chosen(settings)
    except InvalidInput as error:
        yield Finding(Verdict.BROKEN, error.detail, "correct WRITER, ILLUSTRATOR, FILMMAKER or VOICE, or what it needs")
        chosen = []
    if chosen:
        yield Finding(Verdict.FINE, ", ".join(f"{part} {_named(member)}" for part, member in chosen))
    for account in ACCOUNTS:
        if account.is_set(settings):
            for finding in await _asked(account, settings, chosen):
                yield finding


def _chosen(settings: Settings) -> list[Chosen]:
    crew = Registry.built_in(settings, MediaPool()).crew(settings)
    members = (crew.writer, crew.illustrator, crew.filmmaker)
    return [(one.provider.capabilities.modality, one) for one in members]


def _named(member: Member) -> str:
    return f"{member.provider.name}:{member.model}" if member.model else member.provider.name


async def _asked(account: Account, settings: Settings, chosen: Sequence[Chosen]) -> list[Finding]:
    """What a free question to an account gives. What nobody was chosen for is no more than a warning."""
    used = [(part, member) for part, member in chosen if (part, member.provider.name) in account.serves]
    hasty = settings.model_copy(
        update={"provider_timeout_seconds": min(settings.provider_timeout_seconds, LONGEST_SECONDS)}
    )
    try:
        listed = await account.live_models(hasty)
    except (InvalidInput, ProviderError) as error:
        verdict = Verdict.BROKEN if used else Verdict.WARNING
        return [Finding(verdict, _trouble(error), f"check {', '.join(account.variables)}")]
    count = f"{len(listed)} models" if listed else "it lists no models"
    idle = "" if used else "; nothing is made with it, as WRITER, ILLUSTRATOR and FILMMAKER name others"
    return [
        Finding(Verdict.FINE, f"{account.name} answers: {count}{idle}"),
        *(finding for part, member in used for finding in _about(account, settings, part, member, listed)),
    ]


def _trouble(error: InvalidInput | ProviderError) -> str:
    bad = isinstance(error, ProviderError) and error.kind is ProviderErrorKind.AUTH
    return f"bad key: {error.detail}" if bad else error.detail


def _about(
    account: Account, settings: Settings, part: Modality, member: Member, listed: Sequence[LiveModel]
) -> Iterator[Finding]:
    cards = Catalogue.load(settings.models_file).of(member.provider.name, part)
    card = next((one for one in cards if one.name == member.model), None)
    if card is None:
        return
    found = list(doubts(card, cards, listed, account, datetime.now(UTC).date()))
    if listed and not any(one.over for one in found):
        yield Finding(Verdict.FINE, f"{part} {_named(member)} is there")
    yield from map(_finding, found)


def _finding(doubt: Doubt) -> Finding:
    return Finding(Verdict.BROKEN if doubt.over else Verdict.WARNING, doubt.what, doubt.fix)
