"""Jobs: written and changed by their owners, or by moderators."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from msgspec import UNSET

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.fulltext.words import key_of
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import said
from pydotorg.kernel.http.errors import Fault, Forbidden
from pydotorg.kernel.review.desk import Desk, demand_right
from pydotorg.kernel.review.directory import demand_stays
from pydotorg.kernel.review.lifecycle import CHANGE, DRAFT
from pydotorg.kernel.review.submissions import demand_room
from pydotorg.kernel.taxonomy import Choosing
from pydotorg.kernel.text.markdown import html_of
from pydotorg.kernel.text.slugs import distinct_slug

from . import terms
from .bodies import CONTACT, MARKDOWN, PLAIN, JobChange, NewJob, faults_of_range
from .lifecycle import LIFECYCLE
from .review import JOBS, rows_of_types
from .tables import DATASET, Job, TypeOfJob

Columns = dict[str, Any]
#: their ids
Types = set[UUID]
#: what is compared without regard to case and accents, by the column for it
FOLDED = {"city": "city_key", "region": "region_key", "country": "country_key", "company_name": "company_key"}


def keys_of(said: Mapping[str, Any]) -> Columns:
    """The columns for comparing of what is said."""
    return {key: key_of(said[name]) for name, key in FOLDED.items() if name in said}


def columns_of(body: NewJob | JobChange, names: Iterable[str]) -> Columns:
    """The columns of what a body says, without the spaces around a line."""
    given = said(body, names)
    lines = {name: text.strip() for name, text in given.items() if isinstance(text, str) and name not in MARKDOWN}
    return given | lines


async def html_columns_of(said: Mapping[str, Any]) -> Columns:
    """The columns with the HTML of what is said in Markdown."""
    return {f"{name}_html": await html_of(said[name]) for name in MARKDOWN if name in said}


async def make(db: Database, new: NewJob, caller: Caller) -> UUID:
    """Make a draft; a 401 for whose account has just been closed."""
    await demand_stays(db, caller)
    await turn_of(db, DATASET)
    await demand_room(db, JOBS, caller)
    choosing = Choosing(db)
    category = await choosing.one(terms.CATEGORIES, "category", new.category)
    types = await choosing.many(terms.TYPES, "job_types", new.job_types)
    choosing.demand_faultless()
    id, now, columns = new_id(), clock.now(), columns_of(new, PLAIN)
    job = Job(
        id=id, slug=distinct_slug(f"{new.job_title} {new.company_name}", id, "job"), owner_id=caller.account,
        status=DRAFT, reason="", suspicion="", is_featured=False, category_id=category, **columns, **keys_of(columns),
        **await html_columns_of(columns), created_at=now, updated_at=now,
    )  # fmt: skip
    db.add(job)
    await db.flush()
    await _set_types(db, job, types)
    return id


async def change(db: Database, desk: Desk, identifier: str, change: JobChange, caller: Caller) -> UUID:
    """Change what a job says; an approved one waits for review then, unless only how to reach somebody changes."""
    job = await JOBS.take(db, identifier, caller)
    demand_right(JOBS, LIFECYCLE.move(CHANGE), job, caller)
    is_moderator = JOBS.is_moderator(caller)
    if change.is_featured is not UNSET and not is_moderator:
        raise Forbidden("Whether a job is featured is set by moderators.")
    differing, types = await _differing(db, job, change)

    async def apply() -> None:
        for name, value in {**differing, **keys_of(differing), **await html_columns_of(differing)}.items():
            setattr(job, name, value)
        if types is not None:
            await _set_types(db, job, types)

    keeps_state = is_moderator or (differing.keys() <= {*CONTACT} and types is None)
    is_same = not differing and types is None
    await desk.change(db, JOBS, job, caller, None if is_same else apply, keeps_state=keeps_state)
    return job.id


async def _differing(db: Database, job: Job, change: JobChange) -> tuple[Columns, Types | None]:
    """What a change makes different: columns, and the types if they do."""
    given = columns_of(change, (*PLAIN, "is_featured"))
    low, high = (given.get(name, getattr(job, name)) for name in ("salary_min", "salary_max"))
    had = {row.type_id for row in await rows_of_types(db, job)}
    choosing = Choosing(db, [Fault(name, "body", message) for name, message in faults_of_range(low, high)])
    if change.category is not UNSET:
        given["category_id"] = await choosing.one(terms.CATEGORIES, "category", change.category, {job.category_id})
    types = had if change.job_types is UNSET else await choosing.many(terms.TYPES, "job_types", change.job_types, had)
    choosing.demand_faultless()
    differing = {name: value for name, value in given.items() if getattr(job, name) != value}
    return differing, None if types == had else types


async def _set_types(db: Database, job: Job, types: Types) -> None:
    had = {row.type_id: row for row in await rows_of_types(db, job)}
    for id in had.keys() - types:
        await db.delete(had[id])
    db.add_all(TypeOfJob(job_id=job.id, type_id=id) for id in types - had.keys())
    await db.flush()
