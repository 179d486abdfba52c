"""Texts on a board, the oldest first, and how they are asked for: what finds rows by words is tried with them."""

from collections.abc import Iterable, Mapping
from uuid import NAMESPACE_DNS, UUID, uuid5

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg.kernel.database.fulltext.index import Indexed, index_all
from pydotorg.kernel.database.fulltext.matching import matched, newest, relevance
from pydotorg.kernel.database.fulltext.notation import Texts
from pydotorg.kernel.database.fulltext.question import Question
from pydotorg.kernel.database.fulltext.tables import SearchDocument

KIND = "notice"
NOTICES = {
    "zürich": Texts("Embedded C developer", "Müller & Söhne", "Zürich Switzerland", "C, assembler. Python is a plus."),
    "copenhagen": Texts(
        "C++ engineer", "Brøndby Games", "København Denmark", "Machine learning for games, in C++17 with some Python."
    ),
    "malmö": Texts("Python developer for machine learning", "Ærø Data", "Malmö Sweden", "Pythonic code, naïve Bayes."),
    "istanbul": Texts("Veri bilimci", "Işık", "İstanbul Türkiye", "Learning about machines. Don't worry."),
    "łódź": Texts("Django developer", "Python Polska", "Łódź Poland", "C# or F# is a plus, as is Straßenbahn."),
    "tokyo": Texts("エンジニア 募集", "東京会社", "東京 日本", "機械学習"),
    "delhi": Texts("पायथन डेवलपर", "कंपनी", "दिल्ली भारत", "हम काम करते हैं"),
    "cairo": Texts("مطور بايثون", "شركة", "القاهرة مصر", "مُحَمَّد يكتب"),
    "almaty": Texts("Разработчик на Питоне", "Ёлка", "Алматы Қазақстан", ""),
}


def id_of(name: str) -> UUID:
    """The id of the row that has this name in a test."""
    return uuid5(NAMESPACE_DNS, name)


async def put_up(db: AsyncConnection, notices: Mapping[str, Texts]) -> list[int]:
    """Index them in this order; answers their numbers."""
    return await index_all(db, [Indexed(KIND, id_of(name), texts) for name, texts in notices.items()])


def asking(question: Question) -> Select[UUID, int]:
    """The notices that answer a question."""
    rows = select(SearchDocument.row_id, relevance(question)).select_from(SearchDocument)
    return matched(rows.where(SearchDocument.kind == KIND), question, SearchDocument.number)


async def found(db: AsyncConnection, question: Question | str, names: Iterable[str] = NOTICES) -> list[str]:
    """Their names, the newest first."""
    asked = Question.of(question) if isinstance(question, str) else question
    known = {id_of(name): name for name in names}
    return [known[row[0]] for row in await db.execute(asking(asked).order_by(newest))]


async def ranked(db: AsyncConnection, question: Question, names: Iterable[str] = NOTICES) -> list[tuple[str, int]]:
    """Their names with their relevance, the most relevant first."""
    known = {id_of(name): name for name in names}
    rows = await db.execute(asking(question).order_by(relevance(question).desc(), newest))
    return [(known[row[0]], row[1]) for row in rows]
