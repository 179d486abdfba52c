"""The life of a job: its states, and the moves between them. The guide draws this table."""

from pydotorg.kernel.review.lifecycle import (
    APPROVED,
    CHANGE,
    DELETE,
    DRAFT,
    REJECTED,
    REVIEW,
    REVISE,
    By,
    Lifecycle,
    Move,
)

EXPIRED, ARCHIVED, REMOVED = "expired", "archived", "removed"
APPROVE, EXPIRE, RENEW = "approve", "expire", "renew"

LIFECYCLE = Lifecycle(
    called="job",
    states={
        DRAFT: "its owner writes it, and has not submitted it yet",
        REVIEW: "it has been submitted, and moderators decide",
        APPROVED: "it is on the board, for everybody, until it expires",
        REJECTED: "moderators have said why not; it can be changed and submitted again",
        EXPIRED: "its time on the board is over",
        ARCHIVED: "it is closed",
        REMOVED: "it is taken away",
    },
    moves=(
        Move(
            CHANGE, (DRAFT, REVIEW, REJECTED, APPROVED, EXPIRED), None, By.either,
            "Change a job, and leave it in its state.\n\nOf one that was approved, its owner so changes only how to "
            "reach him; moderators change anything.",
        ),
        Move(
            REVISE, (APPROVED, EXPIRED), REVIEW, By.owner,
            "Change what an approved job says.\n\nThen it waits for review again.",
            done="changed, and waits for review",
        ),
        Move(
            "submit", (DRAFT, REJECTED), REVIEW, By.owner,
            "Submit a job for review.\n\nModerators are told. Five in any 24 hours can be submitted.",
            done="submitted for review",
        ),
        Move(
            APPROVE, (REVIEW,), APPROVED, By.moderator,
            "Approve a job: from now on it is on the board.\n\nIt expires after the usual time, "
            "90 days unless this service is set otherwise, or when the body says.",
            done="approved",
        ),
        Move(
            "reject", (REVIEW,), REJECTED, By.moderator,
            "Reject a job, with a reason.\n\nIts owner is told the reason, and can change and submit it again.",
            done="rejected",
        ),
        Move(EXPIRE, (APPROVED,), EXPIRED, By.clock, "Its time on the board ends.", done="taken off: its time is over"),
        Move(
            RENEW, (APPROVED,), APPROVED, By.owner,
            "Renew a job in its last 30 days on the board.\n\nIt has the usual time from now on.",
            done="renewed",
        ),
        Move(
            "close", (APPROVED,), ARCHIVED, By.owner,
            "Close a job: the position is filled.\n\nIt leaves the board at once.",
            done="closed",
        ),
        Move(
            "archive", (APPROVED, REJECTED, EXPIRED), ARCHIVED, By.moderator,
            "Archive a job.\n\nIt leaves the board, if it is there.",
            done="archived",
        ),
        Move(
            "remove", (DRAFT, REVIEW, APPROVED, REJECTED, EXPIRED, ARCHIVED), REMOVED, By.either,
            "Remove a job.\n\nIt leaves the board, and nothing more can be done with it; its owner and moderators "
            "still see it.",
            done="removed",
        ),
        Move(
            DELETE, (DRAFT, REVIEW, REJECTED, APPROVED, EXPIRED), None, By.either,
            "Delete a job.\n\nNobody sees it any more; the audit log keeps what it was.",
            done="deleted",
        ),
    ),
)  # fmt: skip
