"""What is asked of the audit log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, false, select, true

from pydotorg.kernel.database import audit
from pydotorg.kernel.database.audit import Change, Kind
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.http.identifiers import UUID_TEXT

from .schemas import Actor, AuditEntry, AuditFilters, Deed

Row = audit.AuditEntry


class EntryRow(Struct, frozen=True):
    """The row behind an entry."""

    id: UUID
    moment: datetime
    account_id: UUID | None
    username: str
    actor_kind: Kind
    action: str
    change: Change
    resource: str
    resource_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    reason: str
    flagged: bool


def newest_first(struct: type[Struct]) -> Select[Any]:
    """The columns that a Struct shows, of all entries."""
    columns = [getattr(Row, name) for name in struct.__struct_fields__]
    return select(*columns).select_from(Row).order_by(Row.moment.desc(), Row.id.desc())


NEWEST_FIRST = newest_first(EntryRow)


def done_by(actor: str) -> ColumnElement[bool]:
    """Whether this account did it, or who was called so then; no username looks like an id."""
    if UUID_TEXT.fullmatch(actor):
        return Row.account_id == UUID(actor)
    return Row.username_key == actor.lower()


FILTERS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "actor": done_by,
    "resource": lambda name: Row.resource == name,
    "id": lambda name: Row.resource_id == name,
    "action": lambda name: Row.action == name,
    "flagged": lambda is_flagged: Row.flagged == (true() if is_flagged else false()),
    "since": lambda moment: Row.moment >= moment,
    "until": lambda moment: Row.moment < moment,
}


def entries(where: AuditFilters) -> Rows[EntryRow]:
    """The entries of a list, the newest first."""
    given = ((condition, getattr(where, name)) for name, condition in FILTERS.items())
    return Rows(EntryRow, NEWEST_FIRST.where(*(condition(value) for condition, value in given if value is not None)))


def deeds(account: UUID) -> Rows[Deed]:
    """What an account did, the newest first."""
    return Rows(Deed, newest_first(Deed).where(Row.account_id == account))


def shown(row: EntryRow) -> AuditEntry:
    """An entry as staff see it."""
    actor = Actor(row.account_id, row.username, row.actor_kind)
    return AuditEntry(
        row.id, row.moment, actor, row.action, row.change, row.resource, row.resource_id, row.before, row.after,
        row.request_id, row.reason, row.flagged,
    )  # fmt: skip
