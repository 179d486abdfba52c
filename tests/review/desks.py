"""How tests write what is reviewed, and bring it into a state: alike for all kinds of it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import httpx

from pydotorg.kernel import clock
from pydotorg.kernel.review import Review
from pydotorg.kernel.review.lifecycle import CHANGE, DELETE, REJECT, REVISE, By, Move
from tests.accounts.people import Person

Json = dict[str, Any]
Passing = Callable[[float], None]
#: how a thing comes into a state: whose move, and which
Way = tuple[tuple[str, str], ...]
REASON = {"reason": "Please say more."}


def moment(seconds: float) -> str:
    """So many seconds from now on."""
    return (clock.now() + timedelta(seconds=seconds)).isoformat()


class Desk(NamedTuple):
    """A kind of thing that is reviewed, as its tests handle it."""

    review: Review[Any]
    ways: Mapping[str, Way]
    #: one as somebody writes it; the last word of its title is in no other
    described: Callable[..., Json]
    status: Any
    #: the member that has its title, and its title as mails have it
    titled: str
    called: Callable[[Json], str]
    #: a change for which an approved one waits for review again
    change: Json
    #: moves by which its owner ends it, and what mails say of them
    ends: tuple[tuple[str, str], ...]
    #: the member that only moderators set; and those that only its owner and moderators see
    featured: str
    secret: frozenset[str] = frozenset()
    #: in which states everybody sees it, and in which of them it is listed
    public: frozenset[str] = frozenset({"approved"})
    #: states into which the clock brings a thing after so many seconds, if its approval says that
    timed: Mapping[str, int] = {}
    #: moves for which it is too early as long as it has just been approved
    later: frozenset[str] = frozenset()

    @property
    def address(self) -> str:
        """Of the list."""
        return f"/api/v1{self.review.path}"

    @property
    def moves(self) -> list[Move]:
        """Those that somebody asks for by their names."""
        changes = (CHANGE, REVISE, DELETE)
        return [move for move in self.review.lifecycle.moves if move.name not in changes and move.by is not By.clock]

    def of(self, thing: Json) -> str:
        """Where a thing is."""
        return f"{self.address}/{thing['id']}"

    async def written(self, owner: Person, **more: Any) -> Json:
        """A new draft."""
        answer = await owner.client.post(self.address, json=self.described(**more))
        assert answer.status_code == 201, answer.text
        thing: Json = answer.json()
        return thing

    async def step(self, who: Person, thing: Json, move: str, **body: Any) -> httpx.Response:
        """Ask for a transition."""
        body = REASON if move == REJECT and not body else body
        return await who.client.post(f"{self.of(thing)}/{move}", json=body or None)

    async def seen_by(self, who: Person, thing: Json) -> Json:
        """A thing as somebody sees it now."""
        answer = await who.client.get(self.of(thing))
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def brought_into(
        self, state: str, owner: Person, moderator: Person, time_passes: Passing | None = None, /, **more: Any
    ) -> Json:
        """A thing in this state, as its owner sees it; for one into which the clock brings it, time must pass."""
        thing, people = await self.written(owner, **more), {"owner": owner, "moderator": moderator}
        seconds = self.timed.get(state)
        for who, move in self.ways[state]:
            until = {"expires_at": moment(seconds)} if seconds and move == "approve" else {}
            answer = await self.step(people[who], thing, move, **until)
            assert answer.status_code == 200, answer.text
        if seconds:
            assert time_passes is not None
            time_passes(seconds)
        found = await self.seen_by(owner, thing)
        assert found["status"] == state
        return found

    def word_of(self, thing: Json) -> str:
        """A word that is in no other thing."""
        word: str = thing[self.titled].split()[-1]
        return word

    async def listed(self, client: httpx.AsyncClient, path: str = "", **where: Any) -> list[Json]:
        """All things of the list that meet these conditions; its total is right."""
        answer = await client.get(f"{self.address}{path}", params={"limit": 1000, **where})
        assert answer.status_code == 200, answer.text
        found: list[Json] = answer.json()
        assert answer.headers["x-total-count"] == str(len(found))
        return found


async def log_of(staff: Person, resource: str, id: str) -> list[Json]:
    """The entries about one row, the oldest first."""
    answer = await staff.client.get("/api/v1/audit", params={"resource": resource, "id": id})
    assert answer.status_code == 200, answer.text
    entries: list[Json] = answer.json()
    return entries[::-1]
