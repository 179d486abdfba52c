"""What somebody types into a search box, as terms."""

import re
from typing import Literal

from msgspec import Struct, structs

from .words import words

#: those that a question can be restricted to; the rest of a document is its prose
Field = Literal["title", "names", "places"]
TERMS_MAX = 20
PHRASE_WORDS_MAX = 20
#: straight and typographic; which of them opens and which closes depends on the language
QUOTATION_MARKS = re.compile('["“”„‟«»\N{FULLWIDTH QUOTATION MARK}]')


class Term(Struct, frozen=True):
    """Words in this sequence, or one word that others begin with."""

    words: tuple[str, ...]
    begins: bool = False
    #: where it must be found; None is anywhere
    field: Field | None = None


class Question(Struct, frozen=True):
    """Terms that must all be found. Without any, it is answered by nothing."""

    terms: tuple[Term, ...] = ()

    @classmethod
    def of(cls, text: str) -> "Question":
        """What this text asks for; any text asks for something, or for nothing.

        What stands in quotation marks is a phrase of whole words. Any other word stands for all that begin with it,
        except a single character: too many do.
        """
        parts = QUOTATION_MARKS.split(text)
        unclosed = len(parts) % 2 == 0
        terms: dict[Term, None] = {}  # each once, in their sequence
        for place, part in enumerate(parts):
            quoted = place % 2 == 1 and not (unclosed and place == len(parts) - 1)
            terms |= dict.fromkeys(_phrase(part) if quoted else _beginnings(part))
        return cls(tuple(terms)[:TERMS_MAX])

    def only_in(self, field: Field) -> "Question":
        """The same, of one field of the documents."""
        return Question(tuple(structs.replace(term, field=field) for term in self.terms))

    def __and__(self, other: "Question") -> "Question":
        """Both at once; if one of them is answered by nothing, so are both."""
        return Question(self.terms + other.terms if self.terms and other.terms else ())


def _phrase(text: str) -> list[Term]:
    sequence = tuple(words(text)[:PHRASE_WORDS_MAX])
    return [Term(sequence)] if sequence else []


def _beginnings(text: str) -> list[Term]:
    return [Term((word,), begins=len(word) > 1) for word in words(text)]
