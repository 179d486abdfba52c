"""The audit log: who wrote what, and what was there before.

Nobody declares it. Every row that a session writes leaves an entry, in the same transaction: it is there exactly if
what it tells of is. It tells what was there before the transaction and what is there after it, in however many steps:
what nobody else could see never was. A table says so if it is not audited, and a column if it is a secret or mere
bookkeeping. What passes the session by leaves no entry: a test finds statements that do, and bulk writes `summarise`
themselves.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, Literal, cast
from uuid import UUID

from msgspec import Struct, structs
from sqlalchemy import CheckConstraint, Index, String, Table, event, insert, inspect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, Mapper, Session, SessionTransaction, mapped_column, object_session

from pydotorg.kernel import clock
from pydotorg.kernel.access import Identity

from .columns import Base, Members, private
from .keys import new_id

Kind = Literal["account", "api_token", "command_line", "task", "nobody"]
Change = Literal["create", "change", "delete"]
Row = dict[str, Any]
#: instead of the value of a secret, and of what is made of it
HIDDEN = "…"
REASON_CHARACTERS_MAX = 500
ENTRIES_AT_ONCE = 50
#: what a session remembers for its entries, and of them
REASONS, ENTRIES, KEPT, FLAGGED = "reasons", "entries", "kept", "flagged"


class Actor(Struct, frozen=True):
    """Who acts, and what he does: an operation's id, a command, the name of a task."""

    kind: Kind
    action: str
    account: UUID | None = None
    username: str = ""  # on the command line, that of the operating system
    token: UUID | None = None
    request_id: str = ""

    @classmethod
    def of(cls, identity: Identity, operation: str, request_id: str) -> "Actor":
        """Whoever asks for this operation."""
        kind: Kind = "nobody" if identity.account is None else "account" if identity.token is None else "api_token"
        return cls(kind, operation, identity.account, identity.username, identity.token, request_id)


NOBODY = Actor("nobody", "")
_acting: ContextVar[Actor] = ContextVar("_acting", default=NOBODY)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """What is written in this block is this actor's doing."""
    before = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(before)


def has_proved_to_be(account: UUID, username: str) -> None:
    """Who acts came without credentials, and has given them: the rest of the block is this account's doing."""
    _acting.set(structs.replace(_acting.get(), kind="account", account=account, username=username))


