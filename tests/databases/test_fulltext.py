"""What is found by which words, and in which order: the same on both databases."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg.kernel.database.fulltext.matching import newest, oldest
from pydotorg.kernel.database.fulltext.notation import FIELD_WORDS_MAX, Texts
from pydotorg.kernel.database.fulltext.question import Question
from pydotorg.kernel.database.fulltext.tables import SearchDocument

from .notices import KIND, NOTICES, asking, found, id_of, put_up, ranked

pytestmark = pytest.mark.anyio

PYTHON = ["łódź", "malmö", "copenhagen", "zürich"]


@pytest.fixture
async def board(scratch: AsyncConnection) -> AsyncConnection:
    """A database in which the notices are indexed."""
    await put_up(scratch, NOTICES)
    return scratch


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("python", PYTHON),
        ("PYTHON", PYTHON),
        ("pyth", PYTHON),
        ("py", PYTHON),
        ("pythonic", ["malmö"]),
        ('"python"', PYTHON),
        ('"pyth"', []),
        ("developer python", ["łódź", "malmö", "zürich"]),
        ("python rust", []),
        ("c", ["zürich"]),
        ("C++", ["copenhagen"]),
        ("c++17", ["copenhagen"]),
        ("C#", ["łódź"]),
        ("f#", ["łódź"]),
        ("g#", []),
        ("machine learning", ["istanbul", "malmö", "copenhagen"]),
        ('"machine learning"', ["malmö", "copenhagen"]),
        ("„machine learning“", ["malmö", "copenhagen"]),
        ("»machine learning«", ["malmö", "copenhagen"]),
        ('"machine learn"', []),
        ('"learning machine"', []),
        ('"machine learning" bayes', ["malmö"]),
        ("don't", ["istanbul"]),
    ],
)
async def test_words_find_what_begins_with_them_and_phrases_what_has_them_in_sequence(
    board: AsyncConnection, question: str, expected: list[str]
) -> None:
    assert await found(board, question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Łódź", "łódź"), ("lodz", "łódź"), ("ŁÓDŹ", "łódź"), ("København", "copenhagen"), ("kobenhavn", "copenhagen"),
        ("brondby", "copenhagen"), ("malmo", "malmö"), ("Malmo\u0308", "malmö"), ("aero", "malmö"), ("naive", "malmö"),
        ("Muller", "zürich"), ("ZÜRICH", "zürich"), ("istanbul", "istanbul"), ("ISTANBUL", "istanbul"),
        ("İSTANBUL", "istanbul"), ("ıstanbul", "istanbul"), ("isik", "istanbul"), ("strassenbahn", "łódź"),
        ("STRASSENBAHN", "łódź"),
    ],
)  # fmt: skip
async def test_case_and_accents_make_no_difference(board: AsyncConnection, question: str, expected: str) -> None:
    assert await found(board, question) == [expected]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("東京", "tokyo"), ("機械学習", "tokyo"), ("募集", "tokyo"), ("पायथन", "delhi"), ("दिल्ली", "delhi"),
        ("हैं", "delhi"), ("بايثون", "cairo"), ("محمد", "cairo"), ("القاهرة", "cairo"), ("разработчик", "almaty"),
        ("питон", "almaty"), ("елка", "almaty"), ("ҚАЗАҚСТАН", "almaty"),
    ],
)  # fmt: skip
async def test_every_script_has_words(board: AsyncConnection, question: str, expected: str) -> None:
    assert await found(board, question) == [expected]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", []), ('"', []), ('""', []), ("'", []), ("*", []), ("+ ++ #", []), ("\0", []), ("\ud800", []),
        ("☃ ❤️ ™", []), ("NEAR(python django)", []), ("python AND django", []), ("names:python", []),
        ("n·python", []), ("python*", PYTHON), ("^python", PYTHON), ("'python':*", PYTHON),
        ("python:*A", ["łódź", "zürich"]), ("-python", PYTHON), ("!python", PYTHON), ("(python", PYTHON),
        ("python & django", ["łódź"]), ("python | django", ["łódź"]), ('python "django', ["łódź"]),
        ('"python polska" "', ["łódź"]), ("py\0thon", []), ("python\ud800", PYTHON), ("py\u00adthon", PYTHON),
        ("python\u200bdjango", ["łódź"]), ("python\\", PYTHON), ("python'; --", PYTHON), ("python " * 1400, PYTHON),
        ("a" * 10_000, []), ('"' * 10_000, []), ("a " * 5_000, ["łódź", "zürich"]),
    ],
)  # fmt: skip
async def test_no_text_is_taken_for_the_language_of_a_database(
    board: AsyncConnection, question: str, expected: list[str]
) -> None:
    assert await found(board, question) == expected


async def test_no_phrase_reaches_from_one_field_into_the_next(board: AsyncConnection) -> None:
    assert await found(board, '"embedded c developer"') == ["zürich"]
    assert await found(board, '"developer müller"') == []
    assert await found(board, '"söhne zürich"') == []
    assert await found(board, '"switzerland c"') == []


async def test_a_question_can_be_about_places_only(board: AsyncConnection) -> None:
    async def in_places(text: str) -> list[str]:
        return await found(board, Question.of(text).only_in("places"))

    assert await found(board, "pol") == ["łódź"]
    assert await in_places("pol") == ["łódź"]
    assert await found(board, "polska") == ["łódź"]
    assert await in_places("polska") == []
    assert await in_places('"lodz poland"') == ["łódź"]
    assert await in_places('"poland lodz"') == []
    assert await in_places("kobenhavn denmark") == ["copenhagen"]


async def test_two_questions_at_once_are_answered_by_what_answers_both(board: AsyncConnection) -> None:
    python, denmark = Question.of("python"), Question.of("denmark").only_in("places")
    assert await found(board, python & denmark) == ["copenhagen"]
    assert await found(board, python & Question.of("!")) == []
    assert await found(board, Question.of("!") & python) == []


async def test_a_word_counts_for_more_in_a_title_than_in_names_places_and_prose(board: AsyncConnection) -> None:
    assert await ranked(board, Question.of("python")) == [
        ("malmö", 8), ("łódź", 4), ("copenhagen", 1), ("zürich", 1),
    ]  # fmt: skip
    assert await ranked(board, Question.of("lodz")) == [("łódź", 2)]
    assert await ranked(board, Question.of('"machine learning"')) == [("malmö", 8), ("copenhagen", 1)]


async def test_relevance_adds_up_over_the_terms(board: AsyncConnection) -> None:
    assert await ranked(board, Question.of("learning machine")) == [("malmö", 16), ("istanbul", 2), ("copenhagen", 2)]
    question = Question.of("developer") & Question.of("poland").only_in("places")
    assert await ranked(board, question) == [("łódź", 10)]
    assert await ranked(board, Question.of("")) == []


async def test_the_oldest_can_come_first(board: AsyncConnection) -> None:
    rows = await board.execute(asking(Question.of("python")).order_by(oldest))
    assert [row[0] for row in rows] == [id_of(name) for name in reversed(PYTHON)]


async def test_pages_follow_each_other(board: AsyncConnection) -> None:
    asked = asking(Question.of("python"))
    for start in range(4):
        rows = await board.execute(asked.order_by(newest).limit(1).offset(start))
        assert [row[0] for row in rows] == [id_of(PYTHON[start])]


async def test_other_conditions_may_be_added(board: AsyncConnection) -> None:
    asked = asking(Question.of("python")).where(SearchDocument.row_id != id_of("malmö"))
    assert {row[0] for row in await board.execute(asked)} == {id_of(name) for name in PYTHON if name != "malmö"}


async def test_a_text_of_any_length_is_found_by_its_beginning(scratch: AsyncConnection) -> None:
    words = [f"{number:x}word" for number in range(20_000)]
    notices = {
        "long": Texts(" ".join(words), " ".join(words), " ".join(words), " ".join(words)),
        "wide": Texts(*(" ".join(chr(0x10380 + n % 30) * 40 + chr(0x20000 + n) * 40 for n in range(3000)),) * 4),
        "loud": Texts("hear", prose="hear " * 12_000 + "silence"),
        "one": Texts("x" * 100_000),
    }
    await put_up(scratch, notices)
    assert await found(scratch, words[9_999], notices) == ["long"]
    assert await found(scratch, words[10_000], notices) == []
    in_title = Question.of(words[FIELD_WORDS_MAX["title"] - 1]).only_in("title")
    assert await found(scratch, in_title, notices) == ["long"]
    assert await found(scratch, Question.of(words[FIELD_WORDS_MAX["title"]]).only_in("title"), notices) == []
    assert await found(scratch, chr(0x10380) * 40 + chr(0x20000) * 40, notices) == ["wide"]
    assert await found(scratch, "x" * 200_000, notices) == ["one"]
    assert await found(scratch, "x" * 60, notices) == ["one"]
    assert await found(scratch, "hear", notices) == ["loud"]


async def test_a_word_that_is_said_too_often_does_not_bring_its_neighbours_together(scratch: AsyncConnection) -> None:
    notices = {"loud": Texts("", prose="hear " * 250 + "him hear her")}
    await put_up(scratch, notices)
    for phrase in ("hear hear", "him", "her"):
        assert await found(scratch, f'"{phrase}"', notices) == ["loud"]
    assert await found(scratch, '"him her"', notices) == []


async def test_what_is_indexed_belongs_to_its_kind(board: AsyncConnection) -> None:
    other = asking(Question.of("python")).where(SearchDocument.kind != KIND)
    assert (await board.execute(other)).all() == []
    kept = select(SearchDocument.row_id).where(SearchDocument.kind == KIND)
    assert {*(await board.execute(kept)).scalars()} == {id_of(name) for name in NOTICES}
