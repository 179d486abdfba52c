"""What of an event is for whom."""

from pydotorg.kernel.review.views import Views

from . import queries, schemas
from .review import EVENTS
from .tables import Event

VIEWS: Views[Event, schemas.EventDetail] = Views(
    review=EVENTS, detail=schemas.EventDetail, seen=queries.SEEN,
    everything=queries.EVERYTHING, shape=queries.ROW, whole=queries.ALL_OF_IT, whole_shape=queries.WHOLE,
    status=Event.status, complete=queries.with_categories,
)  # fmt: skip
