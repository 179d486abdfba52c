"""When each API token was last used, to about a minute: noted in memory, and written a moment later for all at once."""

import asyncio
from asyncio import Task
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import bindparam, update

from pydotorg.kernel import clock
from pydotorg.kernel.database.transaction import Database, Transactions

from .tables import ApiToken

DELAY_SECONDS = 1.0
# no revision moves with this column: nobody is forgotten, and no answer
WRITE = update(ApiToken.__table__).where(ApiToken.id == bindparam("token")).values(last_used_at=bindparam("moment"))  # type: ignore[arg-type]

log = structlog.get_logger(__name__)


class LastUse:
    """What is yet to be written."""

    def __init__(self, transactions: Transactions) -> None:
        self.transactions = transactions
        self.noted: dict[UUID, datetime] = {}
        self.writing: Task[None] | None = None
        self.closing = asyncio.Event()

    def note(self, token: UUID) -> None:
        """It is used now."""
        self.noted[token] = clock.now()
        if self.writing is None:
            self.writing = asyncio.get_running_loop().create_task(self._write_soon())

    async def close(self) -> None:
        """Write what is noted, without delay."""
        self.closing.set()
        if self.writing is not None:
            await asyncio.wait({self.writing})

    async def _write_soon(self) -> None:
        try:
            while self.noted:  # some may be noted while others are written
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.closing.wait(), DELAY_SECONDS)
                await self._write()
        finally:
            self.writing = None

    async def _write(self) -> None:
        noted, self.noted = self.noted, {}
        try:
            await self.transactions.write(lambda db: _record(db, noted))
        except Exception as error:  # noqa: BLE001  to lose it is better than to fail the request that used it
            log.warning("last use not written", tokens=len(noted), reason=repr(error))


async def _record(db: Database, noted: dict[UUID, datetime]) -> None:
    # in one order everywhere: two workers that wait for each other's rows would wait for ever
    await db.execute(WRITE, [{"token": token, "moment": noted[token]} for token in sorted(noted)])
