"""What a file is, told by its own bytes: never by its name, nor by what its sender says.

Only the kinds that SFD keeps have a media type here. Signatures are those of the formats' own specifications.
"""

from dataclasses import dataclass

HEAD_BYTES = 4096

PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
FILMS = ("video/mp4", "video/quicktime", "video/webm")
SOUNDS = ("audio/mpeg", "audio/wav", "audio/mp4", "audio/aac", "audio/ogg", "audio/flac")
TEXTS = ("text/plain", "text/vtt", "application/x-subrip")
ACCEPTED = "PNG, JPEG, WebP, GIF; MP4, WebM, MOV; MP3, WAV, M4A, AAC, Ogg, FLAC; and UTF-8 text"

_WORDS = {
    "image/png": "a PNG picture",
    "image/jpeg": "a JPEG picture",
    "image/webp": "a WebP picture",
    "image/gif": "a GIF picture",
    "video/mp4": "an MP4 film",
    "video/quicktime": "a QuickTime film",
    "video/webm": "a WebM film",
    "audio/mpeg": "MP3 sound",
    "audio/wav": "WAV sound",
    "audio/mp4": "M4A sound",
    "audio/aac": "AAC sound",
    "audio/ogg": "Ogg sound",
    "audio/flac": "FLAC sound",
    "text/plain": "text",
    "text/vtt": "WebVTT text",
    "application/x-subrip": "SubRip text",
}
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_EBML = b"\x1aE\xdf\xa3"
_STILL_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis", b"crx ", b"jxl ")
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"M4P ")
_OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_KNOWN_BUT_REFUSED = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (_EBML, "a Matroska film"),
    (b"FLV", "an FLV film"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)


@dataclass(frozen=True)
class Sniffed:
    """What the first bytes say. `media_type` is empty for what is no known picture, film or sound; `words` name it."""

    media_type: str
    words: str


def sniff(head: bytes) -> Sniffed:
    """What a file is that begins with `head` (its first 4,096 bytes, or all of it when it is shorter).

    A container says film or sound by its brand here; which one it is, only its streams can tell.
    """
    media_type = _signature(head)
    return Sniffed(media_type, words_for(media_type) if media_type else _refused_words(head))


def words_for(media_type: str) -> str:
    """A media type in words, such as `a PNG picture`."""
    return _WORDS.get(media_type, media_type)


def kind_of(media_type: str) -> str:
    """`image`, `video`, `audio` or `text`: the asset type of an accepted media type."""
    first = media_type.partition("/")[0]
    return first if first in ("image", "video", "audio") else "text"


def _signature(head: bytes) -> str:
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[:4] == _EBML:
        return "video/webm" if b"\x42\x82\x84webm" in head[:256] else ""
    return _iso_media(head) or _sound_frame(head)


def _iso_media(head: bytes) -> str:
    """ISO base media (ISO/IEC 14496-12): a box's size in four bytes, then `ftyp` and the major brand."""
    if len(head) < 12 or head[0] >= 0x20:  # noqa: PLR2004 - text never begins with a control character
        return ""
    kind, brand = head[4:8], head[8:12]
    if kind in _OLD_QUICKTIME:
        return "video/quicktime"
    if kind != b"ftyp" or brand in _STILL_BRANDS:
        return ""
    if brand == b"qt  ":
        return "video/quicktime"
    return "audio/mp4" if brand in _SOUND_BRANDS else "video/mp4"


def _sound_frame(head: bytes) -> str:
    """A raw MPEG audio frame: twelve set bits, then version and layer; layer 0 is ADTS (ISO/IEC 13818-7)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - the sync word
        return ""
    layer = head[1] >> 1 & 3
    if layer == 0 and head[1] & 0xF0 == 0xF0:  # noqa: PLR2004 - ADTS has twelve bits
        return "audio/aac"
    return "audio/mpeg" if layer == 1 else ""


def _refused_words(head: bytes) -> str:
    if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS:
        return "a HEIC or AVIF picture"
    if head[:4] == b"RIFF":
        return "a RIFF file such as AVI"
    return next((words for start, words in _KNOWN_BUT_REFUSED if head.startswith(start)), "")
