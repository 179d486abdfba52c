"""A domain whose answers are as long, as slow and as wrong as a test wants them."""

import asyncio
from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import select, text

from pydotorg.kernel.access import Caller, Role, Tier, anyone, in_person, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.domain import Domain
from pydotorg.kernel.http.bodies import Body
from pydotorg.kernel.http.operations import get, post
from pydotorg.kernel.http.query import Query
from pydotorg.kernel.http.results import Text
from pydotorg.kernel.text.plain import Line
from pydotorg.releases.tables import DATASET, OperatingSystem

SLOW, FICKLE, LONG, TEXT = (f"/api/v1/probes/{name}" for name in ("slow", "fickle", "long", "text"))
WORDS, VAULT, MINE, SEARCH, LOGIN = (f"/api/v1/probes/{name}" for name in ("words", "vault", "mine", "search", "login"))


class Gate:
    """What the slow probe waits at, once it has read."""

    def __init__(self) -> None:
        self.reached, self.failures, self.opened = 0, 0, asyncio.Event()
        self.moved = asyncio.Condition()

    async def pass_through(self) -> None:
        async with self.moved:
            self.reached += 1
            self.moved.notify_all()
        await self.opened.wait()
        if self.failures:
            self.failures -= 1
            raise RuntimeError("no luck")

    async def is_reached_by(self, number: int) -> None:
        async with asyncio.timeout(10), self.moved:
            await self.moved.wait_for(lambda: self.reached >= number)


gates: list[Gate] = []


class Number(Struct, frozen=True):
    """What was read."""

    number: int


class Size(Query, frozen=True):
    """How long a text."""

    size: Annotated[int, Meta(ge=0, le=10_000_000)] = 0


class Words(Body):
    """Something to say."""

    words: Line


@get("/probes/slow", by=anyone, shows=DATASET, documented=False)
async def probes_slow(db: Database) -> Number:
    """Read, and wait at the gate."""
    number = (await db.scalars(select(OperatingSystem.number).where(OperatingSystem.slug == "source"))).one()
    await gates[-1].pass_through()
    return Number(number)


@get("/probes/fickle", by=anyone, shows=DATASET, documented=False)
async def probes_fickle(caller: Caller) -> Number:
    """Wait at the gate, and then answer release managers otherwise."""
    await gates[-1].pass_through()
    return Number(2 if caller.has(Role.release_manager) else 1)


@get("/probes/long", by=anyone, shows="nothing", documented=False)
async def probes_long(db: Database) -> Number:
    """Ask the database for nothing but an answer."""
    return Number((await db.execute(text("select 1"))).scalar_one())


@get("/probes/text", by=anyone, shows="nothing", documented=False)
async def probes_text(size: Size) -> Text:
    """Say a lot."""
    return Text("x" * size.size)


@post("/probes/words", by=anyone, documented=False)
async def probes_words(words: Words) -> None:
    """Hear something."""


@get("/probes/vault", by=role(Role.release_manager), shows="nothing", documented=False)
async def probes_vault() -> Number:
    """Look where only release managers may."""
    return Number(1)


@get("/probes/mine", by=in_person, shows="private", documented=False)
async def probes_mine(caller: Caller) -> Text:
    """Say whose this is, at length."""
    return Text(f"{caller.identity.account}'s own. " * 100)


@get("/probes/search", by=anyone, shows="nothing", tier=Tier.medium, documented=False)
async def probes_search() -> Number:
    """Search."""
    return Number(1)


@post("/probes/login", by=anyone, tier=Tier.critical, documented=False)
async def probes_login() -> None:
    """Sign in."""


probes = Domain(
    name="probes",
    description="For tests.",
    routes=(
        probes_slow, probes_fickle, probes_long, probes_text, probes_words, probes_vault, probes_mine, probes_search,
        probes_login,
    ),
    tables=(),
)  # fmt: skip
