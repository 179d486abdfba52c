"""Entries of the audit log as staff see them and ask for them."""

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct, field

from pydotorg.kernel.database.audit import Change, Kind
from pydotorg.kernel.http.query import Query
from pydotorg.kernel.text.plain import SearchText, Time

Action = Annotated[SearchText, Meta(examples=["auth_me_change"])]
Resource = Annotated[SearchText, Meta(examples=["account"])]
ResourceId = Annotated[SearchText, Meta(examples=["01999853-9800-7a4c-8d33-b3adba5eab68"])]
Username = Annotated[str, Meta(examples=["ada"])]


class Actor(Struct, frozen=True):
    """Who did it."""

    id: Annotated[UUID, Meta(description="His account, which may be gone; null where there was none.")] | None
    username: Annotated[
        Username, Meta(description="As it was then; of the command line, that of the operating system; else empty.")
    ]
    kind: Annotated[Kind, Meta(title="ActorKind", description="How he was known.", examples=["account"])]


class AuditEntry(Struct, frozen=True):
    """One thing that was made, changed or deleted."""

    id: UUID
    moment: Time
    actor: Actor
    action: Annotated[
        str,
        Meta(
            description="By what: the id of an operation, a command, the name of a task.", examples=["auth_me_change"]
        ),
    ]
    change: Annotated[Change, Meta(title="AuditChange", description="What happened to it.", examples=["change"])]
    resource: Annotated[str, Meta(description="What sort of thing it is.", examples=["account"])]
    resource_id: Annotated[
        str, Meta(description="Which one; mostly a UUID.", examples=["01999853-9800-7a4c-8d33-b3adba5eab68"])
    ]
    before: (
        Annotated[
            dict[str, Any],
            Meta(
                description="Of a change, what differs; of what was deleted, all; else null. Secrets are `…`.",
                examples=[{"first_name": ""}],
            ),
        ]
        | None
    )
    after: (
        Annotated[
            dict[str, Any],
            Meta(
                description="Of a change, what differs; of what was made, all; else null. Secrets are `…`.",
                examples=[{"first_name": "Ada"}],
            ),
        ]
        | None
    )
    request_id: Annotated[
        str, Meta(description="The `X-Request-ID` of the request; empty where there was none.", examples=["4f1d2a"])
    ]

    reason: Annotated[str, Meta(description="Why; of what must not happen without a reason.", examples=[""])]
    flagged: Annotated[
        bool, Meta(description="Whether it is one of those: a checksum of a published file, for instance.")
    ]


class Deed(Struct, frozen=True):
    """What somebody did, without the rows that he wrote: they may be about others."""

    id: UUID
    moment: Time
    action: str
    change: Change
    resource: str
    resource_id: str
    request_id: str


class AuditFilters(Query, frozen=True):
    """Which entries."""

    actor: (
        Annotated[
            SearchText,
            Meta(description="Done by who had this username then, or by this account: its id.", examples=["ada"]),
        ]
        | None
    ) = None
    resource: Annotated[Resource, Meta(description="Done to this sort of thing.")] | None = None
    id: Annotated[ResourceId, Meta(description="Done to the thing with this id.")] | None = None
    action: Annotated[Action, Meta(description="Done by this operation, command or task.")] | None = None
    flagged: Annotated[bool, Meta(description="Only those that needed a reason, or only the others.")] | None = None
    since: Annotated[Time, Meta(description="At this moment or later.")] | None = field(name="from", default=None)
    until: Annotated[Time, Meta(description="Before this moment.")] | None = field(name="to", default=None)

    def contradictions(self) -> Iterable[tuple[str, str]]:
        """A span of time does not end before it begins."""
        if self.since and self.until and self.since > self.until:
            yield "to", "must not be earlier than `from`"
