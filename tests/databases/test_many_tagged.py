"""The terms of more things than there may be values in a statement."""

from uuid import UUID

import pytest
from msgspec import Struct
from sqlalchemy import select

from pydotorg.events import terms
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.taxonomy.chosen import Chosen

pytestmark = pytest.mark.anyio

#: PostgreSQL takes 32,767
MANY = 33_000


class Thing(Struct):
    """Whatever has categories."""

    id: UUID
    categories: list[Chosen]


async def test_the_terms_of_however_many_things_are_found(transactions: Transactions) -> None:
    async def found(db: Database) -> list[str]:
        tagged = (await db.fetch(select(terms.OF_EVENTS.thing)))[0][0]
        things = [Thing(id, []) for id in (*(UUID(int=number) for number in range(MANY)), tagged)]
        *others, last = await terms.OF_EVENTS.complete(db, things)
        assert not any(thing.categories for thing in others)
        return [category.slug for category in last.categories]

    assert await transactions.read(found) == ["conference"]
