"""Other readers of the document: Redocly's linter, Postman's converter, JavaScript's regular expressions."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .conftest import SNAPSHOT, Document, schemas_in

RULES = Path(__file__).with_name("redocly.yaml")
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


def run(*command: str | Path) -> str:
    """What a program answers; it must end well."""
    done = subprocess.run(
        command, env={**os.environ, **QUIET}, capture_output=True, check=False, text=True, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_recommended_rules_of_redocly_find_nothing(node: str, node_modules: Path) -> None:
    linter = node_modules / "@redocly/cli/bin/cli.js"
    found = json.loads(run(node, linter, "lint", "--config", RULES, "--format", "json", SNAPSHOT))
    assert [(each["ruleId"], each["message"]) for each in found["problems"]] == []
    assert found["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}


def test_postman_imports_every_operation(node: str, node_modules: Path, document: Document, tmp_path: Path) -> None:
    converter = node_modules / "openapi-to-postmanv2/bin/openapi2postmanv2.js"
    run(node, converter, "-s", SNAPSHOT, "-o", tmp_path / "collection.json")
    imported = {
        (request["method"].lower(), "/" + "/".join(request["url"]["path"]))
        for request in requests(json.loads((tmp_path / "collection.json").read_bytes()))
    }
    assert imported == {
        (method, re.sub(r"{(\w+)}", r":\1", path)) for path, methods in document["paths"].items() for method in methods
    }


def test_javascript_reads_every_pattern(node: str, document: Document) -> None:
    patterns = {each["pattern"] for each in schemas_in(document) if isinstance(each.get("pattern"), str)}
    assert len(patterns) > 3
    run(node, "--eval", f"for (const pattern of {json.dumps(sorted(patterns))}) new RegExp(pattern, 'u')")


def requests(folder: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every request of a Postman collection."""
    for each in folder["item"]:
        if "request" in each:
            yield each["request"]
        else:
            yield from requests(each)
