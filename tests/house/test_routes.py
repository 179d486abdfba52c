"""Every route is an operation that says who may, on what its answer depends, and what it is for."""

import inspect
import re

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from pydotorg.app import DOMAINS, Application
from pydotorg.kernel.access import Requirement, Tier
from pydotorg.kernel.database.columns import Base
from pydotorg.kernel.http.openapi import operations
from pydotorg.kernel.http.operations import Operation, get, post
from tests.conftest import configured

#: what answers without being an operation, and why
PLAIN = {
    "/health": "asked by machines, whatever they add to the address",
    "/ready": "asked by machines, whatever they add to the address",
    "/api": "a page",
    "/api/swagger": "a page",
    "/api/redoc": "a page",
    "/account/verify-email": "a page",
    "/account/reset-password": "a page",
    "/favicon.ico": "asked by browsers",
    "/api/openapi.json": "the document itself",
    "/api/openapi.yaml": "the document itself",
    "/metrics": "asked by Prometheus",
}
PARTS_OF_PAGES = re.compile(r"/api/assets/[a-z.-]+[0-9a-f.]+\.(js|css)")

APP = Application(configured("sqlite:////no/such/place/database.db"))
FOUND = [*operations(APP.litestar)]
EVERY = pytest.mark.parametrize("operation", [each for _, each in FOUND], ids=[each.id for _, each in FOUND])
DATASETS = {table.info.get("dataset") for table in Base.metadata.sorted_tables}


def test_every_route_is_an_operation_or_known_to_be_plain() -> None:
    plain = {
        route.path
        for route in APP.litestar.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "operation" not in handler.opt and handler.http_methods != {"OPTIONS"}
    }
    assert {path for path in plain if not PARTS_OF_PAGES.fullmatch(path)} == set(PLAIN)


def test_every_route_is_http() -> None:
    assert [route.path for route in APP.litestar.routes if not isinstance(route, HTTPRoute)] == []


def test_every_route_of_a_domain_is_served() -> None:
    declared = {handler.opt["operation"].id for domain in DOMAINS for handler in domain.routes}
    assert declared | {"index"} == {operation.id for _, operation in FOUND}


@EVERY
def test_every_operation_says_who_may_and_how_often(operation: Operation) -> None:
    assert isinstance(operation.by, Requirement)
    assert isinstance(operation.tier, Tier)
    assert operation.tier is not Tier.low or operation.reads or operation.by.signed_in


def test_every_write_has_a_requirement_but_for_what_makes_somebody_known() -> None:
    for_anybody = {each.id for _, each in FOUND if not each.is_safe and not each.by.signed_in}
    assert for_anybody == {
        "auth_register", "auth_login", "auth_refresh", "auth_verify_email", "auth_resend_verification",
        "auth_forgot_password", "auth_reset_password",
    }  # fmt: skip
    assert {each.tier for _, each in FOUND if each.id in for_anybody} == {Tier.critical}


@EVERY
def test_every_read_says_on_which_dataset_it_depends(operation: Operation) -> None:
    assert operation.shows in ({*DATASETS, "private", "nothing"} if operation.reads else {None})


@EVERY
def test_every_operation_says_what_it_is_for(operation: Operation) -> None:
    summary, _, description = inspect.cleandoc(operation.fn.__doc__ or "").partition("\n\n")
    assert re.fullmatch(r"[A-Z][^\n]{10,99}\.", summary), "one sentence"
    assert description == description.strip()


def test_every_operation_has_a_readable_name_of_its_own() -> None:
    names = [operation.id for _, operation in FOUND]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"(v[12]_)?[a-z]+(_[a-z]+)*", name)] == []


def test_every_address_is_written_once_and_without_a_last_slash() -> None:
    addresses = [(path, operation.method) for path, operation in FOUND]
    assert len(set(addresses)) == len(addresses)
    bases = ("/api/v1", "/api/auth/", "/api/v2/downloads/")
    assert [path for path, _ in addresses if path.endswith("/") or not path.startswith(bases)] == []


def test_a_route_that_does_not_say_who_may_is_an_error_at_import() -> None:
    with pytest.raises(TypeError, match="'by'"):
        get("/nothing", shows="nothing")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="'by'"):
        post("/nothing")  # type: ignore[call-arg]


def test_an_operation_is_one_handler_of_its_route() -> None:
    route = next(handler for domain in DOMAINS for handler in domain.routes)
    assert isinstance(route, HTTPRouteHandler)
    assert isinstance(route.opt["operation"], Operation)
