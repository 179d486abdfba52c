"""Where the interfaces' scripts and styles come from: wheels that carry them (docs/decisions/0004).

The wheels are found, never imported: their own code is for another framework, which is not installed.
"""

from importlib import metadata
from pathlib import Path

import click
from msgspec import Struct


class CarrierMissing(click.ClickException):
    """A bundle is not on this machine; its text is one sentence that says what to do."""

    def __init__(self, needed: str) -> None:
        super().__init__(
            f"The documentation pages need {needed}; start with `make serve`, "
            "or run `pip install --no-deps --require-hashes -r requirements/pages.txt`."
        )


EMPTY_PICTURE = b"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"


class Carried(Struct, frozen=True):
    """A file inside a wheel."""

    wheel: str
    file: str
    foreign: tuple[bytes, ...] = ()
    """Addresses on other hosts that the file would ask for by itself, each replaced by an empty picture."""

    def find(self) -> tuple[Path, str]:
        """The file on this machine, and its wheel's version; raises `CarrierMissing`."""
        try:
            wheel = metadata.distribution(self.wheel)
        except metadata.PackageNotFoundError:
            raise CarrierMissing(f"the wheel {self.wheel}") from None
        path = Path(str(wheel.locate_file(self.file)))
        if not path.is_file():
            raise CarrierMissing(f"another version of the wheel {self.wheel}: {wheel.version} lacks {self.file}")
        return path, wheel.version

    def read(self) -> bytes:
        """The file, asking nothing of other hosts."""
        body = self.find()[0].read_bytes()
        for address in self.foreign:
            body = body.replace(address, EMPTY_PICTURE)
        return body
