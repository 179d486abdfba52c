"""A real Chromium, driven by a script for Node."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PLAYWRIGHT = Path(__file__).parent / "contract" / "node_modules" / "playwright-core" / "package.json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SECONDS_MAX = 100


def driven(script: Path, **plan: Any) -> str:
    """What a script prints that carries out this plan, with this machine's browser; it must end well."""
    tools = {
        "browser": found(next(filter(None, map(shutil.which, BROWSERS)), None), "chromium"),
        "library": found(PLAYWRIGHT if PLAYWRIGHT.is_file() else None, "playwright-core (npm ci in tests/contract)"),
    }
    node = found(shutil.which("node"), "node")
    done = subprocess.run(
        [node, script, json.dumps(plan | tools)], capture_output=True, check=False, text=True, timeout=SECONDS_MAX
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def found(path: str | Path | None, name: str) -> str:
    """A part of the machine that a developer may lack, and CI may not."""
    if path is None and os.environ.get("CI"):
        pytest.fail(f"{name} is missing")
    if path is None:
        pytest.skip(f"{name} is missing")
    return str(path)
