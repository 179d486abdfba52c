"""Jobs: written and changed by their owners, or by moderators."""

from collections.abc import Mapping
from typing import Any

from pydotorg.kernel.database.fulltext.words import key_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import Body
from pydotorg.kernel.review.writing import Authoring, Columns, Wrong

from .bodies import CONTACT, PLAIN, TERMS, faults_of_range
from .review import JOBS
from .tables import Job

#: what is compared without regard to case and accents, by the column for it
FOLDED = {"city": "city_key", "region": "region_key", "country": "country_key", "company_name": "company_key"}


def keys_of(said: Mapping[str, Any]) -> Columns:
    """The columns for comparing of what is said."""
    return {key: key_of(said[name]) for name, key in FOLDED.items() if name in said}


async def follows(db: Database, body: Body, job: Job | None, columns: Columns) -> tuple[Columns, Wrong]:
    """The columns for comparing of what is said; and whether salaries still are a range."""
    del db, body
    low, high = (columns.get(name, getattr(job, name, None)) for name in ("salary_min", "salary_max"))
    return keys_of(columns), faults_of_range(low, high)


AUTHORING: Authoring[Job] = Authoring(
    review=JOBS, plain=PLAIN, terms=TERMS, titled=("job_title", "company_name"), featured="is_featured",
    freely=CONTACT, follows=follows,
)  # fmt: skip
