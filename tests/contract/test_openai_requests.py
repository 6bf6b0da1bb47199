"""What is sent for a scene with three characters, and what is made of the answers.

Run with SFD_UPDATE_GOLDENS=1 to write the golden files anew, then read what changed.
"""

import base64
import json
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fakes.subjects import references
from fakes.wire import Create, Fault, Step, sha256
from fakes.wire_media import fitting, picture
from fakes.wire_openai import OpenAiWire
from sfd.config import Settings
from sfd.domain.errors import InvalidInput, ProviderError, ProviderErrorKind
from sfd.providers import openai_illustrator, openai_writer, sora
from sfd.providers.base import DirectProvider, ImageRequest, Modality, Reference, Request, TextRequest, VideoRequest
from sfd.providers.catalogue import Catalogue, ModelCard
from sfd.providers.openai_pictures import NoPicture, unpack
from sfd.providers.registry import AnyProvider

DOCS = Path(__file__).parents[2] / "docs" / "providers"
GOLDENS = Path(__file__).parent / "goldens"
PROMPT = "Vertical 9:16. Ana (picture 1), Kai (picture 2) and Mei (picture 3) on a rooftop at night."
CARDS = Catalogue.load()
SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "tone": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
    "required": ["title", "tone"],
    "additionalProperties": False,
}


def settings_for(wire: OpenAiWire, **more: Any) -> Settings:
    return Settings(openai_base_url=f"{wire.base_url}/v1", sora_api_base=wire.base_url, **more)


def cards_of(provider: str, modality: Modality) -> tuple[ModelCard, ...]:
    return CARDS.of(provider, modality)


def three(folder: Path, what: str) -> Request:
    """A request about three characters."""
    shown = references(folder, 3)
    match what:
        case "illustrator":
            return ImageRequest(prompt=PROMPT, references=shown)
        case "illustrator_without_references":
            return ImageRequest(prompt=PROMPT)
        case "writer":
            return TextRequest("You write dramas.", PROMPT, "bible", SCHEMA, shown, 9_000)
        case _:
            return VideoRequest(prompt=PROMPT, seconds=6.2, first_frame=shown[0], references=shown)


def built(what: str, settings: Settings) -> AnyProvider:
    if what == "writer":
        return openai_writer.build(settings, cards_of("openai", Modality.WRITER))
    if what == "sora":
        return sora.build(settings, cards_of("sora", Modality.FILMMAKER))
    return openai_illustrator.build(settings, cards_of("openai", Modality.ILLUSTRATOR))


async def sent(what: str, folder: Path) -> Create:
    """The only create."""
    with OpenAiWire(folder / "ledger") as wire:
        provider, request = built(what, settings_for(wire)), three(folder, what)
        if isinstance(provider, DirectProvider):
            await provider.make(request, folder / "made")
        else:
            await provider.submit(request)
        (create,) = wire.creates()
        return create


def readable(create: Create, folder: Path) -> str:
    """A create as a golden file has it: a picture by its name, because its bytes depend on who packed it."""
    text = json.dumps({"path": create.path, "body": create.body}, indent=2, ensure_ascii=False) + "\n"
    for number, reference in enumerate(references(folder, 3), 1):
        text = text.replace(sha256(reference.path.read_bytes()), f"portrait {number}")
        text = text.replace(sha256(openai_writer.data_url(reference).encode()), f"portrait {number}")
    text = re.sub(r'"begins": "[^"]*"', '"begins": "data:image/png"', text)
    return re.sub(r"[0-9a-f]{64}", "a picture of 720x1280", text)


