"""The least that an ASGI application can do, under the server that ours has: one finished answer a port.

Run as a program: python -m benchmarks.bare ANSWERS
"""

import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from .answers import ADDRESS, Answer

#: as in `pydotorg.serving`, which is not imported: objects that lie about cost time at each collection of garbage
BACKLOG = 2048
KEEP_ALIVE_SECONDS = 10

Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


def serve(answers: dict[int, Answer]) -> None:
    sockets = [socket.create_server((ADDRESS, port), backlog=BACKLOG) for port in answers]
    uvicorn.Server(configuration(application(answers))).run(sockets)


def configuration(app: Application) -> uvicorn.Config:
    """As in `pydotorg.serving`, but with uvicorn's own protocol."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        interface="asgi3",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        log_config=None,
        access_log=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )


def application(answers: dict[int, Answer]) -> Application:
    """Every answer stands ready as the two messages that ASGI wants."""
    ready = {port: messages(answer) for port, answer in answers.items()}

    async def app(scope: Message, _receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        start, body = ready[scope["server"][1]]
        await send(start)
        await send(body)

    return app


def messages(answer: Answer) -> tuple[Message, Message]:
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers if name.lower() != "date"]
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    return start, {"type": "http.response.body", "body": answer.body}


if __name__ == "__main__":
    serve(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=dict[int, Answer]))
