"""The addresses of events, calendars, categories, locations and occurrences."""

from pydotorg.events import terms
from pydotorg.events.schemas import EventIdentifier
from pydotorg.events.views import VIEWS
from pydotorg.kernel.review.routes import routes_of
from pydotorg.kernel.taxonomy.routes import routes_of as routes_of_terms

from . import calendars, events, subscriptions

ROUTES = (
    *events.routes,
    *routes_of(VIEWS, events.events_get, EventIdentifier),
    *routes_of_terms(terms.CALENDARS),
    *calendars.routes,
    *routes_of_terms(terms.CATEGORIES),
    *routes_of_terms(terms.LOCATIONS),
    *subscriptions.routes,
)
