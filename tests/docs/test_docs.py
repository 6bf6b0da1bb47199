"""The documents say what the code does: settings, commands, endpoints, errors, links and examples."""

import re
import shlex
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi.routing import APIRoute
from pydantic import BaseModel
from standardwebhooks import Webhook

from sfd import __version__
from sfd.cli.app import EXIT_CODES, app
from sfd.cli.ending import ExitCode
from sfd.config import Settings
from sfd.domain import errors
from sfd.domain.errors import ProviderErrorKind, SfdError
from sfd.main import create_app
from sfd.routers import metrics
from sfd.routers import reference as pages
from sfd.routers.shapes import CreateDramaRequest, DAGExecuteRequest
from sfd.routers.webhooks import CreateWebhookRequest
from sfd.screenplay import drama_from_fountain
from sfd.services.webhooks import WebhookEvent

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BODIES: dict[str, type[BaseModel]] = {"/dramas": CreateDramaRequest, "/webhooks": CreateWebhookRequest}
ROUTE = re.compile(r"`(GET|POST|PATCH|PUT|DELETE)`? [|] ?`(/\S*)`|`(GET|POST|PATCH|PUT|DELETE) (/\S*)`")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of any level."""
    return re.split(r"^#+ .+$", text.split(f"{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, headings and rules left out."""
    lines = text.splitlines()
    tables = [line for line, after in pairwise([*lines, ""]) if line.startswith("|") and "---" not in line + after]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in tables]


def documented_settings() -> dict[str, str]:
    listed = {row[0].strip("`"): row[1].strip("`") for row in rows(page("settings.md"))}
    return {name: "" if default == "—" else default for name, default in listed.items()}


def commented_settings() -> dict[str, str]:
    return dict(re.findall(r"^#([A-Z0-9_]+)=(.*)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("told", [documented_settings, commented_settings])
def test_every_setting_is_told_with_its_default(told: Any, tmp_path: Path) -> None:
    defaults: dict[str, str] = told()
    assert set(defaults) == {name.upper() for name in Settings.model_fields}
    by_default = Settings()
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in defaults.items()), encoding="utf-8")
    assert Settings() == by_default
    unset = {name.upper() for name, field in Settings.model_fields.items() if field.default in (None, "")}
    assert {name for name, value in defaults.items() if not value} == unset


def test_the_example_sets_nothing_by_itself() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


def commands() -> dict[str, set[str]]:
    """Every command with its long options; `""` is `sfd` itself, `keys create` a command of `keys`."""
    found = dict(_commands("", typer.main.get_command(app)))
    return {name: {one for one in _options(command) if one.startswith("--")} for name, command in found.items()}


def _commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for inner, one in getattr(command, "commands", {}).items():
        yield from _commands(f"{name} {inner}".strip(), one)


def _options(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.param_type_name == "option":
            yield from parameter.opts
            yield from parameter.secondary_opts


def test_every_command_and_option_is_told_and_no_other() -> None:
    text = page("cli.md")
    for name, options in commands().items():
        told = section(text, f"##{'#' * name.count(' ')} {name}" if name else "# Command line")
        in_table = {one for row in rows(told) for one in re.findall(r"--[a-z-]+", row[0])}
        assert in_table - {"--help"} == options - {"--help"}, name
        assert f"sfd {name}".strip() in told


def test_the_exit_codes_are_those_of_the_code() -> None:
    told = {int(row[0]): row[2] for row in rows(section(page("cli.md"), "## Exit codes"))}
    assert set(told) == {*map(int, ExitCode), *(error.exit_code for error in error_classes())}
    for error in error_classes():
        assert f"`{error.code}`" in told[error.exit_code]
    assert set(told) == {int(code) for code in re.findall(r"(?:: |· )(\d+)", EXIT_CODES.replace("\n", " "))}


def error_classes() -> list[type[SfdError]]:
    return [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, SfdError)]


def test_every_error_is_told_with_its_status() -> None:
    told = {(row[0], row[1]) for row in rows(section(page("http.md"), "## Errors"))}
    for error in error_classes():
        assert (str(error.status), f"`{error.code}`") in told


def test_every_reason_of_a_provider_is_told() -> None:
    told = section(page("http.md"), "### Why a job did not complete")
    assert [kind for kind in ProviderErrorKind if f"`{kind}`" not in told] == []


def routes() -> set[tuple[str, str]]:
    """Every method and path that the application answers."""
    api = create_app(Settings())
    reference = {("GET", str(path)) for route in api.routes if (path := getattr(route, "path", None))}
    paths: dict[str, dict[str, Any]] = api.openapi()["paths"]
    hidden = [*metrics.router.routes, *pages.router.routes]
    for_others = {("GET", str(route.path)) for route in hidden if isinstance(route, APIRoute)}
    told = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    return reference | told | for_others


