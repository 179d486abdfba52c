"""Events: once or by rules, in any zone; submitted by everybody, approved by moderators; calendars to subscribe to."""

from typing import Any

from pydotorg.kernel.database.transaction import Transactions
from pydotorg.kernel.domain import Domain
from pydotorg.kernel.fetching import Fetcher
from pydotorg.kernel.review.desk import leaving
from pydotorg.settings import Settings

from . import agendas, happening, tables
from .ics.apart import Readers
from .importing import Importer
from .review import EVENTS
from .routes import ROUTES
from .views import VIEWS


def parts(settings: Settings, transactions: Transactions) -> list[Any]:
    """What handlers of events ask for by its type."""
    return [Importer(transactions, Fetcher(loopback=settings.fetch_loopback), Readers())]


domain = Domain(
    name="events",
    description="Events and the calendars in which they are; written by everybody, approved by moderators.",
    routes=ROUTES,
    tables=(
        tables.Calendar, tables.EventCategory, tables.EventLocation, tables.Event, tables.CategoryOfEvent,
        tables.Occurrence,
    ),
    parts=parts,
    tasks=(happening.come_into_sight,),
    schedule=happening.schedule,
    exports={"events": VIEWS.exported},
    leaving=leaving(EVENTS),
    keeps=agendas.keep,
)  # fmt: skip
