"""API tokens, in the forms in which clients of either version show them."""

from typing import NamedTuple

from pydotorg.app import Application
from pydotorg.kernel.access import Scope
from tests.accounts.people import token


class Keys(NamedTuple):
    """A token of somebody's."""

    username: str
    secret: str

    @property
    def api_key(self) -> dict[str, str]:
        """The header of v1."""
        return {"Authorization": f"ApiKey {self.username}:{self.secret}"}

    @property
    def token(self) -> dict[str, str]:
        """The header of v2."""
        return {"Authorization": f"Token {self.secret}"}

    @property
    def bearer(self) -> dict[str, str]:
        """That of all other addresses."""
        return {"Authorization": f"Bearer {self.secret}"}


async def keys_of(app: Application, username: str, *scopes: Scope) -> Keys:
    """A new token of somebody's."""
    async with await token(app, username, *scopes) as client:
        return Keys(username, client.headers["Authorization"].removeprefix("Bearer "))
