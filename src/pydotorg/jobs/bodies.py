"""What is said of a job by who writes it, and by who decides on it."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from msgspec import UNSET, Meta, UnsetType, field

from pydotorg.kernel.http.bodies import Body, Check, Relation, Rules
from pydotorg.kernel.http.paging import PAGE_ROWS_MAX
from pydotorg.kernel.taxonomy import Taxonomy
from pydotorg.kernel.taxonomy.choosing import in_use, known
from pydotorg.kernel.text.addresses import Email, LinkOrNothing
from pydotorg.kernel.text.plain import Line, LineOrNothing, Markdown, SearchText, Time, says_something, whole

from . import terms
from .schemas import Amount, JobDetail, SalaryPeriod, Sort

Currency = Annotated[
    str,
    Meta(
        pattern=whole("(?:[A-Z]{3})?"), extra={"message": "must be a currency such as EUR (ISO 4217), or empty"},
        examples=["EUR"],
    ),
]  # fmt: skip
Name = Annotated[str, Meta(max_length=200)]
TypeNames = Annotated[list[Name], Meta(max_length=20, description="Ids or slugs.", examples=[["web"]])]
CategoryName = Annotated[Name, Meta(description="Id or slug.", examples=["software-developer"])]
Description = Annotated[Markdown, Meta(examples=["Charm **snakes** of all sizes."])]
Company = Annotated[Line, Meta(examples=["Example Company"])]
Title = Annotated[Line, Meta(examples=["Snake charmer"])]
Country = Annotated[Line, Meta(examples=["Switzerland"])]
Contact = Annotated[LineOrNothing, Meta(description="Whom to ask; everybody sees it.")]

#: what a new job names must be in use; what a change names may be what the job has
TERMS: Mapping[str, Taxonomy[Any]] = {"category": terms.CATEGORIES, "job_types": terms.TYPES}
#: by which it is known how to reach somebody; of an approved job they may change without another review
CONTACT = ("contact", "url", "email")
#: what is written in Markdown
MARKDOWN = ("company_description", "description", "requirements")
PLAIN = (
    "job_title", "company_name", "company_description", "city", "region", "country", "telecommuting", "agencies",
    "visa_sponsorship", "relocation", "salary_min", "salary_max", "salary_currency", "salary_period", "description",
    "requirements", *CONTACT,
)  # fmt: skip


RULES: Rules = {"description": says_something}


def faults_of_range(low: int | UnsetType | None, high: int | UnsetType | None) -> Iterable[tuple[str, str]]:
    """What is wrong with a range of salaries."""
    if isinstance(low, int) and isinstance(high, int) and high < low:
        yield "salary_max", "must not be less than `salary_min`"


def faults_of_order(sort: str, query: str | UnsetType) -> Iterable[tuple[str, str]]:
    """There is no relevance to nothing."""
    if sort == "relevance" and query is UNSET:
        yield "sort", "`relevance` needs a `query`"


IN_ORDER = Relation(("salary_min", "salary_max"), faults_of_range)


class NewJob(Body):
    """A job to be: a draft, until it is submitted."""

    read_only: ClassVar[frozenset[str]] = frozenset(JobDetail.__struct_fields__) - {*PLAIN, "category", "job_types"}
    references: ClassVar[Mapping[str, Check]] = in_use(TERMS)
    rules: ClassVar[Rules] = RULES
    markdown: ClassVar[tuple[str, ...]] = MARKDOWN
    relations: ClassVar[tuple[Relation, ...]] = (IN_ORDER,)
    example: ClassVar[Mapping[str, Any]] = {
        "job_title": "Snake charmer", "company_name": "Example Company", "city": "Zürich", "country": "Switzerland",
        "telecommuting": True, "description": "Charm **snakes** of all sizes.", "category": "software-developer",
        "job_types": ["web", "database"], "salary_min": 60_000, "salary_max": 80_000, "salary_currency": "EUR",
        "salary_period": "year", "url": "https://example.org/jobs/1", "email": "ada@example.org",
    }  # fmt: skip

    job_title: Title
    company_name: Company
    country: Country
    description: Description
    category: CategoryName
    email: Email
    company_description: Markdown = ""
    city: LineOrNothing = ""
    region: LineOrNothing = ""
    telecommuting: bool = False
    agencies: bool = False
    visa_sponsorship: bool = False
    relocation: bool = False
    salary_min: Amount | None = None
    salary_max: Amount | None = None
    salary_currency: Currency = ""
    salary_period: SalaryPeriod = ""
    requirements: Markdown = ""
    contact: Contact = ""
    url: LinkOrNothing = ""
    job_types: TypeNames = field(default_factory=list)


class JobChange(Body):
    """What is to be different; what is not named stays, and so does the slug. Only moderators set `is_featured`."""

    finds_mentioned: ClassVar[bool] = True
    read_only: ClassVar[frozenset[str]] = NewJob.read_only - {"is_featured"}
    references: ClassVar[Mapping[str, Check]] = known(TERMS)
    relations: ClassVar[tuple[Relation, ...]] = (IN_ORDER,)
    rules: ClassVar[Rules] = RULES
    markdown: ClassVar[tuple[str, ...]] = MARKDOWN
    example: ClassVar[Mapping[str, Any]] = {"salary_max": 90_000, "relocation": True}

    job_title: Title | UnsetType = UNSET
    company_name: Company | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    category: CategoryName | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    company_description: Markdown | UnsetType = UNSET
    city: LineOrNothing | UnsetType = UNSET
    region: LineOrNothing | UnsetType = UNSET
    telecommuting: bool | UnsetType = UNSET
    agencies: bool | UnsetType = UNSET
    visa_sponsorship: bool | UnsetType = UNSET
    relocation: bool | UnsetType = UNSET
    salary_min: Amount | UnsetType | None = UNSET
    salary_max: Amount | UnsetType | None = UNSET
    salary_currency: Currency | UnsetType = UNSET
    salary_period: SalaryPeriod | UnsetType = UNSET
    requirements: Markdown | UnsetType = UNSET
    contact: Contact | UnsetType = UNSET
    url: LinkOrNothing | UnsetType = UNSET
    job_types: TypeNames | UnsetType = UNSET
    is_featured: bool | UnsetType = UNSET


class Approval(Body):
    """Until when a job is on the board, if not for the usual time."""

    example: ClassVar[Mapping[str, Any]] = {"expires_at": "2027-01-07T12:00:00Z"}

    expires_at: Annotated[Time, Meta(description="When it leaves the board.")] | UnsetType = UNSET


class JobSearch(Body):
    """What is looked for; all of it is optional."""

    example: ClassVar[Mapping[str, Any]] = {
        "query": "snakes", "location": "Zürich", "job_types": ["web"], "sort": "relevance", "limit": 20,
    }  # fmt: skip

    query: Annotated[SearchText, Meta(examples=["snakes"])] | UnsetType = UNSET
    location: (
        Annotated[SearchText, Meta(description="Words of the city, region or country.", examples=["Zürich"])]
        | UnsetType
    ) = UNSET
    country: Annotated[SearchText, Meta(examples=["Switzerland"])] | UnsetType = UNSET
    category: CategoryName | UnsetType = UNSET
    job_types: TypeNames | UnsetType = UNSET
    telecommuting: bool | UnsetType = UNSET
    sort: Annotated[Sort, Meta(description="`relevance` with a `query` only.")] = "-published_at"
    limit: Annotated[int, Meta(ge=1, le=PAGE_ROWS_MAX)] = 100
    offset: Annotated[int, Meta(ge=0, le=2**53)] = 0

    references: ClassVar[Mapping[str, Check]] = known(TERMS)
    relations: ClassVar[tuple[Relation, ...]] = (Relation(("sort", "query"), faults_of_order),)
