"""What the job board begins with: types and categories; and, for who asks for samples, jobs that nobody offers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg.jobs.bodies import MARKDOWN
from pydotorg.jobs.lifecycle import LIFECYCLE
from pydotorg.jobs.review import texts_of
from pydotorg.jobs.tables import Job, JobCategory, JobType, TypeOfJob
from pydotorg.jobs.writing import keys_of
from pydotorg.kernel import clock
from pydotorg.kernel.database.fulltext.index import Indexed, index_all
from pydotorg.kernel.taxonomy import Term
from pydotorg.kernel.text.markdown import to_html
from pydotorg.releases.identity import BEGINNING, stable_id

from .records import Facts, JobRecord
from .terms import rows_of_terms

Row = dict[str, Any]


async def categories(connection: AsyncConnection, facts: Facts) -> list[Row]:
    """The rows of the categories that are missing."""
    return await rows_of_terms(connection, JobCategory, "job-category", facts.job_categories)


async def types(connection: AsyncConnection, facts: Facts) -> list[Row]:
    """The rows of the types that are missing."""
    return await rows_of_terms(connection, JobType, "job-type", facts.job_types)


async def jobs(connection: AsyncConnection, facts: Facts) -> list[Row]:
    """The rows of the jobs that are missing, each with its document in the index of words."""
    known = {*(await connection.execute(select(Job.slug))).scalars()}
    missing = [record for record in facts.jobs if record.slug not in known]
    slugs = await _by_slug(connection, JobCategory)
    rows = [_job(record, slugs[record.category]) for record in missing if record.category in slugs]
    shown = [Indexed(LIFECYCLE.called, row["id"], texts_of(Job(**row)), row["expires_at"]) for row in rows]
    documents = await index_all(connection, shown)
    return [{**row, "document": number} for row, number in zip(rows, documents, strict=True)]


async def _by_slug(connection: AsyncConnection, table: type[Term]) -> dict[str, UUID]:
    return {row.slug: row.id for row in await connection.execute(select(table.slug, table.id))}


def _job(record: JobRecord, category: UUID) -> Row:
    now = clock.now()
    said = {
        "job_title": record.job_title, "company_name": record.company_name, "company_description": "",
        "city": record.city, "region": "", "country": record.country, "telecommuting": record.telecommuting,
        "agencies": False, "visa_sponsorship": False, "relocation": False, "salary_min": None, "salary_max": None,
        "salary_currency": "", "salary_period": "", "description": record.description, "requirements": "",
        "contact": "", "url": "", "email": "", "category_id": category, "is_featured": False,
    }  # fmt: skip
    kept = {
        "id": _id_of(record), "slug": record.slug, "owner_id": None, "status": "approved", "reason": "",
        "suspicion": "", "submitted_at": now, "published_at": now, "expires_at": now + timedelta(days=90),
        "created_at": now, "updated_at": now,
    }  # fmt: skip
    return said | kept | keys_of(said) | {f"{name}_html": to_html(said[name]) for name in MARKDOWN}


def _id_of(record: JobRecord) -> UUID:
    return stable_id(BEGINNING, f"job-{record.slug}")


async def types_of_jobs(connection: AsyncConnection, facts: Facts) -> list[Row]:
    """Of which types the jobs are that have just been made."""
    slugs = await _by_slug(connection, JobType)
    there = {*(await connection.execute(select(Job.id))).scalars()}
    typed = {*(await connection.execute(select(TypeOfJob.job_id))).scalars()}
    return [
        {"job_id": _id_of(record), "type_id": slugs[type_]}
        for record in facts.jobs
        if _id_of(record) in there - typed
        for type_ in record.job_types
        if type_ in slugs
    ]
