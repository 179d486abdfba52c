"""A running server, and one who tries pages against it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import serving

from .reading import Reader


@pytest.fixture(scope="module")  # two of them: all pages together ask nearly as often as one address may
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the bundled releases."""
    with serving(tmp_path_factory.mktemp("server")) as base:
        yield base


@pytest.fixture
def reader(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Somebody with an empty folder."""
    somebody = Reader(tmp_path, server)
    somebody.settle(monkeypatch)
    return somebody
