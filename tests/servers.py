"""A real server: the command `pydotorg serve` in a process of its own, on a free port, with the bundled releases."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 15
ANNOUNCED = re.compile(r"(http://\S+)/api/v1$", re.MULTILINE)


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[str]:
    """The address of a server that keeps everything in this folder; it must start, and end when it is told to."""
    log = folder / "server.log"
    program = Path(sys.executable).with_name("pydotorg")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "serve"], cwd=folder, env=environment(folder, settings), stdout=output, stderr=output
        )
    try:
        yield address(process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.returncode == 0, f"the server ended with {process.returncode}:\n{log.read_text()}"


def command(folder: Path, *arguments: str, said: str = "", **settings: str) -> str:
    """What another `pydotorg` prints that works in the folder of a server; it must end well."""
    program = Path(sys.executable).with_name("pydotorg")
    done = subprocess.run(
        [program, *arguments], cwd=folder, env=environment(folder, settings), input=said, capture_output=True,
        text=True, check=False, timeout=START_SECONDS_MAX,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    """That of this process without its settings, so that only what is said here holds."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYDOTORG_")}
    store = os.environ.get("PYDOTORG_TEST_STORE", "true")
    own = {
        "PYDOTORG_STORE": store,
        "PYDOTORG_PORT": "0",
        "PYDOTORG_DATABASE_URL": f"sqlite:///{folder}/pydotorg.db",
        "PYTHONUNBUFFERED": "1",
    }
    return {**inherited, **own, **settings}


def address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where the server is, as it says itself, once it answers there."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and process.poll() is None:
        announced = ANNOUNCED.search(log.read_text())
        if announced and is_healthy(announced[1]):
            return announced[1]
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{log.read_text()}")


def is_healthy(base: str) -> bool:
    try:
        return httpx.get(f"{base}/health", trust_env=False, timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
