"""The OpenAPI document, the tools that read it, and a server that must keep what it says."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import serving

SNAPSHOT = Path(__file__).parents[2] / "docs" / "openapi.json"
NODE_MODULES = Path(__file__).parent / "node_modules"
Document = dict[str, Any]


@pytest.fixture(scope="session")
def document() -> Document:
    """The document as it is committed; that the code still says the same has a test of its own."""
    read: Document = json.loads(SNAPSHOT.read_bytes())
    return read


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server, which does not count how often it is asked."""
    with serving(tmp_path_factory.mktemp("server"), PYDOTORG_RATE_LIMIT_ENABLED="false") as base:
        yield base


@pytest.fixture(scope="session")
def node() -> str:
    """The program `node`."""
    return present(shutil.which("node"), "node is missing")


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The tools of package.json, where they are installed."""
    installed = NODE_MODULES if NODE_MODULES.is_dir() else None
    return Path(present(installed, "the JavaScript tools are missing; run `make javascript`"))


def present(found: str | Path | None, complaint: str) -> str:
    """A part of the machine that a developer may lack, and CI may not."""
    if found is None and os.environ.get("CI"):
        pytest.fail(complaint)
    if found is None:
        pytest.skip(complaint)
    return str(found)


def schemas_in(part: Any) -> Iterator[dict[str, Any]]:
    """Every schema of the document, and some other objects too; never the values of examples."""
    if isinstance(part, dict):
        yield part
        for name, each in part.items():
            if name not in ("example", "examples", "default"):
                yield from schemas_in(each)
    elif isinstance(part, list):
        for each in part:
            yield from schemas_in(each)
