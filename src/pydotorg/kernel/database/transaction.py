"""The unit of work: one transaction a request, begun when first used, ended once, before the answer leaves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from msgspec import Struct
from sqlalchemy import Connection, Engine, Row, Select, bindparam, event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from pydotorg.kernel import clock

from .audit import AuditedSession, changed_in, flagged_in
from .columns import Base
from .engine import DatabaseAway, create_engine, create_engine_here, is_away, is_long, short
from .revisions import Revision
from .rows import FEW, Rows, Statement

T = TypeVar("T", bound=Struct)
Answer = TypeVar("Answer")
Entity = TypeVar("Entity", bound=Base)
Parameters = Mapping[str, Any] | None
REVISION = select(Revision.number).where(Revision.dataset == bindparam("dataset"))

FAREWELL_SECONDS_MAX = 0.3


class Counted(NamedTuple):
    """How many rows there were at a revision of their dataset, which is right until the clock says otherwise."""

    revision: int
    ends: float
    total: int


#: of one database
Totals = WeakKeyDictionary[Rows[Any], Counted]


class Database(AsyncSession):
    """This request's transaction. Nobody commits: `Transactions` does when the handler returns, or rolls back."""

    sync_session_class: type[Session] = AuditedSession
    #: what was counted already; None for a write, which may see a revision that is taken back
    totals: Totals | None = None
    #: whether it leaves work behind, of which whoever does it is told once it is committed
    queues = False
    #: checked once the first row that is about to change is locked: what was true before may be so no more
    demanded: Callable[[], Awaitable[None]] | None = None

    async def to_change(self, statement: Select[Entity]) -> Entity | None:
        """The row about to be changed, as it is now; nobody else changes it until this transaction ends."""
        locking = statement.with_for_update().execution_options(populate_existing=True)
        row: Entity | None = (await self.execute(locking)).unique().scalar_one_or_none()
        if row is not None and self.demanded is not None:
            demand, self.demanded = self.demanded, None
            await demand()
        return row

    async def execute(self, *arguments: Any, **options: Any) -> Any:
        """As SQLAlchemy's; a statement that takes too long, or loses its connection, is a `DatabaseAway`."""
        with answering():
            return await super().execute(*arguments, **options)

    async def fetch(self, statement: Statement, parameters: Parameters = None) -> Sequence[Row[Any]]:
        """The rows of a statement, without the session's book about them."""
        with answering():
            found = await (await self.connection()).execute(statement, parameters)
        rows: Sequence[Row[Any]] = found.all()
        return rows

    async def heed(self, moment: Select[Any]) -> None:
        """Let the answer end at this moment, if there is one; to be asked first, so that nothing slips through."""
        ((ends,),) = await self.fetch(moment)
        if ends is not None:
            clock.changes_at(ends)

    async def all(self, rows: Rows[T]) -> list[T]:
        """Every row, as Structs."""
        return [rows.struct(*row) for row in await self.fetch(rows.statement)]

    async def some(self, rows: Rows[T], at_most: int, after: int) -> list[T]:
        """Those of the rows that come after so many."""
        are_few = rows.few is not None and await self.count(rows) <= FEW
        page = rows.page_of_few if are_few else rows.page
        found = await self.fetch(page, {"rows_max": at_most, "rows_passed": after})
        return [rows.struct(*row) for row in found]

    async def first(self, rows: Rows[T]) -> T | None:
        """The first row, or None."""
        found = await self.fetch(rows.beginning)
        return rows.struct(*found[0]) if found else None

    async def count(self, rows: Rows[T]) -> int:
        """How many rows there are in all; what was counted at this revision already, is not counted again."""
        if rows.dataset is None or self.totals is None:
            return await self._count(rows)
        ((revision,),) = await self.fetch(REVISION, {"dataset": rows.dataset})
        known = self.totals.get(rows)
        if known is None or known.revision != revision or known.ends <= clock.unix():
            known = self.totals[rows] = Counted(revision, clock.ends(), await self._count(rows))
        return known.total

    async def _count(self, rows: Rows[T]) -> int:
        ((total,),) = await self.fetch(rows.total)
        return int(total)


class Following(NamedTuple):
    """What is to be done whenever audited rows of these tables have changed, in the same transaction."""

    tables: frozenset[str]
    follow: Callable[[Database], Awaitable[None]]


class NotHere(Exception):
    """A read for which the event loop should not wait; it can be begun anew elsewhere, for it has changed nothing."""


class Nowhere(Session):
    """A session without a database: whoever wants one is not to be here."""

    def get_bind(self, *arguments: Any, **options: Any) -> Any:
        """A `NotHere`."""
        del arguments, options
        raise NotHere


