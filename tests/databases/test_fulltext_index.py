"""The index of words: it holds what was put into it, and follows the transaction that did so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg.kernel.database.columns import UTCDateTime
from pydotorg.kernel.database.fulltext.index import Indexed, forget, index, index_all
from pydotorg.kernel.database.fulltext.matching import counted, matched, newest, relevance
from pydotorg.kernel.database.fulltext.notation import Texts
from pydotorg.kernel.database.fulltext.question import Question
from pydotorg.kernel.database.fulltext.tables import SearchDocument
from pydotorg.kernel.database.transaction import Database, Transactions
from tests.conftest import configured

from .notices import KIND, NOTICES, asking, found, id_of, put_up

pytestmark = pytest.mark.anyio

NAMES = ("one", "other", "third")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


async def put(db: AsyncConnection, name: str, words: str, **how: Any) -> int:
    return await index(db, KIND, id_of(name), Texts(words), **how)


async def found_by(db: AsyncConnection, words: str) -> list[str]:
    return await found(db, words, NAMES)


async def test_a_row_that_is_forgotten_is_found_no_more(scratch: AsyncConnection) -> None:
    await put(scratch, "one", "heron")
    await put(scratch, "other", "heron")
    await forget(scratch, KIND, id_of("one"))
    await forget(scratch, "another-kind", id_of("other"))
    assert await found_by(scratch, "heron") == ["other"]
    await forget(scratch, KIND, id_of("one"))
    assert await found_by(scratch, "heron") == ["other"]


async def test_a_row_that_is_indexed_again_is_found_by_its_new_words_only_and_keeps_its_place(
    scratch: AsyncConnection,
) -> None:
    number = await put(scratch, "one", "heron")
    await put(scratch, "other", "heron egret")
    assert await put(scratch, "one", "egret") == number
    assert await found_by(scratch, "heron") == ["other"]
    assert await found_by(scratch, "egret") == ["other", "one"]


async def test_a_row_that_is_indexed_anew_is_the_newest(scratch: AsyncConnection) -> None:
    await put(scratch, "one", "heron")
    second = await put(scratch, "other", "heron")
    assert await put(scratch, "one", "heron", anew=True) > second
    assert await found_by(scratch, "heron") == ["one", "other"]


async def test_a_number_is_not_given_twice(scratch: AsyncConnection) -> None:
    first = await put(scratch, "one", "heron")
    await forget(scratch, KIND, id_of("one"))
    assert await put(scratch, "one", "heron") > first


async def test_many_rows_have_numbers_in_their_order(scratch: AsyncConnection) -> None:
    numbers = await index_all(scratch, (Indexed(KIND, id_of(f"{n}"), Texts(f"heron word{n}")) for n in range(1201)))
    assert len(numbers) == 1201
    assert numbers == sorted(set(numbers))
    names = [f"{n}" for n in range(1201)]
    assert await found(scratch, "heron", names) == names[::-1]
    assert await found(scratch, '"word700"', names) == ["700"]
    assert await index_all(scratch, []) == []


async def test_what_is_taken_back_was_never_indexed(scratch: AsyncConnection) -> None:
    await put(scratch, "one", "heron")
    await put(scratch, "other", "heron")
    doubt = await scratch.begin_nested()
    await put(scratch, "one", "egret")
    await put(scratch, "third", "egret")
    await forget(scratch, KIND, id_of("other"))
    assert await found_by(scratch, "egret") == ["third", "one"]
    await doubt.rollback()
    assert await found_by(scratch, "heron") == ["other", "one"]
    assert await found_by(scratch, "egret") == []


async def test_whoever_changes_the_table_changes_what_is_found(scratch: AsyncConnection) -> None:
    await put(scratch, "one", "heron")
    await put(scratch, "other", "heron")
    this, that = (SearchDocument.row_id == id_of(name) for name in ("one", "other"))
    await scratch.execute(update(SearchDocument).where(this).values(words=Texts("egret")))
    await scratch.execute(delete(SearchDocument).where(that))
    await scratch.execute(insert(SearchDocument), [{"kind": KIND, "row_id": id_of("third"), "words": Texts("crane")}])
    assert [await found_by(scratch, words) for words in ("heron", "egret", "crane")] == [[], ["one"], ["third"]]


async def test_a_unit_of_work_indexes_as_it_writes(fresh_database: str) -> None:
    async def put_in(db: Database) -> int:
        return await index(db, KIND, id_of("one"), Texts("heron"))

    async def refuse(db: Database) -> None:
        await index(db, KIND, id_of("other"), Texts("heron"))
        raise LookupError

    async def look(db: Database) -> list[Any]:
        asked: Any = asking(Question.of("heron"))
        return [row[0] for row in await db.fetch(asked)]

    transactions = Transactions(configured(fresh_database).database_url)
    try:
        await transactions.write(put_in)
        with pytest.raises(LookupError):
            await transactions.write(refuse)
        assert await transactions.read(look) == [id_of("one")]
    finally:
        await transactions.dispose()


async def test_they_are_counted_by_kind_and_as_long_as_they_are_shown(scratch: AsyncConnection) -> None:
    async def count(words: str, kind: str, at: datetime) -> int:
        asked = counted(Question.of(words), kind, literal(at, UTCDateTime()))
        return int((await scratch.execute(asked)).scalar_one())

    await put(scratch, "one", "heron", until=NOON)
    await put(scratch, "other", "heron egret")
    await index_all(scratch, [Indexed("leaflet", id_of("third"), Texts("heron"), NOON)])
    before = NOON - timedelta(microseconds=1)
    assert [await count("heron", KIND, at) for at in (before, NOON)] == [2, 1]
    assert [await count("heron", "leaflet", at) for at in (before, NOON)] == [1, 0]
    assert await count("her egret", KIND, before) == 1
    assert await count("", KIND, before) == 0
    await put(scratch, "one", "heron")
    assert await count("heron", KIND, NOON) == 2


async def test_statements_are_the_same_whatever_is_asked(scratch: AsyncConnection) -> None:
    def written(question: str) -> list[str]:
        asked = Question.of(question)
        statements = (asking(asked).order_by(relevance(asked)), counted(asked, KIND, literal(NOON, UTCDateTime())))
        return [str(statement.compile(dialect=scratch.dialect)) for statement in statements]

    assert written("python") == written('"machine learning"')
    assert all("python" not in statement for statement in written("python"))


async def test_sqlite_finds_the_newest_without_looking_further(scratch: AsyncConnection, engine_name: str) -> None:
    if engine_name != "sqlite":
        pytest.skip("how PostgreSQL finds them is tested below")
    question = Question.of("python")
    rows = select(SearchDocument.row_id).where(SearchDocument.kind == KIND)
    statement = matched(rows.select_from(SearchDocument), question, SearchDocument.number).order_by(newest).limit(20)
    assert await scratch.run_sync(plan_of, statement) == [
        "SCAN found VIRTUAL TABLE INDEX 192:M1",
        "SEARCH search_document USING INTEGER PRIMARY KEY (rowid=?)",
    ]
    count = await scratch.run_sync(plan_of, counted(question, KIND, literal(NOON, UTCDateTime())))
    assert any("USING COVERING INDEX search_words_shown" in step for step in count)


def plan_of(connection: Connection, statement: Any) -> list[str]:
    written = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    return [row[-1] for row in connection.exec_driver_sql(f"explain query plan {written}")]


async def test_postgresql_reads_no_words_to_find_them(scratch: AsyncConnection, engine_name: str) -> None:
    if engine_name != "postgresql":
        pytest.skip("how SQLite finds them is tested above")
    await put_up(scratch, NOTICES)
    await scratch.execute(text("set local enable_seqscan = off"))
    await scratch.execute(text("set local enable_indexscan = off"))
    asked = text("explain (costs off) select number from search_document where words @@ $$'python':*$$")
    plan = "\n".join((await scratch.execute(asked)).scalars())
    assert "Bitmap Index Scan on search_words" in plan
    settings = text("select proconfig from pg_proc where proname in ('search_found', 'search_count')")
    assert [*(await scratch.execute(settings)).scalars()] == [["enable_seqscan=off", "enable_indexscan=off"]] * 2
