"""What is special about Google: refusals that arrive as HTTP 200, films that are completed before they are there."""

import wave
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import gemini_subjects as subjects
import pytest
from pydantic import SecretStr

from fakes.subjects import TIMEOUT, references
from fakes.wire_gemini import GeminiWire
from sfd.config import Settings
from sfd.domain.errors import InvalidInput, MediaError, ProviderError, ProviderErrorKind
from sfd.providers import gemini_client, gemini_filmmaker, gemini_illustrator, gemini_voice, gemini_writer, veo
from sfd.providers.base import (
    DirectProvider,
    ImageRequest,
    Made,
    Modality,
    RemoteState,
    Request,
    SpeechRequest,
    SpokenLine,
    SubmittedProvider,
    TextRequest,
    VideoRequest,
)
from sfd.providers.catalogue import Catalogue

K = ProviderErrorKind
KEY = "AIzaSyContract-0123456789abcdef"
IMAGE = ImageRequest(prompt="A lighthouse.")
VIDEO = VideoRequest(prompt="The lamp goes out.", seconds=7.4)
TEXT = TextRequest("Write.", "A premise.", "outline", subjects.SCHEMA)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[GeminiWire]:
    with GeminiWire(tmp_path / "ledger", key=KEY) as running:
        running.processing = 0
        yield running


def direct(provider: object) -> DirectProvider:
    assert isinstance(provider, DirectProvider)
    return provider


def submitted(provider: object) -> SubmittedProvider:
    assert isinstance(provider, SubmittedProvider)
    return provider


async def made(wire: GeminiWire, request: Request, into: Path) -> Made:
    pictures = isinstance(request, ImageRequest)
    others = subjects.writer if isinstance(request, TextRequest) else subjects.voice
    return await direct((subjects.illustrator if pictures else others)(wire, TIMEOUT)).make(request, into)


def finished(reason: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"candidates": [{"finishReason": reason, "content": {"role": "model", "parts": list(parts)}}]}


PICTURE = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}
REFUSALS: list[tuple[Request, dict[str, Any], ProviderErrorKind, str]] = [
    (IMAGE, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, K.REJECTED_PROMPT, "prompt"),
    (IMAGE, {"promptFeedback": {"blockReason": "IMAGE_SAFETY"}}, K.REJECTED_PROMPT, "prompt"),
    (
        IMAGE,
        {"candidates": [{"finishReason": "IMAGE_SAFETY"}]},
        K.REJECTED_OUTPUT,
        "output",
    ),
    (IMAGE, finished("IMAGE_PROHIBITED_CONTENT"), K.REJECTED_OUTPUT, "output"),
    (IMAGE, finished("IMAGE_RECITATION"), K.REJECTED_OUTPUT, "output"),
    (IMAGE, finished("IMAGE_OTHER"), K.NO_OUTPUT, ""),
    (IMAGE, finished("NO_IMAGE"), K.NO_OUTPUT, ""),
    (IMAGE, finished("STOP", {"text": "I can describe it instead."}), K.NO_OUTPUT, ""),
    (IMAGE, finished("STOP", {**PICTURE, "thought": True}), K.NO_OUTPUT, ""),
    (IMAGE, {}, K.NO_OUTPUT, ""),
    (TEXT, {"promptFeedback": {"blockReason": "BLOCKLIST"}}, K.REJECTED_PROMPT, "prompt"),
    (TEXT, finished("MAX_TOKENS", {"text": '{"title": "Th'}), K.NO_OUTPUT, ""),
    (TEXT, finished("RECITATION"), K.REJECTED_OUTPUT, "output"),
    (TEXT, finished("STOP", {"text": "{}", "thought": True}), K.NO_OUTPUT, ""),
    (TEXT, finished("PUP_LIMITED_DISABLED"), K.AUTH, ""),
]


@pytest.mark.parametrize(("request_", "answer", "kind", "refused"), REFUSALS)
async def test_a_refusal_that_arrives_as_200_is_one(
    wire: GeminiWire, tmp_path: Path, request_: Request, answer: dict[str, Any], kind: ProviderErrorKind, refused: str
) -> None:
    wire.scripted.append(answer)
    with pytest.raises(ProviderError) as caught:
        await made(wire, request_, tmp_path / "made")
    assert (caught.value.kind, caught.value.refused) == (kind, refused)
    assert len(wire.creates()) == 1
    assert not (tmp_path / "made").exists()


