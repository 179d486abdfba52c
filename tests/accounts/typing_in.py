"""Somebody at a terminal, who gives commands to a database."""

import io
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from pydotorg import cli

from .people import PASSWORD


class Done(NamedTuple):
    """How a command ended, and what it printed."""

    status: object
    printed: str
    complaint: str

    @property
    def refusal(self) -> str:
        """The one sentence of a command that could not do its work."""
        assert (self.status, self.printed) == (1, "")
        assert self.complaint.startswith("pydotorg: ")
        assert self.complaint.count("\n") == 1
        return self.complaint.removeprefix("pydotorg: ").strip()

    @property
    def answer(self) -> str:
        """What is printed by a command that could."""
        assert (self.status, self.complaint) == (0, "")
        return self.printed


class Terminal:
    """Gives commands as `pydotorg` gets them, in this process."""

    def __init__(self, url: str, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.patch, self.capture = patch, capture
        patch.chdir(folder)
        patch.setenv("PYDOTORG_DATABASE_URL", url)
        patch.setenv("PYDOTORG_PUBLIC_URL", "https://api.example.org")
        patch.setenv("PYDOTORG_SECRET_KEY", "tests-" * 8)

    def __call__(self, *arguments: str, given: bytes = b"") -> Done:
        self.patch.setattr(sys, "argv", ["pydotorg", *arguments])
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), "utf-8"))
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed, complaint = self.capture.readouterr()
        return Done(ended.value.code or 0, printed, complaint)

    def make(self, name: str, *more: str, password: str = PASSWORD) -> Done:
        address = f"{name}@example.org"
        return self("users", "create", name, "--email", address, "--password-stdin", *more, given=password.encode())
