"""The files from which calendars are imported: when one is read though it is as it was last time."""

from sqlalchemy import ColumnElement, or_, update

from pydotorg.kernel.database.transaction import Database

from .tables import Calendar

#: what a calendar remembers of its file then
ANEW = {"source_etag": "", "source_last_modified": ""}


async def read_anew(db: Database, *which: ColumnElement[bool]) -> None:
    """Let these calendars be read when they are imported next, even if their files are the same."""
    remembers = or_(*(getattr(Calendar, name) != "" for name in ANEW))
    forgotten = update(Calendar).where(remembers, *which).values(ANEW)
    await db.execute(forgotten.execution_options(synchronize_session=False))
