"""Jobs, their types and categories, as they are stored."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from pydotorg.kernel.database.columns import Base, bookkeeping, dataset, partial_index
from pydotorg.kernel.database.fulltext.words import KEY_CHARACTERS_MAX
from pydotorg.kernel.review.columns import IS_APPROVED, Reviewed, reviewed
from pydotorg.kernel.review.lifecycle import APPROVED
from pydotorg.kernel.taxonomy import Term

from .lifecycle import EXPIRED, LIFECYCLE

DATASET = "jobs"
#: by which a list of what is on the board is narrowed; each with an index, newest first
NARROWED_BY = ("country_key", "region_key", "city_key", "company_key", "category_id", "published_at")


class JobCategory(Term):
    """What somebody does, such as a data analyst; a job has one."""

    __tablename__ = "job_category"
    __table_args__ = (dataset(DATASET),)


class JobType(Term):
    """What a job is about, such as databases; a job has any number."""

    __tablename__ = "job_type"
    __table_args__ = (dataset(DATASET),)


class Job(Reviewed):
    """A job, with what its owner and moderators alone know of it."""

    __tablename__ = "job"
    __table_args__ = (
        *reviewed("job", LIFECYCLE),
        CheckConstraint("salary_min >= 0 and salary_max >= salary_min", name="salary_is_a_range"),
        Index("job_of_category", "category_id"),
        partial_index("job_newest", "document", "expires_at", where=IS_APPROVED),
        partial_index("job_expiring", "expires_at", where=IS_APPROVED),
        *(partial_index(f"job_by_{name}", name, "document", where=IS_APPROVED) for name in NARROWED_BY),
        dataset(DATASET),
    )

    job_title: Mapped[str] = mapped_column(String(200))
    company_name: Mapped[str] = mapped_column(String(200))
    company_description: Mapped[str]
    city: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(200))
    telecommuting: Mapped[bool]
    agencies: Mapped[bool]
    visa_sponsorship: Mapped[bool]
    relocation: Mapped[bool]
    salary_min: Mapped[int | None] = mapped_column(BigInteger)
    salary_max: Mapped[int | None] = mapped_column(BigInteger)
    salary_currency: Mapped[str] = mapped_column(String(3))
    salary_period: Mapped[str] = mapped_column(String(10))
    description: Mapped[str]
    requirements: Mapped[str]
    contact: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500))
    email: Mapped[str] = mapped_column(String(254))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("job_category.id"))
    is_featured: Mapped[bool]
    expires_at: Mapped[datetime | None]
    #: made of what is Markdown above, once, when somebody writes it
    company_description_html: Mapped[str] = bookkeeping(server_default=text("''"))
    description_html: Mapped[str] = bookkeeping(server_default=text("''"))
    requirements_html: Mapped[str] = bookkeeping(server_default=text("''"))
    city_key: Mapped[str] = bookkeeping(String(KEY_CHARACTERS_MAX))
    region_key: Mapped[str] = bookkeeping(String(KEY_CHARACTERS_MAX))
    country_key: Mapped[str] = bookkeeping(String(KEY_CHARACTERS_MAX))
    company_key: Mapped[str] = bookkeeping(String(KEY_CHARACTERS_MAX))

    def state_at(self, moment: datetime) -> str:
        """What is approved expires by the clock."""
        is_over = self.status == APPROVED and self.expires_at is not None and self.expires_at <= moment
        return EXPIRED if is_over else self.status


class TypeOfJob(Base):
    """That a job is of a type."""

    __tablename__ = "type_of_job"
    __table_args__ = (dataset(DATASET),)

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    type_id: Mapped[UUID] = mapped_column(ForeignKey("job_type.id"), primary_key=True, index=True)
