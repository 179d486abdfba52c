"""SQLite tells for next to nothing: `PRAGMA data_version` moves with every commit of any other connection or process.

It is asked once in each turn of the event loop, a *tick*, for all requests that had arrived by then. The loop runs what
is ready in the order in which it became so: a request that is handled before the tick's end was ready before its
question. Only when the pragma has moved are the revisions read.
"""

import sqlite3
from asyncio import AbstractEventLoop, get_running_loop
from contextlib import suppress
from pathlib import Path

from sqlalchemy.engine import make_url

from pydotorg.kernel.database.revisions import QUESTION

from . import Callback, Freshness, Moved

TICK_USES_MAX = 1000  # libuv looks for new requests within one turn, after 1024 of them
BUSY_SECONDS_MAX = 0.02  # the whole loop waits


class SqliteFreshness(Freshness):
    """Always knows at once, or knows that the database is away."""

    def __init__(self, url: str, moved: Moved) -> None:
        super().__init__(moved)
        self._file = Path(make_url(url).database or "").absolute()
        self._cursor: sqlite3.Cursor | None = None
        self._version: int | None = None
        self._loop: AbstractEventLoop | None = None
        self._uses = 0
        self._of_task = False

    def ask(self, *, of_task: bool = False) -> bool:
        """True; the first to call in a tick pays for it.

        What a task asked is shared by tasks only: uvloop reads from sockets between them and the end of the tick.
        """
        if self._uses and self._loop is not None and self._loop.is_running() and (of_task or not self._of_task):
            self._uses -= 1
        else:
            self._begin_tick(of_task=of_task)
        return True

    def when_answered(self, callback: Callback) -> None:
        """Call back in the next turn: what is asked then cannot have begun before."""
        get_running_loop().call_soon(self._answer, callback)

    def forget(self) -> None:
        """End the tick: a request that comes from what was read since it began must be asked for anew."""
        self._uses = 0

    async def close(self) -> None:
        """Close the connection; the next question opens another."""
        self.forget()
        self._disconnect()

    def _answer(self, callback: Callback) -> None:
        self.ask()
        callback()
        self.forget()  # this is no task, but what uvloop reads from sockets next may have arrived after the question

    def _begin_tick(self, *, of_task: bool) -> None:
        if self._loop is None or not self._loop.is_running():  # cheaper than to ask which one runs
            self._loop = get_running_loop()
        self._of_task = of_task
        self._loop.call_soon(self.forget)  # before the question, so that nothing ready after it shares it
        self._uses = TICK_USES_MAX - 1
        self.questions += 1
        try:
            self._question(self._cursor or self._connect())
        except sqlite3.Error as error:
            self._disconnect()
            self._fail(error)
        else:
            self._confirm()

    def _question(self, cursor: sqlite3.Cursor) -> None:
        [(version,)] = cursor.execute("pragma data_version")  # to its end: a row not fetched would hold a snapshot
        if version != self._version:
            self._learn(dict(cursor.execute(QUESTION).fetchall()))
            self._version = version

    def _connect(self) -> sqlite3.Cursor:
        """A connection that cannot write, nor make a file where none is."""
        connection = sqlite3.connect(
            f"{self._file.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS_MAX, isolation_level=None
        )
        self._cursor = connection.cursor()
        self._cursor.execute("pragma query_only = true")
        return self._cursor

    def _disconnect(self) -> None:
        cursor, self._cursor, self._version = self._cursor, None, None
        if cursor is not None:
            with suppress(sqlite3.Error):
                cursor.connection.close()
