"""`shows=` is true: an answer is made from the tables of the dataset that its route names, and from no others."""

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import event

from pydotorg.app import Application
from pydotorg.kernel.database.columns import Base
from pydotorg.kernel.database.revisions import Revision
from pydotorg.kernel.http.operations import PRIVATE
from tests.conftest import forget

from .routes import READS, Route, each

pytestmark = pytest.mark.anyio

TABLE = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?([a-z_]+)"?')
#: what is derived is written with that from which it follows, so its dataset is theirs; a revision tells when to count
#: anew, and is never shown
DATASETS = {
    table.name: table.info.get("dataset", "private")
    for table in Base.metadata.sorted_tables
    if not table.info.get("derived") and table.name != Revision.__tablename__
}


@pytest.fixture
def touched(application: Application) -> Iterator[set[str]]:
    """The datasets that statements touch meanwhile; it is a 500 where a read would write."""
    found: set[str] = set()

    def note(_: object, __: object, statement: str, *___: object) -> None:
        found.update(DATASETS[name] for name in TABLE.findall(statement) if name in DATASETS)

    engines = application.transactions.engines
    forget(application)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield found
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


@each(READS)
async def test_an_answer_depends_on_the_dataset_that_its_route_names(
    route: Route, root: httpx.AsyncClient, touched: set[str]
) -> None:
    assert (await root.get(route.asked)).status_code in {200, 302}
    if route.operation.shows != PRIVATE:  # what is stored nowhere may show anything
        assert touched == ({route.operation.shows} - {"nothing"})
