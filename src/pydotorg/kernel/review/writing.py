"""How what is reviewed is made and changed, up to where kinds of things differ."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from msgspec import UNSET, UnsetType

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import Part, said
from pydotorg.kernel.http.errors import Forbidden
from pydotorg.kernel.text.english import with_article
from pydotorg.kernel.text.markdown import html_of
from pydotorg.kernel.text.slugs import distinct_slug

from . import Review
from .columns import Reviewed
from .desk import Desk, demand_right
from .directory import demand_stays
from .lifecycle import CHANGE, DRAFT
from .submissions import demand_room

R = TypeVar("R", bound=Reviewed)
Columns = dict[str, Any]


async def begin(db: Database, review: Review[R], caller: Caller) -> None:
    """Let somebody make one more; a 401 for whose account has just been closed, an error for who has very many."""
    await demand_stays(db, caller)
    await turn_of(db, review.dataset)
    await demand_room(db, review, caller)


def draft(review: Review[R], caller: Caller, title: str) -> Columns:
    """What is the same of all things that have just been made."""
    id, now = new_id(), clock.now()
    return {
        "id": id, "slug": distinct_slug(title, id, review.called), "owner_id": caller.account, "status": DRAFT,
        "reason": "", "suspicion": "", "created_at": now, "updated_at": now,
    }  # fmt: skip


async def take_to_change(db: Database, review: Review[R], identifier: str, caller: Caller) -> R:
    """What this identifier names, for who may change it."""
    row = await review.take(db, identifier, caller)
    demand_right(review, review.lifecycle.move(CHANGE), row, caller)
    return row


def demand_features(review: Review[R], caller: Caller, featured: bool | UnsetType) -> None:  # noqa: FBT001  as said
    """Refuse who says whether something is featured, and does not decide it."""
    if featured is not UNSET and not review.is_moderator(caller):
        raise Forbidden(f"Whether {with_article(review.called)} is featured is set by moderators.")


def columns_of(body: Part, names: Iterable[str], *, markdown: Iterable[str]) -> Columns:
    """The columns of what a body says, without the spaces around a line."""
    given = said(body, names)
    lines = {name: text.strip() for name, text in given.items() if isinstance(text, str) and name not in markdown}
    return given | lines


async def apply(
    db: Database, desk: Desk, review: Review[R], row: R, caller: Caller, columns: Columns, terms: set[UUID] | None, *,
    keeps_state: bool,
) -> None:  # fmt: skip
    """Let a row say these columns, and have these terms unless that is None; without either, nothing is different."""

    async def said() -> None:
        for name, value in columns.items():
            setattr(row, name, value)
        if terms is not None:
            await review.tagging.give(db, row.id, terms)

    is_same = not columns and terms is None
    await desk.change(db, review, row, caller, None if is_same else said, keeps_state=keeps_state)


def differing(row: Reviewed, given: Mapping[str, Any]) -> Columns:
    """Those of these columns that the row does not say already."""
    return {name: value for name, value in given.items() if getattr(row, name) != value}


async def html_columns_of(said: Mapping[str, Any], markdown: Iterable[str]) -> Columns:
    """The columns with the HTML of what is said in Markdown."""
    return {f"{name}_html": await html_of(said[name]) for name in markdown if name in said}
