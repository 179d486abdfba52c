"""By what events are found: what they say, and what is said of where they are."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from pydotorg.kernel.database.fulltext.notation import Texts
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.review.finding import keep_all_findable

from .lifecycle import LIFECYCLE, PUBLIC
from .tables import Event, EventLocation

Locations = Mapping[UUID | None, EventLocation]
#: what is made of so many events in one piece takes a few milliseconds; then others have their turn
AT_ONCE = 5
#: what events are found by of their location
OF_LOCATION = ("name", "address", "city", "country")


def texts_of(event: Event, location: EventLocation | None) -> Texts:
    """By what an event is found."""
    places = [event.venue, *([] if location is None else (getattr(location, name) for name in OF_LOCATION))]
    titles = " ".join(one.title for one in event.overrides if one.title)
    return Texts(title=event.title, names=titles, places=" ".join(filter(None, places)), prose=event.description)


async def keep_events_findable(db: Database, events: Iterable[Event], locations: Locations) -> None:
    """Let all of these be found by what they say now, and by what is said of their locations, which are among these."""
    texts = [(event, texts_of(event, locations.get(event.location_id))) for event in events]
    await keep_all_findable(db, LIFECYCLE.called, texts, public=PUBLIC)