async def test_the_vendors_own_reason_is_told(wire: GeminiWire, tmp_path: Path) -> None:
    rating = {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH", "blocked": True}
    wire.scripted.append({"candidates": [{"finishReason": "IMAGE_SAFETY", "safetyRatings": [rating]}]})
    with pytest.raises(ProviderError, match=r"\(IMAGE_SAFETY, dangerous content\)\. Change the prompt") as caught:
        await made(wire, IMAGE, tmp_path / "made")
    assert caught.value.vendor_code == "IMAGE_SAFETY"
    wire.scripted.append(finished("NO_IMAGE", {"text": "I cannot see who is meant."}))
    with pytest.raises(ProviderError, match="It said: I cannot see who is meant"):
        await made(wire, IMAGE, tmp_path / "made")


async def test_an_answer_that_could_be_continued_is_not_paid_for_again(wire: GeminiWire, tmp_path: Path) -> None:
    answer = finished("CONTINUATION", {"text": '{"title": "Th'})
    answer["candidates"][0]["continuationToken"] = "bW9yZQ=="
    wire.scripted.extend([answer, answer])
    with pytest.raises(ProviderError, match="too long"):
        await made(wire, TEXT, tmp_path / "made")
    assert len(wire.creates()) == 1


ENDS: list[tuple[dict[str, Any], ProviderErrorKind]] = [
    ({"steps": [], "usage": {"total_output_tokens": 0}}, K.NO_OUTPUT),
    ({"steps": [{"type": "model_output", "content": [{"type": "text", "text": "No."}]}]}, K.NO_OUTPUT),
    ({"status": "failed", "errors": [{"code": "internal", "message": "Something broke."}]}, K.NO_OUTPUT),
    ({"status": "failed", "errors": [{"code": "safety", "message": "The video was filtered."}]}, K.REJECTED_OUTPUT),
    ({"status": "failed", "errors": [{"message": "The prompt violates a policy."}]}, K.REJECTED_PROMPT),
    (
        {"status": "failed", "steps": [{"type": "model_output", "error": {"code": 3, "message": "Blocked."}}]},
        K.REJECTED_PROMPT,
    ),
    ({"status": "cancelled"}, K.NO_OUTPUT),
    ({"status": "incomplete"}, K.NO_OUTPUT),
    ({"status": "budget_exceeded"}, K.QUOTA),
    ({"status": "requires_action"}, K.INVALID),
]


@pytest.mark.parametrize(("answer", "kind"), ENDS)
async def test_an_interaction_that_ends_without_a_film_is_an_error_and_not_a_state(
    wire: GeminiWire, answer: dict[str, Any], kind: ProviderErrorKind
) -> None:
    filmmaker = submitted(subjects.filmmaker(wire, TIMEOUT))
    remote_id = await filmmaker.submit(VIDEO)
    wire.scripted.append(answer)
    with pytest.raises(ProviderError) as caught:
        await filmmaker.poll(remote_id)
    assert caught.value.kind is kind
    assert not caught.value.not_accepted


@pytest.mark.parametrize("status", ["queued", "in_progress", "requires_continuation", "a_state_of_next_year"])
async def test_an_interaction_that_goes_on_is_waited_for(wire: GeminiWire, status: str) -> None:
    filmmaker = submitted(subjects.filmmaker(wire, TIMEOUT))
    remote_id = await filmmaker.submit(VIDEO)
    wire.scripted.append({"status": status})
    assert (await filmmaker.poll(remote_id)).state is not RemoteState.COMPLETED


async def test_a_film_is_fetched_only_once_its_file_is_ready(wire: GeminiWire, tmp_path: Path) -> None:
    wire.processing = 2
    filmmaker = submitted(subjects.filmmaker(wire, TIMEOUT))
    remote_id = await filmmaker.submit(VIDEO)
    states = [(await filmmaker.poll(remote_id)).state for _ in range(3)]
    assert states == [RemoteState.RUNNING, RemoteState.RUNNING, RemoteState.COMPLETED]
    delivered = await filmmaker.fetch(remote_id, VIDEO, tmp_path / "film.mp4")
    assert delivered == Made("video/mp4", Decimal("0.56"))


async def test_the_key_is_not_sent_to_another_origin(wire: GeminiWire, tmp_path: Path) -> None:
    with GeminiWire(tmp_path / "other") as other:
        wire.media_origin, other.jobs = other.base_url, wire.jobs
        filmmaker = submitted(subjects.filmmaker(wire, TIMEOUT))
        remote_id = await filmmaker.submit(VIDEO)
        assert (await filmmaker.poll(remote_id)).state is RemoteState.COMPLETED
        await filmmaker.fetch(remote_id, VIDEO, tmp_path / "film.mp4")
        assert [call.path for call in other.requests] == [f"/v1beta/files/{remote_id}:download"]
        assert KEY not in str(other.requests)


async def test_a_film_may_come_inside_the_answer(wire: GeminiWire, tmp_path: Path) -> None:
    wire.delivery = "inline"
    filmmaker = submitted(subjects.filmmaker(wire, TIMEOUT))
    remote_id = await filmmaker.submit(VIDEO)
    assert (await filmmaker.poll(remote_id)).state is RemoteState.COMPLETED
    await filmmaker.fetch(remote_id, VIDEO, tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes()[4:8] == b"ftyp"


async def test_a_running_film_can_be_cancelled_and_an_ended_one_cannot(tmp_path: Path) -> None:
    with GeminiWire(tmp_path / "ledger", seconds=3600) as wire:
        filmmaker = submitted(subjects.filmmaker(wire, TIMEOUT))
        remote_id = await filmmaker.submit(VIDEO)
        assert await filmmaker.cancel(remote_id)
        with pytest.raises(ProviderError, match="cancelled at Google"):
            await filmmaker.poll(remote_id)
        wire.jobs[remote_id].ready = 0
        with pytest.raises(ProviderError):
            await filmmaker.cancel(remote_id)


async def test_a_film_that_veo_withholds_says_why(wire: GeminiWire) -> None:
    filmmaker = submitted(subjects.veo(wire, TIMEOUT))
    remote_id = await filmmaker.submit(VIDEO)
    wire.scripted.append({"error": {"code": 3, "message": "The prompt could not be submitted: sensitive words."}})
    with pytest.raises(ProviderError, match="sensitive words") as caught:
        await filmmaker.poll(remote_id)
    assert caught.value.kind is ProviderErrorKind.REJECTED_PROMPT
    wire.scripted.append({"error": {"code": 8, "message": "Too many operations."}})
    with pytest.raises(ProviderError) as caught:
        await filmmaker.poll(remote_id)
    assert not caught.value.not_accepted


async def test_nothing_of_the_environment_wins_over_the_settings(
    wire: GeminiWire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "GOOGLE_API_KEY": "another-key",
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "GOOGLE_CLOUD_PROJECT": "another-project",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    await made(wire, IMAGE, tmp_path / "made")
    await submitted(subjects.filmmaker(wire, TIMEOUT)).submit(VIDEO)
    assert [call.headers["x-goog-api-key"] for call in wire.requests] == [KEY, KEY]


async def test_a_writer_costs_what_its_tokens_cost(wire: GeminiWire, tmp_path: Path) -> None:
    usage = {"promptTokenCount": 1_000_000, "candidatesTokenCount": 500_000, "thoughtsTokenCount": 500_000}
    wire.scripted.append({**finished("STOP", {"text": '{"title": "Ü"}'}), "usageMetadata": usage})
    wrote = await made(wire, TEXT, tmp_path / "made")
    assert (wrote.media_type, wrote.usd) == ("application/json", Decimal("3.50"))
    assert (tmp_path / "made").read_text(encoding="utf-8") == '{"title": "Ü"}'


async def test_a_size_without_a_price_is_not_asked_for(wire: GeminiWire, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="8K"):
        await made(wire, ImageRequest("x", parameters={"size": "8K"}), tmp_path / "made")
    with pytest.raises(InvalidInput, match="9000p"):
        await submitted(subjects.filmmaker(wire, TIMEOUT)).submit(
            VideoRequest("x", 5.0, parameters={"resolution": "9000p"})
        )
    assert wire.requests == []


async def test_a_lost_picture_is_found_missing_before_anything_is_sent(wire: GeminiWire, tmp_path: Path) -> None:
    portraits = references(tmp_path, 1)
    portraits[0].path.unlink()
    with pytest.raises(MediaError, match=r"c0\.portrait cannot be read"):
        await made(wire, ImageRequest("x", references=portraits), tmp_path / "made")
    assert wire.requests == []


LINES = (
    SpokenLine("Lin", "a low woman's voice", "quietly", "Who is there?"),
    SpokenLine("Bo", "a young man's voice", "", "Only me."),
    SpokenLine("Lin", "", "", "Come in."),
)


async def test_speech_is_a_wav_at_the_rate_that_the_answer_names(wire: GeminiWire, tmp_path: Path) -> None:
    data = "AAABAAIAAwA="  # four samples
    sound = {"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=16000", "data": data}}
    wire.scripted.append(finished("STOP", sound, sound))
    spoken = await made(wire, SpeechRequest(LINES), tmp_path / "speech.wav")
    assert spoken.media_type == "audio/wav"
    with wave.open(str(tmp_path / "speech.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        assert file.readframes(100) == bytes([0, 0, 1, 0, 2, 0, 3, 0] * 2)


async def test_two_speakers_get_two_voices_and_more_speakers_one_reader(wire: GeminiWire, tmp_path: Path) -> None:
    await made(wire, SpeechRequest(LINES), tmp_path / "speech.wav")
    crowd = SpeechRequest((*LINES, SpokenLine("Ada", "an old lady", "", "Hush.")))
    await made(wire, crowd, tmp_path / "speech.wav")
    pair, reader = (create.body["generationConfig"]["speechConfig"] for create in wire.creates())
    speakers = pair["multi_speaker_voice_config"]["speaker_voice_configs"]
    voices = {one["speaker"]: one["voice_config"]["prebuilt_voice_config"]["voice_name"] for one in speakers}
    assert voices["Lin"] in gemini_voice.WOMEN
    assert voices["Bo"] in gemini_voice.MEN
    assert reader["voice_config"]["prebuilt_voice_config"]["voice_name"] == voices["Lin"]


def test_no_two_speakers_sound_alike() -> None:
    speakers = {f"speaker {number}": "a woman" for number in range(len(gemini_voice.WOMEN))}
    assert len(set(gemini_voice.voices_for(speakers).values())) == len(speakers)


@pytest.mark.parametrize(
    ("seconds", "asked", "cost"),
    [(0.5, "3s", "0.21"), (7.0, "7s", "0.49"), (7.01, "8s", "0.56"), (60.0, "15s", "1.05")],
)
async def test_a_clip_is_asked_for_in_whole_seconds_and_priced_by_them(
    wire: GeminiWire, seconds: float, asked: str, cost: str
) -> None:
    filmmaker = submitted(subjects.filmmaker(wire, TIMEOUT))
    request = VideoRequest("x", seconds)
    await filmmaker.submit(request)
    assert wire.creates()[0].body["response_format"]["duration"] == asked
    assert filmmaker.price(request) == Decimal(cost)


async def test_the_models_of_a_key_are_listed(wire: GeminiWire) -> None:
    listed = await gemini_client.live_models(subjects.settings_for(wire, TIMEOUT))
    assert "gemini-omni-1.2-flash" in [one.id for one in listed]
    wrong = Settings(gemini_api_key=SecretStr("wrong"), google_gemini_base_url=wire.base_url)
    with pytest.raises(ProviderError, match="GEMINI_API_KEY"):
        await gemini_client.live_models(wrong)
    assert wire.creates() == []


@pytest.mark.parametrize(
    ("build", "needs"),
    [
        (gemini_writer.build, "WRITER=gemini needs GEMINI_API_KEY"),
        (gemini_illustrator.build, "ILLUSTRATOR=gemini needs GEMINI_API_KEY"),
        (gemini_filmmaker.build, "FILMMAKER=gemini needs GEMINI_API_KEY"),
        (gemini_voice.build, "VOICE=gemini needs GEMINI_API_KEY"),
        (veo.build, "FILMMAKER=veo needs GOOGLE_CLOUD_PROJECT"),
    ],
)
def test_a_missing_key_is_named(build: Any, needs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "not-this-one")
    with pytest.raises(InvalidInput, match=needs):
        build(Settings(), ())


def test_veo_is_built_from_a_project_without_signing_in() -> None:
    built = veo.build(Settings(google_cloud_project="a-project"), Catalogue.load().of("veo", Modality.FILMMAKER))
    assert built.capabilities.models[0].startswith("veo-3.1")
