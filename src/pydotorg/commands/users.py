"""Commands about accounts: to make the first ones, and to see and change who may do what."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from pydotorg.kernel.access import Role

from . import accounts, printing
from .transacting import in_transactions, refusals

if TYPE_CHECKING:
    from pydotorg.accounts.listing import ListedAccount
    from pydotorg.accounts.schemas import Account, Registration
    from pydotorg.kernel.database.transaction import Database, Transactions

PASSWORD_BYTES_MAX = 10_000
HEADINGS = ("username", "e-mail", "state", "roles", "since", "last sign-in", "id")


@click.group()
def users() -> None:
    """Look after accounts: make them, list them, give and take roles."""


@users.command()
@click.argument("name")
@click.option("--email", required=True, help="The address; it counts as confirmed.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, the only way to give it.")
@click.option("--role", "roles", type=accounts.OneOf(Role, "role"), multiple=True, help="A role; may be repeated.")
@click.option("--superuser", is_flag=True, help="The same as --role superuser: may do everything, and gives roles.")
def create(*, name: str, email: str, password_stdin: bool, roles: tuple[Role, ...], superuser: bool) -> None:
    """Make an account that can sign in at once.

    The password is never an argument: those stand in the list of processes and in the history of the shell.
    """
    if not password_stdin:
        raise click.UsageError("Say --password-stdin, and give the password on standard input.")
    given = [*roles, *([Role.superuser] if superuser else [])]
    new = registration(name, email, password())
    account = in_transactions(partial(make, new=new, roles=given))
    click.echo(f"{account.username} can sign in now, and has {in_words(account.roles)}.")


def password() -> str:
    """What standard input says, without the line break at its end; typed unseen, and twice, on a terminal."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    try:
        text = sys.stdin.buffer.read(PASSWORD_BYTES_MAX).decode()
    except UnicodeDecodeError as error:
        raise click.UsageError("The password on standard input is not UTF-8.") from error
    text = text.removesuffix("\n").removesuffix("\r")
    if not text or "\n" in text:
        raise click.UsageError("The password on standard input must be one line, and not empty.")
    return text


def registration(name: str, email: str, password: str) -> "Registration":
    """What the API would be told; refused as there."""
    from pydotorg.accounts.registering import demand_usable
    from pydotorg.accounts.schemas import Registration
    from pydotorg.kernel.http.body_faults import examine
    from pydotorg.kernel.http.errors import Fault, Invalid

    given = {"username": name, "email": email, "password": password}
    with refusals():
        if faults := [Fault(*fault) for fault in examine(given, Registration) if fault[0] != "password"]:
            raise Invalid(faults)
        new = Registration(**given)
        demand_usable(new)
    return new


async def make(transactions: "Transactions", new: "Registration", roles: Sequence[Role]) -> "Account":
    """The account; its password is hashed before the transaction begins."""
    from pydotorg.accounts import queries, registering
    from pydotorg.accounts import roles as role_rows
    from pydotorg.accounts.passwords import Passwords

    passwords = Passwords()
    password_hash = await passwords.hashed(new.password)
    passwords.close()

    async def register(db: "Database") -> "Account":
        made = await registering.register(db, new, password_hash, registering.Confirmation(is_needed=False))
        await role_rows.give(db, await accounts.called(db, made.username), roles)
        return await queries.known(db, made.id)

    return await transactions.write(register)


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
def list_(*, as_json: bool) -> None:
    """Show all accounts, in the order of their names."""
    from pydotorg.accounts.listing import accounts as listed

    found = in_transactions(lambda transactions: transactions.read(listed))
    if as_json:
        printing.as_json(found)
    elif found:
        printing.table(HEADINGS, map(row, found))
    else:
        click.echo("There are no accounts; `pydotorg users create` makes one.")


def row(account: "ListedAccount") -> tuple[str, ...]:
    """An account in the table."""
    state = "deactivated" if not account.is_active else "" if account.email_verified else "unconfirmed"
    since, last = printing.moment(account.created_at), printing.moment(account.last_login_at)
    return account.username, account.email, state, ", ".join(account.roles), since, last, str(account.id)


@users.command()
@click.argument("name")
@click.argument("roles", metavar="[ROLE]…", nargs=-1, type=accounts.OneOf(Role, "role"))
@click.option("--remove", is_flag=True, help="Take these roles away.")
def role(*, name: str, roles: tuple[Role, ...], remove: bool) -> None:
    """Give the user NAME these roles, or take them away; without any, say which there are.

    NAME is a username, or a confirmed e-mail address. It holds from the next request on. The last superuser stays.
    """
    if remove and not roles:
        raise click.UsageError("Name the roles that shall be taken away.")
    who, has = in_transactions(
        lambda transactions: transactions.write(partial(change, name=name, roles=roles, remove=remove))
    )
    click.echo(f"{who} {'has' if not roles else 'now has'} {in_words(has)}.")


async def change(db: "Database", *, name: str, roles: Sequence[Role], remove: bool) -> tuple[str, list[Role]]:
    """Whose roles they are, and which he has afterwards."""
    from pydotorg.accounts import roles as role_rows

    account = await accounts.called(db, name)
    work = role_rows.take if remove else role_rows.give
    return account.username, await work(db, account, roles)


def in_words(roles: Sequence[Role]) -> str:
    if not roles:
        return "no role"
    return f"the role{'s' if len(roles) > 1 else ''} {', '.join(roles)}"
