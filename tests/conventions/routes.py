"""Every operation of the application that ships, found by walking it: a route added later is tested without a word.

Those that speak a dialect of their own are not among them: they have tests of theirs, in `tests/compatibility`.
"""

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any, NamedTuple, get_args, get_origin

import pytest
from msgspec import Meta

from pydotorg.app import Application
from pydotorg.kernel.http.hints import choices
from pydotorg.kernel.http.openapi import operations
from pydotorg.kernel.http.operations import Operation
from pydotorg.kernel.http.paging import Listing
from tests.conftest import configured, identify

#: what an address demands before it answers with anything but a 400
DEMANDED = {"releases_latest_download": "os=windows"}
#: sort keys that go one way only, and what they demand
ONE_WAY = {"relevance": {"q": "snakes"}}


class Route(NamedTuple):
    """One operation; `path` is as OpenAPI writes it, `address` has the documented examples in it."""

    path: str
    operation: Operation

    @property
    def address(self) -> str:
        return re.sub(r"{(\w+)}", lambda named: example_of(self.operation.path[named[1]]), self.path)

    @property
    def asked(self) -> str:
        """The address with what it demands."""
        demanded = DEMANDED.get(self.operation.id)
        return f"{self.address}?{demanded}" if demanded else self.address

    @property
    def is_list(self) -> bool:
        return get_origin(self.operation.result) is Listing

    @property
    def sort_keys(self) -> list[str]:
        parameter = self.operation.query.parameters.get("sort")
        return [str(key) for key in choices(parameter.type)] if parameter else []


def example_of(hint: Any) -> str:
    """The example that a path parameter must have."""
    said = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    examples = [example for meta in said if isinstance(meta, Meta) for example in meta.examples or ()]
    assert examples, f"a path parameter without an example: {hint}"
    return str(examples[-1])


NOWHERE = "sqlite:////no/such/place/database.db"
#: without a database: what it refuses, it refuses before it asks one
DOOR = Application(configured(NOWHERE), identify=identify)
EVERY = sorted(
    (Route(*found) for found in operations(DOOR.litestar) if found[1].dialect is None),
    key=lambda route: (route.path, route.operation.id),
)
#: what anybody may read; some of it depends on who asks all the same
READS = [route for route in EVERY if route.operation.reads and not route.operation.by.signed_in]
LISTS = [route for route in READS if route.is_list]
STRICT = [route for route in EVERY if not route.operation.query.lenient]


def each(routes: Iterable[Route]) -> Callable[[Any], Any]:
    """Runs a test once for each of these routes, which it takes as `route`."""
    found = list(routes)
    assert found
    return pytest.mark.parametrize("route", found, ids=[route.operation.id for route in found])
