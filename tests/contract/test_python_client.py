"""The Python client that openapi-python-client makes of the document, against a running server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from .conftest import SNAPSHOT, Document

PROGRAM = "openapi-python-client"
PACKAGE = "pydotorg_api_client"
RELEASES = 651


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package; making it must not give a single warning."""
    programs = Path(sys.executable).parent
    folder = tmp_path_factory.mktemp("python") / "client"
    done = subprocess.run(
        [programs / PROGRAM, "generate", "--path", SNAPSHOT, "--output-path", folder, "--fail-on-warning"],
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True, check=False, text=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
    return folder


@pytest.fixture
def client(generated: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(generated)
    with part("client").Client(base_url=server, httpx_args={"trust_env": False}) as client:
        yield client


def part(name: str) -> Any:
    """A module of the generated package."""
    return import_module(f"{PACKAGE}.{name}")


def test_it_has_a_function_for_every_operation(generated: Path, document: Document) -> None:
    ids = {each["operationId"] for methods in document["paths"].values() for each in methods.values()}
    assert {each.stem for each in generated.glob(f"{PACKAGE}/api/*/*.py")} - {"__init__"} == ids


def test_it_pages_through_all_releases(client: Any) -> None:
    releases_list = part("api.releases.releases_list")
    found: list[Any] = []
    while True:
        answer = releases_list.sync_detailed(client=client, limit=100, offset=len(found))
        found += answer.parsed
        if len(found) >= int(answer.headers["X-Total-Count"]):
            break
    assert len(found) == len({release.id for release in found}) == RELEASES
    assert {type(release) for release in found} == {part("models").ReleaseSummary}
    assert {release.status for release in found} <= {*part("models").Status}


def test_it_reads_a_release_with_its_files(client: Any) -> None:
    release = part("api.releases.releases_get").sync("3.14.8", client=client)
    assert (release.version, release.release_date.isoformat()) == ("3.14.8", "2026-09-30")
    assert part("models").Kind.INSTALLER in {file.kind for file in release.files}


def test_it_reads_what_is_not_there_as_a_typed_error(client: Any) -> None:
    error = part("api.releases.releases_get").sync("3.99", client=client)
    assert isinstance(error, part("models").Error)
    assert (error.status_code, error.detail) == (404, "There is no release 3.99.")


def test_it_reads_a_fault_of_the_request_as_a_typed_error(client: Any) -> None:
    error = part("api.releases.releases_list").sync(client=client, limit=5000)
    assert isinstance(error, part("models").ValidationError)
    assert [(fault.field, fault.source) for fault in error.extra.errors] == [("limit", "query")]
