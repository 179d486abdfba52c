"""What may be the address of something that belongs to a release."""

import re
from typing import Annotated

from msgspec import Meta

from pydotorg.kernel.text.plain import whole

from .artefacts import HOST

ADDRESS_CHARACTERS_MAX = 500
# a segment of a path that is neither `.` nor `..`, said without looking ahead, which not every reader of patterns can
_SEGMENT = r"(?:\.{0,2}[A-Za-z0-9_~+-][A-Za-z0-9._~+-]*|\.{3}[A-Za-z0-9._~+-]*)"
_PATH = rf"{re.escape(HOST)}(?:{_SEGMENT}?/)*"
_MESSAGE = {"message": f"must be an address on {HOST}"}

#: a file on www.python.org: no user, no port, no `..`, no query
PythonOrgUrl = Annotated[
    str, Meta(max_length=ADDRESS_CHARACTERS_MAX, pattern=whole(f"{_PATH}{_SEGMENT}"), extra=_MESSAGE)
]
#: the same, or nothing
PythonOrgUrlOrNothing = Annotated[
    str, Meta(max_length=ADDRESS_CHARACTERS_MAX, pattern=whole(f"(?:{_PATH}{_SEGMENT})?"), extra=_MESSAGE)
]
#: a page there, or nothing
PageOrNothing = Annotated[
    str, Meta(max_length=ADDRESS_CHARACTERS_MAX, pattern=whole(f"(?:{_PATH}{_SEGMENT}?)?"), extra=_MESSAGE)
]
#: anything on the web, or nothing
WebAddressOrNothing = Annotated[
    str,
    Meta(
        max_length=ADDRESS_CHARACTERS_MAX, pattern=whole("(?:https?://[!-~]+)?"),
        extra={"message": "must be a web address"},
    ),
]  # fmt: skip


def page_of(slug: str) -> str:
    """The page of a release on python.org."""
    return f"{HOST}downloads/release/{slug}/"
