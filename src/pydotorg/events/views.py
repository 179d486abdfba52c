"""What of an event is for whom."""

from pydotorg.kernel.review.views import Views

from . import queries, schemas
from .review import EVENTS
from .tables import Event

VIEWS: Views[Event, schemas.EventDetail] = Views(
    review=EVENTS, listed=schemas.Event, detail=schemas.EventDetail, shaped=queries.shaped,
    everything=queries.everything, status=Event.status,
)  # fmt: skip
