"""Subtitles as a track of an MP4: 3GPP timed text (3GPP TS 26.245), which players call mov_text or tx3g."""

import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from av.container import OutputContainer
from av.packet import Packet
from av.subtitles.stream import SubtitleStream

from sfd.media.pyav import AnyPacket, add_subtitle_stream
from sfd.media.subtitles import SubtitleCue, lines_of

_MILLISECOND = Fraction(1, 1000)
_UNKNOWN = "und"
_STYLE = """[Script Info]
ScriptType: v4.00+
PlayResX: 720
PlayResY: 1280

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Sans-Serif,48,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,40,40,160,1
"""
_LANGUAGES = {
    "ar": "ara", "de": "deu", "en": "eng", "es": "spa", "fr": "fra", "hi": "hin", "id": "ind", "it": "ita",
    "ja": "jpn", "ko": "kor", "ms": "msa", "nl": "nld", "pl": "pol", "pt": "por", "ru": "rus", "th": "tha",
    "tr": "tur", "uk": "ukr", "vi": "vie", "yue": "yue", "zh": "zho",
}  # fmt: skip


def three_letters(language: str) -> str:
    """A BCP 47 language as MP4 writes it (ISO 639-2/T); `und` for one we do not know."""
    return _LANGUAGES.get(language.split("-", maxsplit=1)[0].lower(), _UNKNOWN)


def add_subtitles(container: OutputContainer, language: str) -> SubtitleStream:
    """Add a subtitle stream."""
    stream = add_subtitle_stream(container, "mov_text")
    stream.codec_context.subtitle_header = _STYLE.encode()
    stream.time_base = _MILLISECOND
    stream.metadata["language"] = three_letters(language)
    return stream


def subtitle_packets(stream: SubtitleStream, cues: Sequence[SubtitleCue]) -> Iterator[AnyPacket]:
    """One packet for each moment at which what is on screen changes; lines heard together are shown together."""
    moments = sorted({_milliseconds(second) for cue in cues for second in (cue.start, cue.end)})
    for start, end in pairwise(moments):
        shown = [cue for cue in cues if _milliseconds(cue.start) <= start < _milliseconds(cue.end)]
        text = "\n".join(line for cue in shown for line in lines_of(cue.text))
        if text:
            yield _packet(stream, text, start, end)


def _packet(stream: SubtitleStream, text: str, start: int, end: int) -> AnyPacket:
    encoded = text.encode()[:0xFFFF]
    packet: AnyPacket = Packet(struct.pack(">H", len(encoded)) + encoded)
    packet.stream, packet.time_base = stream, _MILLISECOND
    packet.pts = packet.dts = start
    packet.duration = end - start
    packet.is_keyframe = True
    return packet


def _milliseconds(seconds: float) -> int:
    return round(max(0.0, seconds) * 1000)
