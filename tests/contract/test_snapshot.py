"""The committed document, what the command prints, and what is served are one and the same."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from ruamel.yaml import YAML

from tests.servers import environment

from .conftest import SNAPSHOT, Document


def test_the_committed_document_is_what_the_code_says(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("pydotorg")
    printed = subprocess.run(
        [command, "openapi"], cwd=tmp_path, env=environment(tmp_path, {}), capture_output=True, check=True
    ).stdout
    assert printed == SNAPSHOT.read_bytes(), "the API has changed: run `make openapi`, and read what it changes"
    assert list(tmp_path.iterdir()) == [], "printing needs no database"


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_it_is_served_in_both_forms(server: str, document: Document, form: str) -> None:
    answer = httpx.get(f"{server}/api/openapi.{form}", trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == f"application/{form}"
    read = json.loads if form == "json" else YAML(typ="safe", pure=True).load
    assert read(answer.text) == document
