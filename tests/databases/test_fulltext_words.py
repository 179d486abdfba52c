"""Words and questions, before any database sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydotorg.kernel.database.fulltext.question import PHRASE_WORDS_MAX, TERMS_MAX, Question, Term
from pydotorg.kernel.database.fulltext.words import TEXT_WORDS_MAX, WORD_CHARACTERS_MAX, folded, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World!", "hello world"),
        ("snake_case e-mail node.js don't 3.14", "snake case e mail node js don t 3 14"),
        ("Łódź København Malmö Müller İstanbul naïve", "lodz kobenhavn malmo muller istanbul naive"),
        ("Ærø Þór Œuvre Đorđe Ħal Straße STRASSE ẞ", "aero thor oeuvre dorde hal strasse strasse ss"),
        ("ﬁne Ｐｙｔｈｏｎ x² №5 ½ Ⅷ", "fine python x2 5 1 2 viii"),
        ("Python™ © 2026 ☃", "python 2026"),
        ("soft\u00adhyphen zero\u200bwidth zero\u200djoined", "softhyphen zero width zerojoined"),
        ("1\ufe0f\u20e3 ❤\ufe0f", "1"),
        ("ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ"),
        ("مُحَمَّد", "محمد"),
        (
            "C++ c++17 C# F# (C++) C＋＋ C++/C#",
            "cplusplus cplusplus 17 csharp fsharp cplusplus cplusplus cplusplus csharp",
        ),
        ("a+b a# ++ # C+ abc++ notepad++ g++", "a b asharp c abc notepad gplusplus"),
        ("\0\x01\ud800\uffff\U000e0001", ""),
        ("", ""),
    ],
)
def test_a_text_becomes_words_in_plain_letters(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_a_text_and_a_word_are_cut_somewhere() -> None:
    assert words("a" * 1000) == ["a" * WORD_CHARACTERS_MAX]
    assert words("a " * 20_000) == ["a"] * TEXT_WORDS_MAX
    assert len(folded("\ufdfa" * 100_000)) < 200_000


@given(st.text())
def test_words_are_made_of_letters_digits_and_marks_and_stay_as_they_are(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found
    assert all(word and word.isprintable() and not set(word) & set(" \"'+#*:·\\&|!()<>-^{}") for word in found)


@given(st.text())
def test_case_makes_no_difference(text: str) -> None:
    assert words(text) == words(text.casefold()) or text.casefold() != text.casefold().casefold()


def test_long_runs_of_marks_are_no_trouble() -> None:
    assert words("a" + "\u0301\u0327" * 200_000 + "b") == ["ab"]


def word(text: str) -> Term:
    return Term((text,), begins=len(text) > 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("django developer", [word("django"), word("developer")]),
        ('"machine learning"', [Term(("machine", "learning"))]),
        ('a "b c" d', [word("a"), Term(("b", "c")), word("d")]),
        ("“one two” «three» „four“", [Term(("one", "two")), Term(("three",)), Term(("four",))]),
        ('one "two', [word("one"), word("two")]),
        ('"one" two"', [Term(("one",)), word("two")]),
        ("one one ONE", [word("one")]),
        ('"C++" C++', [Term(("cplusplus",)), word("cplusplus")]),
        ('"" "!" !', []),
    ],
)
def test_a_question_is_made_of_beginnings_and_of_phrases(text: str, expected: list[Term]) -> None:
    assert Question.of(text).terms == tuple(expected)


def test_a_question_is_heeded_up_to_a_length() -> None:
    many = " ".join(f"w{number}" for number in range(100))
    assert Question.of(many).terms == tuple(word(f"w{number}") for number in range(TERMS_MAX))
    assert Question.of(f'"{many}"').terms == (Term(tuple(f"w{number}" for number in range(PHRASE_WORDS_MAX))),)
