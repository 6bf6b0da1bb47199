"""Files that somebody might send to do harm, or by mistake, and what each is answered."""

import json
import socket
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fakes.files import content, endless_wav, giant_png, moving_gif
from fakes.media import mp4, png
from fakes.server import running_server

HTML = b"<!DOCTYPE html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bad")


@pytest.fixture(scope="module")
def api(folder: Path) -> Iterator[httpx.Client]:
    with running_server(folder, "--no-worker", MAX_UPLOAD_MB="2") as client:
        yield client


@dataclass(frozen=True)
class Case:
    """A file, what its sender says it is, and the answer: a status, and a word of why or what it is kept as."""

    what: str
    name: str
    data: bytes
    said: str
    status: int
    word: str


def archive() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as one:
        one.writestr("evil.html", HTML)
    return buffer.getvalue()


def jpeg() -> bytes:
    return content("photo.jpg")


def png_saying(text: str) -> bytes:
    buffer, info = BytesIO(), PngInfo()
    info.add_text("Comment", text)
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def wide_png() -> bytes:
    """One row of pixels, wider than any screen, that claims to be as high."""
    header = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def mp4_header() -> bytes:
    return mp4()[: struct.unpack(">I", mp4()[:4])[0]]


REFUSED = [
    Case("a PNG with a page behind it", "a.png", png() + HTML, "image", 422, "follow the end"),
    Case("a PNG with an archive behind it", "a.png", png() + archive(), "image", 422, "follow the end"),
    Case("a GIF that is a script", "a.gif", b"GIF89a/*" + HTML + b"*/=1;", "image", 422, "GIF"),
    Case("a GIF that moves", "a.gif", moving_gif(), "image", 422, "2 pictures"),
    Case("a WebP with a page behind it", "a.webp", content("picture.webp") + HTML, "image", 422, "follow the end"),
    Case("half a PNG", "a.png", png()[: len(png()) // 2], "image", 422, "cut off"),
    Case("half a JPEG", "a.jpg", jpeg()[: len(jpeg()) // 2], "image", 422, "damaged"),
    Case("half a film", "a.mp4", mp4()[: len(mp4()) // 2], "video", 422, "cut off"),
    Case("the head of a film", "a.mp4", mp4_header(), "video", 422, "damaged"),
    Case("a PNG that unpacks to gigabytes", "a.png", giant_png(), "image", 422, "million pixels"),
    Case("a PNG of impossible size", "a.png", wide_png(), "image", 422, "million pixels"),
    Case("a hundred hours of silence", "a.wav", endless_wav(), "audio", 422, "hours"),
    Case("a film called a picture", "a.png", mp4(), "image", 415, "an MP4 film"),
    Case("a page called a picture", "a.png", HTML, "image", 415, "text"),
    Case("a drawing with a script", "a.svg", SVG, "image", 415, "text"),
    Case("an archive called a text", "a.txt", archive(), "text", 415, "ZIP"),
    Case("a program called a film", "a.mp4", b"MZ" + bytes(200), "video", 415, "program"),
    Case("nothing", "a.png", b"", "image", 422, "empty"),
    Case("NUL in a text", "a.txt", b"a\0b", "text", 415, "Accepted are"),
    Case("a page in UTF-16", "a.txt", HTML.decode().encode("utf-16"), "text", 415, "UTF-16"),
    Case("too much", "a.txt", b"x" * 2_000_001, "text", 413, "2 MB"),
]
KEPT = [
    Case("a script in a PNG's comment", "a.png", png_saying(HTML.decode()), "image", 201, "image/png"),
    Case("a drawing sent as text", "a.svg", SVG, "text", 201, "text/plain"),
    Case("a page sent as text", "a.html", HTML, "text", 201, "text/plain"),
    Case("a picture with another's ending", "a.html", png(), "image", 201, "image/png"),
    Case("a name with NUL", "a\0.png", png(), "image", 201, "image/png"),
    Case("a name that climbs", "../../../../etc/passwd", png(), "image", 201, "image/png"),
    Case("a name that is a header", 'a"\r\nX-Evil: 1\r\n.png', png(), "image", 201, "image/png"),
    Case("a JPEG with a film behind it", "a.jpg", jpeg() + mp4(), "image", 201, "image/jpeg"),
    Case("a JPEG with an archive behind it", "a.jpg", jpeg() + archive(), "image", 201, "image/jpeg"),
]


def name_of(case: Case) -> str:
    return case.what


def sent(api: httpx.Client, case: Case) -> httpx.Response:
    form = {"project_name": "bad", "asset_type": case.said, "tag": "reference"}
    return api.post("/asset-library/upload", data=form, files={"file": (case.name, case.data, "image/png")})


@pytest.mark.parametrize("case", REFUSED, ids=name_of)
def test_it_is_refused_and_nothing_of_it_is_kept(api: httpx.Client, folder: Path, case: Case) -> None:
    def stored() -> set[Path]:
        return {path for path in (folder / "data" / "library").rglob("*") if path.is_file()}

    before = stored()
    answer = sent(api, case)
    assert (answer.status_code, answer.headers["content-type"]) == (case.status, "application/problem+json")
    assert case.word in answer.json()["detail"]
    assert stored() == before


@pytest.mark.parametrize("case", KEPT, ids=name_of)
def test_it_is_kept_as_what_it_is_and_served_so_that_it_does_no_harm(
    api: httpx.Client, folder: Path, case: Case
) -> None:
    answer = sent(api, case)
    assert answer.status_code == 201, answer.text
    asset = answer.json()
    assert asset["content_type"] == case.word
    assert not set('\0\r\n/"') & set(asset["filename"])
    assert asset["r2_key"].startswith("blobs/10000/")
    served = api.get(asset["public_url"])
    assert served.headers["content-type"].partition(";")[0] == case.word
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in served.headers["content-security-policy"]
    assert "x-evil" not in served.headers
    is_text = case.word.startswith("text/")
    assert served.headers["content-disposition"].startswith("attachment" if is_text else "inline")
    assert (folder / "data" / "library" / asset["r2_key"]).read_bytes() == served.content


def test_what_follows_a_jpeg_is_cut_off_and_that_is_said(api: httpx.Client) -> None:
    for tail in (mp4(), archive(), HTML, b"\xff\xd9"):
        asset = sent(api, Case("", "a.jpg", jpeg() + tail, "image", 201, "")).json()
        assert asset["metadata"]["stripped_bytes"] == len(tail)
        assert api.get(asset["public_url"]).content == jpeg()
    assert "stripped_bytes" not in sent(api, Case("", "a.jpg", jpeg(), "image", 201, "")).json()["metadata"]


@pytest.mark.parametrize("progressive", [True, False])
def test_a_jpeg_with_a_preview_inside_is_kept_whole(api: httpx.Client, *, progressive: bool) -> None:
    buffer = BytesIO()
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0" + jpeg()
    Image.effect_noise((300, 200), 80).convert("RGB").save(buffer, "JPEG", progressive=progressive, exif=exif)
    answer = sent(api, Case("", "phone.jpg", buffer.getvalue(), "image", 201, ""))
    assert answer.status_code == 201, answer.text
    assert api.get(answer.json()["public_url"]).content == buffer.getvalue()


def test_five_gigabytes_are_refused_before_they_come(api: httpx.Client) -> None:
    head = (
        "POST /asset-library/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    with socket.create_connection((api.base_url.host, api.base_url.port or 80), timeout=60) as connection:
        connection.sendall(head.encode())
        answer = ""
        while not answer.endswith("}") and (piece := connection.recv(65_536)):
            answer += piece.decode()
    assert answer.startswith("HTTP/1.1 413 ")
    assert json.loads(answer.partition("\r\n\r\n")[2])["code"] == "too_large"
