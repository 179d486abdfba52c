"""How long jobs stay on the board."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import UNSET, Struct

from pydotorg.kernel import clock
from pydotorg.kernel.http.errors import Conflict, Fault, Invalid

from .bodies import Approval
from .lifecycle import LIFECYCLE, RENEW
from .tables import Job

#: a job can be renewed in so many of its last days
RENEWAL = timedelta(days=30)
DAYS_MAX = 3650


class Board(Struct, frozen=True):
    """How long a job stays on the board, once it is approved or renewed."""

    days: int

    def approving(self, approval: Approval | None) -> Callable[[Job, datetime], None]:
        """What an approval does to a job: however long it was there before, it has its time anew."""
        until = UNSET if approval is None else approval.expires_at
        latest = clock.now() + timedelta(days=DAYS_MAX)
        if until is not UNSET and not clock.now() < until <= latest:
            raise Invalid([Fault("expires_at", "body", f"must lie in the future, within {DAYS_MAX} days")])

        def approve(job: Job, now: datetime) -> None:
            job.expires_at = now + timedelta(days=self.days) if until is UNSET else until

        return approve

    def renew(self, job: Job, now: datetime) -> None:
        """Give a job its whole time anew, and never less than it has; a 409 while it has more than 30 days left."""
        if job.expires_at is not None and job.expires_at - now > RENEWAL:
            begins = job.expires_at - RENEWAL
            raise Conflict(
                f"A job can be renewed in its last {RENEWAL.days} days: this one from {begins:%Y-%m-%d %H:%M} UTC on.",
                status=job.state, possible=[name for name in LIFECYCLE.possible(job.state) if name != RENEW],
            )  # fmt: skip
        anew = now + timedelta(days=self.days)
        job.expires_at = anew if job.expires_at is None else max(anew, job.expires_at)
