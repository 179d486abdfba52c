"""A running server, and one who tries pages against it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import serving

from .reading import GUIDE, Reader

WRITING = ("authentication.md", "users.md", "writes.md", "publishing.md", "legacy.md", "jobs.md", "events.md")
PAGES_THAT_WRITE = [GUIDE / name for name in WRITING]


@pytest.fixture(scope="module")  # two of them: all pages together ask nearly as often as one address may
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the bundled releases."""
    with serving(tmp_path_factory.mktemp("server")) as base:
        yield base


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[str]:
    """The address of a server that keeps everything in the folder of a single test, where commands find it."""
    with serving(tmp_path, PYDOTORG_RATE_LIMIT_FACTOR="10") as base:  # one reads for longer than a minute
        yield base


@pytest.fixture
def reader(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Somebody with an empty folder; for a page that writes, with a server of his own."""
    page = request.node.callspec.params.get("page")
    somebody = Reader(tmp_path, request.getfixturevalue("own_server" if page in PAGES_THAT_WRITE else "server"))
    somebody.settle(monkeypatch)
    return somebody
