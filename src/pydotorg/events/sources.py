"""The files from which calendars are imported: when one is read though it is as it was last time."""

from sqlalchemy import ColumnElement, or_, select

from pydotorg.kernel.database.transaction import Database

from .tables import Calendar

#: what a calendar remembers of its file then
ANEW = {"source_etag": "", "source_last_modified": ""}


async def read_anew(db: Database, *which: ColumnElement[bool]) -> None:
    """Let these calendars be read when they are imported next, even if their files are the same."""
    remembers = or_(*(getattr(Calendar, name) != "" for name in ANEW))
    for calendar in (await db.execute(select(Calendar).where(remembers, *which))).scalars():
        for name, nothing in ANEW.items():
            setattr(calendar, name, nothing)
