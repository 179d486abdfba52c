"""Jobs as clients see them and ask for them."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from pydotorg.kernel.http.query import Query
from pydotorg.kernel.review.fields import concerning
from pydotorg.kernel.taxonomy import Named
from pydotorg.kernel.taxonomy.chosen import Chosen, such_as
from pydotorg.kernel.text.addresses import EmailOrNothing, LinkOrNothing
from pydotorg.kernel.text.moments import NEVER, DayOrTime, moment_of
from pydotorg.kernel.text.plain import HTML, SearchText, SearchWords, Time

#: of those that come with the snapshot
WEB, SOFTWARE_DEVELOPER = "00000000-0000-76a0-a708-0ff1a0daf03d", "00000000-0000-7fe9-ab2f-cddd3a4f2033"
JobIdentifier = Annotated[
    str, Meta(description="Id or slug of a job.", examples=["snake-charmer-example-company-66291434"])
]
TypeIdentifier = Annotated[str, Meta(description="Id or slug of a job type.", examples=["web"])]
CategoryIdentifier = Annotated[str, Meta(description="Id or slug of a job category.", examples=["software-developer"])]
Status = Annotated[
    Literal["draft", "review", "approved", "rejected", "expired", "archived", "removed"],
    Meta(title="JobStatus", examples=["approved"]),
]
SalaryPeriod = Annotated[
    Literal["", "hour", "day", "week", "month", "year"],
    Meta(title="SalaryPeriod", description="What the salary is for; empty if it is not said.", examples=["year"]),
]
Amount = Annotated[int, Meta(ge=0, le=10**12, description="In units of the currency.", examples=[60_000])]
OwnersEmail = Annotated[
    EmailOrNothing,
    Meta(description="Where the owner can be reached, until he closes his account; for him and moderators only."),
]
Sort = Literal["-published_at", "published_at", "relevance"]


class JobType(Named, frozen=True):
    """What jobs are about; one that is not active cannot be chosen any more."""

    surrogate_key: ClassVar[str] = "job-type:{0.id}"

    id: Annotated[UUID, Meta(examples=[WEB])]
    name: Annotated[str, Meta(examples=["Web"])]
    slug: Annotated[str, Meta(examples=["web"])]


class JobCategory(Named, frozen=True):
    """What people do in jobs; one that is not active cannot be chosen any more."""

    surrogate_key: ClassVar[str] = "job-category:{0.id}"

    id: Annotated[UUID, Meta(examples=[SOFTWARE_DEVELOPER])]
    name: Annotated[str, Meta(examples=["Software Developer"])]
    slug: Annotated[str, Meta(examples=["software-developer"])]


class Job(Struct, frozen=True):
    """A job, as everybody may see it."""

    id: UUID
    slug: Annotated[
        str,
        Meta(
            description="A name that no other job has; it stays.", examples=["snake-charmer-example-company-66291434"]
        ),
    ]
    job_title: Annotated[str, Meta(examples=["Snake charmer"])]
    company_name: Annotated[str, Meta(examples=["Example Company"])]
    company_description: Annotated[str, Meta(description="Markdown.", examples=[""])]
    city: Annotated[str, Meta(examples=["Zürich"])]
    region: Annotated[str, Meta(examples=["Zürich"])]
    country: Annotated[str, Meta(examples=["Switzerland"])]
    telecommuting: Annotated[bool, Meta(description="Whether one can work from elsewhere.")]
    agencies: Annotated[bool, Meta(description="Whether agencies may get in touch.")]
    visa_sponsorship: Annotated[bool, Meta(description="Whether the company helps to get a visa.")]
    relocation: Annotated[bool, Meta(description="Whether the company helps to move.")]
    salary_min: Annotated[Amount, Meta(description="From; null if it is not said.")] | None
    salary_max: Annotated[Amount, Meta(description="Up to; null if it is not said.", examples=[80_000])] | None
    salary_currency: Annotated[str, Meta(description="ISO 4217; empty if it is not said.", examples=["EUR"])]
    salary_period: SalaryPeriod
    description: Annotated[str, Meta(description="Markdown.", examples=["Charm **snakes** of all sizes."])]
    requirements: Annotated[str, Meta(description="Markdown.")]
    contact: Annotated[str, Meta(description="Whom to ask, and how.", examples=["Ada, +41 00 000 00 00"])]
    url: Annotated[LinkOrNothing, Meta(description="Where there is more.", examples=["https://example.org/jobs/1"])]
    category: Annotated[Chosen, such_as("Software Developer", "software-developer", id=SOFTWARE_DEVELOPER)]
    job_types: list[Annotated[Chosen, such_as("Web", "web", id=WEB)]]
    status: Status
    is_featured: Annotated[bool, Meta(description="Whether moderators recommend it.")]
    published_at: Annotated[Time, Meta(description="When it was approved last; null before.")] | None
    expires_at: Annotated[Time, Meta(description="When it leaves the board.", examples=["2027-01-07T12:00:00Z"])] | None
    created_at: Time
    updated_at: Time


@concerning
class JobDetail(Job, frozen=True):
    """All of a job; what is not for everybody is there for its owner and for moderators only."""

    company_description_html: Annotated[HTML, Meta(examples=[""])]
    description_html: HTML
    requirements_html: Annotated[HTML, Meta(examples=[""])]
    email: OwnersEmail | UnsetType = UNSET


class JobFilters(Query, frozen=True):
    """Which jobs of those on the board, and in which order."""

    q: SearchWords | None = None
    country: Annotated[SearchText, Meta(description="In this country.", examples=["Switzerland"])] | None = None
    region: Annotated[SearchText, Meta(description="In this state or region.", examples=["Zürich"])] | None = None
    city: Annotated[SearchText, Meta(description="In this city.", examples=["Zürich"])] | None = None
    telecommuting: Annotated[bool, Meta(description="Only where one can work from elsewhere, or not.")] | None = None
    category: Annotated[SearchText, Meta(description="Of this category.", examples=["software-developer"])] | None = (
        None
    )
    job_type: Annotated[
        tuple[SearchText, ...], Meta(description="Of this type, or one of several.", examples=[["web"]])
    ] = ()
    company: Annotated[SearchText, Meta(description="At this company.", examples=["Example Company"])] | None = None
    visa_sponsorship: Annotated[bool, Meta(description="Only where the company helps, or not.")] | None = None
    posted_after: Annotated[DayOrTime, Meta(description="Approved at this time or later.")] | None = None
    sort: Annotated[Sort, Meta(description="By what; `-` in front for descending, `relevance` with `q` only.")] = (
        "-published_at"
    )

    def contradictions(self) -> Iterable[tuple[str, str]]:
        """What the parameters say against each other."""
        if self.sort == "relevance" and self.q is None:
            yield "sort", "`relevance` needs `q`"
        if self.posted_after is not None and moment_of(self.posted_after) is None:
            yield "posted_after", NEVER
