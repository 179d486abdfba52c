"""How much somebody may write that others must read or keep."""

from datetime import timedelta
from typing import NamedTuple

#: within which is counted, whatever becomes of what was written
PERIOD = timedelta(hours=24)
#: how much of what was never published, and can be deleted, an account may keep of so long
UNPUBLISHED_MAX, UNPUBLISHED_PERIOD = 50, timedelta(days=365)


class Bound(NamedTuple):
    """What is counted, and how many of it a day are taken, from moderators too."""

    what: str
    most: int
    of_moderators: int


SUBMISSIONS, DRAFTS, COMMENTS = Bound("submissions", 5, 100), Bound("drafts", 50, 500), Bound("comments", 50, 500)
