"""The forms of credentials: what is random in them, what is signed, and what of them is stored.

All but access tokens are random and opaque, and only their SHA-256 is stored: with 160 bits and more there is nothing
to guess, so it needs no salt and no slowness.
"""

import re
import secrets
import string
import zlib
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import jwt

from pydotorg.kernel import clock

ACCESS_SECONDS = 15 * 60
ALGORITHM = "HS256"
#: three parts in base64url, without padding (RFC 7515 7.1), the last a SHA-256; decoders forgive more
ACCESS_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{43}", re.ASCII)
CLAIMS = ("sub", "sid", "iss", "iat", "exp")

API_TOKEN_PREFIX = "pydotorg_"  # noqa: S105  it is what all of them begin with
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_CHARACTERS = 30  # 178 bits
CHECK_CHARACTERS = 6  # a CRC-32 in these digits
API_TOKEN = re.compile(rf"{API_TOKEN_PREFIX}([0-9A-Za-z]{{{RANDOM_CHARACTERS}}})([0-9A-Za-z]{{{CHECK_CHARACTERS}}})")

HALF_BYTES = 24  # of a refresh token
HALF_CHARACTERS = 32
REFRESH_TOKEN = re.compile(rf"[\w-]{{{2 * HALF_CHARACTERS}}}", re.ASCII)


def digest(secret: str) -> str:
    """What is stored of a random secret."""
    return sha256(secret.encode()).hexdigest()


def new_api_token() -> str:
    """A token that programs which look for lost secrets recognise, and that cannot be mistyped unnoticed."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return f"{API_TOKEN_PREFIX}{random}{_check(random)}"


def is_api_token(text: str) -> bool:
    """Whether this is one, as far as its form tells: what is not need not be looked up."""
    parts = API_TOKEN.fullmatch(text)
    return parts is not None and _check(parts[1]) == parts[2]


def _check(random: str) -> str:
    number, characters = zlib.crc32(random.encode()), ""
    for _ in range(CHECK_CHARACTERS):
        number, place = divmod(number, len(ALPHABET))
        characters = ALPHABET[place] + characters
    return characters


class RefreshToken(NamedTuple):
    """Its first half names the session as long as that lasts; the second is spent by its use.

    So one that has been spent is still known for its session's, which it then ends; and nobody can end a session with a
    token that never was one.
    """

    name: str
    rest: str

    @classmethod
    def new(cls, name: str | None = None) -> "RefreshToken":
        """The next one of the session with this name, or the first of a new one."""
        return cls(name or secrets.token_urlsafe(HALF_BYTES), secrets.token_urlsafe(HALF_BYTES))

    @classmethod
    def read(cls, text: str) -> "RefreshToken | None":
        """The token that this is, if it can be one."""
        known = REFRESH_TOKEN.fullmatch(text)
        return cls(text[:HALF_CHARACTERS], text[HALF_CHARACTERS:]) if known else None

    @property
    def text(self) -> str:
        return self.name + self.rest


class Claims(NamedTuple):
    """What an access token says."""

    account: UUID
    session: UUID
    expires: int  # Unix time


class AccessTokens:
    """Makes and reads access tokens (RFC 7519): the one kind that tells whom it is for without being looked up.

    It is believed only together with its session, which may have ended before it expires.
    """

    def __init__(self, key: Callable[[], str], previous_key: str | None, issuer: str) -> None:
        """The key is asked for when the first token is made or read: to make one needs a database beside it."""
        self._key, self.previous_key, self.issuer = key, previous_key, issuer

    @cached_property
    def key(self) -> str:
        return self._key()

    def issue(self, account: UUID, session: UUID) -> str:
        """A token for this session, good for a quarter of an hour."""
        now = int(clock.unix())
        claims = {"sub": str(account), "sid": str(session), "iss": self.issuer, "iat": now, "exp": now + ACCESS_SECONDS}
        return jwt.encode(claims, self.key, ALGORITHM)

    def read(self, text: str) -> Claims | None:
        """What it says, if it is one of ours that has not expired."""
        if not ACCESS_TOKEN.fullmatch(text):
            return None
        for key in filter(None, (self.key, self.previous_key)):
            try:
                claims = jwt.decode(
                    text, key, [ALGORITHM], issuer=self.issuer, options={"require": [*CLAIMS], "verify_exp": False}
                )
                found = Claims(UUID(claims["sub"]), UUID(claims["sid"]), int(claims["exp"]))
            except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
                continue
            return found if clock.unix() < found.expires else None
        return None
