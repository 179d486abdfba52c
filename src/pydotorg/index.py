"""`GET /api/v1`: where everything is."""

from collections.abc import Iterable
from typing import Annotated, get_origin

from litestar.handlers import HTTPRouteHandler
from msgspec import Meta, Struct

from .kernel.access import anyone
from .kernel.domain import Domain
from .kernel.http.operations import NOTHING, Operation, Site, get
from .kernel.http.paging import Listing

BASE = "/api/v1"
Address = Annotated[str, Meta(examples=["http://localhost:8000/api/"], extra_json_schema={"format": "uri"})]
Resources = Annotated[
    dict[str, str],
    Meta(
        description="The address of each list that anybody may read, by its name.",
        examples=[
            {
                "releases": "http://localhost:8000/api/v1/releases",
                "releases/scheduled": "http://localhost:8000/api/v1/releases/scheduled",
                "files": "http://localhost:8000/api/v1/files",
                "os": "http://localhost:8000/api/v1/os",
                "release-cycles": "http://localhost:8000/api/v1/release-cycles",
                "jobs": "http://localhost:8000/api/v1/jobs",
                "job-types": "http://localhost:8000/api/v1/job-types",
                "job-categories": "http://localhost:8000/api/v1/job-categories",
                "events": "http://localhost:8000/api/v1/events",
                "events/upcoming": "http://localhost:8000/api/v1/events/upcoming",
                "events/featured": "http://localhost:8000/api/v1/events/featured",
                "event-occurrences": "http://localhost:8000/api/v1/event-occurrences",
                "event-categories": "http://localhost:8000/api/v1/event-categories",
                "event-locations": "http://localhost:8000/api/v1/event-locations",
                "calendars": "http://localhost:8000/api/v1/calendars",
                "user-groups": "http://localhost:8000/api/v1/user-groups",
            }
        ],
    ),
]


class Index(Struct, frozen=True):
    """The addresses of all public lists, and of the documentation."""

    resources: Resources
    documentation: Address
    openapi: Annotated[Address, Meta(examples=["http://localhost:8000/api/openapi.json"])]


def index_of(domains: Iterable[Domain]) -> Domain:
    """The index of these domains, as a domain of its own."""
    listed = [domain for domain in domains if domain.base == BASE]
    paths = [path for domain in listed for handler in domain.routes for path in handler.paths if is_list(handler)]

    @get("/", by=anyone, shows=NOTHING)
    async def index(site: Site) -> Index:
        """Find the addresses of all resources.

        The place to begin: every list that anybody may read has its address here, and so has the documentation.
        """
        resources = {path.strip("/"): f"{site.base}{BASE}{path}" for path in paths}
        return Index(resources, f"{site.base}/api/", f"{site.base}/api/openapi.json")

    return Domain(name="index", description="Where everything is.", routes=(index,), tables=())


def is_list(handler: HTTPRouteHandler) -> bool:
    """Whether a route is the list of a whole resource, for anybody."""
    operation: Operation = handler.opt["operation"]
    is_public = operation.reads and not operation.by.signed_in
    return is_public and not operation.path and get_origin(operation.result) is Listing
