"""What the commands about accounts share: the words that they take, and how an account is called."""

from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

if TYPE_CHECKING:
    from pydotorg.accounts.tables import Account
    from pydotorg.kernel.database.transaction import Database

Word = TypeVar("Word", bound=StrEnum)


class OneOf(click.ParamType[Word], Generic[Word]):
    """One of these words; another is refused with the nearest of them."""

    def __init__(self, words: type[Word], name: str) -> None:
        self.words, self.name = words, name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Word:
        """The word that was typed."""
        del param, ctx
        try:
            return self.words(value)
        except ValueError:
            known = [str(word) for word in self.words]
            near = get_close_matches(value.lower(), known, 1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
            raise click.UsageError(f"There is no {self.name} {value}; {hint}") from None


async def called(db: "Database", name: str) -> "Account":
    """The account with this username or address, which nobody else changes until this transaction ends."""
    from pydotorg.accounts import queries

    account = await queries.to_change(db, queries.called(name))
    if account is None:
        raise nobody(name)
    return account


def nobody(name: str) -> click.ClickException:
    """Why nothing can be done for this user."""
    return click.ClickException(f"There is no user {name}; see `pydotorg users list`.")
