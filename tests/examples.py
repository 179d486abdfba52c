"""Those whom the examples in the document are about, where the snapshot has none."""

from datetime import UTC, datetime, timedelta

from pydotorg.accounts.people.tables import UserGroup
from pydotorg.accounts.registering import made
from pydotorg.events import happening, terms
from pydotorg.events import review as events_review
from pydotorg.events.bodies import NewEvent
from pydotorg.events.tables import Event
from pydotorg.events.times import DifferingOccurrence
from pydotorg.events.window import rows_of
from pydotorg.events.writing import AUTHORING as OF_EVENTS
from pydotorg.jobs import review
from pydotorg.jobs.bodies import NewJob
from pydotorg.jobs.tables import Job
from pydotorg.jobs.writing import AUTHORING as OF_JOBS
from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller, Identity
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.taxonomy import NewTerm

#: of which the examples tell
DAY = datetime(2026, 10, 9, tzinfo=UTC)


async def add_examples(db: Database) -> None:
    """A user, a user group, a job and an event."""
    ada = made("ada", "ada@example.org", "nobody knows the password", email_verified=True)
    db.add(ada)
    db.add(
        UserGroup(
            id=new_id(), slug="pyladies-sao-paulo", name="PyLadies São Paulo", location="São Paulo, Brazil",
            url="https://pyladies.example.org", approved=True, trusted=False, created_at=clock.now(),
            updated_at=clock.now(),
        )
    )  # fmt: skip
    await db.flush()
    owner = Caller(Identity.of(ada.id, "ada"))
    await _add_job(db, owner)
    await _add_event(db, owner)


async def _add_job(db: Database, owner: Caller) -> None:
    new = NewJob(
        job_title="Snake charmer", company_name="Example Company", city="Zürich", region="Zürich",
        country="Switzerland", description="Charm **snakes** of all sizes.", category="software-developer",
        job_types=["web"], salary_min=60_000, salary_max=80_000, salary_currency="EUR", salary_period="year",
        contact="Ada, +41 00 000 00 00", url="https://example.org/jobs/1", email="ada@example.org",
    )  # fmt: skip
    job = await db.get_one(Job, await OF_JOBS.make(db, new, owner))
    await db.refresh(job)
    job.slug = "snake-charmer-example-company-66291434"
    job.status, job.published_at, job.expires_at = "approved", clock.now(), clock.now() + timedelta(days=90)
    await review.settle(db, job, anew=True)


async def _add_event(db: Database, owner: Caller) -> None:
    """An event with a category and a location, and its occurrences as they were known on that day."""
    await terms.CATEGORIES.make(db, NewTerm(name="Conference"))
    place = terms.NewLocation(
        name="Amsterdam RAI", address="Europaplein 24", city="Amsterdam", country="Netherlands",
        url="https://example.org/rai",
    )  # fmt: skip
    await terms.LOCATIONS.make(db, place)
    moved = DifferingOccurrence(
        recurrence_id="2029-03-27T09:00:00", starts="2029-03-27T10:00:00", ends="2029-03-27T18:00:00",
        title="Snake day and night", description="A day for **snakes**.", url="https://example.org/snake-day",
        venue="Hall 2",
    )  # fmt: skip
    new = NewEvent(
        title="Snake day", description="A day for **snakes**.", calendar="python-events-calendar", venue="Hall 2",
        categories=["conference"], location="amsterdam-rai", url="https://example.org/snake-day",
        timezone="Europe/Amsterdam", starts_at="2027-03-27T09:00:00", ends_at="2027-03-27T17:00:00",
        rrule="FREQ=YEARLY;COUNT=5", rdates=["2027-10-09T09:00:00"], exdates=["2028-03-27T09:00:00"],
        overrides=[moved],
    )  # fmt: skip
    event = await db.get_one(Event, await OF_EVENTS.make(db, new, owner))
    await db.refresh(event)
    event.slug, event.featured = "snake-day-5fa3b2c1", True
    event.status, event.published_at = "approved", clock.now()
    await events_review.settle(db, event, anew=True)
    await happening.forget_occurrences(db, [event.id])
    await happening.add_rows(db, happening.as_rows(event, rows_of(event.schedule, now=DAY)))
