"""How commands write as the API does: in transactions, and with its refusals."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pydotorg import settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from pydotorg.kernel.database.transaction import Following, Transactions
    from pydotorg.kernel.http.errors import Fault

Answer = TypeVar("Answer")


def in_transactions(
    work: "Callable[[Transactions], Awaitable[Answer]]", following: "Sequence[Following]" = ()
) -> Answer:  # fmt: skip
    """Do this on the database that is configured; a server may run meanwhile. What is refused becomes one sentence."""
    from pydotorg import migrations, preparation
    from pydotorg.kernel.database.transaction import Transactions

    configured = settings.load()

    async def run(engine: "AsyncEngine") -> Answer:
        preparation.demand_current(await migrations.state_of(engine))
        transactions = Transactions(configured.database_url, following)
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
    text = "; ".join(map(told, faults)).removesuffix(".")
    return f"{text[0].upper()}{text[1:]}."


def told(fault: "Fault") -> str:
    """A fault in words; some are whole sentences."""
    is_whole = fault.message.startswith("`") or fault.message.endswith(".")
    return fault.message if is_whole else f"{fault.field} {fault.message}"
