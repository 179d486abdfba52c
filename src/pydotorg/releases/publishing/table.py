"""A plan as a table: a line a file where the terminal is wide enough, else two."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Any

from pydotorg.releases.artefacts import SIDECARS

from .answers import Difference, StoredFile
from .plan import Entry

HEADINGS = ("", "file", "os", "arch", "kind", "size", "sha256", "button", "sidecars")
DIGEST_CHARACTERS = 8
INDENT = "    "
COLUMNS_MIN = 40
UNITS = ("B", "kB", "MB", "GB")


def lines(entries: Sequence[Entry], difference: Difference, width: int | None) -> Iterator[str]:
    """What happens to which file, then what changes in those that change; `width` is that of the terminal."""
    changed = {each.file.filename for each in difference.changed}
    actions = dict.fromkeys(difference.unchanged, "same") | dict.fromkeys(changed, "change")
    rows = [_row(actions.get(entry.filename, "add"), entry) for entry in entries]
    rows += [_row("remove", file) for file in difference.removed]
    rows.sort(key=lambda row: row[1])
    wide = [*_aligned([HEADINGS, *rows])]
    is_wide = width is None or max(map(len, wide)) <= width
    for line in [*(wide if is_wide else _stacked(rows)), *_changes(difference)]:
        yield from [line] if width is None else _folded(line, max(width, COLUMNS_MIN))


def _row(action: str, file: Entry | StoredFile) -> tuple[str, ...]:
    beside = file.sidecars if isinstance(file, Entry) else [member for member in SIDECARS if getattr(file, member)]
    return (
        action, file.filename, file.os, file.arch, file.kind, _size(file.filesize), file.sha256_sum[:DIGEST_CHARACTERS],
        "button" if file.download_button else "", " ".join(SIDECARS[member].split(".")[1] for member in beside),
    )  # fmt: skip


def _stacked(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    actions, details = _aligned([row[:2] for row in rows]), _aligned([row[2:] for row in rows])
    for action, detail in zip(actions, details, strict=True):
        yield action
        yield INDENT + detail


def _changes(difference: Difference) -> Iterator[str]:
    for each in difference.changed:
        for member, values in each.changes.items():
            before, after = _value(values.get("before")), _value(values.get("after"))
            yield f"{each.file.filename}: {member} {before} becomes {after}"


def _folded(line: str, width: int) -> list[str]:
    return wrap(line, width, subsequent_indent=INDENT, break_on_hyphens=False, break_long_words=False)


def _aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as what stands in them; those with nothing in them are left out."""
    filled = list(rows)
    widths = [max(map(len, column)) for column in zip(*filled, strict=True)]
    for row in filled:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True) if width).rstrip()


def _size(size: int | None) -> str:
    if size is None:
        return "?"
    thousands = min((len(str(size)) - 1) // 3, len(UNITS) - 1)
    return f"{size / 1000**thousands:.{1 if thousands else 0}f} {UNITS[thousands]}"


def _value(value: Any) -> str:
    return "nothing" if value in ("", None) else str(value)
