"""The voice `gemini`: the lines of a scene spoken, as one WAV file.

Wire: `POST /v1/models/{model}:generateContent` with `responseModalities: ["AUDIO"]`. The answer is raw PCM, 16 bits
and one channel, whose rate its media type names (`audio/L16;rate=24000`). The model takes two voices at most; of
more speakers one voice reads the transcript, told how each of them sounds.
"""

import asyncio
import re
import wave
from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from google.genai import types

from sfd.config import Settings
from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.domain.estimates import Estimate
from sfd.domain.timing import speech_seconds
from sfd.providers.base import Capabilities, LostReply, Made, Modality, Request, SpeechRequest, SpokenLine
from sfd.providers.catalogue import ModelCard, TokenPrices, card_of
from sfd.providers.gemini_answers import blobs_of, check_not_refused, facts_of, nothing_made, tokens_of, usd_of
from sfd.providers.gemini_client import GeminiAccess, gemini_access, settles_after

NAME = "gemini"
MEDIA_TYPE = "audio/wav"
TOKENS_OF_A_SECOND = 25
DEFAULT_RATE = 24_000
SAMPLE_BYTES = 2
VOICES_AT_ONCE = 2
WOMEN = ("Kore", "Aoede", "Leda", "Zephyr", "Callirrhoe", "Despina", "Sulafat", "Vindemiatrix")
MEN = ("Puck", "Charon", "Fenrir", "Orus", "Iapetus", "Algieba", "Enceladus", "Sadaltager")
SECONDS_TO_SPEAK = Estimate(3.0, 10.0, 60.0)
PRICE_SPREAD = (Decimal("0.5"), Decimal(2))
FREE = TokenPrices(input=Decimal(0), output=Decimal(0))

_WOMAN = re.compile(r"\b(?:woman|women|female|girl|lady|mother|grandmother|her|she)\b|[女她]", re.IGNORECASE)
_MAN = re.compile(r"\b(?:man|men|male|boy|gentleman|father|grandfather|his|he)\b|[男他]", re.IGNORECASE)
_RATE = re.compile(r"rate=(\d{4,6})")


class GeminiVoice:
    """Speaks dialogue. Direct."""

    name = NAME

    def __init__(self, access: GeminiAccess, cards: Sequence[ModelCard]) -> None:
        self._access = access
        self._cards = tuple(cards)
        self.capabilities = Capabilities(
            modality=Modality.VOICE,
            models=tuple(one.name for one in cards),
            lost_reply=LostReply.REVIEW,
            settles_after=settles_after(access.seconds),
            max_references=0,
            concurrency=4,
            requests_per_minute=30,
            speaks=True,
            seconds=SECONDS_TO_SPEAK,
            price_spread=PRICE_SPREAD,
        )

    def price(self, request: Request) -> Decimal:
        """What the tokens of the lines cost, read and spoken."""
        prices = card_of(self._cards, request.model).usd_per_million or FREE
        if not isinstance(request, SpeechRequest):
            return Decimal(0)
        seconds = sum(speech_seconds(one.words) for one in request.lines)
        return prices.of(tokens_of(transcript(request)), round(TOKENS_OF_A_SECOND * seconds))

    async def make(self, request: Request, into: Path) -> Made:
        """Write the speech to `into` as WAV.

        Raises:
            ProviderError: `rejected_*` for a refusal, `no_output` when the answer holds no sound.
            InvalidInput: the model is not known.
        """
        if not isinstance(request, SpeechRequest) or not request.lines:
            raise ProviderError(ProviderErrorKind.INVALID, "The voice gemini speaks lines of dialogue only.")
        card = card_of(self._cards, request.model)
        text, config = transcript(request), _config(request)
        async with self._access.creating():
            answer = await self._access.client.models.generate_content(model=card.name, contents=text, config=config)
        check_not_refused(answer, self._access.account)
        sound = blobs_of(answer, "audio")
        if not sound:
            raise nothing_made(answer, "sound", self._access.account)
        await asyncio.to_thread(write_wav, sound, into)
        return Made(MEDIA_TYPE, usd_of(answer, card), facts_of(answer))


def speakers_of(lines: Sequence[SpokenLine]) -> dict[str, str]:
    """Who speaks, in order of the first line, and how the voice of each sounds."""
    voices: dict[str, str] = {}
    for line in lines:
        voices[line.speaker] = voices.get(line.speaker) or line.voice
    return voices


def transcript(request: SpeechRequest) -> str:
    """What the model is told: how each voice sounds, then the lines."""
    voices = speakers_of(request.lines)
    told = [f"{name}: {sounds}" for name, sounds in voices.items() if sounds]
    lines = [f"{one.speaker}{f' ({one.tone})' if one.tone else ''}: {one.words}" for one in request.lines]
    head = "Speak this dialogue. Say the words only, not the names and not what is in brackets."
    return "\n".join([head, *(["", "Voices:", *told] if told else []), "", "Dialogue:", *lines])


def voices_for(speakers: dict[str, str]) -> dict[str, str]:
    """A prebuilt voice for each speaker: always the same for the same name and description, no two alike."""
    chosen: dict[str, str] = {}
    for name, sounds in speakers.items():
        pool = _pool(f"{name} {sounds}")
        start = int.from_bytes(sha256(f"{name}\n{sounds}".encode()).digest()[:4])
        turned = [pool[(start + step) % len(pool)] for step in range(len(pool))]
        chosen[name] = next((one for one in turned if one not in chosen.values()), turned[0])
    return chosen


def _pool(description: str) -> Sequence[str]:
    if _WOMAN.search(description):
        return WOMEN
    return MEN if _MAN.search(description) else (*WOMEN, *MEN)


def _config(request: SpeechRequest) -> types.GenerateContentConfig:
    voices = voices_for(speakers_of(request.lines))
    if len(voices) == VOICES_AT_ONCE:
        speakers = [
            types.SpeakerVoiceConfig(speaker=name, voice_config=_voice(voice)) for name, voice in voices.items()
        ]
        multiple = types.MultiSpeakerVoiceConfig(speaker_voice_configs=speakers)
        speech = types.SpeechConfig(multi_speaker_voice_config=multiple)
    else:
        speech = types.SpeechConfig(voice_config=_voice(next(iter(voices.values()))))
    return types.GenerateContentConfig(
        response_modalities=["AUDIO"],
        speech_config=speech,
        automatic_continuation=False,  # each continuation is another paid request
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )


def _voice(name: str) -> types.VoiceConfig:
    return types.VoiceConfig(prebuilt_voice_config=types.PrebuiltVoiceConfig(voice_name=name))


def write_wav(sound: Sequence[types.Blob], into: Path) -> None:
    """Write what came as a WAV file: a WAV as it is, raw samples with a header around them."""
    first = sound[0].data or b""
    if first.startswith(b"RIFF"):
        into.write_bytes(first)
        return
    samples = b"".join(one.data or b"" for one in sound)
    rate = _RATE.search(sound[0].mime_type or "")
    with wave.open(str(into), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(int(rate[1]) if rate else DEFAULT_RATE)
        file.writeframes(samples[: len(samples) // SAMPLE_BYTES * SAMPLE_BYTES])


def build(settings: Settings, cards: Sequence[ModelCard]) -> GeminiVoice:
    """The voice.

    Raises:
        InvalidInput: there is no key.
    """
    return GeminiVoice(gemini_access(settings, "VOICE=gemini"), cards)
