"""How commands print what they list: as a table for people, or as JSON for programs."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import click


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns as wide as what stands in them."""
    lines = [headings, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def as_json(found: Any) -> None:
    """Indented, as an API client would get it."""
    import msgspec

    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(found)) + b"\n")


def moment(at: datetime | None) -> str:
    """As RFC 3339 writes it, to the second; `never` for None."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else "never"
