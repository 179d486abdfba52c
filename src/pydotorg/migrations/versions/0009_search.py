"""Full-text search: documents, and what finds them by their words."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0009"
down_revision = "0008"

#: FTS5 reads the words in the table, and has to be told of every change, and what was there before. The index is for
#: counting, since the rows are long
SQLITE = (
    """
    create virtual table search_words using fts5 (
        words, content = 'search_document', content_rowid = 'number', tokenize = 'ascii', prefix = '2 3 4',
        columnsize = 0
    )
    """,
    """
    create trigger search_document_insert after insert on search_document begin
        insert into search_words (rowid, words) values (new.number, new.words);
    end
    """,
    """
    create trigger search_document_delete after delete on search_document begin
        insert into search_words (search_words, rowid, words) values ('delete', old.number, old.words);
    end
    """,
    """
    create trigger search_document_update after update of words on search_document begin
        insert into search_words (search_words, rowid, words) values ('delete', old.number, old.words);
        insert into search_words (rowid, words) values (new.number, new.words);
    end
    """,
    "create index search_words_shown on search_document (number, kind, until)",
)
#: words are kept out of the rows, so that these are narrow. PostgreSQL moves nothing out of a row of less than 2 KB: so
#: each is filled with more, which is then compressed to some bytes. The planner does not know what it costs to read the
#: words there, and would do so for every row where a word is frequent; in these functions it can only ask the index
POSTGRESQL = (
    "alter table search_document alter column words set storage external, set (toast_tuple_target = 128)",
    """
    create function search_document_fill() returns trigger language plpgsql as $$
    begin
        new.filling := repeat(' ', 2100);
        return new;
    end $$
    """,
    """
    create trigger search_document_fill before insert or update of words on search_document
        for each row execute function search_document_fill()
    """,
    "create index search_words on search_document using gin (words) with (fastupdate = off)",
    """
    create function search_found(asked tsquery) returns table (number bigint)
    language sql stable rows 1000 set enable_seqscan = off set enable_indexscan = off
    begin atomic
        select document.number from search_document as document where document.words @@ asked;
    end
    """,
    """
    create function search_count(asked tsquery, of_kind varchar, at timestamptz) returns bigint
    language sql stable set enable_seqscan = off set enable_indexscan = off
    begin atomic
        select count(*) from search_document
        where words @@ asked and kind = of_kind and (until is null or until > at);
    end
    """,
)


def upgrade() -> None:
    """Make the table, its index, and what asks it."""
    op.create_table(
        "search_document",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("row_id", sa.Uuid, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("words", sa.String().with_variant(TSVECTOR, "postgresql"), nullable=False),
        sa.Column("filling", sa.String, server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("number", name="search_document_pkey"),
        sa.UniqueConstraint("kind", "row_id", name="search_document_kind_row_id_key"),
        sqlite_autoincrement=True,
    )
    for statement in SQLITE if _is_sqlite() else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Remove them, and all that was indexed."""
    op.execute("drop table search_words" if _is_sqlite() else "drop function search_found, search_count")
    op.drop_table("search_document")
    if not _is_sqlite():
        op.execute("drop function search_document_fill")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
