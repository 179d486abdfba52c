"""What the commands about accounts share: the words that they take, and how they reach the database."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

from pydotorg import settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from pydotorg.accounts.tables import Account
    from pydotorg.kernel.database.transaction import Database, Transactions

Word = TypeVar("Word", bound=StrEnum)
Answer = TypeVar("Answer")


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


def on_accounts(work: "Callable[[Transactions], Awaitable[Answer]]") -> Answer:
    """Do this on the database that is configured; a server may run meanwhile. What is refused becomes one sentence."""
    from pydotorg import migrations, preparation
    from pydotorg.kernel.database.transaction import Transactions

    configured = settings.load()

    async def run(engine: "AsyncEngine") -> Answer:
        preparation.demand_current(await migrations.state_of(engine))
        transactions = Transactions(configured.database_url)
        try:
            with refusals():
                return await work(transactions)
        finally:
            await transactions.dispose()

    return preparation.on_database(configured, run, makes=False)


@contextmanager
def refusals() -> Iterator[None]:
    """What the API would refuse is refused with the same words."""
    from sqlalchemy.exc import IntegrityError

    from pydotorg.kernel.http.errors import ApiError, meaning

    try:
        yield
    except ApiError as error:
        raise click.ClickException(sentence(error)) from error
    except IntegrityError as error:
        raise click.ClickException(meaning(error).detail) from error


def sentence(error: Any) -> str:
    """What is wrong; the members of a request are named only where they are not the subject already."""
    faults = error.extra.get("errors", [])
    if not faults or error.detail.startswith("The password"):
        return str(error.detail)
    told = (fault.message if "`" in fault.message[:1] else f"{fault.field} {fault.message}" for fault in faults)
    text = "; ".join(told)
    return f"{text[0].upper()}{text[1:]}."


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
