"""How the two editions say what is wrong: v1 as Tastypie does, v2 as Django REST framework does."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from pydotorg.kernel.http.dialects import Dialect
from pydotorg.kernel.http.errors import Answer, ApiError, Conflict, Fault, Unauthenticated
from pydotorg.kernel.http.query import Verbatim

from .editions import RESOURCES, V1, V2, Edition, Resource, marks

#: what is wrong with a body or a query string, or cannot be because of what is stored, is one status there
BAD = {HTTPStatus.CONFLICT: HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY: HTTPStatus.BAD_REQUEST}
EMPTY_IN_V1 = {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
#: where a fault of no field in particular stands
OF_ALL = {V1.name: "__all__", V2.name: "non_field_errors"}
#: members of today's bodies that another one tells here
TOLD_BY = {"version": "name"}
JSON = "application/json"
READS = ("GET", "HEAD")
#: parameters by which callers once said who they are
CREDENTIALS = frozenset({"api_key", "username"})
Faults = dict[str, list[str]]


class CredentialsInQuery(Unauthenticated):
    """They would stand in logs and histories, and were once believed from there, whatever they were."""


def refuse_credentials(asked: Verbatim) -> None:
    """Refuse a query string that carries a key, or whose it is."""
    if not asked.given.keys().isdisjoint(CREDENTIALS):
        raise CredentialsInQuery("Credentials belong in the Authorization header, not in the query string.")


def rendered(edition: Edition, body: Callable[[Any, ApiError, int], Any]) -> Callable[[Any, ApiError], Answer]:
    """The answer to an error, with such a body."""

    def render(scope: Any, error: ApiError) -> Answer:
        status = BAD.get(HTTPStatus(error.status), HTTPStatus(error.status))
        if edition is V1 and status is HTTPStatus.FORBIDDEN:
            status = HTTPStatus.UNAUTHORIZED
        value = body(scope, error, status)
        resource = asked_for(scope["path"], edition)
        headers = {"Cache-Control": "no-store", **error.headers}
        if resource is not None:
            headers |= marks(scope.get("base", ""), resource.successor)
        if status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = edition.scheme
        if value is None:
            return Answer(status.value, {"Content-Type": "text/html; charset=utf-8", **headers}, b"")
        return Answer(status.value, {"Content-Type": JSON, **headers}, msgspec.json.encode(value))

    return render


def in_v1(scope: Any, error: ApiError, status: int) -> Any:
    """Nothing about callers and addresses, `error` about queries, else `error_message`, with what is wrong where."""
    if status in EMPTY_IN_V1:
        return None
    faults: list[Fault] = error.extra.get("errors", [])
    if faults and scope["method"] in READS:
        return {"error": " ".join(dict.fromkeys(sentence(fault.message) for fault in faults))}
    resource = asked_for(scope["path"], V1)
    said = by_field(error, V1) if status == HTTPStatus.BAD_REQUEST else {}
    if not said or resource is None:
        return {"error_message": error.detail}
    named = [f"{field}: {message}" if field != OF_ALL["v1"] else message for field in said for message in said[field]]
    return {f"downloads/{resource.name}": said, "error_message": " ".join(named)}


def in_v2(scope: Any, error: ApiError, status: int) -> Any:  # noqa: PLR0911  one for each kind of error
    """What is wrong by field, or a `detail`."""
    match status:
        case HTTPStatus.UNAUTHORIZED if isinstance(error, CredentialsInQuery):
            return {"detail": error.detail}
        case HTTPStatus.UNAUTHORIZED if scope["given"].get(b"authorization", b"").lower().startswith(b"token "):
            return {"detail": "Invalid token."}
        case HTTPStatus.UNAUTHORIZED:
            return {"detail": "Authentication credentials were not provided."}
        case HTTPStatus.FORBIDDEN:
            return {"detail": "You do not have permission to perform this action."}
        case HTTPStatus.NOT_FOUND:
            resource = asked_for(scope["path"], V2)
            return {"detail": f"No {resource.called} matches the given query." if resource else "Not found."}
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return {"detail": f'Method "{scope["method"]}" not allowed.'}
        case HTTPStatus.TOO_MANY_REQUESTS:
            seconds = error.headers["Retry-After"]
            plural = "" if seconds == "1" else "s"
            return {"detail": f"Request was throttled. Expected available in {seconds} second{plural}."}
        case HTTPStatus.BAD_REQUEST:
            return by_field(error, V2) or {"detail": error.detail}
        case _:
            return {"detail": error.detail}


def by_field(error: ApiError, edition: Edition) -> Faults:
    """What is wrong with which member or parameter; nothing, if the request could not be read at all."""
    if isinstance(error, Conflict):
        fields = [TOLD_BY.get(field, field) for field in error.fields] or [OF_ALL[edition.name]]
        return {field: [sentence(error.detail)] for field in fields}
    faults: list[Fault] = error.extra.get("errors", [])
    said: Faults = {}
    for fault in faults:
        if fault.field:
            field = OF_ALL[edition.name] if fault.field == OF_ALL["v2"] else fault.field
            said.setdefault(field, []).append(sentence(fault.message))
    return said


def sentence(message: str) -> str:
    """A message as these APIs word theirs."""
    if message == "is required":
        return "This field is required."
    text = message[:1].upper() + message[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def asked_for(path: str, edition: Edition) -> Resource | None:
    """The resource that an address is about."""
    known = re.fullmatch(rf"{edition.path}/(\w+)(?:/[^/]+)?(?:/)?", path)
    found: Mapping[str, Resource] = RESOURCES  # type: ignore[assignment]  # any word may stand in an address
    return found.get(known[1]) if known else None


TASTYPIE = Dialect(V1.path, frozenset({"apikey"}), rendered(V1, in_v1))
DRF = Dialect(V2.path, frozenset({"token"}), rendered(V2, in_v2))
OF_EDITION = {V1.name: TASTYPIE, V2.name: DRF}
