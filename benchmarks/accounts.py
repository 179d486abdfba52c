"""Somebody with an account on a server that is measured."""

import json
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

from .answers import ADDRESS, ANSWER_SECONDS_MAX
from .processes import CannotMeasure

PASSWORD = "four words nobody guesses"  # noqa: S105  of an account in a database of its own


def post(
    port: int, path: str, body: dict[str, Any], headers: dict[str, str] | None = None, *,
    seconds_max: float = ANSWER_SECONDS_MAX,
) -> Any:  # fmt: skip
    """The JSON of the answer, which must be a success."""
    connection = HTTPConnection(ADDRESS, port, timeout=seconds_max)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})
        response = connection.getresponse()
        said = response.read()
        if not 200 <= response.status < 300:  # noqa: PLR2004  what the class of success is
            raise CannotMeasure(f"{path} answers with {response.status}: {said.decode()[:200]}")
        return json.loads(said)
    finally:
        connection.close()


def registered(port: int) -> str:
    """The name of a new account."""
    name = f"bench-{uuid4().hex[:12]}"
    post(port, "/api/auth/register", {"username": name, "email": f"{name}@example.org", "password": PASSWORD})
    return name


def log_in(port: int, name: str) -> str:
    """An access token."""
    return str(post(port, "/api/auth/login", {"username": name, "password": PASSWORD})["access_token"])


def credentials(port: int, kind: str) -> dict[str, str]:
    """Those of a new account: of a `session`, or an API `token`."""
    bearer = {"Authorization": f"Bearer {log_in(port, registered(port))}"}
    if kind == "session":
        return bearer
    return {"Authorization": f"Bearer {post(port, '/api/auth/tokens', {'name': 'bench'}, bearer)['token']}"}
