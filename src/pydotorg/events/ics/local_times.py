"""Times as clocks show them somewhere, and as those of the zone show them in which an event is kept."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from msgspec import Struct

from pydotorg.events.zones import instant, wall

from .values import Unusable


class ShownTwice(Unusable):
    """Clocks show a time twice, and it is the second that is meant: what they show means the first."""


class Local(Struct, frozen=True):
    """A time as the clocks of a place show it."""

    time: datetime
    place: tzinfo

    @property
    def moment(self) -> datetime:
        """The same in UTC."""
        return instant(self.time, self.place)

    def after(self, days: timedelta, exact: timedelta) -> "Local":
        """What is so many days later, as clocks count them, and then so much."""
        later = Local(self.time + days, self.place)
        return Local((later.moment + exact).replace(tzinfo=None), UTC) if exact else later

    def shown_in(self, place: ZoneInfo) -> datetime:
        """What clocks show there at the same moment. Raises ShownTwice."""
        if place is self.place:
            return self.time
        shown = wall(self.moment, place)
        if instant(shown, place) != self.moment:
            raise ShownTwice(
                f"One of its times is the second {shown:%Y-%m-%d %H:%M} that clocks in {place.key} show, which cannot "
                "be kept in that zone."
            )
        return shown
