"""What a parameter names among few that are known: a list of nothing would hide a misspelt name."""

from pydotorg.kernel.database.transaction import Database

from . import queries


async def unknown_system(db: Database, identifier: str) -> str | None:
    """What is wrong with the name of an operating system, if anything is."""
    systems = await db.all(queries.operating_systems())
    if any(identifier == system.slug or identifier.lower() == str(system.id) for system in systems):
        return None
    return f"names no operating system; there are {', '.join(f'`{system.slug}`' for system in systems)}"
