"""The scratch voice: a machine reads the lines of a preview, in the character's register and language."""

import re
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from sfd.media.drawing.colour import seeded
from sfd.media.encoding import SAMPLE_RATE
from sfd.media.espeak import espeak
from sfd.media.pyav import samples_of

Speech = NDArray[np.float32]

UNHURRIED = 165
_SLOWEST, _FASTEST = 120, 450
_LOUDNESS = 0.1
_AUDIBLE = 0.01
_VOICES = {
    "cmn": "cmn", "en": "en-us", "en-gb": "en-gb", "es": "es", "es-419": "es-419", "es-mx": "es-419",
    "no": "nb", "pt": "pt-br", "pt-pt": "pt", "yue": "yue", "zh": "cmn", "zh-hk": "yue", "zh-mo": "yue",
}  # fmt: skip
_FEMALE = re.compile(r"\b(female|woman|girl|she|her|f)\b|女", re.IGNORECASE)
_MALE = re.compile(r"\b(male|man|boy|he|his|m)\b|男", re.IGNORECASE)
_LOW = re.compile(r"deep|low|bass|gravel|husky|old|elder|低|沉|沙哑|苍老", re.IGNORECASE)
_HIGH = re.compile(r"high|bright|child|young|girl|boy|light|sweet|高|清|童|稚", re.IGNORECASE)


@dataclass(frozen=True)
class VoiceChoice:
    """A language and a variant of eSpeak, and the pitch (0 to 99) it speaks at."""

    language: str
    variant: str
    pitch: int

    @property
    def name(self) -> str:
        """As eSpeak names it, `en-us+f3`."""
        return f"{self.language}+{self.variant}"


def voice_available() -> bool:
    """Whether the scratch voice is installed."""
    return find_spec("espeakng_loader") is not None


def choose_voice(language: str, gender: str, voice_description: str) -> VoiceChoice:
    """The voice of a character: the same for the same words, different for most others."""
    described = f"{gender} {voice_description}"
    generator = seeded("voice", gender, voice_description)
    female = bool(_FEMALE.search(described)) and not _MALE.search(gender)
    variant = f"f{generator.randint(1, 4)}" if female else f"m{generator.randint(1, 7)}"
    pitch = 50 + generator.randint(-6, 6)
    pitch += 18 * bool(_HIGH.search(voice_description)) - 18 * bool(_LOW.search(voice_description))
    return VoiceChoice(_language(language), variant, pitch)


def speak(
    text: str, language: str = "", gender: str = "", voice_description: str = "", seconds: float | None = None
) -> Speech:
    """Say `text`: mono samples at 48 kHz, made to last `seconds` when that is given.

    Raises:
        MediaError: the voice is not installed.
    """
    engine = espeak()
    choice = choose_voice(language, gender, voice_description)
    voice = choice.name if engine.has_voice(choice.name) else f"en-us+{choice.variant}"
    spoken = engine.say(text, voice, rate=UNHURRIED, pitch=choice.pitch)
    natural = len(_trimmed(spoken)) / engine.sample_rate
    if seconds is not None and natural:
        rate = min(_FASTEST, max(_SLOWEST, round(UNHURRIED * natural / seconds)))
        spoken = engine.say(text, voice, rate=rate, pitch=choice.pitch)
    speech = _levelled(_resampled(_trimmed(spoken), engine.sample_rate))
    return speech if seconds is None else _fitted(speech, round(seconds * SAMPLE_RATE))


def _language(language: str) -> str:
    asked = language.lower()
    first = asked.split("-", maxsplit=1)[0]
    return _VOICES.get(asked) or _VOICES.get(first) or first or "en-us"


def _trimmed(spoken: NDArray[np.int16]) -> NDArray[np.int16]:
    heard = np.flatnonzero(np.abs(spoken.astype(np.int32)) > _AUDIBLE * 32768)
    return spoken[heard[0] : heard[-1] + 1] if heard.size else spoken[:0]


def _resampled(spoken: NDArray[np.int16], rate: int) -> Speech:
    if not spoken.size:
        return np.zeros(0, np.float32)
    frame = AudioFrame.from_ndarray(spoken[None, :], format="s16", layout="mono")
    frame.sample_rate = rate
    resampler = AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
    pieces = [samples_of(piece)[0] for piece in (*resampler.resample(frame), *resampler.resample(None))]
    return np.concatenate(pieces)


def _levelled(speech: Speech) -> Speech:
    if not speech.size:
        return speech
    gain = _LOUDNESS / max(float(np.sqrt(np.mean(speech**2))), 1e-6)
    return np.clip(speech * gain, -0.9, 0.9).astype(np.float32)


def _fitted(speech: Speech, samples: int) -> Speech:
    """No longer than `samples`: what even the fastest reading does not reach is squeezed."""
    if len(speech) <= samples or samples < 1:
        return speech[: max(samples, 0)]
    places = np.linspace(0, len(speech) - 1, samples)
    return np.interp(places, np.arange(len(speech)), speech).astype(np.float32)
