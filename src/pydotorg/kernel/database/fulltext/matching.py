"""Statements for rows that answer a question: the same rows in the same order on both databases.

found = matched(select(Job.title).select_from(Job), question, Job.document)
found.order_by(newest)                                 # or
found.order_by(relevance(question).desc(), newest)

select(Event.title).where(among(question, Event.document)).order_by(Event.starts_at)
"""

from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    case,
    column,
    false,
    literal,
    literal_column,
    select,
)  # fmt: skip
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias

from .notation import Asked
from .question import Field, Question, Term
from .words import key_of

Columns = TypeVarTuple("Columns")
_number: ColumnElement[int] = literal_column("found.rowid", BigInteger)
#: for `order_by`: when they came into the index. The newest are found without looking at the others' rows
newest, oldest = _number.desc(), _number.asc()
#: what it is worth that a term is in a field; elsewhere it is worth 1
WORTH: dict[Field, int] = {"title": 8, "names": 4, "places": 2}


def matched(statement: Select[*Columns], question: Question, number: Any) -> Select[*Columns]:
    """The same rows as far as they answer the question; `number` is where they have the number of their document.

    It asks nothing else: what is indexed for a while only is a condition on the rows themselves.
    """
    found = _found(question)
    return statement.join(found, number == found.c.rowid)


def among(question: Question, number: Any) -> ColumnElement[bool]:
    """That a row answers the question, for lists in another order: what answers is looked up once, before them."""
    found: ColumnElement[bool] = number.in_(select(_found(question).c.rowid))
    return found


def same_text(key: Any, text: str) -> ColumnElement[bool]:
    """That the key in a column is that of a text, without regard to case and accents; a text without words has none."""
    wanted = key_of(text)
    found: ColumnElement[bool] = key == wanted if wanted else false()
    return found


def counted(question: Question, kind: str, at: ColumnElement[datetime]) -> Select[Any]:
    """How many rows of a kind answer the question and are shown at a time, without a look at the rows themselves."""
    return select(_Count(_asked(question), bindparam(None, kind), at))


def relevance(question: Question) -> ColumnElement[int]:
    """How well a row of `matched` answers the question: for each term, what the best field is worth that it is in."""
    return sum(map(_worth, question.terms), start=literal(0, BigInteger))


def _worth(term: Term) -> ColumnElement[int]:
    if term.field is not None:  # where it has been found
        return literal(WORTH[term.field], BigInteger)
    everywhere = Question((term,))
    found = {field: _found(everywhere.only_in(field)) for field in WORTH}
    return case(*((_number.in_(select(rows.c.rowid)), WORTH[field]) for field, rows in found.items()), else_=1)


def _found(question: Question) -> TableValuedAlias:
    return _Found(_asked(question)).table_valued(column("rowid", BigInteger), name="found")


def _asked(question: Question) -> BindParameter[Question]:
    return bindparam(None, question, type_=Asked())


class _Found(FunctionElement[int]):
    """The numbers of all documents that answer a question."""

    inherit_cache = True


class _Count(FunctionElement[int]):
    """How many of a kind do, of those that are shown at a time."""

    type = BigInteger()
    inherit_cache = True


@compiles(_Found, "sqlite")
def _found_in_sqlite(element: _Found, compiler: SQLCompiler, **options: Any) -> str:
    return f"search_words({compiler.process(element.clauses, **options)})"


@compiles(_Found, "postgresql")
def _found_in_postgresql(element: _Found, compiler: SQLCompiler, **options: Any) -> str:
    # in their order already, for the planner would join all of them before it sorts
    asked = compiler.process(element.clauses, **options)
    return f"(SELECT number AS rowid FROM search_found({asked}) ORDER BY number DESC)"  # noqa: S608 - parameters


@compiles(_Count, "sqlite")
def _count_in_sqlite(element: _Count, compiler: SQLCompiler, **options: Any) -> str:
    question, kind, at = (compiler.process(each, **options) for each in element.clauses)
    # rows are long: with the index, none is read
    found = f"search_words({question}) AS found JOIN search_document INDEXED BY search_words_shown"
    shown = f"kind = {kind} AND (until IS NULL OR until > {at})"
    return f"(SELECT count(*) FROM {found} ON number = found.rowid WHERE {shown})"  # noqa: S608 - as above


@compiles(_Count, "postgresql")
def _count_in_postgresql(element: _Count, compiler: SQLCompiler, **options: Any) -> str:
    return f"search_count({compiler.process(element.clauses, **options)})"
