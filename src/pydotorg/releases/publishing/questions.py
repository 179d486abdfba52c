"""What a release manager is asked at his terminal about files whose names tell nothing."""

from collections.abc import Sequence
from typing import get_args

import click
import msgspec

from pydotorg.kernel.text.plain import LINE_MESSAGE, Line
from pydotorg.releases.artefacts import Arch, Artefact, Kind

from .answers import OperatingSystem
from .directory import Measured
from .errors import CannotPublish

SKIP, ABORT, SOURCE, ANY = "skip", "abort", "source", "any"
KINDS = [kind for kind in get_args(Kind) if kind != SOURCE]
ARCHES = [ANY, *filter(None, get_args(Arch))]


def ask_about(files: Sequence[Measured], systems: Sequence[OperatingSystem]) -> dict[str, Artefact]:
    """What each of these files is, as somebody says it; those that he skips are left out."""
    answers = ((file.filename, _ask(file.filename, systems)) for file in files)
    return {filename: artefact for filename, artefact in answers if artefact is not None}


def _ask(filename: str, systems: Sequence[OperatingSystem]) -> Artefact | None:
    click.echo(f"What {filename} is cannot be told from its name.", err=True)
    system = _choice("Operating system", [*(system.slug for system in systems), SKIP, ABORT])
    if system == ABORT:
        raise CannotPublish("Nothing is published.")
    if system == SKIP:
        return None
    kind = SOURCE if system == SOURCE else _choice("Kind", KINDS)
    arch = ANY if system == SOURCE else _choice("Processors", ARCHES, ANY)
    name = click.prompt("Name on the download page", value_proc=_line, err=True)
    return msgspec.convert({"name": name, "os": system, "arch": "" if arch == ANY else arch, "kind": kind}, Artefact)


def _choice(label: str, choices: Sequence[str], default: str | None = None) -> str:
    answer: str = click.prompt(label, type=click.Choice(choices), default=default, err=True)
    return answer


def _line(text: str) -> str:
    try:
        return msgspec.convert(text.strip(), Line)
    except msgspec.ValidationError as error:
        raise click.UsageError(f"It {LINE_MESSAGE}.") from error
