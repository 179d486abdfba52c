"""What answers say of a term that something has."""

from typing import Any
from uuid import UUID

from msgspec import Meta, Struct

from pydotorg.kernel.http.json_schema import DEFAULT_EXAMPLES


class Chosen(Struct, frozen=True):
    """A term that something has."""

    id: UUID
    name: str
    slug: str


def such_as(name: str, slug: str, *, id: str = DEFAULT_EXAMPLES["uuid"], **more: Any) -> Meta:
    """An example of one; or of one of which more is said."""
    return Meta(examples=[{"id": id, "name": name, "slug": slug, **more}])
