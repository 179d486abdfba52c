"""How long jobs stay on the board."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import UNSET, Struct

from pydotorg.kernel.http.errors import Conflict, Fault, Invalid
from pydotorg.settings import JOB_DAYS_MAX

from .bodies import Approval
from .lifecycle import LIFECYCLE, RENEW
from .tables import Job

#: a job can be renewed in so many of its last days, if the usual time is not shorter than twice of that
RENEWAL = timedelta(days=30)


class Board(Struct, frozen=True):
    """How long a job stays on the board, once it is approved or renewed."""

    days: int

    def approving(self, approval: Approval | None) -> Callable[[Job, datetime], None]:
        """What an approval does to a job: however long it was there before, it has its time anew."""
        until = UNSET if approval is None else approval.expires_at

        def approve(job: Job, now: datetime) -> None:
            if until is not UNSET and not now < until <= now + timedelta(days=JOB_DAYS_MAX):
                raise Invalid([Fault("expires_at", "body", f"must lie in the future, within {JOB_DAYS_MAX} days")])
            job.expires_at = now + timedelta(days=self.days) if until is UNSET else until

        return approve

    @property
    def renewal(self) -> timedelta:
        """How long before its end a job can be renewed: never in the first half of the usual time."""
        return min(RENEWAL, timedelta(days=self.days) / 2)

    def renew(self, job: Job, now: datetime) -> None:
        """Give a job its whole time anew; a 409 while it is too early for that."""
        if job.expires_at is not None and job.expires_at - now > self.renewal:
            state, begins = job.state_at(now), job.expires_at - self.renewal
            raise Conflict(
                f"A job can be renewed in its last {self.renewal / timedelta(days=1):g} days: this one from "
                f"{begins:%Y-%m-%d %H:%M} UTC on.",
                status=state, possible=[name for name in LIFECYCLE.possible(state) if name != RENEW],
            )  # fmt: skip
        job.expires_at = now + timedelta(days=self.days)
