"""Names by which an account is known: which there can be, and which are the same."""

import re
from typing import Literal

from pydotorg.kernel.http.identifiers import RESERVED, UUID_TEXT

USERNAME_PATTERN = r"[A-Za-z0-9._+-]{2,150}"
USERNAME_MESSAGE = "must be 2 to 150 letters, digits, and `._+-`"

#: what is something else in an address
NOBODY = RESERVED | {"..", "me"}

EmailPrivacy = Literal["public", "members", "never"]

_USERNAME = re.compile(USERNAME_PATTERN)


def is_username(text: str) -> bool:
    """Whether somebody can be called so: where a path takes a username it takes an id, too, so none looks like one."""
    return _USERNAME.fullmatch(text) is not None and UUID_TEXT.fullmatch(text) is None and text.lower() not in NOBODY


def key_of(name: str) -> str:
    """What is the same for all spellings of a username, or of an address."""
    return name.lower()
