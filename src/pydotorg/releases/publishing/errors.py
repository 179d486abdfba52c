"""Why something is not published."""


class CannotPublish(Exception):
    """One sentence for each reason."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def printable(text: str) -> str:
    """Somebody else's text, fit for a terminal."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
