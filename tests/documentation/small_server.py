"""The three pages over a small API with sign-in; prints its port.

What the pages themselves must keep is seen here, whatever the real document says today.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

from pydotorg.kernel.http.pages import Asset, documentation

Message = MutableMapping[str, Any]

RELEASE = {"id": 1, "name": "Python 3.14.0"}
RELEASES = {
    "operationId": "releases_list",
    "tags": ["Releases"],
    "summary": "List all releases",
    "security": [{"token": []}],
    "parameters": [{"name": "q", "in": "query", "schema": {"type": "string", "examples": ["3.14"]}}],
    "responses": {
        "200": {
            "description": "The releases, newest first.",
            "content": {
                "application/json": {
                    "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Release"}},
                    "example": [RELEASE],
                }
            },
        }
    },
}
OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "A small API", "version": "1.0.0", "description": "Releases, for those who **sign in**."},
    "servers": [{"url": "/"}],
    "tags": [{"name": "Releases", "description": "Every release."}],
    "paths": {"/api/v1/releases": {"get": RELEASES}},
    "components": {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Release": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
            }
        },
    },
}


def json_at(path: str, value: object) -> Asset:
    return Asset(path, json.dumps(value).encode, "application/json", {})


ANSWERS = {
    **documentation(),
    "/api/openapi.json": json_at("/api/openapi.json", OPENAPI),
    "/api/v1/releases": json_at("/api/v1/releases", [RELEASE]),
}


async def app(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    answer = ANSWERS.get(scope["path"])
    status = 200 if answer else 404
    headers = {"Content-Type": answer.media_type, **answer.headers} if answer else {}
    lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": answer.body if answer else b""})


async def serve() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        await uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning")).serve([listening])


if __name__ == "__main__":
    asyncio.run(serve())
