"""The terms of more things than there may be values in a statement."""

from uuid import UUID

import pytest
from sqlalchemy import select

from pydotorg.events import terms
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.taxonomy.chosen import Chosen

pytestmark = pytest.mark.anyio

#: PostgreSQL takes 32,767
MANY = 33_000


async def test_the_terms_of_however_many_things_are_found(transactions: Transactions) -> None:
    async def found(db: Database) -> list[str]:
        tagged = (await db.fetch(select(terms.OF_EVENTS.thing)))[0][0]
        things = [*(UUID(int=number) for number in range(MANY)), tagged]
        lists: dict[UUID, list[Chosen]] = {thing: [] for thing in things}
        await terms.OF_EVENTS.complete(db, lists)
        assert not any(chosen for thing, chosen in lists.items() if thing != tagged)
        return [category.slug for category in lists[tagged]]

    assert await transactions.read(found) == ["conference"]