class AuditEntry(Base):
    """One row that was made, changed or deleted. The database itself refuses to change or delete an entry.

    It names an account without referring to it: it outlives it.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_entry_moment", "moment", "id"),
        *(Index(f"audit_entry_{column}", column, "moment", "id") for column in (
            "account_id", "username_key", "action", "resource", "resource_id", "flagged",
        )),
        CheckConstraint("change in ('create', 'change', 'delete')", name="change_is_known"),
        # without hidden numbers, by which a row could be replaced
        private(audited=False) | {"sqlite_with_rowid": False},
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    moment: Mapped[datetime]
    account_id: Mapped[UUID | None]
    username: Mapped[str] = mapped_column(String(150))
    username_key: Mapped[str] = mapped_column(String(150))  # in lower case
    actor_kind: Mapped[str] = mapped_column(String(20))
    token_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(100))
    change: Mapped[str] = mapped_column(String(10))
    resource: Mapped[str] = mapped_column(String(63))
    resource_id: Mapped[str] = mapped_column(String(200))
    before: Mapped[Row | None] = mapped_column(Members)
    after: Mapped[Row | None] = mapped_column(Members)
    request_id: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(REASON_CHARACTERS_MAX))  # of what must not happen without one
    flagged: Mapped[bool]


ENTER = insert(AuditEntry)


def explain(session: AsyncSession, row: Base, reason: str) -> None:
    """Say why this row is changed, which must not happen without a reason: its entry is flagged, and counted."""
    session.sync_session.info.setdefault(REASONS, {})[row] = reason


def flagged_in(session: AsyncSession) -> Sequence[str]:
    """Of which resources this session has changed rows for a reason, each as often as it did; known once it commits."""
    flagged: list[str] = session.sync_session.info.get(FLAGGED, [])
    return flagged


def changed_in(session: AsyncSession) -> frozenset[str]:
    """The tables of which this session has changed rows, as far as it has flushed, and not put all back as it was."""
    return frozenset(entry["resource"] for entry in _collected(session.sync_session).values())


def _entry(
    change: Change, resource: str, resource_id: str, before: Row | None, after: Row | None, reason: str | None = None
) -> Row:
    actor = _acting.get()
    return {
        "id": new_id(), "moment": clock.now(), "account_id": actor.account, "username": actor.username[:150],
        "username_key": actor.username[:150].lower(), "actor_kind": actor.kind, "token_id": actor.token,
        "action": actor.action, "change": change, "resource": resource, "resource_id": resource_id[:200],
        "before": before, "after": after, "request_id": actor.request_id, "reason": reason or "",
        "flagged": reason is not None,
    }  # fmt: skip


async def summarise(connection: AsyncConnection, change: Change, resource: str, resource_id: str, after: Row) -> None:
    """Enter what a bulk write past the session has done, in its transaction: one entry, with its numbers."""
    await connection.execute(ENTER, [_entry(change, resource, resource_id, None, after)])


class AuditedSession(Session):
    """A session whose writes are in the audit log."""


@event.listens_for(AuditedSession, "after_flush")
def _collect(session: Session, _: Any) -> None:
    """Know what this flush has written; the session still knows what was there before."""
    entries = dict(_collected(session))  # another one each time: a savepoint keeps that of before
    for row, entry in _entries(session):
        merged = _merged(entries.pop(row, None), entry)
        if merged is not None:
            entries[row] = merged
    session.info[ENTRIES] = entries


@event.listens_for(AuditedSession, "before_commit")
def _enter(session: Session) -> None:
    """Enter all that this transaction has written."""
    if session.in_nested_transaction():
        return
    session.flush()
    entries = [*session.info.pop(ENTRIES, {}).values()]
    for start in range(0, len(entries), ENTRIES_AT_ONCE):  # between which others have their turn
        session.connection().execute(ENTER, entries[start : start + ENTRIES_AT_ONCE])
    if entries:
        session.info.setdefault(FLAGGED, []).extend(entry["resource"] for entry in entries if entry["flagged"])


@event.listens_for(AuditedSession, "after_transaction_create")
def _keep(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(KEPT, {})[transaction] = _collected(session)


@event.listens_for(AuditedSession, "after_soft_rollback")
def _take_back(session: Session, transaction: SessionTransaction) -> None:
    """What was written since the savepoint, or at all, is not there any more."""
    if transaction.nested or transaction.parent is None:
        session.info[ENTRIES] = session.info.get(KEPT, {}).get(transaction, {})


def _collected(session: Session) -> dict[Base, Row]:
    entries: dict[Base, Row] = session.info.get(ENTRIES, {})
    return entries


def _merged(first: Row | None, then: Row | None) -> Row | None:
    """One entry for both that tell of a row; None where all is as it was."""
    if first is None or then is None:
        return first or then
    before = None if first["before"] is None else {**(then["before"] or {}), **first["before"]}
    after = None if then["after"] is None else {**first["after"], **then["after"]}
    if first["change"] == then["change"] == "change" and before is not None and after is not None:
        # of a secret it is not told what it was
        differing = [name for name in after if before[name] != after[name] or after[name] is HIDDEN]
        before, after = ({name: row[name] for name in differing} for row in (before, after))
    if not (before or after):
        return None
    change = then["change"] if first["change"] == "change" else first["change"]
    told = {"change": change, "before": before, "after": after}
    return {
        **first,
        **told,
        "reason": then["reason"] or first["reason"],
        "flagged": first["flagged"] or then["flagged"],
    }


def _entries(session: Session) -> Iterator[tuple[Base, Row | None]]:
    for tell, rows in ((_made, session.new), (_changed, session.dirty), (_deleted, session.deleted)):
        for row in rows:
            of = audited(inspect(row).mapper)
            if of is not None:
                yield row, tell(row, of)


class Audited(Struct, frozen=True):
    """What the log says of the rows of a table: under which name, with which key, and which columns how."""

    resource: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    secrets: frozenset[str]
    bookkeeping: frozenset[str]

    def shown(self, name: str, value: Any) -> Any:
        """A value as it may be seen."""
        return HIDDEN if name in self.secrets else value


@cache
def audited(mapper: Mapper[Any]) -> Audited | None:
    """What the log says of the rows of a class; None if nothing.

    A row whose key refers to another row is a part of that one, and goes by its key: the roles of an account are found
    under the account's id.
    """
    table = cast("Table", mapper.local_table)
    if not table.info.get("audited", True):
        return None
    columns = {attribute.key: attribute.columns[0] for attribute in mapper.column_attrs}
    key = [name for name, column in columns.items() if column.primary_key]
    whole = [name for name in key if columns[name].foreign_keys]
    marked = {
        mark: frozenset(name for name, column in columns.items() if column.info.get(mark))
        for mark in ("secret", "bookkeeping")
    }
    return Audited(table.name, tuple(whole or key), tuple(columns), marked["secret"], marked["bookkeeping"])


def _id_of(row: Any, of: Audited) -> str:
    return "/".join(str(getattr(row, name)) for name in of.key)


def _made(row: Any, of: Audited) -> Row:
    after = {name: of.shown(name, getattr(row, name)) for name in of.columns}
    return _entry("create", of.resource, _id_of(row, of), None, after)


def _changed(row: Any, of: Audited) -> Row | None:
    attributes = inspect(row).attrs
    names = [name for name in of.columns if name not in of.bookkeeping and attributes[name].history.has_changes()]
    if not names:
        return None
    before = {name: of.shown(name, _stored(row, name)) for name in names}
    after = {name: of.shown(name, getattr(row, name)) for name in names}
    session = cast("Session", object_session(row))
    return _entry("change", of.resource, _id_of(row, of), before, after, session.info.get(REASONS, {}).pop(row, None))


def _deleted(row: Any, of: Audited) -> Row:
    before = {name: of.shown(name, _stored(row, name)) for name in of.columns}
    return _entry("delete", of.resource, _id_of(row, of), before, None)


def _stored(row: Any, name: str) -> Any:
    """What the database held before this flush."""
    history = inspect(row).attrs[name].history
    known = history.deleted or history.unchanged
    if not known:
        raise LookupError(f"load {name} of {type(row).__name__} before it is written: the audit log has to tell it")
    return known[0]
