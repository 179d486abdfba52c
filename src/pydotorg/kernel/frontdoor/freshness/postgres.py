"""PostgreSQL is asked over one connection of its own, with one question for all who wait.

A question counts only for those who came before it began; who comes while it is under way waits for the next. A
connection that died is replaced within the question. If that fails, too, the database is away: who waits is called back
all the same, and every later question tries again, so that nothing is kept from those who ask once it is back.
"""

import asyncio
from asyncio import AbstractEventLoop, Task, TimerHandle, get_running_loop
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy.engine import make_url

from pydotorg.kernel.database.revisions import CHANNEL, QUESTION

from . import Callback, Freshness, Moved

QUESTION_SECONDS_MAX = 2.0
AWAY_SECONDS_MAX = 0.25  # while it is away, those who wait are not kept long
PATIENT_EVERY_SECONDS = 10.0  # but a server that is far, or busy, must be found again
HEARTBEAT_SECONDS = 1.0
CLOSE_SECONDS_MAX = 1.0


class StrictFreshness(Freshness):
    """Every request waits for a question that began after it."""

    def __init__(self, url: str, moved: Moved) -> None:
        super().__init__(moved)
        self._url = make_url(url)
        self._loop: AbstractEventLoop | None = None
        self._waiting: list[Callback] = []
        self._task: Task[None] | None = None
        self._connection: Any = None
        self._statement: Any = None
        self._patient_again_at = 0.0

    def ask(self, *, of_task: bool = False) -> bool:
        """False."""
        del of_task
        return False

    def when_answered(self, callback: Callback) -> None:
        """Call back after the next question; it begins when the one that is under way has ended."""
        loop = get_running_loop()
        if loop is not self._loop:
            self._move_to(loop)
        self._waiting.append(callback)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._answer())

    async def close(self) -> None:
        """Close the connection; who still waits is called back, as if the database were away."""
        if get_running_loop() is not self._loop:
            return
        if self._task is not None and not self._task.done():
            self.away = True
            self._disconnect()  # first, or the driver would ask the server to end the question
            self._task.cancel()
            await asyncio.wait([self._task])
        self._call(self._taken())
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it is of no use any more, whatever happens
                await connection.close(timeout=CLOSE_SECONDS_MAX)

    async def _answer(self) -> None:
        """Ask as long as anybody waits."""
        while self._waiting:
            asking = self._taken()
            try:
                await self._question()
            finally:
                self._call(asking)

    def _taken(self) -> list[Callback]:
        waiting, self._waiting = self._waiting, []
        return waiting

    def _call(self, callbacks: list[Callback]) -> None:
        loop = get_running_loop()
        for callback in callbacks:
            loop.call_soon(callback)  # each on its own: what one raises is not the others' trouble

    async def _question(self) -> None:
        self.questions += 1
        try:
            async with asyncio.timeout(self._patience()):
                revisions = await self._revisions()
            self._learn(revisions)
        except Exception as error:  # noqa: BLE001 - nobody may wait for ever, for whatever reason
            self._disconnect()
            self._fail(error, lives=is_of_a_living_server(error))
        else:
            self._confirm()

    def _patience(self) -> float:
        now = get_running_loop().time()
        if self.away and now < self._patient_again_at:
            return AWAY_SECONDS_MAX
        self._patient_again_at = now + PATIENT_EVERY_SECONDS
        return QUESTION_SECONDS_MAX

    async def _revisions(self) -> Mapping[str, int]:
        if self._connection is not None:
            try:
                return await self._read()
            except Exception:  # noqa: BLE001 - it is dead, or no longer what it was; the next one will tell
                self._disconnect()
        await self._connect()
        return await self._read()

    async def _read(self) -> Mapping[str, int]:
        return dict(await self._statement.fetch())

    async def _connect(self) -> None:
        """A connection as SQLAlchemy would make it; the server gives a question up when we do."""
        import asyncpg

        _, settings = self._url.get_dialect()().create_connect_args(self._url)
        limits = {"statement_timeout": str(round(QUESTION_SECONDS_MAX * 1000))}
        self._connection = await asyncpg.connect(**settings, server_settings=limits)
        self._statement = await self._connection.prepare(QUESTION)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    def _move_to(self, loop: AbstractEventLoop) -> None:
        """Begin anew: what belongs to a loop that has ended cannot be used in another."""
        self._loop, self._task, self._connection, self._waiting = loop, None, None, []


class NotifiedFreshness(StrictFreshness):
    """Trusts that the database tells of every write: it does so a moment after the write is acknowledged.

    As long as anybody asks, a question every second finds out whether the connection still tells.
    """

    def __init__(self, url: str, moved: Moved) -> None:
        super().__init__(url, moved)
        self._sure = self._heard = self._used = False
        self._heartbeat: TimerHandle | None = None

    def ask(self, *, of_task: bool = False) -> bool:
        """Whether the connection listens, and has told of nothing since the last question."""
        del of_task
        self._used = True
        return self._sure and self._loop is not None and self._loop.is_running()

    async def close(self) -> None:
        """As `StrictFreshness`; nothing more is asked by itself."""
        self._stop()
        await super().close()

    async def _read(self) -> Mapping[str, int]:
        self._heard = False
        revisions = await super()._read()
        self._sure = not self._heard
        if self._heartbeat is None:
            self._heartbeat = get_running_loop().call_later(HEARTBEAT_SECONDS, self._beat)
        return revisions

    async def _connect(self) -> None:
        await super()._connect()
        self._connection.add_termination_listener(self._hear)
        await self._connection.add_listener(CHANNEL, self._hear)

    def _hear(self, connection: object, *_: object) -> None:
        if connection is self._connection:
            self._heard, self._sure = True, False

    def _beat(self) -> None:
        self._heartbeat = None
        if self._used:
            self._used = False
            self.when_answered(_nothing)
        else:
            self._sure = False  # nobody asks; who does so next asks the database

    def _disconnect(self) -> None:
        self._sure = False
        super()._disconnect()

    def _move_to(self, loop: AbstractEventLoop) -> None:
        self._stop()
        super()._move_to(loop)

    def _stop(self) -> None:
        self._sure = False
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            self._heartbeat = None


def is_of_a_living_server(error: BaseException) -> bool:
    """Whether this is the refusal of a server that runs: not of one that is not there, starts or ends."""
    state = getattr(error, "sqlstate", None) or ""
    return bool(state) and not state.startswith(("08", "57P"))


def _nothing() -> None:
    pass
