"""Words for things, as sentences need them."""


def with_article(word: str) -> str:
    """`a job`, `an event`."""
    return f"an {word}" if word[:1] in "aeiou" else f"a {word}"


def plural(word: str) -> str:
    """`jobs`, `categories`."""
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
