"""What a parameter or a member of a body names must be there: a list of nothing would hide a misspelt name."""

from pydotorg.kernel.database.transaction import Database

from . import queries, schemas

#: what a request remembers, which may name hundreds
SYSTEMS = "systems"


async def unknown_system(db: Database, identifier: str) -> str | None:
    """What is wrong with the name of an operating system, if anything is."""
    if SYSTEMS not in db.info:
        db.info[SYSTEMS] = await db.all(queries.operating_systems())
    systems: list[schemas.OperatingSystem] = db.info[SYSTEMS]
    if any(identifier == system.slug or identifier.lower() == str(system.id) for system in systems):
        return None
    return f"names no operating system; there are {', '.join(f'`{system.slug}`' for system in systems)}"


async def unknown_release(db: Database, identifier: str) -> str | None:
    """What is wrong with the name of a release, if anything is; two products may share a version."""
    slugs = [slug for (slug,) in await db.fetch(queries.slugs_of_releases(identifier))]
    if len(slugs) > 1:
        return f"names {' and '.join(f'`{slug}`' for slug in slugs)}; give the id or slug of one"
    return None if slugs else "names no release; give its id, version or slug"
