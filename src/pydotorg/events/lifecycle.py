"""The life of an event: its states, and the moves between them. The guide draws this table."""

from pydotorg.kernel.review.lifecycle import APPROVED, DELETE, DRAFT, REJECTED, REVIEW, By, Lifecycle, Move, Usual

CANCELLED = "cancelled"
#: in which everybody sees an event
PUBLIC = (APPROVED, CANCELLED)
USUAL = Usual("event")

LIFECYCLE = Lifecycle(
    called=USUAL.called,
    states=USUAL.states(
        approved="it is in its calendar, for everybody",
        cancelled="it does not happen: calendars say so, and it is in no list of what happens",
    ),
    moves=(
        *USUAL.moves,
        Move(
            "approve", (REVIEW, CANCELLED), APPROVED, By.moderator,
            "Approve an event: from now on it is in its calendar.\n\nOne that was cancelled happens again.",
            done="approved",
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
