"""What follows from bulk writes, which pass the session by and with it what `Transactions` knows of a write."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from .transaction import Database, Following


async def follow_all(connection: AsyncConnection, following: Sequence[Following]) -> None:
    """Do all of it, whatever was written, in the transaction of this connection."""
    # when the block ends, what it wrote is entered in the audit log, and the connection's transaction goes on
    async with Database(connection, expire_on_commit=False) as db, db.begin():
        for each in following:
            await each.follow(db)
