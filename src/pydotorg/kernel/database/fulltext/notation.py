"""How documents and questions are written down for a database: finished words, which it does not interpret.

A document is a sequence of words. Those of its title, names and places stand in it a second time, with a mark of their
field before them, so that the index alone tells in which field a word is.
"""

from collections import Counter
from typing import Any

from msgspec import Struct
from sqlalchemy import String, TypeDecorator
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from .question import Field, Question, Term
from .words import words

#: PostgreSQL knows positions up to 16,383 and 255 of each word, and a vector has at most a megabyte. So many words of
#: these fields, twice, and all that `words` leaves of the prose stay below all that, whatever they are made of
FIELD_WORDS_MAX: dict[Field, int] = {"title": 100, "names": 200, "places": 200}
PLACES_OF_A_WORD_MAX = 200
#: no letter, so it is in no word. By itself it stands where a word is left out and where a field ends: no phrase
#: reaches across
DOT = "·"


class Texts(Struct, frozen=True):
    """By what a row is found: its title, the names of whom and what it is about, where it is, and all else."""

    title: str
    names: str = ""
    places: str = ""
    prose: str = ""


def sequence(texts: Texts) -> list[str]:
    """A document."""
    fields = {field: words(getattr(texts, field))[:at_most] for field, at_most in FIELD_WORDS_MAX.items()}
    found = [word for field in fields.values() for word in (*field, DOT)]
    found += [*words(texts.prose), DOT]
    found += [word for field, heeded in fields.items() for word in (*(_mark(field) + word for word in heeded), DOT)]
    seen: Counter[str] = Counter()
    for place, word in enumerate(found):
        seen[word] += 1
        if seen[word] > PLACES_OF_A_WORD_MAX:
            found[place] = DOT
    return found


def _mark(field: Field | None) -> str:
    return f"{field[0]}{DOT}" if field else ""


class Document(TypeDecorator[Texts]):
    """Texts, as the database keeps them to be searched."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has a type of its own for it."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Texts | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return tsvector(sequence(value)) if dialect.name == "postgresql" else " ".join(sequence(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Texts | None:
        """Nothing can be read from it."""
        raise NotImplementedError


def tsvector(found: list[str]) -> str:
    """As PostgreSQL has it: `'python':1,7 't·python':12`."""
    positions: dict[str, list[str]] = {}
    for position, word in enumerate(found, start=1):
        if word != DOT:
            positions.setdefault(word, []).append(str(position))
    return " ".join(f"'{word}':{','.join(at)}" for word, at in positions.items())


class Asked(TypeDecorator[Question]):
    """A question, as the database understands it."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has a type of its own for it."""
        return dialect.type_descriptor(TSQUERY() if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Question | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return tsquery(value) if dialect.name == "postgresql" else fts5_query(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Question | None:
        """It is only ever asked."""
        raise NotImplementedError


def fts5_query(question: Question) -> str:
    """As FTS5 has it: `"c" AND "p·berl" *`."""
    asked = (f'"{" ".join(_marked(term))}"{" *" if term.begins else ""}' for term in question.terms)
    return " AND ".join(asked) or f'"{DOT}{DOT}"'  # which is in no document; the empty text would be an error


def tsquery(question: Question) -> str:
    """As PostgreSQL has it: `('c') & ('p·berl':*)`."""
    phrases = (
        " <-> ".join(f"'{word}'{':*' if term.begins else ''}" for word in _marked(term)) for term in question.terms
    )
    return " & ".join(f"({phrase})" for phrase in phrases)


def _marked(term: Term) -> list[str]:
    return [_mark(term.field) + word for word in term.words]
