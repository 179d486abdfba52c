"""The life of a job: its states, and the moves between them. The guide draws this table."""

from pydotorg.kernel.review.lifecycle import APPROVED, DELETE, DRAFT, REJECTED, REVIEW, By, Lifecycle, Move, Usual

EXPIRED, ARCHIVED, REMOVED = "expired", "archived", "removed"
APPROVE, EXPIRE, RENEW = "approve", "expire", "renew"

USUAL = Usual("job", published=(APPROVED, EXPIRED), freely="only how to reach him")

LIFECYCLE = Lifecycle(
    called=USUAL.called,
    states=USUAL.states(
        approved="it is on the board, for everybody, until it expires",
        expired="its time on the board is over",
        archived="it is closed",
        removed="it is taken away",
    ),
    moves=(
        *USUAL.moves,
        Move(
            APPROVE, (REVIEW,), APPROVED, By.moderator,
            "Approve a job: from now on it is on the board.\n\nIt expires after the usual time, "
            "90 days unless this service is set otherwise, or when the body says.",
            done="approved",
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
