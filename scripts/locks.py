"""Makes the hash-locked requirements from pyproject.toml, or checks that they were made from it as it stands.

    .venv/bin/python scripts/locks.py make [--upgrade]    pins that still fit stay, unless told to upgrade
    .venv/bin/python scripts/locks.py check               changes nothing and asks no registry

Each lock begins with a checksum of what was asked for when it was made, and `check` compares that.
"""

import hashlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from environment import CHECKOUT, DEVELOPMENT, PAGES, RUNTIME, UV, UV_COMMAND, pins, settings_for_uv

PROJECT = "the project's own dependencies"
ASKED = {RUNTIME: [PROJECT, "build"], DEVELOPMENT: [PROJECT, "build", "dev"], PAGES: ["pages"], UV: ["uv"]}
OPTIONS = {DEVELOPMENT: ["--constraints", str(RUNTIME)], PAGES: ["--no-deps"]}
COMPILE = [
    *(str(UV_COMMAND), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--custom-compile-command", "make lock"),
]


def main(arguments: list[str]) -> None:
    match arguments:
        case ["make", *options]:
            make(options)
        case ["check"]:
            check()
        case _:
            sys.exit("usage: locks.py make [--upgrade] | check")


def make(options: list[str]) -> None:
    for lock, asked in ASKED.items():
        inputs = ("pyproject.toml" if part == PROJECT else f"--group={part}" for part in asked)
        command = [*COMPILE, *inputs, *OPTIONS.get(lock, []), *options, "--output-file", str(lock)]
        if subprocess.run(command, cwd=CHECKOUT, env={**settings_for_uv(), **os.environ}, check=False).returncode:
            sys.exit(f"uv could not resolve {lock.name}; its words stand above.")
        lock.write_text(f"{origin(lock)}\n{lock.read_text(encoding='utf-8')}", encoding="utf-8")


def check() -> None:
    for lock in ASKED:
        if lock.read_text(encoding="utf-8").partition("\n")[0] != origin(lock):
            sys.exit(f"{lock.name} does not fit pyproject.toml: run `make lock`.")
    if missing := pins(RUNTIME) - pins(DEVELOPMENT):
        packages = ", ".join(sorted(pin.split()[0] for pin in missing))
        sys.exit(f"{DEVELOPMENT.name} does not pin what {RUNTIME.name} pins ({packages}): run `make lock`.")
    print("The locks fit pyproject.toml.")


def origin(lock: Path) -> str:
    pyproject = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = {PROJECT: pyproject["project"]["dependencies"], **pyproject["dependency-groups"]}
    asked = [pyproject["project"]["requires-python"], *(sorted(parts[part]) for part in ASKED[lock])]
    return f"# What pyproject.toml asks for here: {hashlib.sha256(repr(asked).encode()).hexdigest()}"


if __name__ == "__main__":
    main(sys.argv[1:])
