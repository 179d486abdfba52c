"""What a release may be called: its name tells its product and version, and its slug is nothing else in an address."""

import re
from collections.abc import Iterator
from contextlib import suppress

from packaging.version import InvalidVersion, Version

from pydotorg.kernel.http.identifiers import IDENTIFIER, RESERVED, UUID_TEXT

from .version import CHARACTERS_MAX, FORM, NAMES, version_key

_NAME = re.compile(f"({'|'.join(NAMES.values())}) ([0-9].*)")
_PRODUCTS = {name: product for product, name in NAMES.items()}
#: the name of a row in an address, where versions and UUIDs name rows, too
SLUG = re.compile(
    rf"(?:(?!(?i:{'|'.join(sorted(RESERVED))}|[0-9]+(?:(?:a|b|rc)[0-9]+)?|{UUID_TEXT.pattern})\Z)[A-Za-z0-9_-]+)"
)
SLUG_MESSAGE = "must consist of letters, digits, - and _, and be no version, UUID or reserved word"


def is_slug(text: str) -> bool:
    """Whether an address that ends with this text can mean a row by its slug."""
    return bool(SLUG.fullmatch(text) and IDENTIFIER.fullmatch(text))


def no_slug(text: str) -> str | None:
    """What is wrong with a slug, if anything is."""
    return None if is_slug(text) else SLUG_MESSAGE


def product_and_version(name: str) -> tuple[str, str] | None:
    """("python", "3.14.4") for "Python 3.14.4"; "rc 1" is as good as "rc1"."""
    if told := _NAME.fullmatch(name):
        with suppress(InvalidVersion):
            return _PRODUCTS[told[1]], str(Version(told[2].replace(" ", "")))
    return None


def misspelt(version: str) -> str | None:
    """What is wrong with a version, if anything is."""
    if len(version) > CHARACTERS_MAX or not re.fullmatch(FORM, version, re.ASCII):
        return "must be a version such as 3.14.8 or 3.15.0rc2"
    if (canonical := str(Version(version))) != version:
        return f"must be written as {canonical}"
    try:
        version_key(version)
    except ValueError as error:
        return str(error)
    return None


def is_cycle(text: str) -> bool:
    """Whether this is the name of a cycle, as it must be written."""
    return re.fullmatch(r"[0-9]+\.[0-9]+", text, re.ASCII) is not None and misspelt(text) is None


def contradictions(name: str, version: str | None, product: str | None) -> Iterator[tuple[str, str]]:
    """What a name says against a version and a product, as far as they are given."""
    told = product_and_version(name)
    if told is None or misspelt(told[1]):
        yield "name", "must tell the version, as `Python 3.14.8` or `Python install manager 26.1` do"
        return
    if product is not None and told[0] != product:
        yield "product", f"must be `{told[0]}`, as the name says"
    if version is not None and version_key(told[1]) != version_key(version):
        yield "name", f"tells version {told[1]}, not {version}"
