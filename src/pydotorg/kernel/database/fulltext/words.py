"""What counts as a word: folded and cut here, once and alike for texts and questions, so that no database has a say."""

import re
from unicodedata import category, combining, is_normalized, normalize

WORD_CHARACTERS_MAX = 60
TEXT_WORDS_MAX = 10_000
#: of a column that is compared with folded text
KEY_CHARACTERS_MAX = 400
#: of the folded text; more than the longest text that a body may bring, unless it is made of ligatures
TEXT_CHARACTERS_MAX = 150_000

#: Latin letters that are no letter with a mark, as far as Unicode is concerned
LETTERS = {
    "æ": "ae", "ð": "d", "ø": "o", "þ": "th", "đ": "d", "ħ": "h", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "ĸ": "k",
    "ł": "l", "ŋ": "n", "œ": "oe", "ŧ": "t", "ɓ": "b", "ɖ": "d", "ɗ": "d", "ƙ": "k",
}  # fmt: skip
#: they choose how a character looks, and so does all of category Me
VARIATION_SELECTORS = frozenset(
    map(chr, [0x34F, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)
ZERO_WIDTH_SPACE = "\u200b"
#: categories of Unicode that begin so: letters, numbers, marks
OF_WORDS = "LNM"
LANGUAGE_SIGNS = ("+", "#")
ASCII = {ord(each): each.lower() if each.isalnum() or each in LANGUAGE_SIGNS else " " for each in map(chr, range(128))}
#: C++, C#, F#: one letter, and what makes it another language
LANGUAGE = re.compile(r"(?<![^\s+#])([^\W\d_])(?:(\+\+)|#)")


def words(text: str) -> list[str]:
    """The words of a text, without regard to case and accents; of a very long text, or word, the beginning."""
    found = _spaced(text)[:TEXT_CHARACTERS_MAX].split(None, TEXT_WORDS_MAX)[:TEXT_WORDS_MAX]
    return [word[:WORD_CHARACTERS_MAX] for word in found]


def folded(text: str) -> str:
    """The words, joined by one space: equal for texts that a person would call the same."""
    return " ".join(words(text))


def key_of(text: str) -> str:
    """As much of the folded text as a column for comparing holds: one ligature may be folded to eighteen letters."""
    return folded(text)[:KEY_CHARACTERS_MAX]


def _spaced(text: str) -> str:
    """The text in plain letters, with spaces for all that separates words."""
    # each character by itself: to put long runs of marks in order, as `normalize` must, takes time in their square
    table = ASCII if text.isascii() else ASCII | {ord(each): _plain(each) for each in set(text) if not each.isascii()}
    spaced = text.translate(table)
    if "+" in spaced or "#" in spaced:
        spaced = LANGUAGE.sub(_language, spaced).replace("+", " ").replace("#", " ")
    return spaced


def _language(found: re.Match[str]) -> str:
    return f"{found[1]}{'plusplus' if found[2] else 'sharp'} "


def _plain(character: str) -> str:
    """What is left of a character: letters, digits and marks without accents, or a space."""
    kind = category(character)
    if kind == "Lo" and is_normalized("NFKD", character):  # most of a script without upper case
        return character
    if _is_invisible(character, kind):
        return ""
    decomposed = normalize("NFKD", normalize("NFKD", character).casefold())
    if kind[0] not in OF_WORDS:  # ™ is no word, but a full-width + may be part of a name
        return decomposed if decomposed in LANGUAGE_SIGNS else " "
    return "".join(map(_letter, decomposed))


def _letter(character: str) -> str:
    kind = category(character)
    if combining(character) or _is_invisible(character, kind):
        return ""
    return LETTERS.get(character, character) if kind[0] in OF_WORDS else " "


def _is_invisible(character: str, kind: str) -> bool:
    """Whether it only says how others are to be shown, such as a soft hyphen."""
    return kind == "Me" or (kind == "Cf" and character != ZERO_WIDTH_SPACE) or character in VARIATION_SELECTORS
