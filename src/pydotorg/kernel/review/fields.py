"""What answers say of things that are reviewed, beside what everybody sees of them: the words for it, once.

A domain says what everybody sees of a thing, in lists and by itself; what its owner and moderators see follows from
that.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, NamedTuple, TypeVar, Union, cast, get_args
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, defstruct
from msgspec.structs import fields

from pydotorg.kernel import clock
from pydotorg.kernel.text.english import with_article
from pydotorg.kernel.text.plain import Time

S = TypeVar("S", bound=Struct)
Owner = Annotated[str, Meta(description="A username; empty once the account is closed.", examples=["ada"])]
Reason = Annotated[str, Meta(description="Why it was rejected; empty if it was not.")]
SubmittedAt = Annotated[Time, Meta(description="When it was submitted last.")]
SuspectedSpam = Annotated[bool, Meta(description="Whether something looks like spam; for moderators.")]
Suspicion = Annotated[str, Meta(description="What does; empty if nothing does. For moderators.", examples=["5 links"])]
WaitingSeconds = Annotated[int, Meta(description="For how long it has been waiting.", examples=[3600])]

OF_OWNERS: dict[str, Any] = {"owner": Owner, "reason": Reason, "submitted_at": SubmittedAt | None}
OF_MODERATORS: dict[str, Any] = {"suspected_spam": SuspectedSpam, "suspicion": Suspicion}
IN_QUEUE: dict[str, Any] = {"waiting_seconds": WaitingSeconds}
#: what is in no row, but follows from one
COMPUTED = frozenset({"suspected_spam", "waiting_seconds"})


def concerning(detail: type[S]) -> type[S]:
    """All of a thing, with what is for its owner and for moderators only: for others, that is not there.

    What a domain has of that kind beside what all things have, it declares as such: `… | UnsetType = UNSET`.
    """
    members = [(name, hint | UnsetType, UNSET) for name, hint in (OF_OWNERS | OF_MODERATORS).items()]
    namespace = {"__doc__": detail.__doc__}
    made = defstruct(
        detail.__name__, members, bases=(detail,), module=detail.__module__, namespace=namespace, frozen=True
    )
    return cast("type[S]", made)


class Seen(NamedTuple):
    """What answers have of a thing in lists of its owner and of moderators; and rows of which they, and all, are made.

    They are Structs.
    """

    own: Any
    queued: Any
    row: Any
    whole: Any


def seen(called: str, listed: type[Struct], detail: type[Struct]) -> Seen:
    """The same of a thing of which everybody sees this in lists, and of which all is `detail`."""
    name, a = listed.__name__, with_article(called).capitalize()
    secret = [(member.name, always(member.type)) for member in fields(detail) if member.default is UNSET]
    own = defstruct(
        f"Own{name}", [each for each in secret if each[0] not in OF_MODERATORS], bases=(listed,), frozen=True,
        namespace={"__doc__": f"{a}, as its owner sees it."},
    )  # fmt: skip
    queued = defstruct(
        f"Queued{name}", [*(OF_MODERATORS | IN_QUEUE).items()], bases=(own,), frozen=True,
        namespace={"__doc__": f"{a} that waits for review, as moderators see it."},
    )  # fmt: skip
    row, whole = (defstruct(f"Stored{each.__name__}", [*stored(each)], frozen=True) for each in (queued, detail))
    return Seen(own, queued, row, whole)


def always(hint: Any) -> Any:
    """A type without `UnsetType`."""
    union: Any = Union
    return union[tuple(each for each in get_args(hint) if each is not UnsetType)]


def stored(struct: type[Struct]) -> Iterator[tuple[str, Any]]:
    """The members of a row of which this can be made."""
    yield from ((member.name, member.type) for member in fields(struct) if member.name not in COMPUTED)
    yield "owner_id", UUID | None


def waiting_seconds(submitted_at: datetime | None) -> int:
    """For how long something has been waiting; not at all, if it was never submitted."""
    now = clock.asked()
    return max(int((now - (submitted_at or now)).total_seconds()), 0)
