"""What people submit and moderators decide on: states, owners, a queue, mails and comments, the same for all domains.

A domain has a table with the columns `Reviewed`, a `Lifecycle`, and a `Review` that says the rest; `routes` makes the
transitions, the queue's decisions and the comments of it.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, or_, select, true

from pydotorg.kernel.access import Caller, Role, Scope
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.http.identifiers import named
from pydotorg.kernel.taxonomy.tagging import Tagging
from pydotorg.kernel.text.english import plural

from .columns import Reviewed
from .directory import demand_stays
from .lifecycle import Lifecycle

R = TypeVar("R", bound=Reviewed)
R_contra = TypeVar("R_contra", bound=Reviewed, contravariant=True)


class Owned(Protocol):
    """Whatever says whose it is."""

    @property
    def owner_id(self) -> UUID | None: ...


class Settle(Protocol[R_contra]):
    """What follows from any write to a row, which may have become public `anew` by it."""

    async def __call__(self, db: Database, row: R_contra, /, *, anew: bool) -> None: ...


async def nothing_else(db: Database, row: Any) -> None:
    """Nothing goes with it."""
    del db, row


def nothing(row: Any) -> None:
    """Nothing tells who he was."""
    del row


async def anything(db: Database, row: Any, what: str) -> None:
    """All is decided about here."""
    del db, row, what


class Review(Struct, Generic[R], frozen=True, kw_only=True):
    """A kind of thing that is reviewed: what it is called, where it is kept, and who decides."""

    lifecycle: Lifecycle
    table: type[R]
    dataset: str
    #: below which its addresses are
    path: str
    moderators: Role
    #: that an API token needs for what is its owner's
    scope: Scope
    is_public: ColumnElement[bool]
    title: Callable[[R], str]
    #: what people can write links into, as HTML
    markup: Callable[[R], Iterable[str]]
    settle: Settle[R]
    #: the terms that they have
    tagging: Tagging
    #: what goes with a row that is deleted, beside its words, its terms and what was said about it
    discard: Callable[[Database, R], Awaitable[None]] = nothing_else
    #: what is taken out of a published row whose owner closes his account, beside who he was
    disown: Callable[[R], None] = nothing
    #: refuses to change, move or delete what is not decided about here, with a 409; it is told what is to be done
    demand_ours: Callable[[Database, R, str], Awaitable[None]] = anything

    @property
    def called(self) -> str:
        """The word for one of them, which also names its kind where those of several domains are kept together."""
        return self.lifecycle.called

    @property
    def several(self) -> str:
        """The word for more than one."""
        return plural(self.called)

    @property
    def missing(self) -> str:
        """What is said of one that is not there."""
        return f"There is no {self.called} {{}}."

    def names(self, identifier: str) -> ColumnElement[bool]:
        """The one with this id or slug."""
        return named(identifier, self.table.id, self.table.slug)

    def is_moderator(self, caller: Caller) -> bool:
        """Whether this caller decides."""
        return caller.has(self.moderators)

    def is_owner(self, caller: Caller, row: Owned) -> bool:
        """Whether this is the caller's, and his credentials are good for it."""
        return caller.may(self.scope) and caller.owns(row.owner_id)

    def visible_to(self, caller: Caller) -> ColumnElement[bool]:
        """What exists for this caller: what is public, what is his own, and all for moderators."""
        if self.is_moderator(caller):
            return true()
        if caller.may(self.scope):
            return or_(self.is_public, self.table.owner_id == caller.account)
        return self.is_public

    async def take(self, db: Database, identifier: str, caller: Caller) -> R:
        """A row to change; a 404 if there is none for this caller. Others of its kind are not written meanwhile."""
        await demand_stays(db, caller)
        await turn_of(db, self.dataset)
        wanted = select(self.table).where(self.names(identifier), self.visible_to(caller))
        return found(await db.to_change(wanted), self.missing.format(identifier))
