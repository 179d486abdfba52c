"""The calendars that python.org has; what happens in them is written, or imported from where it is published today."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg.events.tables import Calendar

from .records import Facts
from .terms import rows_of_terms


async def calendars(connection: AsyncConnection, facts: Facts) -> list[dict[str, Any]]:
    """The rows of the calendars that are missing."""
    sources = {record.slug: record.source for record in facts.calendars}
    rows = await rows_of_terms(connection, Calendar, "calendar", facts.calendars)
    nothing_else = {"description": "", "description_html": "", "url": "", "timezone": "UTC"}
    return [row | nothing_else | {"source": sources[row["slug"]]} for row in rows]
