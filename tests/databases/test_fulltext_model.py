"""Whatever the texts and whatever the question, both databases find what a few lines of Python find."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg.kernel.database.fulltext.matching import WORTH
from pydotorg.kernel.database.fulltext.notation import Texts
from pydotorg.kernel.database.fulltext.question import Field, Question, Term
from pydotorg.kernel.database.fulltext.words import words

from .notices import found, put_up, ranked

pytestmark = pytest.mark.anyio

#: few letters, so that words meet; and what could mean something to somebody
PIECES = st.sampled_from([
    "a", "b", "ab", "aba", "é", "É", "ß", "İ", "ø", "c++", "C#", "東", "京", "ा", "\u0301", "ﷺ", " ", " ", " ", ".",
    "-", '"', "“", "”", "*", "'", ":", "(", ")", "&", "|", "!", "\\", "^", "{", "}", "·", "t·", "AND", "NOT", "NEAR(",
    "\0", "\ud800", "$", "%", ";", "\n",
])  # fmt: skip
TEXT = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=12)
TEXTS = st.builds(Texts, TEXT, TEXT, TEXT, TEXT)
QUESTION = st.builds(Question.of, TEXT) | st.builds(
    lambda one, other, field: Question.of(one) & Question.of(other).only_in(field),
    TEXT,
    TEXT,
    st.sampled_from([*WORTH]),
)


def is_in(term: Term, text: str) -> bool:
    said = words(text)
    if term.begins:
        return any(word.startswith(term.words[0]) for word in said)
    length = len(term.words)
    return any(tuple(said[at : at + length]) == term.words for at in range(len(said)))


def worth(term: Term, texts: Texts) -> int:
    """0 where it is not found."""
    fields: list[Field] = [*WORTH] if term.field is None else [term.field]
    best = max(WORTH[field] * is_in(term, getattr(texts, field)) for field in fields)
    return best or int(term.field is None and is_in(term, texts.prose))


def expected(question: Question, texts: list[Texts]) -> dict[str, int]:
    """The relevance of all that answer, the newest first."""
    every = {str(place): [worth(term, each) for term in question.terms] for place, each in enumerate(texts)}
    return {name: sum(worths) for name, worths in reversed(every.items()) if worths and all(worths)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6), st.lists(QUESTION, min_size=1, max_size=6))
async def test_both_find_what_is_there(scratch: AsyncConnection, texts: list[Texts], asked: list[Question]) -> None:
    names: dict[str, Any] = {str(place): each for place, each in enumerate(texts)}
    attempt = await scratch.begin_nested()
    try:
        numbers = await put_up(scratch, names)
        assert all(one < other for one, other in pairwise(numbers))
        for question in asked:
            answers = expected(question, texts)
            assert await found(scratch, question, names) == [*answers]
            by_relevance = sorted(answers.items(), key=lambda item: -item[1])
            assert await ranked(scratch, question, names) == by_relevance
    finally:
        await attempt.rollback()
