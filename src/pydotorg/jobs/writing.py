"""Jobs: written and changed by their owners, or by moderators."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from msgspec import UNSET

from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.fulltext.words import key_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Fault
from pydotorg.kernel.review.desk import Desk
from pydotorg.kernel.review.writing import (
    Columns,
    apply,
    begin,
    columns_of,
    demand_features,
    differing,
    draft,
    html_columns_of,
    take_to_change,
)
from pydotorg.kernel.taxonomy.choosing import Choosing

from . import terms
from .bodies import CONTACT, MARKDOWN, PLAIN, JobChange, NewJob, faults_of_range
from .review import JOBS
from .tables import Job

#: their ids
Types = set[UUID]
#: what is compared without regard to case and accents, by the column for it
FOLDED = {"city": "city_key", "region": "region_key", "country": "country_key", "company_name": "company_key"}


def keys_of(said: Mapping[str, Any]) -> Columns:
    """The columns for comparing of what is said."""
    return {key: key_of(said[name]) for name, key in FOLDED.items() if name in said}


async def make(db: Database, new: NewJob, caller: Caller) -> UUID:
    """Make a draft."""
    await begin(db, JOBS, caller)
    choosing = Choosing(db)
    category = await choosing.one(terms.CATEGORIES, "category", new.category)
    types = await choosing.many(terms.TYPES, "job_types", new.job_types)
    choosing.demand_faultless()
    columns = columns_of(new, PLAIN, markdown=MARKDOWN)
    job = Job(
        is_featured=False, category_id=category, **draft(JOBS, caller, f"{new.job_title} {new.company_name}"),
        **columns, **keys_of(columns), **await html_columns_of(columns, MARKDOWN),
    )  # fmt: skip
    db.add(job)
    await db.flush()
    await terms.OF_JOBS.give(db, job.id, types)
    return job.id


async def change(db: Database, desk: Desk, identifier: str, change: JobChange, caller: Caller) -> UUID:
    """Change what a job says; an approved one waits for review then, unless only how to reach somebody changes."""
    job = await take_to_change(db, JOBS, identifier, caller)
    demand_features(JOBS, caller, change.is_featured)
    different, types = await _different(db, job, change)
    keeps_state = JOBS.is_moderator(caller) or (different.keys() <= {*CONTACT} and types is None)
    columns = {**different, **keys_of(different), **await html_columns_of(different, MARKDOWN)}
    await apply(db, desk, JOBS, job, caller, columns, types, keeps_state=keeps_state)
    return job.id


async def _different(db: Database, job: Job, change: JobChange) -> tuple[Columns, Types | None]:
    """What a change makes different: columns, and the types if they do."""
    given = columns_of(change, (*PLAIN, "is_featured"), markdown=MARKDOWN)
    low, high = (given.get(name, getattr(job, name)) for name in ("salary_min", "salary_max"))
    had = await terms.OF_JOBS.terms(db, job.id)
    choosing = Choosing(db, [Fault(name, "body", message) for name, message in faults_of_range(low, high)])
    if change.category is not UNSET:
        given["category_id"] = await choosing.one(terms.CATEGORIES, "category", change.category, {job.category_id})
    types = had if change.job_types is UNSET else await choosing.many(terms.TYPES, "job_types", change.job_types, had)
    choosing.demand_faultless()
    return differing(job, given), None if types == had else types
