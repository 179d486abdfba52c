"""Safe types for text and time: parsed at the door, trusted inside.

Everywhere, text refuses NUL and what XML forbids (lone surrogates fail in JSON itself), because it ends in feeds,
calendars and databases alike.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta


def whole(pattern: str) -> str:
    """A pattern for all of a text, in JSON Schema's words: Python's `$` alone would let a line break follow."""
    return rf"^{pattern}$(?!\n)"


#: a moment, with its zone (RFC 3339)
Time = Annotated[datetime, Meta(tz=True, examples=["2026-10-09T12:00:00Z"])]

LINE_MESSAGE = "must be one line of text, more than spaces, without control characters"
# XML 1.0 2.2: no control characters but tab and line breaks, no U+FFFE, no U+FFFF; PostgreSQL stores no NUL
FORBIDDEN = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff"
IN_PROSE = rf"(?:[^{FORBIDDEN}]|[\t\n\r\u2028\u2029\x85])"
LINE = whole(rf"[^{FORBIDDEN}]*[^{FORBIDDEN}\s][^{FORBIDDEN}]*")

#: one line of text
Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=LINE, extra={"message": LINE_MESSAGE})]

#: one line of text, or nothing
LineOrNothing = Annotated[
    str,
    Meta(
        max_length=200, pattern=whole(rf"[^{FORBIDDEN}]*"),
        extra={"message": "must be one line of text, without control characters"},
    ),
]  # fmt: skip

#: text of several lines, or nothing
Prose = Annotated[
    str,
    Meta(
        max_length=10_000, pattern=whole(rf"{IN_PROSE}*"),
        extra={"message": "must be text without control characters"},
    ),
]  # fmt: skip

#: text of several lines that says something
Statement = Annotated[
    str,
    Meta(
        min_length=1, max_length=10_000,
        pattern=whole(rf"{IN_PROSE}*[^{FORBIDDEN}\s]{IN_PROSE}*"),
        extra={"message": "must be text, more than spaces, without control characters"},
    ),
]  # fmt: skip

#: text with marks, of which HTML is made
Markdown = Annotated[
    str,
    Meta(
        max_length=100_000, pattern=whole(rf"{IN_PROSE}*"), description="Markdown.",
        extra={"message": "must be text without control characters"},
    ),
]  # fmt: skip

#: what people type into a search box
SearchText = Annotated[Line, Meta(examples=["3.14"])]

#: the words of a search
SearchWords = Annotated[
    SearchText,
    Meta(
        description="Words that are all in it, or with which words in it begin; a phrase in quotation marks.",
        examples=["snakes"],
    ),
]

#: what is made of Markdown
HTML = Annotated[
    str,
    Meta(
        description="The same as HTML that is safe to show.",
        examples=["<p>Charm <strong>snakes</strong> of all sizes.</p>\n"],
    ),
]

#: the name of a row in an address
Slug = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=whole("[A-Za-z0-9_-]+"),
        extra={"message": "must consist of letters, digits, - and _"},
    ),
]


def says_something(text: str) -> str | None:
    """What is wrong with a text that must not be empty."""
    return None if text.strip() else "must say something"
