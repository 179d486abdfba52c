"""Release managers with a directory of artefacts, and servers to publish on."""

import asyncio
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import httpx
import pytest

from pydotorg import cli
from pydotorg.kernel.access import Role
from tests.accounts.people import account, service, token
from tests.accounts.typing_in import Done
from tests.servers import serving

from . import artefacts
from .scripted import Scripted, running

TOKEN = "pydotorg_token"


class Publish(Protocol):
    """Gives the command `pydotorg releases publish`, without a terminal."""

    def __call__(self, directory: Path, version: str, *options: str, server: str = "", token: str = TOKEN) -> Done: ...


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Publish:
    def give(directory: Path, version: str, *options: str, server: str = "", token: str = TOKEN) -> Done:
        where = ("--server", server) if server else ()
        monkeypatch.setenv("PYDOTORG_TOKEN", token)
        command = ["pydotorg", "releases", "publish", str(directory), "--version", version, *where, *options]
        monkeypatch.setattr(sys, "argv", command)
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed, complaint = capsys.readouterr()
        return Done(ended.value.code or 0, printed, complaint)

    return give


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A server that does what a test tells it to."""
    with running() as server:
        yield server


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A small release, 3.14.9."""
    return artefacts.put(tmp_path / "artefacts", "Python-3.14.9.tgz", "python-3.14.9-amd64.exe")


class Server(NamedTuple):
    """A real one, with a token of a release manager's, and one of somebody else's."""

    address: str
    token: str
    token_of_a_user: str

    def get(self, path: str, token: str = "") -> Any:
        """What its API answers."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = httpx.get(f"{self.address}/api/v1{path}", headers=headers, trust_env=False)
        return answer.json()

    def write(self, method: str, path: str, body: Any = None) -> int:
        """How its API answers a release manager who writes, knowing what is there."""
        with httpx.Client(headers={"Authorization": f"Bearer {self.token}"}, trust_env=False) as client:
            address = f"{self.address}/api/v1{path}"
            return client.request(
                method, address, json=body, headers={"If-Match": client.get(address).headers["etag"]}
            ).status_code

    def files(self, version: str, token: str = "") -> dict[str, Any]:
        """The files of a release, by name."""
        return {file["filename"]: file for file in self.get(f"/releases/{version}", token)["files"]}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the bundled releases, shared by tests that each publish a version of their own."""
    folder = tmp_path_factory.mktemp("server")
    with serving(folder, PYDOTORG_RATE_LIMIT_FACTOR="1000") as address:
        yield Server(address, *asyncio.run(tokens(f"sqlite:///{folder}/pydotorg.db")))


async def tokens(url: str) -> tuple[str, str]:
    """API tokens of a release manager and of somebody without a role."""
    async with service(url) as app:
        await account(app, "rita", Role.release_manager)
        await account(app, "alice")
        clients = [await token(app, name) for name in ("rita", "alice")]
    rita, alice = (client.headers["authorization"].removeprefix("Bearer ") for client in clients)
    return rita, alice