@pytest.mark.parametrize("what", ["illustrator", "illustrator_without_references", "writer", "sora"])
async def test_a_scene_with_three_characters_is_asked_for_as_before(what: str, tmp_path: Path) -> None:
    text = readable(await sent(what, tmp_path), tmp_path)
    golden = GOLDENS / f"openai_{what}.json"
    if os.environ.get("SFD_UPDATE_GOLDENS"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


async def test_portraits_are_attached_in_their_order(tmp_path: Path) -> None:
    shown = [one.path.read_bytes() for one in references(tmp_path, 3)]
    with OpenAiWire(tmp_path / "ledger2") as wire:
        provider = openai_illustrator.build(settings_for(wire), cards_of("openai", Modality.ILLUSTRATOR))
        await provider.make(three(tmp_path, "illustrator"), tmp_path / "made")
        parts = [part for part in wire.requests[0].form if part.filename]
    assert {part.name for part in parts} == {"image[]"}
    assert [part.data for part in parts] == shown


async def test_a_first_frame_has_exactly_the_size_of_the_film(tmp_path: Path) -> None:
    wide = tmp_path / "wide.png"
    wide.write_bytes(picture("640x360"))
    with OpenAiWire(tmp_path / "ledger") as wire:
        await sora.build(settings_for(wire), cards_of("sora", Modality.FILMMAKER)).submit(
            VideoRequest(PROMPT, 6.2, first_frame=Reference("e1s1.storyboard", wide, "image/png", "0"))
        )
        fields = {part.name: part for part in wire.requests[0].form}
    frame = tmp_path / "frame"
    frame.write_bytes(fields["input_reference"].data)
    with Image.open(frame) as shown:
        assert shown.size == (720, 1280)
    assert fields["seconds"].data == b"8"
    assert fields["size"].data == b"720x1280"
    assert fields["prompt"].data.decode() == PROMPT


async def test_an_answer_says_what_it_cost(tmp_path: Path) -> None:
    with OpenAiWire(tmp_path / "ledger") as wire:
        writer = openai_writer.build(settings_for(wire), cards_of("openai", Modality.WRITER))
        request = three(tmp_path, "writer")
        made = await writer.make(request, tmp_path / "made")
        illustrator = openai_illustrator.build(settings_for(wire), cards_of("openai", Modality.ILLUSTRATOR))
        drawn = await illustrator.make(ImageRequest(PROMPT), tmp_path / "drawn")
    read, written = made.metadata["input_tokens"], made.metadata["output_tokens"]
    assert made.usd == (Decimal(1) * read + Decimal(5) * written) / 1_000_000
    assert drawn.usd == illustrator.price(ImageRequest(PROMPT)) == Decimal("0.063")
    assert sora.build(Settings(sora_api_base="http://127.0.0.1:9"), cards_of("sora", Modality.FILMMAKER)).price(
        VideoRequest(PROMPT, 5)
    ) == Decimal("0.80")


async def test_what_the_model_writes_is_kept_as_it_is(tmp_path: Path) -> None:
    with OpenAiWire(tmp_path / "ledger") as wire:
        wire.writers.append(lambda name, _schema, prompt: {"title": f"{name} 雨", "tone": prompt[:8]})
        writer = openai_writer.build(settings_for(wire), cards_of("openai", Modality.WRITER))
        await writer.make(three(tmp_path, "writer"), tmp_path / "made")
    assert json.loads((tmp_path / "made").read_text(encoding="utf-8")) == {"title": "bible 雨", "tone": "Vertical"}


async def test_a_picture_of_a_person_that_is_refused_is_named(tmp_path: Path) -> None:
    with OpenAiWire(tmp_path / "ledger") as wire:
        wire.fail(Step.CREATE, Fault.REFUSED_BEFORE)
        illustrator = openai_illustrator.build(settings_for(wire), cards_of("openai", Modality.ILLUSTRATOR))
        with pytest.raises(ProviderError, match="real person") as caught:
            await illustrator.make(ImageRequest(PROMPT, references=references(tmp_path, 1)), tmp_path / "made")
    assert caught.value.refused == "reference:c0.portrait"
    assert caught.value.vendor_code == "moderation_blocked"
    assert list(tmp_path.glob("made*")) == []


def test_a_missing_key_says_which_setting_is_needed() -> None:
    with pytest.raises(InvalidInput, match="ILLUSTRATOR=openai needs OPENAI_API_KEY"):
        openai_illustrator.build(Settings(), cards_of("openai", Modality.ILLUSTRATOR))
    with pytest.raises(InvalidInput, match="WRITER=openai needs OPENAI_API_KEY"):
        openai_writer.build(Settings(), cards_of("openai", Modality.WRITER))
    with pytest.raises(InvalidInput, match="FILMMAKER=sora needs SORA_API_BASE"):
        sora.build(Settings(), cards_of("sora", Modality.FILMMAKER))


async def test_a_wrong_kind_of_request_is_sent_nowhere(tmp_path: Path) -> None:
    asked = VideoRequest(PROMPT, 5)
    with OpenAiWire(tmp_path / "ledger") as wire:
        for provider in (built("writer", settings_for(wire)), built("illustrator", settings_for(wire))):
            with pytest.raises(ProviderError) as caught:
                provider.price(asked)
            assert caught.value.kind is ProviderErrorKind.INVALID
        assert wire.requests == []


@given(st.binary(min_size=1, max_size=200_000), st.booleans(), st.sampled_from(["", " ", "\n\t"]), st.booleans())
def test_a_picture_of_any_length_comes_out_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, escaped: bool, space: str, last: bool
) -> None:
    folder = tmp_path_factory.mktemp("answer")
    coded = json.dumps(base64.b64encode(data).decode())
    coded = coded.replace("/", "\\/") if escaped else coded
    usage = '"usage":{"input_tokens":3,"output_tokens":4}'
    fields = f'"data":[{{"revised_prompt":"a \\"b64\\" x","b64_json"{space}:{space}{coded}}}]'
    (folder / "answer").write_text(f"{{{usage},{fields}}}" if last else f"{{{fields},{usage}}}", encoding="utf-8")
    said = unpack(folder / "answer", folder / "picture")
    assert (folder / "picture").read_bytes() == data
    assert said.usage is not None
    assert (said.usage.input_tokens, said.usage.output_tokens) == (3, 4)


