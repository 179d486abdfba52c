"""The types that openapi-typescript makes of the document, and a program on them against a running server."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import SNAPSHOT

PROGRAM = Path(__file__).with_name("client.ts")
STRICT = (
    "--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes",
    "--target", "es2022", "--module", "nodenext", "--lib", "es2023,dom,dom.iterable",
)  # fmt: skip


@pytest.fixture(scope="module")
def compiled(node: str, node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, once neither the generator nor the strictest compiler has found anything to say."""
    folder = tmp_path_factory.mktemp("typescript")
    shutil.copy(PROGRAM, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    told = run(node, node_modules / "openapi-typescript/bin/cli.js", SNAPSHOT, "--output", folder / "api.ts")
    assert not {"⚠", "✘", "warn", "error"} & {*told.lower().split()}, told
    assert run(node, node_modules / "typescript/bin/tsc", *STRICT, folder / PROGRAM.name) == ""
    return folder / "client.js"


def run(*command: str | Path) -> str:
    """What a program says, on both its outputs; it must end well."""
    calm = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(command, env=calm, capture_output=True, check=False, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_strictly_typed_program_pages_through_all_releases_and_reads_an_error(
    node: str, compiled: Path, server: str
) -> None:
    seen = json.loads(run(node, compiled, server))
    assert seen["releases"] == seen["different"] == 651
    assert "3.15" in seen["supported"]
    assert seen["installers"] > 0
    assert seen["missing"] == [404, "There is no release 3.99."]
