"""Every table says of itself what public answers show of it."""

import pytest
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, Table, UniqueConstraint

from pydotorg.app import DOMAINS
from pydotorg.kernel.database.columns import Base
from pydotorg.kernel.database.fulltext.tables import SearchDocument
from pydotorg.kernel.database.revisions import Revision
from pydotorg.kernel.http.idempotency import KeptAnswer
from pydotorg.kernel.review.tables import ReviewComment, Submission
from pydotorg.kernel.tasks.tables import Lease, Schedule, Task

TABLES = Base.metadata.sorted_tables
DATASETS = {table.info["dataset"] for table in TABLES if "dataset" in table.info}
KERNEL = {
    table.__tablename__
    for table in (Revision, Task, Lease, Schedule, KeptAnswer, Submission, ReviewComment, SearchDocument)
}
ALL = pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])


@ALL
def test_every_table_names_a_dataset_or_is_private_or_derived(table: Table) -> None:
    said = {name: table.info[name] for name in ("dataset", "private", "derived") if name in table.info}
    assert said in ([{"dataset": name} for name in DATASETS] + [{"private": True}, {"derived": True}]), table.info
    assert table.info.keys() <= {"dataset", "private", "derived", "moves", "when", "audited"}


@ALL
def test_every_table_belongs_to_one_domain_or_to_the_kernel(table: Table) -> None:
    owners = [domain.name for domain in DOMAINS for owned in domain.tables if owned.__tablename__ == table.name]
    assert len([*owners, *({table.name} & KERNEL)]) == 1


@ALL
def test_every_constraint_has_a_name_by_which_a_migration_finds_it(table: Table) -> None:
    for constraint in table.constraints:
        assert constraint.name, f"{constraint} of {table.name}"
        ends = {PrimaryKeyConstraint: "_pkey", ForeignKeyConstraint: "_fkey", UniqueConstraint: "_key",
                CheckConstraint: "_check"}  # fmt: skip
        assert str(constraint.name).startswith(f"{table.name}_")
        assert str(constraint.name).endswith(ends[type(constraint)])


@ALL
def test_every_name_fits_into_postgresql(table: Table) -> None:
    names = [table.name, *table.columns.keys(), *(str(index.name) for index in table.indexes)]
    names += [str(constraint.name) for constraint in table.constraints]
    assert [name for name in names if len(name) > 63] == []


def test_there_are_datasets() -> None:
    assert "releases" in DATASETS
