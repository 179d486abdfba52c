"""Jobs: written, changed and deleted by their owners, or by moderators."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import select

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.fulltext.index import forget
from pydotorg.kernel.database.fulltext.words import folded
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import said
from pydotorg.kernel.http.errors import SENTENCES, Fault, Forbidden, Invalid, Unauthenticated
from pydotorg.kernel.http.identifiers import means_another
from pydotorg.kernel.review import comments
from pydotorg.kernel.review.desk import Desk, change_of, demand_right
from pydotorg.kernel.review.directory import stays
from pydotorg.kernel.review.lifecycle import CHANGE, DELETE, DRAFT
from pydotorg.kernel.taxonomy import Taxonomy
from pydotorg.kernel.text.slugs import slug_of

from . import terms
from .bodies import CONTACT, PLAIN, JobChange, NewJob, faults_of_range
from .lifecycle import LIFECYCLE
from .review import JOBS
from .tables import DATASET, Job, TypeOfJob

Columns = dict[str, Any]
#: their ids
Types = set[UUID]
#: what is compared without regard to case and accents, by the column for it
FOLDED = {"city": "city_key", "region": "region_key", "country": "country_key", "company_name": "company_key"}


def keys_of(said: Mapping[str, Any]) -> Columns:
    """The columns for comparing of what is said."""
    return {key: folded(said[name]) for name, key in FOLDED.items() if name in said}


async def make(db: Database, new: NewJob, caller: Caller) -> UUID:
    """Make a draft; a 401 for whose account has just been closed."""
    if not await stays(db, caller):
        raise Unauthenticated(SENTENCES[401])
    await turn_of(db, DATASET)
    id, now, columns = new_id(), clock.now(), {name: getattr(new, name) for name in PLAIN}
    job = Job(
        id=id, slug=await free_slug(db, f"{new.job_title} {new.company_name}", id), owner_id=caller.account,
        status=DRAFT, reason="", suspicion="", is_featured=False,
        category_id=await _id(db, terms.CATEGORIES, new.category, "category"),
        **columns, **keys_of(columns), created_at=now, updated_at=now,
    )  # fmt: skip
    db.add(job)
    await db.flush()
    await _set_types(db, job, await _types(db, new.job_types))
    return id


async def change(db: Database, desk: Desk, identifier: str, change: JobChange, caller: Caller) -> UUID:
    """Change what a job says; an approved one waits for review then, unless only how to reach somebody changes."""
    job = await JOBS.take(db, identifier, caller)
    demand_right(JOBS, LIFECYCLE.move(CHANGE), job, caller)
    is_moderator = JOBS.is_moderator(caller)
    if change.is_featured is not UNSET and not is_moderator:
        raise Forbidden("Whether a job is featured is set by moderators.")
    differing, types = await _differing(db, job, change)
    keeps_state = is_moderator or (differing.keys() <= {*CONTACT} and types is None)
    move = change_of(JOBS, job, keeps_state=keeps_state)
    if not differing and types is None:
        return job.id
    for name, value in {**differing, **keys_of(differing)}.items():
        setattr(job, name, value)
    if types is not None:
        await _set_types(db, job, types)
    await desk.changed(db, JOBS, job, move, caller)
    return job.id


async def delete(db: Database, identifier: str, caller: Caller) -> None:
    """Delete a job with what was said about it, while it is its owner's to change."""
    job = await JOBS.take(db, identifier, caller)
    move = LIFECYCLE.move(DELETE)
    demand_right(JOBS, move, job, caller)
    LIFECYCLE.demand(move, job.state)
    await _delete(db, job)


async def leave(db: Database, account: UUID) -> None:
    """Let somebody go who closes his account: what he has published stays, without him; the rest goes with him."""
    await turn_of(db, DATASET)
    for job in (await db.execute(select(Job).where(Job.owner_id == account))).scalars().all():
        if job.published_at is None:
            await _delete(db, job)
        else:
            job.owner_id, job.email = None, ""
    await db.flush()


async def _delete(db: Database, job: Job) -> None:
    await forget(db, LIFECYCLE.called, job.id)
    await comments.forget(db, LIFECYCLE.called, job.id)
    await _set_types(db, job, set())
    await db.delete(job)
    await db.flush()


async def _differing(db: Database, job: Job, change: JobChange) -> tuple[Columns, Types | None]:
    """What a change makes different: columns, and the types if they do."""
    given = said(change, (*PLAIN, "is_featured"))
    low, high = (given.get(name, getattr(job, name)) for name in ("salary_min", "salary_max"))
    if faults := [Fault(name, "body", message) for name, message in faults_of_range(low, high)]:
        raise Invalid(faults)
    if change.category is not UNSET:
        given["category_id"] = await _id(db, terms.CATEGORIES, change.category, "category")
    types = None if change.job_types is UNSET else await _types(db, change.job_types)
    had = {row.type_id for row in await _rows_of_types(db, job)}
    differing = {name: value for name, value in given.items() if getattr(job, name) != value}
    return differing, None if types == had else types


async def _set_types(db: Database, job: Job, types: Types) -> None:
    had = {row.type_id: row for row in await _rows_of_types(db, job)}
    for id in had.keys() - types:
        await db.delete(had[id])
    db.add_all(TypeOfJob(job_id=job.id, type_id=id) for id in types - had.keys())
    await db.flush()


async def _rows_of_types(db: Database, job: Job) -> Sequence[TypeOfJob]:
    wanted = select(TypeOfJob).where(TypeOfJob.job_id == job.id).order_by(TypeOfJob.type_id)
    return [*(await db.execute(wanted)).scalars()]


async def _types(db: Database, names: Sequence[str]) -> Types:
    return {await _id(db, terms.TYPES, name, f"job_types.{place}") for place, name in enumerate(names)}


async def _id(db: Database, taxonomy: Taxonomy[Any], name: str, member: str) -> UUID:
    """The id of what this member of the body names; a 422 if it has been removed since the body was read."""
    named = await db.first(taxonomy.rows(taxonomy.names(name)))
    if named is None:
        raise Invalid([Fault(member, "body", f"names no {taxonomy.called}")])
    id: UUID = named.id
    return id


async def free_slug(db: Database, text: str, id: UUID) -> str:
    """A slug that no other job has, made of its title and company: never one that an address could mean otherwise."""
    plain = slug_of(text)
    slug = f"job-{plain}".rstrip("-") if not plain or means_another(plain) else plain
    taken = await db.fetch(select(Job.id).where(Job.slug == slug))
    return f"{slug}-{id.hex[-8:]}" if taken or not plain else slug