@given(st.binary(max_size=2_000) | st.just(b'{"data":[{"b64_json":null}]}') | st.just(b'{"data":[{"b64_json":"!"}]}'))
def test_an_answer_without_a_picture_is_told(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    folder = tmp_path_factory.mktemp("answer")
    (folder / "answer").write_bytes(body)
    with pytest.raises(NoPicture):
        unpack(folder / "answer", folder / "picture")


@pytest.mark.parametrize(("page", "size"), [("openai", "864x1536"), ("sora", "720x1280")])
def test_the_models_in_the_documents_can_be_used(page: str, size: str, tmp_path: Path) -> None:
    told = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    file = tmp_path / "models.toml"
    file.write_text("\n".join(re.findall(r"```toml\n(.*?)```", told, re.DOTALL)), encoding="utf-8")
    catalogue = Catalogue.load(file)
    if page == "sora":
        made = sora.build(
            Settings(sora_api_base="http://127.0.0.1:9", sora_model="my-video-model"),
            catalogue.of("sora", Modality.FILMMAKER),
        )
        assert made.price(VideoRequest(PROMPT, 5)) == 0
        return
    writer = openai_writer.build(
        Settings(openai_base_url="http://127.0.0.1:9/v1"), catalogue.of("openai", Modality.WRITER)
    )
    assert writer.capabilities.models[0] == "my-model"
    assert size in catalogue.of("openai", Modality.ILLUSTRATOR)[0].usd_per_image


def test_a_known_model_keeps_its_place_when_its_price_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    told = (DOCS / "index.md").read_text(encoding="utf-8")
    file.write_text("\n".join(re.findall(r"```toml\n(.*?)```", told, re.DOTALL)), encoding="utf-8")
    catalogue = Catalogue.load(file)
    for provider, modality in (("gemini", Modality.ILLUSTRATOR), ("openai", Modality.WRITER)):
        own, replaced = cards_of(provider, modality), catalogue.of(provider, modality)
        assert [one.name for one in replaced] == [one.name for one in own]
        assert replaced != own


def test_a_generic_answer_fits_its_schema() -> None:
    assert fitting(SCHEMA) == {"title": "title", "tone": "tone"}