class ReadingHere(Database):
    """A read of SQLite in the event loop itself: to ask a thread costs more than most queries.

    One that proves to be long, or finds the file locked, is a `NotHere`, and so is one that wants a whole session.
    """

    sync_session_class = Nowhere

    def __init__(self, engine: Engine, totals: Totals) -> None:
        super().__init__()
        self.engine, self.totals = engine, totals
        self.connected: Connection | None = None

    async def fetch(self, statement: Statement, parameters: Parameters = None) -> Sequence[Row[Any]]:
        """The rows of a statement."""
        if self.connected is None:
            self.connected = self.engine.connect()
        try:
            with short(self.connected):
                return self.connected.execute(statement, parameters).all()
        except DBAPIError as error:
            if is_long(error) or is_away(error):
                raise NotHere from error
            raise

    async def close(self) -> None:
        """Give the connection back."""
        if self.connected is not None:
            self.connected.close()


@contextmanager
def answering() -> Iterator[None]:
    """The driver's ways to say that no answer came, as a `DatabaseAway`."""
    try:
        yield
    except OSError as error:  # TimeoutError is one
        raise DatabaseAway("no answer") from error


def nobody_waits() -> None:
    """What is queued is found by whoever looks next."""


def nobody_counts(resource: str) -> None:
    """The audit log knows it all the same."""
    del resource


class Transactions:
    """Where units of work come from."""

    def __init__(self, url: str, following: Sequence[Following] = ()) -> None:
        self.following = following
        #: called when work was queued, and can be seen
        self.queued: Callable[[], None] = nobody_waits
        #: called for each change that needed a reason
        self.flagged: Callable[[str], None] = nobody_counts
        self.totals: Totals = WeakKeyDictionary()
        self.reading = create_engine(url, writes=False)
        self.writing = create_engine(url, writes=True)
        self.reading_here = create_engine_here(url)
        #: to a server; a file always answers
        self.connected: WeakSet[Any] = WeakSet()
        if self.reading_here is None:
            for engine in self.engines:
                event.listen(engine, "connect", lambda made, _: self.connected.add(made.driver_connection))

    @property
    def engines(self) -> list[Engine]:
        """Every engine that a statement can pass."""
        here = [] if self.reading_here is None else [self.reading_here]
        return [self.reading.sync_engine, self.writing.sync_engine, *here]

    async def dispose(self) -> None:
        """Close every connection; one whose server does not answer is cut off."""
        # an engine would wait for one after another, as long as for a statement
        farewells = [each.close(timeout=FAREWELL_SECONDS_MAX) for each in self.connected]
        await asyncio.gather(*farewells, return_exceptions=True)
        await self.reading.dispose()
        await self.writing.dispose()
        if self.reading_here is not None:
            self.reading_here.dispose()

    async def read(self, work: Callable[[Database], Awaitable[Answer]]) -> Answer:
        """Do this in a transaction that cannot write; begun anew if the event loop should not wait for it."""
        with suppress(NotHere):
            async with self.begin(writes=False) as db:
                return await work(db)
        async with self.begin(writes=False, here=False) as db:
            return await work(db)

    async def write(self, work: Callable[[Database], Awaitable[Answer]]) -> Answer:
        """Do this in a transaction that may write."""
        async with self.begin(writes=True) as db:
            return await work(db)

    @asynccontextmanager
    async def begin(self, *, writes: bool, here: bool = True) -> AsyncIterator[Database]:
        """Commits when the block ends normally, if it may write; any exception rolls back.

        Nothing is asked of the database before the block does. A read may be a `NotHere`, unless it is not `here`.
        """
        if here and not writes and self.reading_here is not None:
            reading = ReadingHere(self.reading_here, self.totals)
            try:
                yield reading
            finally:
                await reading.close()  # at once: as a context, a session would do so in a task of its own
        else:
            async with Database(self.writing if writes else self.reading, expire_on_commit=False) as db:
                db.totals = None if writes else self.totals
                with answering():  # a flush or a commit, too, may wait in vain
                    yield db
                    if writes:
                        await self._follow(db)
                        await db.commit()
                if writes:
                    for resource in flagged_in(db):
                        self.flagged(resource)
                    if db.queues:
                        self.queued()

    async def _follow(self, db: Database) -> None:
        """Do what follows from what was written; from that, nothing follows."""
        if self.following:
            await db.flush()
            changed = changed_in(db)
            for each in self.following:
                if changed & each.tables:
                    await each.follow(db)
