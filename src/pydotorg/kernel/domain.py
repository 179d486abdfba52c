"""What a domain brings: its table of contents, read by `app.py` and the tests."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from litestar.handlers import HTTPRouteHandler
from msgspec import Struct, field

from pydotorg.settings import Settings

from .access import Caller
from .agenda import Agenda, Keep
from .database.columns import Base
from .database.transaction import Database, Following, Transactions
from .tasks.declaring import Task
from .tasks.schedule import Scheduled

#: all that a domain stores about a caller's account, without what is secret
Exported = Callable[[Database, Caller], Awaitable[Sequence[Struct]]]
#: what becomes of what belongs to an account that is closed
Leaving = Callable[[Database, UUID], Awaitable[None]]


class Exports(Struct, frozen=True):
    """What of all domains belongs into somebody's copy of his data, by its name there."""

    of: dict[str, Exported]


class Leavings(Struct, frozen=True):
    """What all domains do when somebody closes his account, before it is gone."""

    of: Sequence[Leaving]


def no_parts(settings: Settings, transactions: Transactions) -> Sequence[Any]:
    """Nothing that a handler could ask for."""
    del settings, transactions
    return ()


class Domain(Struct, frozen=True, kw_only=True):
    """One part of the service; `description` says to users of the API what it is about, `base` where its paths begin.

    Its `pages` are for people, at paths of their own. Its `parts` are objects for which handlers and tasks ask by
    their types. It `keeps` the agendas of all domains, if that is what it is for.
    """

    name: str
    description: str
    routes: tuple[HTTPRouteHandler, ...]
    tables: tuple[type[Base], ...]
    base: str = "/api/v1"
    pages: tuple[HTTPRouteHandler, ...] = ()
    tasks: tuple[Task[Any], ...] = ()
    schedule: tuple[Scheduled, ...] = ()
    exports: dict[str, Exported] = field(default_factory=dict)
    parts: Callable[[Settings, Transactions], Sequence[Any]] = no_parts
    leaving: Leaving | None = None
    agendas: tuple[Agenda, ...] = ()
    keeps: Keep | None = None


def following_of(domains: Sequence[Domain]) -> list[Following]:
    """What keeps the agendas of these domains true to what is written."""
    agendas = [agenda for domain in domains for agenda in domain.agendas]
    keepers = [domain.keeps for domain in domains if domain.keeps is not None]
    return [Following(agenda.tables, _keeping(keep, agenda)) for keep in keepers for agenda in agendas]


def _keeping(keep: Keep, agenda: Agenda) -> Callable[[Database], Awaitable[None]]:
    return lambda db: keep(db, agenda)
