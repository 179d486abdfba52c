"""Names of rows in addresses, made of what people call them."""

import re
import unicodedata
from uuid import UUID

SLUG_CHARACTERS_MAX = 180  # with something before it, it is still an identifier


def slug_of(name: str) -> str:
    """`PyLadies São Paulo` as `pyladies-sao-paulo`; empty where neither a Latin letter nor a digit is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_CHARACTERS_MAX].rstrip("-")


def distinct_slug(name: str, id: UUID, otherwise: str) -> str:
    """One that no other row has, and that no address means otherwise; so it does not tell whether there are others."""
    return f"{slug_of(name) or otherwise}-{id.hex[-8:]}"
