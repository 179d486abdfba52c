"""The life of an event: its states, and the moves between them. The guide draws this table."""

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

CANCELLED = "cancelled"

LIFECYCLE = Lifecycle(
    called="event",
    states={
        DRAFT: "its owner writes it, and has not submitted it yet",
        REVIEW: "it has been submitted, and moderators decide",
        APPROVED: "it is in its calendar, for everybody",
        REJECTED: "moderators have said why not; it can be changed and submitted again",
        CANCELLED: "it does not happen: calendars say so, and it is in no list of what happens",
    },
    moves=(
        Move(
            CHANGE, (DRAFT, REVIEW, REJECTED, APPROVED), None, By.either,
            "Change an event, and leave it in its state.\n\nOf one that was approved, only moderators do.",
        ),
        Move(
            REVISE, (APPROVED,), REVIEW, By.owner,
            "Change what an approved event says.\n\nThen it waits for review again.",
            done="changed, and waits for review",
        ),
        Move(
            "submit", (DRAFT, REJECTED), REVIEW, By.owner,
            "Submit an event for review.\n\nModerators are told. Five in any 24 hours can be submitted.",
            done="submitted for review",
        ),
        Move(
            "approve", (REVIEW, CANCELLED), APPROVED, By.moderator,
            "Approve an event: from now on it is in its calendar.\n\nOne that was cancelled happens again.",
            done="approved",
        ),
        Move(
            "reject", (REVIEW,), REJECTED, By.moderator,
            "Reject an event, with a reason.\n\nIts owner is told the reason, and can change and submit it again.",
            done="rejected",
        ),
        Move(
            "cancel", (APPROVED,), CANCELLED, By.either,
            "Cancel an event.\n\nWho has subscribed to its calendar sees that it does not happen. To cancel one of "
            "many occurrences, change its `overrides`.",
            done="cancelled",
        ),
        Move(
            DELETE, (DRAFT, REVIEW, REJECTED, APPROVED, CANCELLED), None, By.either,
            "Delete an event.\n\nNobody sees it any more, and calendars do not have it; the audit log keeps what it "
            "was.",
            done="deleted",
        ),
    ),
)  # fmt: skip
