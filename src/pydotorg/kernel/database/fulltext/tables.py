"""Where documents are kept. What finds them by their words is of each database's own kind, and made by migrations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pydotorg.kernel.database.columns import Base, derived

from .notation import Document, Texts


class SearchDocument(Base):
    """A row of another table that the public may see, and finds by its words.

    `number` is never given again, and is higher than all before: the highest are the newest.
    """

    __tablename__ = "search_document"
    __table_args__ = (UniqueConstraint("kind", "row_id"), derived() | {"sqlite_autoincrement": True})

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    row_id: Mapped[UUID]
    until: Mapped[datetime | None]  # if it is shown for a while only
    words: Mapped[Texts] = mapped_column(Document)
    #: without it, PostgreSQL would keep short texts in the row, and read ten times as many pages for a frequent word
    filling: Mapped[str] = mapped_column(server_default=text("''"))
