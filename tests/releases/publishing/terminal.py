"""Somebody at a terminal of a certain width, who reads what a command shows and types what it asks for."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType
from typing import Self

SECONDS_MAX = 30
PROGRAM = Path(sys.executable).with_name("pydotorg")


class Typist:
    """One command, given at a pseudo-terminal; standard input, output and error are all that terminal."""

    def __init__(self, *arguments: str | Path, token: str, columns: int = 80) -> None:
        self.terminal, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYDOTORG_", "COLUMNS"))}
        self.process = subprocess.Popen(
            [PROGRAM, *arguments], env={**inherited, "PYDOTORG_TOKEN": token, "TERM": "xterm"}, start_new_session=True,
            stdin=theirs, stdout=theirs, stderr=theirs,
        )  # fmt: skip
        os.close(theirs)
        self.seen = ""
        self.dealt_with = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self.terminal)
        self.process.kill()
        self.process.wait()

    def wait_for(self, text: str) -> None:
        """Read until this is shown, after what has been dealt with before."""
        while (found := self.seen.find(text, self.dealt_with)) < 0:
            assert self._read(), f"{text} was never shown:\n{self.seen}"
        self.dealt_with = found + len(text)

    def answer(self, question: str, text: str) -> None:
        """Wait until this is asked, and type."""
        self.wait_for(question)
        os.write(self.terminal, f"{text}\n".encode())

    def end(self) -> int:
        """The exit status."""
        while self._read():
            pass
        return self.process.wait(SECONDS_MAX)

    def _read(self) -> bool:
        """Read a bit more; false at the end."""
        deadline = time.monotonic() + SECONDS_MAX
        ready, _, _ = select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))
        assert ready, f"nothing more was shown:\n{self.seen}"
        try:
            text = os.read(self.terminal, 65_536)
        except OSError:  # Linux's way to say that the other end is closed
            return False
        self.seen += text.decode().replace("\r\n", "\n")
        return bool(text)
