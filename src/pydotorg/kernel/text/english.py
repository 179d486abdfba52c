"""Words for things, as sentences need them."""

#: of small numbers
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(number: int) -> str:
    """`five`; larger numbers stay digits."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def with_article(word: str) -> str:
    """`a job`, `an event`."""
    return f"an {word}" if word[:1] in "aeiou" else f"a {word}"


def plural(word: str) -> str:
    """`jobs`, `categories`."""
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
