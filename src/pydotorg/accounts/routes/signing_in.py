"""`/api/auth/register`, `login`, `refresh`, `logout`: how somebody becomes known, and forgotten."""

import msgspec
from litestar.handlers import HTTPRouteHandler

from pydotorg.accounts import queries, registering, sessions
from pydotorg.accounts.credentials import ACCESS_SECONDS, AccessTokens, RefreshToken
from pydotorg.accounts.identification import Identification
from pydotorg.accounts.passwords import Passwords
from pydotorg.accounts.proving import REFUSED, Proof
from pydotorg.accounts.registering import Confirmation
from pydotorg.accounts.schemas import Account, Login, Refresh, Registration, Tokens
from pydotorg.kernel.access import ANONYMOUS, Caller, Identity, Tier, anyone, in_person
from pydotorg.kernel.database.audit import has_proved_to_be
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.http.errors import Conflict, Forbidden, TooManyRequests, Unauthenticated, Unavailable
from pydotorg.kernel.http.operations import AnyRequest, Sender, post
from pydotorg.kernel.http.results import Created

SCHEME = "bearer"


@post("/register", by=anyone, tier=Tier.critical, repeatable=False, raises=(Conflict, Unavailable))
async def auth_register(
    new: Registration, passwords: Passwords, db: Database, confirmation: Confirmation
) -> Created[Account]:
    """Make an account.

    Where the service can send mail, the address must be confirmed before signing in; the mail says how. Whether it is
    another account's already is then told to its owner only.
    """
    registering.demand_usable(new)
    password_hash = await passwords.hashed(new.password)
    account = await registering.register(db, new, password_hash, confirmation)
    return Created(account, f"/api/v1/users/{account.id}")


@post("/login", by=anyone, tier=Tier.critical, raises=(Forbidden, TooManyRequests, Unavailable))
async def auth_login(login: Login, sender: Sender, proof: Proof, db: Database, tokens: AccessTokens) -> Tokens:
    """Sign in with a username or an address, and a password.

    Ten times in a quarter of an hour this may fail for one name from one network.
    """
    known = await proof.demand_of(login.username, login.password, sender)
    renewed = await proof.passwords.renewed(known, login.password)
    account = await queries.to_change(db, queries.called(login.username))
    if account is None or not account.is_active or account.password_hash != known:
        raise Unauthenticated(REFUSED)  # it has changed meanwhile
    if not account.email_verified:
        raise Forbidden("Confirm your e-mail address first; `POST /api/auth/resend-verification` sends a new mail.")
    has_proved_to_be(account.id, account.username)
    account.password_hash = renewed
    session, refresh_token = await sessions.begin(db, account, sender)
    return Tokens(tokens.issue(account.id, session), refresh_token.text, SCHEME, ACCESS_SECONDS)


async def owner_of_refresh_token(request: AnyRequest) -> Identity:
    """For whom a refresh counts."""
    identification: Identification = request.app.state.parts[Identification]
    try:
        token = RefreshToken.read(msgspec.json.decode(await request.body(), type=Refresh).refresh_token)
    except Exception:  # noqa: BLE001  whatever is wrong with the body, the handler says so once it is counted
        return ANONYMOUS
    owner = None if token is None else await identification.by_refresh_token(token.name)
    return owner or ANONYMOUS


@post("/refresh", by=anyone, tier=Tier.critical, counted_for=owner_of_refresh_token)
async def auth_refresh(refresh: Refresh, transactions: Transactions, tokens: AccessTokens) -> Tokens:
    """Get new tokens for a refresh token, which is spent by it.

    To use one a second time ends the whole session.
    """
    token = RefreshToken.read(refresh.refresh_token)
    # a session that ends by it stays ended, though this is refused: so it is a transaction of its own
    refreshed = None if token is None else await transactions.write(lambda db: sessions.refresh(db, token))
    if refreshed is None:
        raise Unauthenticated("This refresh token is not valid; sign in again.")
    account, session, following = refreshed
    return Tokens(tokens.issue(account, session), following.text, SCHEME, ACCESS_SECONDS)


@post("/logout", by=in_person)
async def auth_logout(db: Database, caller: Caller) -> None:
    """End this session.

    Its access token and its refresh token are good for nothing from now on.
    """
    await sessions.end(db, caller.account, only=caller.session)


routes: tuple[HTTPRouteHandler, ...] = (auth_register, auth_login, auth_refresh, auth_logout)
