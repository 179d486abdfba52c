"""A directory of artefacts: what lies in it, what each artefact measures, and which sidecars stand beside it."""

import os
import re
from collections.abc import Callable, Iterator
from hashlib import file_digest
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from pydotorg.releases.artefacts import SIDECARS

from .errors import CannotPublish, printable

Progress: TypeAlias = Callable[[int, int], None]

#: what an address on www.python.org may end with
NAME = re.compile(r"[A-Za-z0-9._~+-]{1,200}")


class Measured(Struct, frozen=True):
    """An artefact; of its sidecars, the members of a file that name them."""

    filename: str
    size: int
    sha256: str
    sidecars: tuple[str, ...]


class Directory(Struct, frozen=True):
    """What lies in a directory, not in those below it; everything by its name, in the order of names."""

    path: Path
    sizes: dict[str, int]  # of artefacts
    sidecars: dict[str, int]  # their sizes
    ignored: dict[str, str]  # and why

    def faults(self) -> Iterator[str]:
        """What must be mended before anything can be published."""
        if not self.sizes:
            yield f"There is nothing to publish in {self.path}."
        for name, size in sorted([*self.sizes.items(), *self.sidecars.items()]):
            if not NAME.fullmatch(name):
                yield f"{printable(name)} cannot be an address: use up to 200 letters, digits and ._~+- in its name."
            elif not size:
                yield f"{name} is empty."
        for name in self.sidecars:
            artefact = name.removesuffix(SIDECARS[sidecar_of(name)])
            if artefact not in self.sizes:
                yield f"{printable(name)} belongs to {printable(artefact)}, which is not there."

    def measure(self, progress: Progress) -> list[Measured]:
        """Every artefact; `progress` hears of bytes read, and in all."""
        files, faults, done = list[Measured](), [], 0
        for name, size in self.sizes.items():
            try:
                digest = _digest(self.path / name, size)
            except OSError as error:
                faults.append(f"{name} cannot be read: {reason_of(error)}.")
            else:
                beside = (member for member, suffix in SIDECARS.items() if name + suffix in self.sidecars)
                files.append(Measured(name, size, digest, tuple(beside)))
            done += size
            progress(done, sum(self.sizes.values()))
        if faults:
            raise CannotPublish(*faults)
        return files


def look_into(path: Path) -> Directory:
    """What lies there; hidden files and what is no file are passed over."""
    found = Directory(path, {}, {}, {})
    try:
        for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
            if entry.name.startswith("."):
                found.ignored[entry.name] = "it is hidden"
            elif not _is_file(entry):
                found.ignored[entry.name] = "it is no regular file"
            else:
                kind = found.sidecars if sidecar_of(entry.name) else found.sizes
                kind[entry.name] = entry.stat().st_size
    except FileNotFoundError as error:
        raise CannotPublish(f"There is no directory {path}.") from error
    except OSError as error:
        raise CannotPublish(f"{path} cannot be read: {reason_of(error)}.") from error
    return found


def sidecar_of(name: str) -> str:
    """The member of a file that names a sidecar of this name; empty for an artefact."""
    return next((member for member, suffix in SIDECARS.items() if name.endswith(suffix)), "")


def reason_of(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False


def _digest(path: Path, size: int) -> str:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        if os.fstat(file.fileno()).st_size != size:
            raise OSError(0, "it changes while it is read")
    return digest
