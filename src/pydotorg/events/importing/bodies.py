"""What is asked for when a calendar is imported, and what is answered."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from msgspec import UNSET, Meta, Struct, UnsetType

from pydotorg.events.ics.entries import Remark
from pydotorg.kernel.fetching import ADDRESS_CHARACTERS_MAX
from pydotorg.kernel.http.bodies import Body, Relation


def faults_of_source(url: str | UnsetType, ics: str | UnsetType) -> Iterable[tuple[str, str]]:
    """A file comes from one place."""
    if url is not UNSET and ics is not UNSET:
        yield "ics", "must not be there beside `url`"


class Import(Body):
    """Where a file is, or the file itself. Without either, it is where it was last."""

    example: ClassVar[Mapping[str, Any]] = {"url": "https://example.org/snakes.ics"}
    relations: ClassVar[tuple[Relation, ...]] = (Relation(("url", "ics"), faults_of_source),)

    url: (
        Annotated[
            str,
            Meta(
                min_length=1, max_length=ADDRESS_CHARACTERS_MAX,
                description="An address that begins with https://, http:// or webcal://.",
                examples=["https://example.org/snakes.ics"],
            ),
        ]
        | UnsetType
    ) = UNSET  # fmt: skip
    ics: Annotated[str, Meta(min_length=1, description="An iCalendar file (RFC 5545).")] | UnsetType = UNSET


class ImportReport(Struct, frozen=True):
    """What an import has done."""

    unmodified: Annotated[bool, Meta(description="Whether the file is as it was last time, and was not read.")]
    created: Annotated[int, Meta(description="How many events are new.", examples=[3])]
    changed: Annotated[int, Meta(description="How many are different now.")]
    unchanged: Annotated[int, Meta(description="How many are as they were.")]
    cancelled: Annotated[int, Meta(description="How many were cancelled, since the file has them no more.")]
    skipped: Annotated[list[Remark], Meta(description="What was left out, and why.")]
    altered: Annotated[list[Remark], Meta(description="What was taken, but not as it is, and why.")]


#: of a file that was not read
UNMODIFIED = ImportReport(unmodified=True, created=0, changed=0, unchanged=0, cancelled=0, skipped=[], altered=[])
