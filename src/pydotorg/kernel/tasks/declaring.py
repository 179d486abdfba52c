"""How a domain declares what can be queued.

    class MailVerification(Struct):
        account_id: UUID

    @task("accounts.verification")
    async def mail_verification(work: Work, order: MailVerification) -> None: ...

    await mail_verification.later(db, MailVerification(account.id))

Such a task is done *outside* of any transaction: it may send a mail or ask another host, and it may run twice. One that
only writes to the database runs in the transaction that takes it off the queue, so what it does happens exactly once:

    @task("accounts.purge", in_transaction=True)
    async def purge(db: Database, order: Purge) -> None: ...

One that may be done at most twice, such as a mail, says `await work.hand_over()` just before the moment after which
nobody can know whether it was done: then a try that is killed counts, too.

A handler raises `Hopeless` if it need not be tried again, `NotNow` or `Unanswered` if it must, without being our fault.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar, get_type_hints, overload
from uuid import UUID

import msgspec
from msgspec import Struct

from pydotorg.kernel import clock
from pydotorg.kernel.attempts import Hopeless
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.mail.post import Mailer, Post

from .statements import QUEUE
from .tables import NAME_CHARACTERS_MAX, WAITING

OUTSIDE_SECONDS_MAX = 60
#: on SQLite nobody else can write meanwhile
IN_TRANSACTION_SECONDS_MAX = 5

Order = TypeVar("Order", bound=Struct)
Part = TypeVar("Part")
Outside = Callable[["Work", Order], Awaitable[None]]
InTransaction = Callable[[Database, Order], Awaitable[None]]


class Equipment(Struct, frozen=True):
    """What the tasks of a process work with; `parts` are objects of the application, by their types."""

    transactions: Transactions
    post: Post
    public_url: str
    parts: Mapping[type, Any] = {}


class Work(Struct, frozen=True):
    """One try to do one task outside of a transaction."""

    id: UUID
    #: 1 for the first
    attempt: int
    equipment: Equipment
    #: to be awaited just before the point of no return; raises `NotNow` if the task must not be done, or not now
    hand_over: Callable[[], Awaitable[None]]

    @property
    def transactions(self) -> Transactions:
        """For reading and writing, in transactions of its own."""
        return self.equipment.transactions

    @property
    def mailer(self) -> Mailer:
        """Sends the mails of this task; in each try with the same `Message-ID`."""
        return Mailer(self.equipment.post, self.id, self.hand_over)

    @property
    def public_url(self) -> str:
        """The address under which people reach the service, without a path."""
        return self.equipment.public_url

    def part(self, kind: type[Part]) -> Part:
        """The application's object of this type."""
        found: Part = self.equipment.parts[kind]
        return found


class Task(Generic[Order]):
    """Something that can be queued, and how it is done."""

    def __init__(
        self, name: str, handler: Callable[[Any, Order], Awaitable[None]], *, in_transaction: bool, seconds_max: float
    ) -> None:
        if len(name) > NAME_CHARACTERS_MAX:
            raise ValueError(f"the name {name} is too long")
        self.name, self.handler = name, handler
        self.in_transaction, self.seconds_max = in_transaction, seconds_max
        self.order: type[Order] = order_of(handler, Database if in_transaction else Work)

    async def later(self, db: Database, order: Order, *, at: datetime | None = None) -> UUID:
        """Queue it in this transaction, to be done once that is committed, or not before `at`; answers the task's id.

        A rollback takes it back.
        """
        now, id = clock.now(), new_id()
        row = {
            "id": id, "name": self.name, "payload": msgspec.json.encode(order).decode(), "state": WAITING,
            "due": at or now, "tries": 0, "unanswered": 0, "error": "", "created_at": now,
        }  # fmt: skip
        await db.execute(QUEUE, row)
        db.queues = True
        return id

    def read(self, payload: str) -> Order:
        """The order, as it was queued; `Hopeless` if it no longer is one."""
        try:
            return msgspec.json.decode(payload, type=self.order)
        except msgspec.MsgspecError as error:
            raise Hopeless(f"its order is none of {self.name} any more: {error}") from error


def order_of(handler: Callable[..., Any], first: type) -> Any:
    """The type of what a handler is told to do; a TypeError, at import, if it does not take what it will be given."""
    hints = [hint for name, hint in get_type_hints(handler).items() if name != "return"]
    if len(hints) != 2 or hints[0] is not first or not issubclass(hints[1], Struct):  # noqa: PLR2004  a pair
        raise TypeError(f"{handler.__name__} must take a {first.__name__} and a Struct")
    return hints[1]


@overload
def task(name: str, *, seconds_max: float = ...) -> Callable[[Outside[Order]], Task[Order]]: ...


@overload
def task(
    name: str, *, in_transaction: Literal[True], seconds_max: float = ...
) -> Callable[[InTransaction[Order]], Task[Order]]: ...


def task(name: str, *, in_transaction: bool = False, seconds_max: float | None = None) -> Any:
    """Declare a task; names are in the database, so they stay. See the module."""
    usual = IN_TRANSACTION_SECONDS_MAX if in_transaction else OUTSIDE_SECONDS_MAX

    def declare(handler: Callable[[Any, Order], Awaitable[None]]) -> Task[Order]:
        return Task(name, handler, in_transaction=in_transaction, seconds_max=seconds_max or usual)

    return declare
