"""What the files of a release were, and what they are."""

from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import Meta, Struct

from .schemas import File

#: when a row was written is no difference
COMPARED = tuple(name for name in File.__struct_fields__ if name != "updated_at")


class ValueChange(Struct, frozen=True):
    """What a member was, and what it is."""

    before: Any
    after: Any


class FileDifference(Struct, frozen=True):
    """A file that changes: as it is afterwards, and by the name of each member that differs, what it was and is."""

    file: File
    changes: dict[str, ValueChange]


class FilesDifference(Struct, frozen=True):
    """What a set of files changes in a release. Under a dry run, the ids of files to be added are not kept."""

    dry_run: bool
    added: list[File]
    changed: list[FileDifference]
    removed: list[File]
    unchanged: Annotated[list[str], Meta(description="File names.", examples=[["Python-3.15.0.tgz"]])]
    published: Annotated[bool, Meta(description="Whether this publishes the release, which was a draft.")]


def difference(before: Iterable[File], after: Iterable[File], *, dry_run: bool, published: bool) -> FilesDifference:
    """What became of files, which are known again by their ids."""
    were, are = {file.id: file for file in before}, {file.id: file for file in after}
    both = [(were[id], file) for id, file in are.items() if id in were]
    changes = [(file, _changes(was, file)) for was, file in both]
    return FilesDifference(
        dry_run=dry_run,
        added=[file for id, file in are.items() if id not in were],
        changed=[FileDifference(file, members) for file, members in changes if members],
        removed=[file for id, file in were.items() if id not in are],
        unchanged=[file.filename for file, members in changes if not members],
        published=published,
    )


def _changes(was: File, file: File) -> dict[str, ValueChange]:
    values = ((name, getattr(was, name), getattr(file, name)) for name in COMPARED)
    return {name: ValueChange(before, after) for name, before, after in values if before != after}