def _told_routes(text: str) -> set[tuple[str, str]]:
    return {(one[0] or one[2], one[1] or one[3]) for one in ROUTE.findall(text)}


def test_every_endpoint_is_told_and_no_other() -> None:
    assert _told_routes(section(page("http.md"), "## Endpoints")) == routes()


def test_what_is_said_to_be_missing_is_missing() -> None:
    missing = _told_routes(section(page("http.md"), "### Not there yet"))
    assert missing
    assert missing & routes() == set()


def test_every_page_is_in_the_navigation() -> None:
    named = set(re.findall(r"(\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE))
    assert named == {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.is_file(), link
        if anchor:
            headings = HEADING.findall(target.read_text(encoding="utf-8"))
            assert anchor in {re.sub(r"[^\w]+", "-", heading.lower()).strip("-") for heading in headings}, link


def test_the_changelog_names_this_version() -> None:
    assert re.search(rf"\b{re.escape(__version__)}\b", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))


def shell_blocks() -> list[str]:
    """Every block of shell in the documents, continued lines joined."""
    found = [one for path in PAGES for one in FENCE.findall(path.read_text(encoding="utf-8"))]
    return [re.sub(r"\\\n\s*", "", body) for kind, body in found if kind == "bash"]


def example_lines() -> list[str]:
    return [line for body in shell_blocks() for line in body.splitlines()]


def test_commands_in_examples_exist() -> None:
    known = commands()
    lines = [line for line in example_lines() if re.search(r"(?:^|[ (/])sfd ", line)]
    assert lines
    for line in lines:
        words = shlex.split(re.split(r"(?:^|[ (/])sfd ", line)[1], comments=True)
        name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
        used = {word for word in words[1:] if word.startswith("--")}
        assert used <= known[name], line


def test_make_targets_in_examples_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    told = {word for path in PAGES for word in re.findall(r"`make ([a-z]+)`", path.read_text(encoding="utf-8"))}
    told |= {line.split()[1] for line in example_lines() if line.startswith("make ")}
    assert told <= targets


def curls() -> list[list[str]]:
    """Calls that name the server; those of the guide, which begin with `$SFD`, are run by its own test."""
    calls = [call for body in shell_blocks() for call in re.split(r"^(?=\w)", body, flags=re.MULTILINE)]
    return [shlex.split(call) for call in calls if call.startswith("curl ") and "localhost:8000" in call]


def test_requests_in_examples_are_answered() -> None:
    templates = [(method, re.sub(r"\{\w+\}", "[^/]+", path)) for method, path in routes()]
    assert curls()
    for words in curls():
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        url = next(word for word in words if word.startswith("localhost:8000"))
        path = url.removeprefix("localhost:8000").partition("?")[0]
        assert any(method == known and re.fullmatch(pattern, path) for known, pattern in templates), url
        if "-d" in words:
            BODIES.get(path, DAGExecuteRequest).model_validate_json(words[words.index("-d") + 1])


def test_the_screenplay_in_the_documents_reads_as_they_say() -> None:
    written = next(body for kind, body in FENCE.findall(page("screenplays.md")) if kind == "fountain")
    drama = drama_from_fountain(written, drama_id="example")
    maya, ben = drama.characters
    assert (maya.main, ben.main, ben.voice_description) == (True, False, "low, tired")
    outside, hallway, last = drama.episodes[0].scenes
    assert (outside.shot.size, outside.shot.lens_mm, outside.sound) == ("wide", 24, "rain on tin")
    assert hallway.time_of_day == "NIGHT"
    assert (last.shot.over_shoulder, last.characters, last.transition) == ("maya", ["maya", "ben"], "FADE OUT.")


def test_every_event_of_a_webhook_is_told() -> None:
    told = rows(page("webhooks.md"))
    assert {name for row in told for name in re.findall(r"`((?:job|node)[.]\w+)`", row[0])} == {*WebhookEvent}


def test_the_example_tells_true_webhooks_from_forged_ones() -> None:
    example = next(body for kind, body in FENCE.findall(page("webhooks.md")) if kind == "python")
    names: dict[str, Any] = {}
    exec(example, names)
    secret, body, now = "whsec_" + "c2VjcmV0" * 4, b'{"type": "job.completed"}', datetime.now(UTC)
    headers = {
        "webhook-id": "delivery_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("delivery_1", now, body.decode()),
    }
    is_from_sfd: Callable[[str, dict[str, str], bytes], bool] = names["is_from_sfd"]
    assert is_from_sfd(secret, headers, body)
    assert not is_from_sfd(secret, headers, body + b" ")
    assert not is_from_sfd("whsec_" + "Zm9yZ2Vk" * 4, headers, body)
    assert not is_from_sfd(secret, {**headers, "webhook-timestamp": "1000000000"}, body)
