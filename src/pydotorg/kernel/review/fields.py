"""What answers say of things that are reviewed, beside what everybody sees of them: the words for it, once."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from pydotorg.kernel import clock
from pydotorg.kernel.text.plain import Time

Owner = Annotated[str, Meta(description="A username; empty once the account is closed.", examples=["ada"])]
Reason = Annotated[str, Meta(description="Why it was rejected; empty if it was not.")]
SubmittedAt = Annotated[Time, Meta(description="When it was submitted last.")]
SuspectedSpam = Annotated[bool, Meta(description="Whether something looks like spam; for moderators.")]
Suspicion = Annotated[str, Meta(description="What does; empty if nothing does. For moderators.", examples=["5 links"])]
WaitingSeconds = Annotated[int, Meta(description="For how long it has been waiting.", examples=[3600])]


def waiting_seconds(submitted_at: datetime | None) -> int:
    """For how long something has been waiting; not at all, if it was never submitted."""
    now = clock.asked()
    return max(int((now - (submitted_at or now)).total_seconds()), 0)
