"""Identifiers in paths: where a path takes `{id}` it takes a UUID or a slug, and some resources a name of their own."""

import re
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from .errors import NotFound

UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: all that an identifier may consist of: nothing that a database would choke on, and no dot-segment (RFC 3986 3.3)
IDENTIFIER = re.compile(r"[0-9A-Za-z]|(?!\.\.\Z)[0-9A-Za-z._+-]{2,200}")
#: paths, so no slugs
RESERVED = frozenset(
    {
        "latest", "scheduled", "slug", "release", "search", "mine", "upcoming", "featured", "review", "autocomplete",
        "by-path", "download", "files",
    }
)  # fmt: skip


def checked(identifier: str) -> str:
    """The identifier itself; what cannot be one names nothing, so it is a 404."""
    if not IDENTIFIER.fullmatch(identifier):
        raise NotFound("There is nothing with this identifier.")
    return identifier


def means_another(slug: str) -> bool:
    """Whether an address would mean something else by it: a word that is a path, or a UUID."""
    return slug in RESERVED or UUID_TEXT.fullmatch(slug) is not None


def named(
    identifier: str, by_id: InstrumentedAttribute[UUID], *by_name: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """The row with this UUID, else with this name in one of the given columns.

    No slug and no version looks like a UUID, and no slug like a version, so the order of trial needs no second query.
    """
    if UUID_TEXT.fullmatch(identifier):
        return by_id == UUID(identifier)
    return or_(*(column == identifier for column in by_name))
