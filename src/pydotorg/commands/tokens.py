"""Commands about API tokens: for programs that belong to nobody who would sign in to make one."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import click

from pydotorg.kernel.access import API_TOKEN_DAYS_MAX, Scope

from . import accounts, printing
from .transacting import in_transactions

if TYPE_CHECKING:
    from pydotorg.accounts.listing import ListedToken
    from pydotorg.accounts.schemas import NewToken, TokenOrder
    from pydotorg.kernel.database.transaction import Database

HEADINGS = ("id", "user", "name", "scopes", "expires", "last use")


@click.group()
def tokens() -> None:
    """Look after API tokens: make them, list them, revoke them."""


@tokens.command()
@click.argument("user")
@click.option("--name", required=True, help="What it is for.")
@click.option(
    "--scope", "scopes", type=accounts.OneOf(Scope, "scope"), multiple=True,
    help="What it may do; may be repeated. Without one, all that USER may.",
)  # fmt: skip
@click.option(
    "--expires", "days", metavar="DAYS", type=click.IntRange(1, API_TOKEN_DAYS_MAX), default=API_TOKEN_DAYS_MAX,
    show_default=True,
)  # fmt: skip
def create(*, user: str, name: str, scopes: tuple[Scope, ...], days: int) -> None:
    """Make an API token of USER, a username or a confirmed e-mail address.

    The token is the last word of what is printed. It is stored nowhere, so nobody can print it again.
    """
    made = in_transactions(
        lambda transactions: transactions.write(partial(make, user=user, order=order(name, scopes, days)))
    )
    click.echo(f"The API token `{made.name}`, good until {made.expires_at:%Y-%m-%d} for {', '.join(made.scopes)}:")
    click.echo(made.token)


def order(name: str, scopes: Sequence[Scope], days: int) -> "TokenOrder":
    """What the API would be told; refused as there."""
    import msgspec

    from pydotorg.accounts.schemas import TokenOrder
    from pydotorg.kernel import clock
    from pydotorg.kernel.http.body_faults import examine
    from pydotorg.kernel.http.errors import Fault, Invalid

    given = {"name": name, "expires_at": clock.now() + timedelta(days=days)}
    given |= {"scopes": [*dict.fromkeys(scopes)]} if scopes else {}
    if faults := [Fault(*fault) for fault in examine(given, TokenOrder)]:
        raise Invalid(faults)
    return msgspec.convert(given, TokenOrder)


async def make(db: "Database", user: str, order: "TokenOrder") -> "NewToken":
    """The token, if its owner can use it."""
    from pydotorg.accounts import api_tokens

    account = await accounts.called(db, user)
    if not account.is_active:
        raise click.ClickException(f"{account.username} is deactivated, so no token would work.")
    return await api_tokens.make(db, order, account.id)


@tokens.command("list")
@click.argument("user", required=False)
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
def list_(*, user: str | None, as_json: bool) -> None:
    """Show the API tokens of all users, or of USER; never their secrets."""
    found = in_transactions(lambda transactions: transactions.read(partial(listed, user=user)))
    if as_json:
        printing.as_json(found)
    elif found:
        printing.table(HEADINGS, map(row, found))
    else:
        click.echo("There are no API tokens.")


async def listed(db: "Database", user: str | None) -> "list[ListedToken]":
    """The tokens that are asked for."""
    from pydotorg.accounts import listing, queries

    if user is None:
        return await listing.tokens(db)
    if not await queries.is_taken(db, queries.called(user)):
        raise accounts.nobody(user)
    return await listing.tokens(db, queries.called(user))


def row(token: "ListedToken") -> tuple[str, ...]:
    """A token in the table."""
    expires, last = printing.moment(token.expires_at), printing.moment(token.last_used_at)
    return str(token.id), token.username, token.name, " ".join(token.scopes), expires, last


@tokens.command()
@click.argument("id", type=click.UUID)
def revoke(*, id: UUID) -> None:
    """End an API token; it is good for nothing from the next request on."""
    name = in_transactions(lambda transactions: transactions.write(partial(end, id=id)))
    click.echo(f"The API token `{name}` is revoked.")


async def end(db: "Database", id: UUID) -> str:
    """The name that it had."""
    from pydotorg.accounts import api_tokens, tables

    token = await db.get(tables.ApiToken, id)
    if token is None or not await api_tokens.revoke(db, id, of=token.account_id):
        raise click.ClickException(f"There is no API token {id}; see `pydotorg tokens list`.")
    return token.name
