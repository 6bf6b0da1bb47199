"""`sfd make --dry-run`: what a drama would cost, before anything of it is written."""

import json
from decimal import Decimal

from sfd.cli.ending import ExitCode
from sfd.cli.make import MakeRequest, new_drama
from sfd.cli.session import reading_session
from sfd.domain.estimates import Estimate
from sfd.generation.plan import Until
from sfd.routers.estimates import estimate_body
from sfd.services.estimating import DramaEstimate


async def show_estimate(request: MakeRequest, *, as_json: bool) -> int:
    """Print what writing and making would cost. Writes, asks and stores nothing."""
    new = new_drama(request)
    async with reading_session() as application:
        told = await application.estimates.estimate(new, request.crew, Until(request.until))
    if as_json:
        print(json.dumps({"event": "estimate", **estimate_body(told).model_dump(mode="json")}, ensure_ascii=False))
    else:
        print("\n".join(_lines(told)))
    return ExitCode.DONE


def _lines(told: DramaEstimate) -> list[str]:
    pictures, clips = told.making.pictures, told.making.clips
    film = f", {_span(clips.film_seconds)} seconds" if clips.count.high else ""
    lines = [
        f"Writing   {_cost(told.writing.cost)}, by {told.writer.provider.name}",
        f"Pictures  {_cost(pictures.cost)} for {_span(pictures.count)}, by {told.crew.illustrator.provider.name}",
        f"Clips     {_cost(clips.cost)} for {_span(clips.count)}{film}, by {told.crew.filmmaker.provider.name}",
        f"In all    {_cost(told.cost)} for {told.episodes} episode{'s' if told.episodes != 1 else ''}",
    ]
    if told.crew.voice and told.crew.speaks:
        spoken = told.making.speech
        words = f"{_cost(spoken.cost)} for {_span(spoken.count)}, by {told.crew.voice.provider.name}"
        lines.insert(-1, f"Speech    {words}")
    if told.assumed:
        named = [f"{_span(one)} {name.replace('_', ' ')}" for name, one in told.assumed.items()]
        lines.append(f"Nothing is written yet, so this is no plan. Assumed: {', '.join(named)}.")
    return lines


def _span(one: Estimate[float]) -> str:
    return f"{one.likely:g}" if one.low == one.high else f"{one.likely:g} ({one.low:g} to {one.high:g})"


def _cost(cost: Estimate[Decimal]) -> str:
    if not cost.high:
        return "free"
    return (
        _usd(cost.likely) if cost.low == cost.high else f"{_usd(cost.likely)} ({_usd(cost.low)} to {_usd(cost.high)})"
    )


def _usd(usd: Decimal) -> str:
    return f"${usd:.2f}" if usd >= Decimal("0.01") else f"${usd:.4f}"
