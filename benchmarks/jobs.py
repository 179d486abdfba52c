"""A job board that is full: jobs that nobody offers, the same in every run."""

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg import settings
from pydotorg.jobs.review import texts_of
from pydotorg.jobs.tables import Job, JobCategory, JobType, TypeOfJob
from pydotorg.jobs.writing import keys_of
from pydotorg.kernel.batches import batched
from pydotorg.kernel.database.engine import create_engine, learn
from pydotorg.kernel.database.fulltext.index import Indexed, index_all
from pydotorg.kernel.database.fulltext.tables import SearchDocument
from pydotorg.kernel.database.keys import new_id

Row = dict[str, Any]
ROWS_AT_ONCE = 500
SEED = 3141
#: a word that stands in every job, one in every fifth, and one in every thousandth
IN_ALL, IN_MANY, IN_FEW = "python", "django", "cobra"
MANY, FEW = 5, 1000
PROSE_WORDS, VOCABULARY = 120, 4000
ROLES = ("developer", "engineer", "analyst", "administrator", "architect", "consultant", "teacher", "researcher")
CITIES = (
    ("Zürich", "Switzerland"), ("Berlin", "Germany"), ("São Paulo", "Brazil"), ("Kraków", "Poland"),
    ("Nairobi", "Kenya"), ("Pune", "India"), ("Montréal", "Canada"), ("Kyoto", "Japan"), ("Austin", "United States"),
)  # fmt: skip


def fill(url: str, number: int) -> None:
    """Put so many approved jobs into a database that has the snapshot."""
    asyncio.run(_fill(settings.load({"PYDOTORG_DATABASE_URL": url}).database_url, number))


async def _fill(url: str, number: int) -> None:
    engine = create_engine(url, writes=True, patient=True)
    try:
        async with engine.begin() as connection:
            categories = [*(await connection.execute(select(JobCategory.id).order_by(JobCategory.slug))).scalars()]
            types = [*(await connection.execute(select(JobType.id).order_by(JobType.slug))).scalars()]
            made = jobs(number, categories)
            for rows in batched(made, ROWS_AT_ONCE):
                await _add(connection, rows, types)
            await learn(connection, (each.__tablename__ for each in (Job, TypeOfJob, SearchDocument)))
    finally:
        await engine.dispose()


async def _add(connection: AsyncConnection, rows: list[Row], types: list[UUID]) -> None:
    indexed = [Indexed("job", row["id"], texts_of(Job(**row)), row["expires_at"]) for row in rows]
    documents = await index_all(connection, indexed)
    await connection.execute(
        insert(Job), [{**row, "document": given} for row, given in zip(rows, documents, strict=True)]
    )
    chosen = [{"job_id": row["id"], "type_id": types[place % len(types)]} for place, row in enumerate(rows)]
    await connection.execute(insert(TypeOfJob), chosen)


def jobs(number: int, categories: list[UUID]) -> Iterator[Row]:
    """Rows of jobs, the oldest first; the last one was approved just now."""
    chance = random.Random(SEED)  # noqa: S311  nothing secret
    vocabulary = [f"{chance.choice('bcdfglmnprstv')}{chance.choice('aeiou')}{word:x}" for word in range(VOCABULARY)]
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]  # as words are in languages (Zipf)
    now = datetime.now(UTC)
    for place in range(number):
        words = chance.choices(vocabulary, weights, k=PROSE_WORDS)
        words += [word for word, each in ((IN_ALL, 1), (IN_MANY, MANY), (IN_FEW, FEW)) if place % each == 0]
        city, country = CITIES[place % len(CITIES)]
        company, title = f"Company {place % 5000}", f"{IN_ALL.title()} {ROLES[place % len(ROLES)]}"
        approved = now - timedelta(seconds=60 * (number - place))
        row = {
            "id": new_id(), "slug": f"job-{place}", "owner_id": None, "status": "approved", "reason": "",
            "suspicion": "", "submitted_at": approved, "published_at": approved, "created_at": approved,
            "updated_at": approved, "expires_at": now + timedelta(days=90), "job_title": title,
            "company_name": company, "company_description": "", "city": city, "region": "", "country": country,
            "telecommuting": place % 3 == 0, "agencies": False, "visa_sponsorship": False, "relocation": False,
            "salary_min": None, "salary_max": None, "salary_currency": "", "salary_period": "",
            "description": " ".join(words), "requirements": "", "contact": "", "url": "", "email": "",
            "description_html": f"<p>{' '.join(words)}</p>\n",
            "category_id": categories[place % len(categories)], "is_featured": False,
        }  # fmt: skip
        yield row | keys_of(row)
